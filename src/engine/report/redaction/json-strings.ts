/**
 * The strings of a JSON text with the keys they stand under and where they are, so that a value can be masked in place and
 * the text stays JSON. Also reads JSON that was cut off. Must not parse numbers: they would lose digits.
 */
export interface JsonPiece {
  /** As it reads once its escapes are undone. */
  text: string;
  /** Key it stands under, directly or as an item of a list; empty for none. */
  field: string;
  isKey: boolean;
  isNumber: boolean;
  /** Where a character of `text` is in the JSON. */
  placeOf: (offset: number) => number;
}

/** Begins like an object or a list; what stands after decides nothing, for texts are cut. */
export function looksLikeJson(text: string): boolean {
  return /^\s{0,20}(?:\{\s{0,80}["}]|\[\s{0,80}["{[\]\d])/u.test(text);
}

/** Strings, and numbers of seven and more digits: no shorter one gives anything away. */
const TOKEN = /"(?<string>(?:[^"\\]|\\.)*)(?<close>"|$)|(?<![\w.])-?\d{7,30}(?![\w.])/gsu;

export function* jsonPieces(json: string): Generator<JsonPiece> {
  let field = '';
  for (const match of json.matchAll(TOKEN)) {
    const raw = match.groups?.['string'];
    if (raw === undefined) {
      const { index } = match;
      yield { text: match[0], field, isKey: false, isNumber: true, placeOf: (offset) => index + offset };
      continue;
    }
    const start = match.index + 1;
    const text = raw.includes('\\') ? unescaped(raw) : raw;
    const isKey =
      match.groups?.['close'] === '"' &&
      /^\s{0,20}:/u.test(json.slice(start + raw.length + 1, start + raw.length + 24));
    yield { text, field, isKey, isNumber: false, placeOf: placesIn(raw, start) };
    if (isKey) field = text;
  }
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw.replace(/[\u0000-\u001f]/g, ' ')}"`) as string;
  } catch {
    return raw;
  }
}

/** Escapes are longer as they are written: \n is two characters, é as \u00e9 six. */
function placesIn(raw: string, start: number): (offset: number) => number {
  if (!raw.includes('\\')) return (offset) => start + offset;
  const places: number[] = [];
  for (let i = 0; i < raw.length;) {
    places.push(i);
    i += raw[i] !== '\\' ? 1 : raw[i + 1] === 'u' ? 6 : 2;
  }
  places.push(raw.length);
  return (offset) => start + (places[Math.min(offset, places.length - 1)] ?? raw.length);
}
