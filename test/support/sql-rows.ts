/** Queries of the SQL console, for what tests compare. */
import type { TestEngine } from './engine';

export type Row = Record<string, unknown>;

/** The rows of a query of the workspace that is open, as objects. */
export async function rowsOf({ client }: TestEngine, query: string): Promise<Row[]> {
  const answer = await client.sql.run({ query, limit: 10_000 });
  if (answer.kind === 'problem') throw new Error(answer.message);
  const { columns, rows } = answer.result;
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}
