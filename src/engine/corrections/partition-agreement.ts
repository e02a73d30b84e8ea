/**
 * Adjusted Rand index of two partitions of the same items (Hubert & Arabie, "Comparing partitions", 1985): 1 for equal ones,
 * about 0 for unrelated ones. Labels are non-negative integers. Two partitions without any structure agree fully.
 * @throws RangeError when the lengths differ
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError('both partitions must cover the same items');
  const pairsOf = (count: number): number => (count * (count - 1)) / 2;
  const cells = new Map<string, number>();
  const rowSums = new Map<number, number>();
  const columnSums = new Map<number, number>();
  const add = <Key>(counts: Map<Key, number>, key: Key): void =>
    void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (let i = 0; i < a.length; i++) {
    add(cells, `${a[i]}/${b[i]}`);
    add(rowSums, a[i] ?? 0);
    add(columnSums, b[i] ?? 0);
  }
  const total = (counts: Map<unknown, number>): number =>
    Array.from(counts.values()).reduce((sum, count) => sum + pairsOf(count), 0);
  const together = total(cells);
  const expected = a.length > 1 ? (total(rowSums) * total(columnSums)) / pairsOf(a.length) : 0;
  const most = (total(rowSums) + total(columnSums)) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
