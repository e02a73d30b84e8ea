/**
 * Settles several records with the id of one span in one session (doubles.sql), whichever format and file they come from, and
 * says of the files what became of theirs, with the first lines.
 */
import type { Source } from '../../shared/model/source';
import { linesText } from '../../shared/trace/noticed-lines';
import { WIDE_COLUMNS } from './canonical';
import doublesSql from './doubles.sql?raw';
import { runScript } from './run-script';
import { quote, type Staging } from './staging';

const LINES_SHOWN = 5;

/** What is said of further records of a span. */
const WORDS: Readonly<Record<string, (first: string) => string>> = {
  same: (first) => `record of a span that ${first} holds word for word, kept once`,
  more: (first) => `further record of a span of ${first}, put together with it`,
  other: (first) =>
    `another span under the id of one of ${first}, kept beside it with “~2” and so on behind its id`,
};

/** Records of one file, of one kind, whose first records are in one file. */
interface Settled {
  source_id: string;
  first_source_id: string;
  how: string;
  count: number;
  lines: number[];
  first_line: number;
}

const TEXTS = WIDE_COLUMNS.map((name) => `"${name}"`).join(', ');

/** Rows of texts of the spans in a table with their `wide_no`, out of the files they lie in. */
async function textsOf(staging: Staging, table: string): Promise<string> {
  const reader = await staging.connection.runAndReadAll(
    `SELECT DISTINCT wide_file FROM span WHERE wide_file IS NOT NULL AND wide_no IN (SELECT wide_no FROM ${table})`,
  );
  const files = reader.getRowsJson().map(([file]) => staging.wideFile(Number(file)));
  const stored = files.map(
    ({ path, after }) =>
      `SELECT (seq + ${String(after)})::BIGINT AS wide_no, ${TEXTS} FROM read_parquet(${quote(path)}) UNION ALL`,
  );
  return `SELECT * FROM (${stored.join(' ')} SELECT seq::BIGINT AS wide_no, ${TEXTS} FROM completion WHERE seq IN (SELECT wide_no FROM span WHERE wide_file IS NULL)) WHERE wide_no IN (SELECT wide_no FROM ${table})`;
}

/** Finds records that differ by narrow fields and hashes, and fetches the texts of those alone. */
async function fetchTexts(staging: Staging): Promise<void> {
  const { connection } = staging;
  await connection.run(`CREATE TABLE doubled AS
    SELECT t.seq, k.kept_seq AS first_seq, t.session_id, t.has_session_id, t.span_id, s.wide_no, s.source_id, s.line
    FROM told AS t
    JOIN kept AS k ON k.record_count > 1 AND k.kept_session_id = t.session_id AND k.kept_span_id = t.span_id
    JOIN span AS s ON s.seq = t.seq`);
  await connection.run(`CREATE TABLE differing AS
    WITH wide_print AS (SELECT wide_no, hash(${TEXTS}) AS wide FROM (${await textsOf(staging, 'doubled')})),
    printed AS (
      SELECT d.seq, d.first_seq, d.wide_no, hash(
        w.wide, s.parent_span_id, s.trace_id, s.kind, s.name, s.operation, s.tool_name, s.tool_call_id, s.model, s.start_ns, s.end_ns,
        s.status, s.status_message, s.error_type, s.input_tokens, s.output_tokens, s.cost_usd, s.tags
      ) AS print
      FROM doubled AS d
      JOIN span AS s ON s.seq = d.seq
      LEFT JOIN wide_print AS w ON w.wide_no = d.wide_no
    )
    SELECT seq, first_seq, wide_no FROM printed
    QUALIFY seq <> first_seq
      AND print <> first_value(print) OVER (PARTITION BY first_seq ORDER BY seq)
      AND row_number() OVER (PARTITION BY first_seq, print ORDER BY seq) = 1`);
  await connection.run(`CREATE TABLE wanted AS
    SELECT wide_no FROM doubled WHERE seq IN (SELECT seq FROM differing UNION ALL SELECT first_seq FROM differing)`);
  await connection.run(`CREATE TABLE wide_text AS ${await textsOf(staging, 'wanted')}`);
}

/**
 * Settles the records in the staging tables and adds notes to the sources. After resolve.sql, before derive.sql. Throws what
 * DuckDB throws.
 */
export async function settleDoubles(staging: Staging, sources: readonly Source[]): Promise<void> {
  const { connection } = staging;
  const some = await connection.runAndReadAll('SELECT 1 FROM kept WHERE record_count > 1 LIMIT 1');
  if (some.currentRowCount === 0) return;
  await fetchTexts(staging);
  const { number, path } = staging.newWideFile();
  await connection.run(`CREATE TABLE fuller_file AS SELECT ${String(number)}::INTEGER AS file`);
  await runScript(connection, doublesSql);
  await connection.run(
    `COPY (SELECT seq::DOUBLE AS seq, ${TEXTS} FROM fuller_text) TO ${quote(path)} (FORMAT parquet)`,
  );
  const reader = await connection.runAndReadAll(
    `SELECT n.source_id, f.source_id AS first_source_id, a.how, count(*)::INTEGER AS count,
       list(n.line::INTEGER ORDER BY n.line)[1:${String(LINES_SHOWN)}] AS lines, arg_min(f.line, n.line)::INTEGER AS first_line
     FROM again AS a
     JOIN doubled AS n ON n.seq = a.seq
     JOIN doubled AS f ON f.seq = a.first_seq
     GROUP BY ALL
     ORDER BY ALL`,
  );
  const byId = new Map(sources.map((source) => [source.sourceId, source]));
  for (const row of reader.getRowObjectsJson() as unknown as Settled[]) {
    const source = byId.get(row.source_id);
    const first = byId.get(row.first_source_id);
    const words = WORDS[row.how];
    if (!source || !words) continue;
    const { count } = row;
    const at = linesText(row.lines, count);
    const line = String(row.first_line);
    const where = first === source ? 'this file' : `the file ${first?.name ?? ''}`;
    source.notes.push({
      what: `${words(where)} (${at}; told first ${count === 1 ? 'in' : 'from'} line ${line}${count === 1 ? '' : ' on'})`,
      count,
    });
  }
}
