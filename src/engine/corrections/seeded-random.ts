/** A source of numbers in [0, 1); the same seed always gives the same sequence. */
export type Random = () => number;

/**
 * A small deterministic generator (mulberry32, Tommy Ettinger, public domain). Good enough to seed clusters and shuffle;
 * not for secrets.
 * @param seed any integer; only its low 32 bits count
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One draw from the standard normal distribution (Box-Muller). */
export function normalDraw(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** `limit` different numbers below `count`, ascending; all of them where there are not more. */
export function drawNumbers(count: number, limit: number, seed: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (count <= limit) return order;
  const random = seededRandom(seed);
  for (let i = 0; i < limit; i++) {
    const j = i + Math.floor(random() * (count - i));
    const drawn = order[j] as number;
    order[j] = order[i] as number;
    order[i] = drawn;
  }
  return order.slice(0, limit).sort();
}
