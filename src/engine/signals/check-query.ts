/**
 * Whether a query that somebody wrote as a detector may run: one SELECT over the views of ./views.ts and nothing else.
 * Owns the check and its words. It looks at the parsed query, never at its text.
 */
import { get, asArray, asObject, asText } from '../../shared/trace/json';
import type { Database } from '../workspace/database';
import { BadInput } from '../workspace/problem';
import { findQuery } from './query-findings';
import { signalViews } from './views';

/** Functions that make rows out of their arguments alone. */
const ROW_FUNCTIONS: ReadonlySet<string> = new Set(['unnest', 'range', 'generate_series']);
/** Deeper queries are refused: nobody writes them by hand. */
const MAX_DEPTH = 200;

/** Throws BadInput with a sentence that says what is wrong with the query, and where. */
export async function checkQuery(db: Database, sql: string, signal?: AbortSignal): Promise<void> {
  const row = await db.one<{ tree: string }>('SELECT json_serialize_sql($1::VARCHAR)::VARCHAR AS tree', [
    sql,
  ]);
  const parsed: unknown = JSON.parse(row?.tree ?? '{}');
  if (get(parsed, 'error') !== false) {
    const message = asText(get(parsed, 'error_message')) ?? 'it cannot be read';
    throw new BadInput(
      get(parsed, 'error_type') === 'not implemented'
        ? 'A detector is one SELECT: statements that change anything are not run.'
        : `The query cannot be read: ${message}${placeOf(sql, asText(get(parsed, 'position')))}.`,
    );
  }
  const statements = asArray(get(parsed, 'statements'));
  if (statements.length !== 1)
    throw new BadInput(`A detector is one SELECT; this is ${String(statements.length)}.`);
  checkTables(statements[0]);
  await checkColumns(db, sql, signal);
}

function placeOf(sql: string, position: string | null): string {
  const at = Number(position);
  if (position === null || !Number.isInteger(at)) return '';
  const before = sql.slice(0, at).split('\n');
  return ` (line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)})`;
}

function checkTables(tree: unknown): void {
  const known = new Set(signalViews.map((view) => view.name));
  const own = new Set<string>();
  visit(tree, (node) => {
    for (const entry of asArray(get(get(node, 'cte_map'), 'map'))) {
      const name = asText(get(entry, 'key'));
      if (name !== null) own.add(name.toLowerCase());
    }
  });
  visit(tree, (node) => {
    const type = get(node, 'type');
    if (type === 'BASE_TABLE') {
      const name = asText(get(node, 'table_name')) ?? '';
      const isPlain = get(node, 'schema_name') === '' && get(node, 'catalog_name') === '';
      if (!isPlain || !(known.has(name.toLowerCase()) || own.has(name.toLowerCase())))
        throw new BadInput(`There is no view “${name}” for detectors. They read ${[...known].join(', ')}.`);
    }
    if (type === 'TABLE_FUNCTION') {
      const name = asText(get(get(node, 'function'), 'function_name')) ?? '';
      if (!ROW_FUNCTIONS.has(name.toLowerCase()))
        throw new BadInput(`A detector may not call “${name}”: it reads views, not files or settings.`);
    }
    if (type === 'SHOW_REF')
      throw new BadInput('A detector reads views; DESCRIBE, SHOW and SUMMARIZE are no part of it.');
  });
}

function visit(tree: unknown, look: (node: unknown) => void): void {
  const open: [node: unknown, depth: number][] = [[tree, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    if (depth > MAX_DEPTH) throw new BadInput('The query is nested too deeply.');
    if (Array.isArray(node)) for (const one of node as unknown[]) open.push([one, depth + 1]);
    else if (asObject(node)) {
      look(node);
      for (const value of Object.values(node as object)) open.push([value, depth + 1]);
    }
  }
}

/** Runs the query over no session at all, which tells wrong names and missing columns. */
async function checkColumns(db: Database, sql: string, signal?: AbortSignal): Promise<void> {
  try {
    await findQuery(db, { select: sql, parameters: {}, isOwn: false }, [], signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new BadInput(wordsOf(error));
  }
}

/** What DuckDB says of a query, as a sentence without its drawing of where. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split('\n').filter((line) => line.trim() !== '' && !/^(LINE \d+:|\s*\^)/.test(line));
  const text = lines
    .join(' ')
    .replace(/^(\w+ Error): /, '')
    .slice(0, 500);
  const missing = /"f" does not have a column named "(session_id|span_id|reason)"/i.exec(message);
  return missing
    ? `The query must return a column ${missing[1] ?? ''}: a detector returns session_id, span_id and reason.`
    : `The query does not run: ${text}`;
}
