/**
 * The axis of the timeline: how microseconds since the session start become places on it, and back. Pure.
 * `wall`: as they are. `active`: long gaps, in which nothing was recorded, are folded to a small width each; between them
 * the scale stays the same. `order`: one step per span, for traces without times.
 */
export type AxisMode = 'wall' | 'active' | 'order';

/** A folded gap: from `at` to `at + width` on the axis, `lengthUs` in truth. */
export interface Break {
  at: number;
  width: number;
  fromUs: number;
  lengthUs: number;
}

export interface Axis {
  mode: AxisMode;
  breaks: readonly Break[];
  /** Microseconds to place. */
  place(us: number): number;
  /** Place to microseconds. */
  time(place: number): number;
}

/** A gap longer than this may be folded: 30 seconds. */
export const GAP_US = 30e6;
/** A folded gap takes this share of the time in which something happened; all together at most a quarter. */
const BREAK_SHARE = 0.012;
const ALL_BREAKS_SHARE = 0.25;

const same = (value: number) => value;

/** The axis for spans with these times, in microseconds; `starts` must ascend. */
export function axisOf(mode: AxisMode, starts: readonly number[], ends: readonly number[]): Axis {
  const gaps = mode === 'active' ? gapsOf(starts, ends) : [];
  if (gaps.length === 0) return { mode, breaks: [], place: same, time: same };
  const length = ends.reduce((latest, end) => Math.max(latest, end), 0);
  const folded = gaps.reduce((sum, gap) => sum + gap.length, 0);
  const active = Math.max(length - folded, 1);
  const width = Math.min(active * BREAK_SHARE, (active * ALL_BREAKS_SHARE) / gaps.length);
  let saved = 0;
  const breaks = gaps.map(({ from, length: lengthUs }): Break => {
    const at = from - saved;
    saved += lengthUs - width;
    return { at, width, fromUs: from, lengthUs };
  });
  return {
    mode,
    breaks,
    place: (us) => {
      const before = lastBefore(breaks, us, (gap) => gap.fromUs);
      if (before === undefined) return us;
      const inside = us - before.fromUs;
      return (
        before.at +
        (inside < before.lengthUs
          ? (inside / before.lengthUs) * before.width
          : inside - before.lengthUs + before.width)
      );
    },
    time: (place) => {
      const before = lastBefore(breaks, place, (gap) => gap.at);
      if (before === undefined) return place;
      const inside = place - before.at;
      return (
        before.fromUs +
        (inside < before.width
          ? (inside / before.width) * before.lengthUs
          : inside - before.width + before.lengthUs)
      );
    },
  };
}

function gapsOf(starts: readonly number[], ends: readonly number[]): { from: number; length: number }[] {
  const gaps: { from: number; length: number }[] = [];
  let latest = 0;
  for (const [index, start] of starts.entries()) {
    if (start - latest > GAP_US) gaps.push({ from: latest, length: start - latest });
    latest = Math.max(latest, ends[index] ?? start);
  }
  return gaps;
}

function lastBefore(breaks: readonly Break[], value: number, of: (gap: Break) => number): Break | undefined {
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const gap = breaks[middle];
    if (gap !== undefined && of(gap) <= value) low = middle + 1;
    else high = middle;
  }
  return breaks[low - 1];
}

/** The folded gap at a place; undefined where there is none. */
export function breakAt(axis: Axis, place: number): Break | undefined {
  const before = lastBefore(axis.breaks, place, (gap) => gap.at);
  return before !== undefined && place < before.at + before.width ? before : undefined;
}
