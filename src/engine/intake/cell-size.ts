/**
 * Keeps one value from being larger than the database can hold beside all others: what is longer is cut, and said to be.
 * The whole of it stays in the source, whose file and line every span names.
 */

/** Characters that are kept of each text within a value that is too long as a whole. */
const KEPT_OF_PART = 20_000;

function cutWords(length: number): string {
  return `… (cut: ${String(length)} characters in the source)`;
}

/** A text of at most `most` characters, with a word on what is missing. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}${cutWords(text.length)}`;
}

function cutParts(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, KEPT_OF_PART);
  if (Array.isArray(value)) return value.map(cutParts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cutParts(part)]));
}

/**
 * JSON text of at most about `most` characters out of `json`, the text of a value: its long parts are cut, and where many
 * short ones make it long it becomes a text that says so. Text that is no JSON is cut.
 */
export function cutJson(json: string, most: number): string {
  if (json.length <= most) return json;
  try {
    const text = JSON.stringify(cutParts(JSON.parse(json)));
    if (text.length <= most) return text;
  } catch {
    return cutText(json, most);
  }
  return JSON.stringify(`too long to be kept${cutWords(json.length)}`);
}
