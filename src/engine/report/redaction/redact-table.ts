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
  const names = texts.map((one) => one.column_name);
  const group = columns.find((one) => /^session_?id$/i.test(one.column_name))?.column_name;
  const select = columns
    .map((one) =>
      isNested(one)
        ? `to_json(${quoted(one.column_name)})::VARCHAR AS ${quoted(one.column_name)}`
        : quoted(one.column_name),
    )
    .join(', ');
  await tx.run(
    `CREATE OR REPLACE TEMP TABLE outgoing_plain AS SELECT row_number() OVER () AS place_, ${select} FROM outgoing`,
  );
  const target = texts.map(
    (one) => `${quoted(one.column_name)} ${isNested(one) ? 'VARCHAR' : one.column_type}`,
  );
  await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing_masked (place_ BIGINT, ${target.join(', ')})`);
  const read = [...new Set([...names, ...(group === undefined ? [] : [group])])];
  const around = (record: Record<string, unknown>, field: string) => {
    const of = group === undefined ? null : record[group];
    return { field, ...(typeof of === 'string' ? { group: of } : {}) };
  };
  // Names are learnt from all rows first: a row may stand before the one that introduces its person.
  for await (const batch of batches(tx, read))
    for (const record of batch)
      for (const name of names)
        for (const text of textsOf(record[name])) redactor.learn(text, around(record, name));
  let row = 0;
  for await (const batch of batches(tx, read)) {
    const masked = batch.map((record) => {
      row += 1;
      return [row, ...names.map((name) => maskedValue(record, name, row))];
    });
    await tx.appendRows('outgoing_masked', ['place_', ...names], masked);
  }
  await putTogether(tx, columns, new Set(names));

  function maskedValue(record: Record<string, unknown>, name: string, at: number): unknown {
    const mask = (text: string): string => {
      const { text: redacted, masked } = redactor.redact(text, around(record, name));
      list.add(masked, at, name);
      return redacted;
    };
    const value = record[name];
    if (typeof value === 'string') return mask(value);
    return Array.isArray(value)
      ? value.map((one: unknown) => (typeof one === 'string' ? mask(one) : one))
      : value;
  }
}

/** The columns of `outgoing` in their order, those in `masked` from the masked rows; times and numbers never leave SQL. */
async function putTogether(
  tx: Queries,
  columns: readonly Column[],
  masked: ReadonlySet<string>,
): Promise<void> {
  const select = columns.map(
    ({ column_name: name }) => `${masked.has(name) ? 'm' : 'p'}.${quoted(name)} AS ${quoted(name)}`,
  );
  await tx.run(`
    CREATE OR REPLACE TEMP TABLE outgoing AS
    SELECT ${select.join(', ')} FROM outgoing_plain AS p JOIN outgoing_masked AS m ON m.place_ = p.place_ ORDER BY p.place_`);
  await tx.run('DROP TABLE outgoing_plain');
  await tx.run('DROP TABLE outgoing_masked');
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

async function* batches(tx: Queries, names: readonly string[]): AsyncGenerator<Record<string, unknown>[]> {
  for (let from = 0; ; from += BATCH) {
    const rows = await tx.all<Record<string, unknown>>(
      `SELECT ${names.map(quoted).join(', ')} FROM outgoing_plain WHERE place_ > $1 AND place_ <= $2 ORDER BY place_`,
      [from, from + BATCH],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
  }
}
