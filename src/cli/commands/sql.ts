/** `faultline sql "SELECT …"`: one query over the documented views, read-only. */
import type { SqlResult } from '../../shared/contract/sql';
import { workspaceOption, type Command } from '../command';
import { CommandError, UsageError } from '../failure';
import { maskedText } from '../masked-text';
import { count, printFile, table } from '../output';

/** The most rows that one call of the engine gives. */
const MOST_ROWS = 10_000;
/** Characters of a value in the table. */
const CELL_WIDTH = 80;

export const sql: Command = {
  name: 'sql',
  summary: 'ask the documented views: one SELECT',
  operands: 'QUERY',
  options: {
    ...workspaceOption,
    limit: {
      type: 'string',
      value: 'N',
      help: `Print at most N rows (50, or 1000 with --json; ${MOST_ROWS} is the most).`,
    },
    csv: { type: 'boolean', help: 'Print all rows as CSV, as the export on the screen writes it.' },
    redact: { type: 'boolean', help: 'With --csv: mask people, accounts, keys and places.' },
  },
  examples: [
    'faultline sql "SELECT signal, count(*) AS findings FROM findings GROUP BY signal" -w audit.faultline',
    'faultline sql "SELECT session_id, user_text FROM turns" -w audit.faultline --csv',
  ],
  run: async ({ operands, options, workspace, print, note, signal, streams, isJson }) => {
    const [query, ...more] = operands;
    if (query === undefined || more.length > 0) throw new UsageError('Give one query, in quotes.');
    const isCsv = options.isSet('csv');
    if (isCsv && isJson) throw new UsageError('Either --csv or --json.');
    const given = options.count('limit', 1);
    if (isCsv && given !== null) throw new UsageError('--csv prints all rows: put a LIMIT into the query.');
    const redact = options.isSet('redact');
    if (redact && !isCsv) throw new UsageError('--redact is for --csv.');
    const limit = Math.min(given ?? (isJson ? 1000 : 50), MOST_ROWS);
    const { client, pathOf } = await workspace();
    if (isCsv) {
      const written = await client.sql.export({ query, format: 'csv', redact }, { signal });
      if (written.redaction !== null) note(maskedText(written.redaction));
      if (written.incomplete !== null) note(written.incomplete);
      await printFile(pathOf(written.handle), streams.stdout);
      return 0;
    }
    const answer = await client.sql.run({ query, limit, timeoutSeconds: 600 }, { signal });
    if (answer.kind === 'problem') throw new CommandError(placed(query, answer.message, answer.position));
    const { result } = answer;
    if (result.incomplete !== null) note(result.incomplete);
    print(result, () => tableOf(result));
    if (isJson && result.isCut)
      note(`Only the first ${count(result.rows.length)} rows; --limit asks for more.`);
    return 0;
  },
};

function tableOf({ columns, rows, isCut }: SqlResult): string {
  const isNumber = (index: number) => rows.some((row) => typeof row[index] === 'number');
  const titles = columns.map(({ name }, index) => ({
    title: name,
    width: CELL_WIDTH,
    ...(isNumber(index) ? { align: 'right' as const } : {}),
  }));
  const cells = rows.map((row) =>
    row.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  );
  const end = isCut
    ? `first ${count(rows.length)} rows; --limit asks for more`
    : `${count(rows.length)} rows`;
  return `${table(titles, cells)}\n\n${end}`;
}

/** The message, with line and column of the query where the place is known. */
function placed(query: string, message: string, position: number | null): string {
  if (position === null) return message;
  const before = query.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message}`;
}
