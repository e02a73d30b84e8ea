/**
 * Looking into JSON of unknown shape without trusting it. JSON inside a string is normal in trace exports;
 * it is parsed opportunistically and bounded in depth.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Deepest nesting any value may have; what is deeper is left as text. */
export const MAX_DEPTH = 256;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject | null {
  return isObject(value) ? value : null;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A non-empty string, else null. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number, also from digits in a string or a bigint; else null. */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.trim() !== '') {
    const n = Number(value);
    return Number.isFinite(n) ? n : null;
  }
  return null;
}

/** The value of an own property; never one inherited from the prototype. */
export function get(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Follows keys and array indexes: `at(v, 'choices', 0, 'message')`. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let current: unknown = value;
  for (const step of path) {
    current = typeof step === 'number' ? asArray(current)[step] : get(current, step);
    if (current === undefined) return undefined;
  }
  return current;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Where the string that starts at `start` has its closing quote; the text's length when it has none. */
export function endOfString(text: string, start: number): number {
  // Most of a trace is inside strings, and to search is several times faster than to look at each character.
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

/**
 * How deep JSON text nests and how many members its objects have in all, strings not looked into; stops counting where it is
 * deeper than `limit`.
 */
export function jsonMeasure(text: string, limit: number = MAX_DEPTH): { depth: number; members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === 123 || c === 91) {
      if (++depth > deepest) deepest = depth;
      if (deepest > limit) break;
    } else if (c === 125 || c === 93) depth--;
    else if (c === COLON) members++;
  }
  return { depth: deepest, members };
}

/** Deepest nesting of JSON text, brackets inside strings not counted; stops counting above `limit`. */
export function jsonDepth(text: string, limit: number = MAX_DEPTH): number {
  return jsonMeasure(text, limit).depth;
}

/**
 * A value that may be JSON in a string (once or twice encoded) as the value it means. Text that is not JSON,
 * and JSON nested deeper than 256, is returned as it is.
 */
export function parseMaybe(value: unknown): unknown {
  let current = value;
  for (let round = 0; round < 2; round++) {
    if (typeof current !== 'string') return current;
    const text = current.trim();
    const first = text[0];
    if (first !== '{' && first !== '[' && !(first === '"' && round === 0 && text.length > 1)) return current;
    if (jsonDepth(text) > MAX_DEPTH) return current;
    try {
      current = JSON.parse(text) as unknown;
    } catch {
      return current;
    }
  }
  return current;
}

/** JSON text of a value; strings stay as they are (they are the source's own text). Null for undefined and null. */
export function toJsonText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  return (plainJson(value) ?? withBigInts(value)) || null;
}

/** JSON text of a value, empty for functions and symbols; null where it holds what plain JSON cannot say. */
function plainJson(value: unknown): string | null {
  try {
    // The library's types leave out that functions and symbols give no text.
    const text = JSON.stringify(value) as string | undefined;
    return text ?? '';
  } catch {
    return null;
  }
}

/** The same with big integers as digits; a replacer makes it several times slower. */
function withBigInts(value: unknown): string {
  const text = JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) as
    string | undefined;
  return text ?? '';
}

/** JSON text with sorted keys and no white space, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(',')}}`;
  }
  if (typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value) as string | undefined;
  return text ?? 'null';
}
