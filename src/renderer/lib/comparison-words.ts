/** How comparisons are said. */

/** A p value with two significant digits: `0.031`, `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : String(Number(p.toPrecision(2)));
}

/** A difference of shares in points with its interval: `-4.2 points [-9.0, +0.6]`. */
export function formatDifference({
  difference,
  low,
  high,
}: {
  difference: number;
  low: number;
  high: number;
}): string {
  const points = (value: number) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
  return `${points(difference)} points [${points(low)}, ${points(high)}]`;
}
