/** What a row of the conversation says of a span in one or a few lines. Pure; the whole text is for the inspector. */
import { formatCompact } from '../../../lib/format';
import { jsonPreview, parseJson } from '../../../lib/json-rows';

const LINE = 84;
const LINES = 8;

/** The beginning of a text as a folded row shows it, and whether anything is missing from it. */
export function foldText(whole: string, textLength: number): { shown: string; isFolded: boolean } {
  const text = whole.replace(/^\s*\n/u, '');
  let lines = 0;
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline === -1 ? text.length : newline;
    const rows = Math.max(Math.ceil((lineEnd - at) / LINE), 1);
    if (lines + rows > LINES) {
      const cut = at + (LINES - lines) * LINE;
      return { shown: `${text.slice(0, Math.min(cut, lineEnd)).trimEnd()}…`, isFolded: true };
    }
    lines += rows;
    at = lineEnd + 1;
  }
  return textLength > whole.length
    ? { shown: `${text.trimEnd()}…`, isFolded: true }
    : { shown: text.trimEnd(), isFolded: false };
}

/** How many lines a text takes in the list, for guessing a row's height before it is seen. */
export function guessLines(text: string): number {
  let lines = 0;
  let at = 0;
  while (at < text.length && lines < LINES) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline === -1 ? text.length : newline;
    lines += Math.max(Math.ceil((lineEnd - at) / LINE), 1);
    at = lineEnd + 1;
  }
  return Math.min(Math.max(lines, 1), LINES);
}

/** The first line with anything on it, cut. */
export function firstLine(text: string, length = 160): string {
  const line = /\S[^\n]*/u.exec(text)?.[0].trimEnd() ?? '';
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** Tool arguments as in a call: `ref: "K7PQ2", seat: "aisle"`. Works on JSON that was cut off, too. */
export function callArguments(preview: string | null): string {
  if (preview === null) return '';
  const parsed = parseJson(preview);
  if (
    parsed.isJson &&
    typeof parsed.value === 'object' &&
    parsed.value !== null &&
    !Array.isArray(parsed.value)
  )
    return Object.entries(parsed.value)
      .map(([key, value]) => `${key}: ${jsonPreview(value, 120)}`)
      .join(', ');
  const text = preview.trim();
  if (!text.startsWith('{')) return text === 'null' ? '' : firstLine(text, 300);
  return `${text
    .slice(1)
    .replaceAll(
      /(^|,)\s*"([\w.$-]{1,60})":\s*/gu,
      (_, comma: string, key: string) => `${comma === '' ? '' : ', '}${key}: `,
    )
    .replaceAll('\\n', ' ')
    .trim()}…`;
}

/** A tool's result in a few words: itself when it is short, else its size and how it begins. */
export function callResult(text: string, textLength: number, isTool = true): string {
  if (textLength === 0) return isTool ? 'no result text' : '';
  const line = firstLine(text, 120);
  const isWhole = textLength <= 80 && !text.trim().includes('\n');
  return isWhole ? text.trim() : `${formatCompact(textLength)} characters: ${line}`;
}
