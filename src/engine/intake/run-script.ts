/** Runs SQL scripts statement by statement. */
import type { DuckDBConnection } from '@duckdb/node-api';

/** Statements end with a semicolon at the end of a line. */
function statementsOf(script: string): string[] {
  return script.split(/;\s*$/m).filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
}

/** Runs the statements of a script one after the other; `onShare` hears which share (0 to 1) is done. Throws what DuckDB throws. */
export async function runScript(
  connection: DuckDBConnection,
  script: string,
  onShare: (share: number) => void = () => undefined,
): Promise<void> {
  const statements = statementsOf(script);
  for (const [i, statement] of statements.entries()) {
    onShare(i / statements.length);
    await connection.run(statement);
  }
}
