/**
 * Spans laid out on an axis: which track each lies on, from where to where. Pure and columnar, so that 100,000 spans cost
 * arrays and not objects. Knows no pixels; `visible.ts` turns a layout and a view into what is drawn.
 */
import { lanes } from '../../../../shared/model/pillar';
import type { SpanRow } from '../../../../shared/model/span';
import { axisOf, type Axis, type AxisMode } from './axis';

/** How a span is drawn. A container is a span that only holds others: an agent's run, a step of a chain. */
export const STYLE = { normal: 0, subAgent: 1, rewound: 2, stopped: 3, error: 4, container: 5 } as const;

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
  axis: Axis;
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
  /** Spans without a time of their own, placed after the one before them. 0 in `order` mode. */
  untimedCount: number;
}

/** More at a time than this share the lane's last track. */
const MAX_ROWS = 4;

function styleOf(span: SpanRow): number {
  if (span.status === 'error') return STYLE.error;
  if (span.isRewound) return STYLE.rewound;
  if (span.status === 'interrupted' || span.status === 'rejected') return STYLE.stopped;
  if (span.kind === 'agent' || span.kind === 'chain') return STYLE.container;
  return span.depth > 0 ? STYLE.subAgent : STYLE.normal;
}

/** Why a wall clock would show nothing; null where it would show something. A source may say no more than when a call began. */
export function whyNoClock(spans: readonly SpanRow[]): string | null {
  if (hasTimes(spans)) return null;
  return spans.some(({ startUs }) => startUs !== null)
    ? 'all spans have the same time'
    : 'the source has no times';
}

/** Whether a wall clock would show anything: some span has a time, and not all have the same. */
function hasTimes(spans: readonly SpanRow[]): boolean {
  let first: number | null = null;
  for (const { startUs, durationUs } of spans) {
    if (startUs === null) continue;
    if ((durationUs ?? 0) > 0 || (first !== null && first !== startUs)) return true;
    first = startUs;
  }
  return false;
}

/** Microseconds of each span; one without a time stands where the one before it began. */
function timesOf(spans: readonly SpanRow[]): { starts: Float64Array; ends: Float64Array; untimed: number } {
  const starts = new Float64Array(spans.length);
  const ends = new Float64Array(spans.length);
  let untimed = 0;
  let last = 0;
  for (const [index, span] of spans.entries()) {
    if (span.startUs === null) untimed += 1;
    const start = Math.max(span.startUs ?? last, 0);
    starts[index] = start;
    ends[index] = start + (span.durationUs ?? 0);
    last = start;
  }
  return { starts, ends, untimed };
}

function placeSpans(spans: readonly SpanRow[], mode: AxisMode) {
  const start = new Float64Array(spans.length);
  const end = new Float64Array(spans.length);
  if (mode === 'order') {
    for (let index = 0; index < spans.length; index += 1) {
      start[index] = index;
      end[index] = index + 1;
    }
    return { axis: axisOf(mode, [], []), start, end, untimed: 0 };
  }
  const { starts, ends, untimed } = timesOf(spans);
  const order = [...starts.keys()].sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  const axis = axisOf(
    mode,
    order.map((index) => starts[index] ?? 0),
    order.map((index) => ends[index] ?? 0),
  );
  for (const [index, us] of starts.entries()) {
    start[index] = axis.place(us);
    end[index] = axis.place(ends[index] ?? us);
  }
  return { axis, start, end, untimed };
}

/** The axis that shows most: gaps folded where they are more than half of the session, none where there are no times. */
export function bestMode(spans: readonly SpanRow[]): AxisMode {
  if (!hasTimes(spans)) return 'order';
  const { axis, start, end } = placeSpans(spans, 'active');
  const folded = axis.breaks.reduce((sum, gap) => sum + gap.lengthUs, 0);
  let length = 0;
  for (const [index, value] of end.entries())
    length = Math.max(length, axis.time(value), axis.time(start[index] ?? 0));
  return folded > length / 2 ? 'active' : 'wall';
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
  const { axis, start, end, untimed } = placeSpans(spans, mode);
  const lane = new Uint8Array(count);
  const style = new Uint8Array(count);
  const track = new Int32Array(count);
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
    axis,
    start,
    end,
    lane,
    style,
    track,
    tracks,
    rowsOfLane,
    length: length === 0 ? 1 : length,
    untimedCount: untimed,
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
