/**
 * Redacts temp table `outgoing` before it is written, batch by batch: every column of texts, whatever its name. Owns the list
 * of what was masked and where; the values themselves are in it nowhere.
 */
import type { MaskedPlace, RedactionReport } from '../../../shared/contract/redaction';
import type { MaskKind } from '../../../shared/model/redaction';
import type { Queries } from '../../workspace/queries';
import type { Masked, Redactor } from './redact';

/** Places that are listed one by one; beyond, only counted. */
export const MAX_LISTED = 5000;
/** Rows held at a time. */
const BATCH = 2048;

/** What was masked so far, and where. */
export class MaskList {
  readonly places: MaskedPlace[] = [];
  readonly #counts = new Map<MaskKind, number>();

  add(masked: readonly Masked[], row: number, column: string): void {
    for (const { kind, pseudonym, start, length } of masked) {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
      if (this.places.length < MAX_LISTED) this.places.push({ kind, pseudonym, row, column, start, length });
    }
  }

  get counts(): RedactionReport['counts'] {
    return [...this.#counts]
      .map(([kind, count]) => ({ kind, count }))
      .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
  }
}

interface Column {
  column_name: string;
  column_type: string;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const isText = ({ column_type: type }: Column): boolean => /^(?:VARCHAR|JSON)(?:\[\])?$/.test(type);
/** What holds texts within; it goes out as JSON in a text. */
const isNested = ({ column_type: type }: Column): boolean =>
  !isText({ column_name: '', column_type: type }) && /VARCHAR|JSON|UNION/.test(type);

/** Replaces `outgoing` by its redacted self, but for the columns named in `keeps`; what was masked goes onto the list. */
export async function redactOutgoing(
  tx: Queries,
  redactor: Redactor,
  list: MaskList,
  keeps: ReadonlySet<string> = new Set(),
): Promise<void> {
  const columns = await tx.all<Column>('SELECT column_name, column_type FROM (DESCRIBE outgoing)');
  const texts = columns.filter((one) => (isText(one) || isNested(one)) && !keeps.has(one.column_name));
  if (texts.length === 0) return;
  const names = columns.map((one) => one.column_name);
  const group = names.find((name) => /^session_?id$/i.test(name));
  const select = columns
    .map((one) =>
      isNested(one)
        ? `to_json(${quoted(one.column_name)})::VARCHAR AS ${quoted(one.column_name)}`
        : quoted(one.column_name),
    )
    .join(', ');
  const target = columns.map(
    (one) => `${quoted(one.column_name)} ${isNested(one) ? 'VARCHAR' : one.column_type}`,
  );
  await tx.run(
    `CREATE OR REPLACE TEMP TABLE outgoing_plain AS SELECT row_number() OVER () AS place_, ${select} FROM outgoing`,
  );
  await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing (${target.join(', ')})`);
  const around = (record: Record<string, unknown>, field: string) => {
    const of = group === undefined ? null : record[group];
    return { field, ...(typeof of === 'string' ? { group: of } : {}) };
  };
  // Names are learnt from all rows first: a row may stand before the one that introduces its person.
  for await (const batch of batches(tx))
    for (const record of batch)
      for (const { column_name: name } of texts)
        for (const text of textsOf(record[name])) redactor.learn(text, around(record, name));
  let row = 0;
  for await (const batch of batches(tx)) {
    for (const record of batch) {
      row += 1;
      for (const { column_name: name } of texts) {
        const mask = (text: string): string => {
          const { text: redacted, masked } = redactor.redact(text, around(record, name));
          list.add(masked, row, name);
          return redacted;
        };
        const value = record[name];
        if (typeof value === 'string') record[name] = mask(value);
        else if (Array.isArray(value))
          record[name] = value.map((one: unknown) => (typeof one === 'string' ? mask(one) : one));
      }
    }
    await tx.appendRows(
      'outgoing',
      names,
      batch.map((record) => names.map((name) => record[name])),
    );
  }
  await tx.run('DROP TABLE outgoing_plain');
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

async function* batches(tx: Queries): AsyncGenerator<Record<string, unknown>[]> {
  for (let from = 0; ; from += BATCH) {
    const rows = await tx.all<Record<string, unknown>>(
      'SELECT * EXCLUDE (place_) FROM outgoing_plain WHERE place_ > $1 AND place_ <= $2 ORDER BY place_',
      [from, from + BATCH],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
  }
}
