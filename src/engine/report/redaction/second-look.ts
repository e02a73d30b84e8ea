/**
 * The second look: what a finished file still gives away. It reads the file as it lies on the disk, by the rules anew and by
 * the values that were masked, and says where something is left, never what.
 */
import { createReadStream } from 'node:fs';
import type { RedactionReport } from '../../../shared/contract/redaction';
import { splitLines } from '../../intake/split-lines';
import { sqlText } from '../../trajectory/index-imports';
import type { Queries } from '../../workspace/queries';
import type { Redactor } from './redact';
import { MAX_LISTED } from './redact-table';

type Leak = RedactionReport['leaks'][number];
const LONGEST_LINE = 64 * 1024 * 1024;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
  '&#47;': '/',
};

/** A text file, line by line; `isMarkup` for HTML, whose own entities are undone first. */
export async function lookAtText(path: string, redactor: Redactor, isMarkup = false): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for await (const line of splitLines(createReadStream(path) as AsyncIterable<Buffer>, LONGEST_LINE)) {
    if ('tooLong' in line) continue;
    const text = line.bytes.toString('utf8');
    // The style sheet and the policy are this program's own.
    if (isMarkup && /^<(?:style|meta)\b/.test(text)) continue;
    const shown = isMarkup
      ? text
          .replace(/<[^>]{0,2000}>/g, ' ')
          .replace(/&(?:amp|lt|gt|quot|#39|#96|#47);/g, (one) => ENTITIES[one] ?? one)
      : text;
    for (const { kind } of redactor.secondLook(shown))
      if (leaks.length < MAX_LISTED) leaks.push({ kind, row: line.line, column: '' });
  }
  return leaks;
}

/** A table as it was written, cell by cell; DuckDB must be allowed to read the file. */
export async function lookAtTable(
  tx: Queries,
  path: string,
  format: 'jsonl' | 'csv' | 'parquet',
  redactor: Redactor,
  keeps: ReadonlySet<string> = new Set(),
): Promise<Leak[]> {
  if (format === 'jsonl') return lookAtText(path, redactor);
  const from =
    format === 'csv'
      ? `read_csv(${sqlText(path)}, all_varchar = true, header = true, delim = ',', quote = '"')`
      : `read_parquet(${sqlText(path)})`;
  const leaks: Leak[] = [];
  let row = 0;
  await tx.stream<Record<string, unknown>>(`SELECT * FROM ${from}`, [], (chunk) => {
    for (const record of chunk) {
      row += 1;
      for (const [column, value] of Object.entries(record)) {
        if (keeps.has(column)) continue;
        const texts = Array.isArray(value) ? (value as unknown[]) : [value];
        for (const text of texts) {
          if (typeof text !== 'string' || leaks.length >= MAX_LISTED) continue;
          for (const { kind } of redactor.secondLook(text, { field: column }))
            leaks.push({ kind, row, column });
        }
      }
    }
  });
  return leaks;
}
