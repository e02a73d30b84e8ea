import type { Share } from '../model/codebook';

/** Two-sided 95% quantile of the normal distribution. */
const Z95 = 1.959963984540054;

/**
 * A share with its Wilson score interval (Wilson 1927; recommended for small n by Brown, Cai & DasGupta, Statistical
 * Science 16, 2001). `z` is the normal quantile, 1.96 for 95%. With n = 0 there is no share and no interval.
 */
export function wilson(count: number, n: number, z: number = Z95): Share {
  if (n <= 0) return { count, n, share: null, low: null, high: null };
  const p = Math.min(1, count / n);
  const z2 = z * z;
  const centre = p + z2 / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    count,
    n,
    share: p,
    low: p === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    high: p === 1 ? 1 : Math.min(1, (centre + spread) / scale),
  };
}
