/**
 * Remembers what was worked out for the objects met last, so that several readers of one text share the work. Two generations:
 * what has not been asked for since the last `limit` additions is let go. Cheaper for the garbage collector than a WeakMap,
 * whose entries are all looked through at every collection.
 */
export class Latest<K extends object, V> {
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** `limit`: entries of a generation; at most twice as many are held. */
  constructor(private readonly limit: number) {}

  /** What is known of the object; else what `make` makes of it, which is remembered. */
  of(key: K, make: (key: K) => V): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make(key);
    if (this.#young.size >= this.limit) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
