/**
 * Texts out of traces on their way into a page or into Markdown. Nothing of them becomes markup, an address, an image or a
 * change of direction: every character that could is written so that it only shows.
 */

/** C0 but tab and newline, DEL, C1, bidirectional controls, zero-width and invisible characters, tags, noncharacters. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\u{e0000}-\u{e0fff}]/gu;

/** `⟨U+202E⟩` for what cannot be seen and could mislead. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(
      INVISIBLE,
      (one) => `⟨U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** As text or a quoted attribute of HTML. Addresses are broken up, so that no reader of the file takes one for a link. */
export function html(text: string): string {
  return visible(text)
    .replace(/[&<>"'`]/g, (one) => ENTITIES[one] ?? one)
    .replaceAll('://', ':&#47;&#47;');
}

/** The longest run of backticks in a text. */
function backticks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}

/** A line as an inline code span, in which Markdown sees nothing; `isCell` for a cell of a table, where a bar still ends it. */
export function markdownCode(text: string, isCell = false): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  if (line === '') return '';
  const fence = '`'.repeat(backticks(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  const code = `${fence}${pad}${line}${pad}${fence}`;
  return isCell ? code.replaceAll('|', '\\|') : code;
}

/** A line of prose: every mark escaped; one that holds what readers turn into links becomes code. */
export function markdownText(text: string, isCell = false): string {
  const line = visible(text).replace(/\s+/g, ' ').trim();
  if (/:\/\/|www\.|@|&\w+;/i.test(line)) return markdownCode(line, isCell);
  return line
    .replace(/[\\`*_{}[\]<>#|~!$^=&]/g, '\\$&')
    .replace(/^([-+])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Several lines as they are: a fenced block whose fence no line of it can close. */
export function markdownBlock(text: string): string {
  const shown = visible(text);
  const fence = '`'.repeat(Math.max(3, backticks(shown) + 1));
  return `${fence}text\n${shown}\n${fence}`;
}
