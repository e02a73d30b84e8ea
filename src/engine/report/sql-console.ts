/**
 * The read-only console: one SELECT over the documented views. A query is parsed by DuckDB itself and looked through
 * before it runs: no other statement, no function that reads files, no table but the documented ones; it then runs inside a
 * SELECT of ours, so that nothing else could be said even if it were missed.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RedactionReport } from '../../shared/contract/redaction';
import type { SqlColumn, SqlResult } from '../../shared/contract/sql';
import { missingSignals } from '../signals/coverage';
import { importIds, wideSpans } from '../trajectory/wide-span';
import type { Database } from '../workspace/database';
import { guardSelect, QueryProblem, type SelectRules } from '../workspace/guarded-select';
import { outgoingName, writeMasked, type Exported, type ExportFormat } from './export';
import type { RedactionSettings } from './redaction/redact';
import { documentedViews } from './views.data';

export interface ConsoleContext {
  db: Database;
  importsDir: string;
}

const viewNames = documentedViews.map((view) => view.name);
const rules: SelectRules = {
  views: viewNames,
  changesSomething: 'Only SELECT can be run here: the workspace is read, never changed.',
  unreadable: (message) => `${message}.`,
  severalStatements: () => 'One query at a time.',
  noView: (name) => `There is no view “${name}”. There are: ${viewNames.join(', ')}.`,
  noFunction: (name) => `The function ${name} is not for use here.`,
};

/** The query as it runs: with the whole texts at hand, inside a SELECT of ours. */
async function wrapped({ db, importsDir }: ConsoleContext, text: string): Promise<string> {
  const wide = wideSpans(importsDir, await importIds(db));
  const texts =
    wide === null
      ? `SELECT s.session_id, s.span_id, s.text_head AS text, s.input_head AS input, NULL::VARCHAR AS output, NULL::VARCHAR AS attributes, NULL::VARCHAR AS raw FROM span AS s`
      : `SELECT s.session_id, s.span_id, w.text, w.input, w.output, w.attributes, w.raw FROM span AS s
         JOIN (${wide}) AS w ON w.import_id = s.import_id AND w.span_id = s.span_id AND w.session_id = coalesce(s.stored_session_id, s.session_id)`;
  return `WITH span_texts AS NOT MATERIALIZED (${texts}) SELECT * FROM (\n${text}\n)`;
}

/** A text longer than this is cut, and a result stops at so many characters: it has to be held and shown as a whole. */
const MAX_VALUE = 100_000;
const MAX_RESULT = 30_000_000;

/** Rows as they can be shown: so many, of so many characters in all. */
class ShownRows {
  readonly rows: unknown[][] = [];
  isCut = false;
  cutValues = 0;
  #room = MAX_RESULT;

  constructor(
    readonly columns: readonly SqlColumn[],
    readonly limit: number,
  ) {}

  add(row: Record<string, unknown>): void {
    this.isCut ||= this.rows.length >= this.limit || this.#room <= 0;
    if (this.isCut) return;
    this.rows.push(this.columns.map((column) => this.#shown(plainValue(row[column.name]))));
  }

  #shown(value: unknown): unknown {
    if (typeof value !== 'string') return value;
    const isLong = value.length > MAX_VALUE;
    if (isLong) this.cutValues += 1;
    this.#room -= Math.min(value.length, MAX_VALUE);
    return isLong ? value.slice(0, MAX_VALUE).toWellFormed() : value;
  }
}

/** Runs a query: its columns with types, and at most `limit` rows. Throws QueryProblem, also when it takes too long. */
export async function runQuery(
  context: ConsoleContext,
  query: string,
  options: { limit: number; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<SqlResult> {
  const text = await guardSelect(context.db, query, rules);
  const sql = await wrapped(context, text);
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const started = performance.now();
  try {
    const columns = await columnsOf(context.db, sql, signal);
    const shown = new ShownRows(columns, options.limit);
    await context.db.stream<Record<string, unknown>>(
      `SELECT * FROM (${sql}) LIMIT ${String(options.limit + 1)}`,
      [],
      (chunk) => {
        for (const row of chunk) shown.add(row);
      },
      undefined,
      signal,
    );
    return {
      columns,
      rows: shown.rows,
      isCut: shown.isCut,
      cutValues: shown.cutValues,
      durationMs: performance.now() - started,
      incomplete: await missingSignals(context.db),
    };
  } catch (error) {
    if (deadline.aborted && options.signal?.aborted !== true)
      throw new QueryProblem(
        `The query took longer than ${String(options.timeoutMs / 1000)} s and was stopped. Narrow it down, or ask for fewer rows.`,
        null,
      );
    options.signal?.throwIfAborted();
    throw queryError(error, text);
  }
}

/** Writes the whole result of a query into the exports folder, masked where settings say so. Throws QueryProblem. */
export async function exportQuery(
  context: ConsoleContext,
  exportsDir: string,
  query: string,
  format: ExportFormat,
  redaction: RedactionSettings | null = null,
): Promise<Exported & { redaction: RedactionReport | null }> {
  const text = await guardSelect(context.db, query, rules);
  const sql = await wrapped(context, text);
  const incomplete = await missingSignals(context.db);
  const name = outgoingName('query', format, { isRedacted: redaction !== null, incomplete });
  const path = join(exportsDir, name);
  try {
    const written = await context.db.transaction(async (tx) => {
      await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing AS ${sql}`);
      return writeMasked(tx, path, format, redaction);
    });
    return { path, name, bytes: statSync(path).size, incomplete, ...written };
  } catch (error) {
    throw queryError(error, text);
  }
}

/** The documented views with the types their columns have here. */
export async function describeViews(context: ConsoleContext) {
  const found = [];
  for (const view of documentedViews) {
    const sql = await wrapped(context, `SELECT * FROM ${view.name}`);
    const types = new Map((await columnsOf(context.db, sql)).map((column) => [column.name, column.type]));
    found.push({
      name: view.name,
      grain: view.grain,
      columns: view.columns.map(([name, meaning]) => ({ name, meaning, type: types.get(name) ?? '' })),
    });
  }
  return found;
}

/** Columns of a query that was looked through already. */
async function columnsOf(db: Database, sql: string, signal?: AbortSignal): Promise<SqlColumn[]> {
  return db.all<SqlColumn>(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${sql})`,
    [],
    undefined,
    signal,
  );
}

/** DuckDB's message without its echo of the query, which shows our own text around it. */
function queryError(error: unknown, text: string): QueryProblem {
  const message = error instanceof Error ? error.message : String(error);
  const first = message.split('\n').find((line) => line.trim() !== '') ?? message;
  const named = /"([^"]{1,60})"/.exec(first)?.[1];
  const at = named === undefined ? -1 : text.indexOf(named);
  return new QueryProblem(first.replace(/^\w+ Error: /u, ''), at < 0 ? null : at);
}

/** Values as JSON can carry them; what is nested becomes text. */
function plainValue(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value);
}
