/**
 * Looks for many known phrases in a text at the cost of reading it once: phrases are kept by their first word, so that a text
 * is compared only where one could begin. Case does not count.
 */
const WORD = /[\p{L}\p{N}_]+/gu;

export interface PhraseHit<T> {
  start: number;
  /** Exclusive. */
  end: number;
  value: T;
}

export class PhraseIndex<T> {
  readonly #byFirstWord = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A phrase without a letter or digit is not kept. One that is there already stays as it is. */
  add(phrase: string, value: T): void {
    const folded = phrase.toLowerCase();
    const first = folded.match(WORD)?.[0];
    if (first === undefined || folded.length !== phrase.length) return;
    // What comes before the first word is left to the text around it.
    const from = folded.slice(folded.indexOf(first));
    const known = this.#byFirstWord.get(first) ?? new Map<string, T>();
    if (known.has(from)) return;
    known.set(from, value);
    this.#byFirstWord.set(first, known);
    this.#size += 1;
  }

  /** The longest phrase at each place, none overlapping; only whole words. */
  find(text: string): PhraseHit<T>[] {
    if (this.#size === 0) return [];
    const folded = text.toLowerCase();
    // Offsets would be off where folding changes lengths (as of a dotted capital I).
    if (folded.length !== text.length) return [];
    const hits: PhraseHit<T>[] = [];
    let free = 0;
    for (const match of folded.matchAll(WORD)) {
      if (match.index < free) continue;
      const known = this.#byFirstWord.get(match[0]);
      if (known === undefined) continue;
      let best: PhraseHit<T> | null = null;
      for (const [phrase, value] of known) {
        const end = match.index + phrase.length;
        if (best !== null && end <= best.end) continue;
        if (folded.startsWith(phrase, match.index) && !isWithinWord(folded, end))
          best = { start: match.index, end, value };
      }
      if (best === null) continue;
      hits.push(best);
      free = best.end;
    }
    return hits;
  }
}

function isWithinWord(text: string, end: number): boolean {
  return /^[\p{L}\p{N}_]{2}$/u.test(text.slice(end - 1, end + 1));
}
