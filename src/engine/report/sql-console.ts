/**
 * The read-only console: one SELECT over the documented views. A query is parsed by DuckDB itself and looked through
 * before it runs: no other statement, no function that reads files, no table but the documented ones; it then runs inside a
 * SELECT of ours, so that nothing else could be said even if it were missed.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RedactionReport } from '../../shared/contract/redaction';
import type { SqlColumn, SqlResult } from '../../shared/contract/sql';
import { importIds, wideSpans } from '../trajectory/wide-span';
import type { Database } from '../workspace/database';
import { BadInput } from '../workspace/problem';
import { writeMasked, type Exported, type ExportFormat } from './export';
import type { RedactionSettings } from './redaction/redact';
import { documentedViews } from './views.data';

export interface ConsoleContext {
  db: Database;
  importsDir: string;
}

/** Functions in FROM that make rows of nothing or of the query's own values. */
const ROW_FUNCTIONS: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'repeat',
  'repeat_row',
]);
/** Functions that look at the machine, at settings, or run text as code. */
const REFUSED_FUNCTIONS =
  /^(?:getenv|current_setting|set_config|read_\w+|glob|query|query_table|pragma_\w+|duckdb_\w+|which_secret|sniff_csv|parquet_\w+|nextval|currval|getvariable|json_execute_serialized_sql|write_log|in_search_path|sql_auto_complete)$/;
const MAX_QUERY = 20_000;

/** A query that is refused, with the 0-based place in its text where that is known. */
export class QueryProblem extends BadInput {
  constructor(
    message: string,
    readonly position: number | null,
  ) {
    super(message);
  }
}

interface ParsedSql {
  error: boolean;
  error_message?: string;
  error_type?: string;
  position?: string;
  statements?: unknown[];
}

/** Looks a query through. Throws QueryProblem with a sentence; resolves with its text without a closing semicolon. */
export async function checkedQuery(db: Database, query: string): Promise<string> {
  // The beginning stays as it was written, so that places in the text are places in what the person wrote.
  const text = query.trimEnd().replace(/;$/u, '').trimEnd();
  if (text === '') throw new QueryProblem('Write a query.', null);
  if (text.length > MAX_QUERY)
    throw new QueryProblem(`The query is longer than ${MAX_QUERY.toLocaleString('en')} characters.`, null);
  const row = await db.one<{ parsed: string }>(
    'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)::VARCHAR AS parsed',
    [text],
  );
  const parsed = JSON.parse(row?.parsed ?? '{"error":true}') as ParsedSql;
  if (parsed.error) throw problemOf(parsed, text);
  if (parsed.statements?.length !== 1) throw new QueryProblem('One query at a time.', null);
  lookThrough(parsed.statements[0], text);
  return text;
}

function problemOf({ error_message, error_type, position }: ParsedSql, text: string): QueryProblem {
  // The parser counts characters, where JavaScript counts two for those beyond the first plane.
  const at = position === undefined ? null : Array.from(text).slice(0, Number(position)).join('').length;
  if (error_type === 'not implemented')
    return new QueryProblem('Only SELECT can be run here: the workspace is read, never changed.', at);
  return new QueryProblem(`${error_message ?? 'The query cannot be read'}.`, at);
}

type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The parsed query counts bytes. */
function placeOf(node: Node, text: string): number | null {
  const at = node['query_location'];
  const bytes = Buffer.from(text);
  return typeof at === 'number' && at < bytes.length ? bytes.subarray(0, at).toString().length : null;
}

/** Walks the parsed query: names of common table expressions first, then everything that is read or called. */
function lookThrough(statement: unknown, text: string): void {
  const known = new Set(documentedViews.map((view) => view.name));
  const nodes: Node[] = [];
  const open: unknown[] = [statement];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (!isNode(value)) continue;
    if (!Array.isArray(value)) nodes.push(value);
    open.push(...Object.values(value));
  }
  for (const node of nodes) {
    const { key } = node;
    if (typeof key === 'string' && isNode(node['value']) && 'query' in node['value'])
      known.add(key.toLowerCase());
    if (node['type'] === 'RECURSIVE_CTE_NODE' && typeof node['cte_name'] === 'string')
      known.add(node['cte_name'].toLowerCase());
  }
  for (const node of nodes) checkNode(node, known, text);
}

function checkNode(node: Node, known: ReadonlySet<string>, text: string): void {
  if (node['type'] === 'BASE_TABLE') {
    const name = String(node['table_name']).toLowerCase();
    if (!known.has(name) || 'schema_name' in node || 'catalog_name' in node)
      throw new QueryProblem(
        `There is no view “${name}”. There are: ${documentedViews.map((view) => view.name).join(', ')}.`,
        placeOf(node, text),
      );
  }
  const inFrom = node['type'] === 'TABLE_FUNCTION' && isNode(node['function']);
  const called = inFrom ? (node['function'] as Node)['function_name'] : node['function_name'];
  if (typeof called !== 'string') return;
  const name = called.toLowerCase();
  if (REFUSED_FUNCTIONS.test(name) || (inFrom && !ROW_FUNCTIONS.has(name)))
    throw new QueryProblem(`The function ${name} is not for use here.`, placeOf(node, text));
}

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
  const text = await checkedQuery(context.db, query);
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
  const text = await checkedQuery(context.db, query);
  const sql = await wrapped(context, text);
  const name = `query${redaction ? '.redacted' : ''}.${format}`;
  const path = join(exportsDir, name);
  try {
    const written = await context.db.transaction(async (tx) => {
      await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing AS ${sql}`);
      return writeMasked(tx, path, format, redaction);
    });
    return { path, name, bytes: statSync(path).size, ...written };
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
