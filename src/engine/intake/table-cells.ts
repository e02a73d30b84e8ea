/**
 * What programs make of values when they write them into a table: lists and objects printed as Python prints them (a frame's
 * `to_csv`), decimal commas where a spreadsheet separates fields by semicolons. Formats get JSON and decimal points instead.
 */
import { literalValue } from './literal-value';
import type { CsvDelimiter } from './split-csv';

interface ReadCell {
  text: string;
  /** Whether Python printed it, and JSON was made of that. */
  isPrinted: boolean;
  /** What its program left out when it printed it. */
  cut: string | null;
}

/** Brackets, then a text in single quotes or an object of a class: JSON never begins like that. */
const PRINTED = /^\s*[[{(][[{(\s]*(?:'|[A-Z]\w{0,60}\()/;
const DECIMAL_COMMA = /^\s*-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+\s*$/;
/** Columns of amounts; what stands in others, such as a message, is left as it is. */
const AMOUNT = /cost|price|usd|score|rating|value|latency|duration|timeToFirst|time_to_first/i;

/** The cell of a column as formats read it. */
export function readCell(column: string, text: string, delimiter: CsvDelimiter, maxDepth: number): ReadCell {
  const same: ReadCell = { text, isPrinted: false, cut: null };
  if (PRINTED.test(text)) {
    const read = literalValue(text, maxDepth);
    const isTree = typeof read?.value === 'object' && read.value !== null;
    return isTree ? { text: JSON.stringify(read.value), isPrinted: true, cut: read.cut } : same;
  }
  const isComma = delimiter !== ',' && DECIMAL_COMMA.test(text) && AMOUNT.test(column);
  return isComma ? { ...same, text: text.trim().replaceAll('.', '').replace(',', '.') } : same;
}
