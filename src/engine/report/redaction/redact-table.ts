/**
 * Redacts temp table `outgoing` before it is written: every text column but ids and codes, cell by cell. Owns the list of
 * what was masked and where; the values themselves are in it nowhere.
 */
import type { MaskedPlace, RedactionReport } from '../../../shared/contract/redaction';
import type { Queries } from '../../workspace/queries';
import type { MaskKind } from '../../../shared/model/redaction';
import { Redactor, type RedactionSettings } from './redact';

/** Columns that hold ids, codes and numbers, which name nobody by themselves and are needed to find rows again. */
const CODES =
  /(?:Id|Ids|Sha256|Version|Count|Ms|Time|At|No|At)$|^(?:record|state|kind|format|signal|signals|pillar|severity|score|flags|cueKind|at|evidence|model|agentVersion|line)$/;
/** Places that are listed one by one; beyond, only counted. */
const MAX_LISTED = 5000;

interface Column {
  column_name: string;
  column_type: string;
}

/** Replaces `outgoing` by its redacted self and says what was masked. */
export async function redactOutgoing(tx: Queries, settings: RedactionSettings): Promise<RedactionReport> {
  const columns = await tx.all<Column>('SELECT column_name, column_type FROM (DESCRIBE outgoing)');
  const texts = columns.filter(
    (one) => /^VARCHAR(?:\[\])?$/.test(one.column_type) && !CODES.test(one.column_name),
  );
  const redactor = new Redactor(settings);
  const places: MaskedPlace[] = [];
  const counts = new Map<MaskKind, number>();
  const mask = (text: string, row: number, column: string): string => {
    const { text: redacted, masked } = redactor.redact(text);
    for (const { kind, pseudonym, start, length } of masked) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (places.length < MAX_LISTED) places.push({ kind, pseudonym, row, column, start, length });
    }
    return redacted;
  };
  const names = columns.map((one) => one.column_name);
  const rows: unknown[][] = [];
  await tx.stream<Record<string, unknown>>('SELECT * FROM outgoing', [], (chunk) => {
    for (const record of chunk) {
      const place = rows.length + 1;
      for (const { column_name: name } of texts) {
        const value = record[name];
        if (typeof value === 'string') record[name] = mask(value, place, name);
        else if (Array.isArray(value))
          record[name] = value.map((one: unknown) =>
            typeof one === 'string' ? mask(one, place, name) : one,
          );
      }
      rows.push(names.map((name) => record[name]));
    }
  });
  const target = columns.map((one) => `"${one.column_name.replaceAll('"', '""')}" ${one.column_type}`);
  await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing (${target.join(', ')})`);
  await tx.appendRows('outgoing', names, rows);
  return {
    counts: [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
    places,
    leaks: leaksOf(rows, names, texts, settings),
  };
}

/** The second look: what a fresh search still finds in what is about to go out. */
function leaksOf(
  rows: readonly unknown[][],
  names: readonly string[],
  texts: readonly Column[],
  settings: RedactionSettings,
): RedactionReport['leaks'] {
  const redactor = new Redactor(settings);
  const leaks: RedactionReport['leaks'] = [];
  for (const { column_name: column } of texts) {
    const index = names.indexOf(column);
    for (const [i, row] of rows.entries()) {
      const value = row[index];
      const cells = Array.isArray(value) ? (value as unknown[]) : [value];
      for (const text of cells) {
        if (typeof text !== 'string' || leaks.length >= MAX_LISTED) continue;
        for (const hit of redactor.find(withoutPseudonyms(text)))
          leaks.push({ kind: hit.kind, row: i + 1, column });
      }
    }
  }
  return leaks;
}

/** Pseudonyms are no leaks, however much they look like keys. */
function withoutPseudonyms(text: string): string {
  return text.replace(/\[[a-z]{2,12} [0-9a-f]{6}\]/g, '[]');
}
