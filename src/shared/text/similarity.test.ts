import { describe, expect, it } from 'vitest';
import {
  contentOverlap,
  editDistance,
  editSimilarity,
  trigramSimilarity,
  wordSimilarity,
} from './similarity';

/** A small deterministic source of numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

function plainDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

describe('editDistance', () => {
  it('equals the textbook recurrence on random texts of all block sizes', () => {
    const random = numbers(3);
    const text = (length: number): string =>
      Array.from({ length }, () => 'abcdé漢'[Math.floor(random() * 6)]).join('');
    for (let round = 0; round < 300; round++) {
      const a = text(Math.floor(random() * 140));
      const b = text(Math.floor(random() * 140));
      expect(editDistance(a, b)).toBe(plainDistance(a, b));
    }
  });

  it('handles empty texts and block borders', () => {
    expect(editDistance('', '')).toBe(0);
    expect(editDistance('', 'abc')).toBe(3);
    for (const length of [31, 32, 33, 64, 65]) {
      expect(editDistance('x'.repeat(length), `${'x'.repeat(length - 1)}y`)).toBe(1);
      expect(editDistance('x'.repeat(length), 'y'.repeat(length))).toBe(length);
    }
  });
});

describe('similarities', () => {
  it('are 1 for equal texts and 0 for unrelated ones', () => {
    for (const measure of [wordSimilarity, trigramSimilarity, contentOverlap, editSimilarity]) {
      expect(measure('rename the invoice column', 'Rename the  invoice column')).toBe(1);
      expect(measure('rename the invoice column', 'zzz qqq')).toBeLessThan(0.3);
    }
  });

  it('see a rephrased request where the words are kept', () => {
    expect(
      contentOverlap('Please list the flights to Oslo', 'I asked for flights to Oslo, list them'),
    ).toBeGreaterThan(0.9);
    expect(trigramSimilarity('flights to Oslo', 'flight to Oslo')).toBeGreaterThan(0.7);
  });

  it('find nothing in common between texts without words', () => {
    expect(wordSimilarity('', '!!!')).toBe(0);
    expect(contentOverlap('yes do it', 'yes do it')).toBe(0);
  });
});
