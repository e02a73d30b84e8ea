/** HTML as the text a reader of the page sees; text that is no HTML stays as it is. */

const IS_HTML =
  /^\s*<(?:!doctype html|html|body|div|p|span|br|ul|ol|li|table|blockquote|pre|b|strong|i|em|a|h[1-6])\b[^>]*>/i;
const BREAKS =
  /<br\s*\/?>|<\/(?:p|div|li|tr|h[1-6]|blockquote|pre|ul|ol|table|article|section|dd|dt)\s*>|<hr\b[^>]*>/gi;
const UNSEEN = /<(script|style|head)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;
const TAG = /<\/?[a-z][^<>]*>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
};

function entity(whole: string, name: string): string {
  if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** The text of a message that is written as HTML, its paragraphs as lines; any other text unchanged. */
export function plainTextOf(text: string): string {
  if (!IS_HTML.test(text)) return text;
  return text
    .replace(UNSEEN, '')
    .replace(BREAKS, '\n')
    .replace(TAG, '')
    .replace(/&(#?\w{1,8});/g, entity)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
