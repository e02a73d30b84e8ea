/**
 * Columns of small numbers as one string each, so that a hundred thousand of them cross the contract without as many JSON numbers:
 * unsigned 16-bit integers, low byte first, in base64. Runs anywhere.
 */

const bytesPerCall = 0x8000;

/** Whole numbers from 0 to 65,535. */
export function packNumbers(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    bytes[2 * i] = value & 0xff;
    bytes[2 * i + 1] = value >> 8;
  }
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += bytesPerCall)
    parts.push(String.fromCharCode(...bytes.subarray(from, from + bytesPerCall)));
  return btoa(parts.join(''));
}

/** What packNumbers packed. */
export function unpackNumbers(packed: string): Uint16Array {
  const text = atob(packed);
  const values = new Uint16Array(text.length >> 1);
  for (let i = 0; i < values.length; i++)
    values[i] = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8);
  return values;
}

/** Names of a column that repeat, and the number of each entry's name; 65,535 stands for none. */
export type Coded = { names: string[]; packed: string };

export const NO_NAME = 65_535;

/** At most 65,535 different names; further ones count as none. */
export function codeNames(values: readonly (string | null)[]): Coded {
  const numbers = new Map<string, number>();
  const coded = Uint16Array.from(values, (value) => {
    if (value === null) return NO_NAME;
    const known = numbers.get(value);
    if (known !== undefined) return known;
    if (numbers.size >= NO_NAME) return NO_NAME;
    numbers.set(value, numbers.size);
    return numbers.size - 1;
  });
  return { names: Array.from(numbers.keys()), packed: packNumbers(coded) };
}
