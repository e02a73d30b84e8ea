/** How far the axis of bars with intervals goes. Pure. */
interface Measured {
  value: number;
  proposed?: number;
  high?: number | null;
}

/** Intervals may need this many times the room of the longest bar; wider ones are cut. */
const ROOM = 1.5;

/**
 * Far enough for every bar and its interval, unless the interval of something hardly ever seen is so wide that the bars
 * could not be told apart. Never 0.
 */
export function axisEnd(rows: readonly Measured[]): number {
  const longest = Math.max(0, ...rows.map((row) => row.value + (row.proposed ?? 0)));
  const widest = Math.max(0, ...rows.map((row) => row.high ?? 0));
  if (longest === 0) return widest === 0 ? 1 : widest;
  return Math.max(longest, Math.min(widest, longest * ROOM));
}
