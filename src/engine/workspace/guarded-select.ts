/**
 * Whether a query that somebody wrote may run: one SELECT over named views and nothing else. It looks at the query as DuckDB itself
 * parses it, never at its text. Owns the check; which views there are, and the words of a refusal, come from whoever asks.
 */
import type { Queries } from './queries';
import { BadInput } from './problem';

/** A query that is refused, with the 0-based place in its text where that is known. */
export class QueryProblem extends BadInput {
  constructor(
    message: string,
    readonly position: number | null,
  ) {
    super(message);
  }
}

/** What may be read, and what is said of queries that may not run. */
export interface SelectRules {
  /** Names of the views, lower case. */
  views: readonly string[];
  changesSomething: string;
  unreadable: (message: string, position: number | null) => string;
  severalStatements: (count: number) => string;
  noView: (name: string) => string;
  noFunction: (name: string) => string;
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
/** Deeper queries are refused: nobody writes them by hand. */
const MAX_DEPTH = 200;

interface ParsedSql {
  error: boolean;
  error_message?: string;
  error_type?: string;
  position?: string;
  statements?: unknown[];
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Looks a query through. Throws QueryProblem with a sentence; resolves with its text without a closing semicolon. */
export async function guardSelect(db: Queries, query: string, rules: SelectRules): Promise<string> {
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
  if (parsed.error) throw problemOf(parsed, text, rules);
  const statements = parsed.statements ?? [];
  if (statements.length !== 1) throw new QueryProblem(rules.severalStatements(statements.length), null);
  lookThrough(statements[0], text, rules);
  return text;
}

function problemOf(
  { error_message, error_type, position }: ParsedSql,
  text: string,
  rules: SelectRules,
): QueryProblem {
  // The parser counts characters, where JavaScript counts two for those beyond the first plane.
  const at = position === undefined ? null : Array.from(text).slice(0, Number(position)).join('').length;
  const message =
    error_type === 'not implemented'
      ? rules.changesSomething
      : rules.unreadable(error_message ?? 'The query cannot be read', at);
  return new QueryProblem(message, at);
}

/** Where a place in a text is, in words a person can find it by. */
export function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}`;
}

/** The parsed query counts bytes. */
function placeOf(node: Node, text: string): number | null {
  const at = node['query_location'];
  const bytes = Buffer.from(text);
  return typeof at === 'number' && at < bytes.length ? bytes.subarray(0, at).toString().length : null;
}

function nodesOf(statement: unknown): Node[] {
  const nodes: Node[] = [];
  const open: [value: unknown, depth: number][] = [[statement, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (!isNode(value)) continue;
    if (depth > MAX_DEPTH) throw new QueryProblem('The query is nested too deeply.', null);
    if (!Array.isArray(value)) nodes.push(value);
    for (const one of Object.values(value)) open.push([one, depth + 1]);
  }
  return nodes;
}

/** Walks the parsed query: names of common table expressions first, then everything that is read or called. */
function lookThrough(statement: unknown, text: string, rules: SelectRules): void {
  const known = new Set(rules.views);
  const nodes = nodesOf(statement);
  for (const node of nodes) {
    const { key } = node;
    if (typeof key === 'string' && isNode(node['value']) && 'query' in node['value'])
      known.add(key.toLowerCase());
    if (node['type'] === 'RECURSIVE_CTE_NODE' && typeof node['cte_name'] === 'string')
      known.add(node['cte_name'].toLowerCase());
  }
  for (const node of nodes) checkNode(node, known, text, rules);
}

function checkNode(node: Node, known: ReadonlySet<string>, text: string, rules: SelectRules): void {
  const { type, table_name: table } = node;
  // DESCRIBE and SUMMARIZE read as FROM does: a table by its name, or a query whose own tables are looked at. SHOW lists all.
  if (type === 'BASE_TABLE' || (type === 'SHOW_REF' && !isNode(node['query']))) {
    const name = typeof table === 'string' ? table.toLowerCase() : '';
    if (!known.has(name) || 'schema_name' in node || 'catalog_name' in node)
      throw new QueryProblem(rules.noView(name), placeOf(node, text));
  }
  const inFrom = type === 'TABLE_FUNCTION' && isNode(node['function']);
  const called = inFrom ? (node['function'] as Node)['function_name'] : node['function_name'];
  if (typeof called !== 'string') return;
  const name = called.toLowerCase();
  if (REFUSED_FUNCTIONS.test(name) || (inFrom && !ROW_FUNCTIONS.has(name)))
    throw new QueryProblem(rules.noFunction(name), placeOf(node, text));
}
