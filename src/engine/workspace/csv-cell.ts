/**
 * Keeps spreadsheets from running what stands in a cell of CSV, in one way for all files that go out: an apostrophe before
 * it makes it text (OWASP, CSV Injection). White space and invisible characters before the sign are skipped by spreadsheets,
 * and some take the full-width signs for the others.
 */

const SIGNS = '=+\\-@＝＋－＠';
/** What is not seen before a sign: controls, white space, zero-width and directional characters, as ranges of code points. */
const UNSEEN: readonly (readonly [number, number])[] = [
  [0x00, 0x20],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** How a cell begins that is made harmless; with apostrophes before it too, so that what was written comes back in. */
function pattern(escape: 'u' | 'x'): string {
  const ranges = UNSEEN.map((range) => range.map((code) => `\\${escape}{${code.toString(16)}}`).join('-'));
  return `^'*([\\t\\r\\n]|[${ranges.join('')}]*[${SIGNS}])`;
}

const formula = new RegExp(pattern('u'), 'u');

/** A value as a cell of CSV, quoted where need be. */
export function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A cell as it was before `csvCell` made it harmless. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}

/** The same in SQL, of an expression that is text. */
export function csvCellSql(text: string): string {
  return `CASE WHEN regexp_matches(${text}, '${pattern('x').replaceAll("'", "''")}') THEN '''' || ${text} ELSE ${text} END`;
}
