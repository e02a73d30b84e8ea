/** How DuckDB joins what the engine asks of it: the joins of a plan that meet every row of one side with every row of the other. */
import { DuckDBConnection } from '@duckdb/node-api';
import { vi } from 'vitest';

const JOINS = /NESTED_LOOP_JOIN|BLOCKWISE_NL_JOIN|CROSS_PRODUCT/g;

/** Statements that derive, whatever comment stands before them. */
const WRITES = /^(?:\s|--.*\n)*(?:CREATE OR REPLACE TEMP TABLE|INSERT|UPDATE|DELETE)\b/;

export interface WideJoin {
  /** What the statement makes or fills, else its beginning. */
  statement: string;
  join: string;
}

function nameOf(sql: string): string {
  const bare = sql
    .replace(/^\s*--.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return /^(?:CREATE OR REPLACE TEMP TABLE|INSERT INTO) (\w+)/.exec(bare)?.[1] ?? bare.slice(0, 80);
}

/**
 * From now on each statement that derives something and takes no parameters is explained right before it runs, where it runs. The list it gives is filled with
 * the joins that cost rows times rows, and `seen` with the names of all statements looked at.
 */
export function watchJoins(): { wide: WideJoin[]; seen: Set<string> } {
  const wide: WideJoin[] = [];
  const seen = new Set<string>();
  const extract = DuckDBConnection.prototype.extractStatements;
  const explained = async function (this: DuckDBConnection, sql: string) {
    const statements = await extract.call(this, sql);
    if (statements.count === 1 && WRITES.test(sql) && !/\$\w/.test(sql)) {
      const plan = await this.runAndReadAll(`EXPLAIN ${sql}`);
      const statement = nameOf(sql);
      seen.add(statement);
      for (const row of plan.getRows())
        for (const join of String(row[1]).match(JOINS) ?? []) wide.push({ statement, join });
    }
    return statements;
  };
  vi.spyOn(DuckDBConnection.prototype, 'extractStatements').mockImplementation(explained);
  return { wide, seen };
}
