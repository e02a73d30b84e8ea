/** How many of the last `window` sorted corrections brought a failure mode not seen before. */
export function newInLast(points: readonly { sorted: number; modes: number }[], window: number): number {
  const last = points.at(-1);
  if (last === undefined) return 0;
  const before = points.findLast((point) => point.sorted <= last.sorted - window);
  return last.modes - (before?.modes ?? 0);
}
