/**
 * Spans laid out on an axis: which track each lies on, from where to where. Pure and columnar, so that 100,000 spans cost
 * arrays and not objects. Knows no pixels; `visible.ts` turns a layout and a view into what is drawn.
 */
import { lanes } from '../../../../shared/model/pillar';
import type { SpanRow } from '../../../../shared/model/span';

/** `wall`: microseconds since the session start. `order`: one step per span, for traces without times or with long waits. */
export type AxisMode = 'wall' | 'order';

/** How a span is drawn; the first that applies. */
export const styles = ['normal', 'sub-agent', 'rewound', 'stopped', 'error'] as const;
export type SpanStyle = (typeof styles)[number];
export const STYLE = { normal: 0, subAgent: 1, rewound: 2, stopped: 3, error: 4 } as const;

/** A line of spans within a lane. Spans that overlap in time lie on different tracks, but for the last one of a lane. */
export interface Track {
  lane: number;
  /** 0-based place within the lane. */
  row: number;
  /** Indices of spans by their start. */
  spans: Int32Array;
  /** For each entry of `spans`, the latest end up to and including it: tells where to start looking. */
  latestEnd: Float64Array;
}

export interface TimelineLayout {
  mode: AxisMode;
  /** Start and end of each span on the axis, by index. */
  start: Float64Array;
  end: Float64Array;
  lane: Uint8Array;
  style: Uint8Array;
  /** Which of `tracks` a span lies on. */
  track: Int32Array;
  tracks: Track[];
  /** Tracks per lane, in the order of `lanes`. */
  rowsOfLane: number[];
  /** The axis runs from 0 to here; never 0. */
  length: number;
  /** Spans without a time of their own, placed after the one before them. Only in `wall` mode. */
  untimedCount: number;
}

/** More at a time than this share the lane's last track. */
const MAX_ROWS = 4;

function styleOf(span: SpanRow): number {
  if (span.status === 'error') return STYLE.error;
  if (span.isRewound) return STYLE.rewound;
  if (span.status === 'interrupted' || span.status === 'rejected') return STYLE.stopped;
  return span.depth > 0 ? STYLE.subAgent : STYLE.normal;
}

/** Whether a wall clock would show anything: some span has a time, and not all have the same. */
export function hasTimes(spans: readonly SpanRow[]): boolean {
  let first: number | null = null;
  for (const { startUs, durationUs } of spans) {
    if (startUs === null) continue;
    if ((durationUs ?? 0) > 0 || (first !== null && first !== startUs)) return true;
    first = startUs;
  }
  return false;
}

function place(spans: readonly SpanRow[], mode: AxisMode, start: Float64Array, end: Float64Array): number {
  let untimed = 0;
  let last = 0;
  for (const [index, span] of spans.entries()) {
    if (mode === 'order') {
      start[index] = index;
      end[index] = index + 1;
      continue;
    }
    if (span.startUs === null) untimed += 1;
    const from = Math.max(span.startUs ?? last, 0);
    start[index] = from;
    end[index] = from + (span.durationUs ?? 0);
    last = from;
  }
  return untimed;
}

/** Puts each span on the first track of its lane that is free again; sub-agents begin below the main agent. */
function pack(
  indices: number[],
  start: Float64Array,
  end: Float64Array,
  isNested: (index: number) => boolean,
): number[][] {
  const rows: number[][] = [];
  const freeAt: number[] = [];
  const put = (index: number, from: number) => {
    const at = start[index] ?? 0;
    let row = from;
    while (row < MAX_ROWS - 1 && (freeAt[row] ?? Number.NEGATIVE_INFINITY) > at) row += 1;
    (rows[row] ??= []).push(index);
    freeAt[row] = Math.max(freeAt[row] ?? Number.NEGATIVE_INFINITY, end[index] ?? at);
  };
  const main = indices.filter((index) => !isNested(index));
  for (const index of main) put(index, 0);
  const firstNested = Math.min(rows.length, MAX_ROWS - 1);
  for (const index of indices) if (isNested(index)) put(index, firstNested);
  return rows;
}

/** Lays spans (in the order of their positions) out on an axis. */
export function layOut(spans: readonly SpanRow[], mode: AxisMode): TimelineLayout {
  const count = spans.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const lane = new Uint8Array(count);
  const style = new Uint8Array(count);
  const track = new Int32Array(count);
  const untimedCount = place(spans, mode, start, end);
  const byLane: number[][] = lanes.map(() => []);
  for (const [index, span] of spans.entries()) {
    lane[index] = lanes.indexOf(span.lane);
    style[index] = styleOf(span);
    byLane[lane[index] ?? 0]?.push(index);
  }
  const tracks: Track[] = [];
  const rowsOfLane = byLane.map((indices, laneIndex) => {
    indices.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || a - b);
    const rows = pack(indices, start, end, (index) => (spans[index]?.depth ?? 0) > 0);
    for (const [row, members] of rows.entries()) {
      // Nested spans come after the main ones even where they start earlier.
      members.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || a - b);
      for (const index of members) track[index] = tracks.length;
      tracks.push({
        lane: laneIndex,
        row,
        spans: Int32Array.from(members),
        latestEnd: latestEnds(members, end),
      });
    }
    return Math.max(rows.length, 1);
  });
  let length = 0;
  for (const value of end) if (value > length) length = value;
  return {
    mode,
    start,
    end,
    lane,
    style,
    track,
    tracks,
    rowsOfLane,
    length: length === 0 ? 1 : length,
    untimedCount,
  };
}

function latestEnds(members: readonly number[], end: Float64Array): Float64Array {
  const result = new Float64Array(members.length);
  let latest = Number.NEGATIVE_INFINITY;
  for (const [at, index] of members.entries()) {
    latest = Math.max(latest, end[index] ?? 0);
    result[at] = latest;
  }
  return result;
}
