/**
 * Sessions that several files number from 0 or 1 on, in one import or in several, such as the tasks of two runs or the rows of two tables: told
 * apart by their file. Owns when the same number is another session. Must not part what belongs together: ids that are no
 * such numbers, files of other columns or another format, and the same content in two files.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Source } from '../../shared/model/source';
import type { NumberedSession } from './launcher';
import type { IntakeLimits } from './limits';
import { runScript } from './run-script';
import { quote, type Staging } from './staging';
import tellApartSql from './tell-apart.sql?raw';

/** The note on a file, without the mark at its end, by which a later import goes on with it. */
export const TOLD_APART =
  'sessions that this file and others number from 0 or 1 on, told apart by the mark behind their ids: ';
/** Characters of an answer that are compared: as many as the index holds of one. */
const ANSWER_CHARACTERS = 2000;

/** What an answer is compared by, in SQL, of the text as it was read or the head of it that the index holds. */
export function answerHash(text: string): string {
  return `md5(trim(left(${text}, ${String(ANSWER_CHARACTERS)})))`;
}

/** Files are alike where a record of one could be in the other. */
function shapeOf({ format, reason }: { format: string | null; reason: string }): string {
  return format === 'generic' ? `${format} ${reason}` : (format ?? '');
}

async function rowsOf(staging: Staging, sql: string): Promise<Record<string, unknown>[]> {
  return (await staging.connection.runAndReadAll(sql)).getRowObjectsJson();
}

/** Fills a table in one statement: there may be ten thousand files. `columns` are those of the rows, with their types. */
async function insertRows(
  connection: DuckDBConnection,
  table: string,
  columns: Readonly<Record<string, string | [string]>>,
  rows: readonly object[],
): Promise<void> {
  await connection.run(`INSERT INTO ${table} BY NAME SELECT unnest(from_json($1, $2), max_depth := 2)`, [
    JSON.stringify(rows),
    JSON.stringify([columns]),
  ]);
}

/**
 * Table numbered_same: one row per two sources of which most sessions that both have go on from one to the other or were at work at the same time,
 * or most answers in these are the same: one content, exported twice. Of their first sessions.
 */
async function comparePairs(
  staging: Staging,
  { apartFiles, apartSessions, apartGapMs }: IntakeLimits,
): Promise<void> {
  const { connection } = staging;
  await connection.run(`CREATE TABLE numbered_compared AS
    SELECT * FROM shared
    WHERE shape IN (SELECT shape FROM shared GROUP BY shape HAVING count(DISTINCT source_id) <= ${String(apartFiles)})
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY sid::BIGINT) <= ${String(apartSessions)}`);
  await connection.run(`CREATE TABLE numbered_looked AS
    SELECT c.source_id, c.sid, s.wide_no, s.wide_file
    FROM span AS s
    JOIN numbered_compared AS c ON c.source_id = s.source_id AND c.sid = coalesce(s.session_id, s.trace_id)
    WHERE s.kind IN ('llm', 'tool') AND s.wide_file IS NOT NULL`);
  const files = await rowsOf(staging, 'SELECT DISTINCT wide_file FROM numbered_looked');
  const texts = files.map(({ wide_file }) => {
    const { path, after } = staging.wideFile(Number(wide_file));
    return `UNION ALL SELECT l.source_id, l.sid, w.text
      FROM read_parquet(${quote(path)}) AS w JOIN numbered_looked AS l ON l.wide_file = ${String(wide_file)} AND l.wide_no = w.seq + ${String(after)}`;
  });
  await connection.run(`CREATE TABLE numbered_said AS
    SELECT source_id, sid, unnest(said) AS answer FROM earlier SEMI JOIN numbered_compared USING (source_id, sid)
    UNION
    SELECT source_id, sid, ${answerHash('text')} FROM (SELECT NULL AS source_id, NULL AS sid, NULL AS text WHERE false ${texts.join(' ')})
    WHERE trim(text) <> ''`);
  await connection.run(`CREATE TABLE numbered_same AS
    WITH met AS (
      SELECT a.source_id AS a, b.source_id AS b, sid,
        greatest(a.first_ns, b.first_ns) - least(a.last_ns, b.last_ns) < ${String(apartGapMs)}::BIGINT * 1000000 AS is_close
      FROM numbered_compared AS a JOIN numbered_compared AS b USING (shape, sid)
      WHERE a.source_id < b.source_id
    ), heard AS (
      SELECT source_id, sid, count(*) AS answers FROM numbered_said GROUP BY ALL
    ), said_twice AS (
      SELECT x.source_id AS a, y.source_id AS b, sid, count(*) AS answers
      FROM numbered_said AS x JOIN numbered_said AS y USING (sid, answer)
      WHERE x.source_id < y.source_id
      GROUP BY ALL
    )
    SELECT m.a, m.b
    FROM met AS m
    LEFT JOIN heard AS p ON p.source_id = m.a AND p.sid = m.sid
    LEFT JOIN heard AS q ON q.source_id = m.b AND q.sid = m.sid
    LEFT JOIN said_twice AS t ON t.a = m.a AND t.b = m.b AND t.sid = m.sid
    GROUP BY m.a, m.b
    HAVING coalesce(avg(m.is_close::INTEGER), 0) > 0.5
      OR coalesce(sum(t.answers) / least(sum(p.answers), sum(q.answers)), 0) > 0.5`);
}

/** Files that hold the same sessions: those by which another is known to be one of them, its files of this run, and their mark. */
interface Group {
  compared: string[];
  fresh: string[];
  /** Of files that the workspace holds: what stands behind their ids. Absent: they are all of this run. */
  suffix?: string | null;
}

/** Parts sources that count the same sessions, of one shape, by whether these are the same. */
function groupsOf(
  sourceIds: readonly string[],
  suffixes: ReadonlyMap<string, string | null>,
  isSame: (a: string, b: string) => boolean,
): Group[] {
  const groups: Group[] = [];
  for (const sourceId of sourceIds) {
    const suffix = suffixes.get(sourceId);
    const own = groups.find((group) =>
      suffix === undefined
        ? group.compared.some((other) => isSame(other, sourceId))
        : group.suffix === suffix,
    );
    if (suffix !== undefined && own) own.compared.push(sourceId);
    else if (suffix !== undefined) groups.push({ compared: [sourceId], fresh: [], suffix });
    else if (own) own.fresh.push(sourceId);
    else groups.push({ compared: [sourceId], fresh: [sourceId] });
  }
  return groups;
}

/** Fills table `apart` for the sources that are read for the first time. */
async function findNumbered(
  staging: Staging,
  sources: readonly Source[],
  { limits, earlier }: Apart,
): Promise<void> {
  const { connection } = staging;
  await connection.run('CREATE TABLE shape (shape_source_id VARCHAR, shape VARCHAR)');
  await insertRows(
    connection,
    'shape',
    { shape_source_id: 'VARCHAR', shape: 'VARCHAR' },
    sources.map((source) => ({ shape_source_id: source.sourceId, shape: shapeOf(source) })),
  );
  await connection.run(
    'CREATE TABLE earlier (source_id VARCHAR, shape VARCHAR, sid VARCHAR, first_ns BIGINT, last_ns BIGINT, said VARCHAR[])',
  );
  await insertRows(
    connection,
    'earlier',
    {
      source_id: 'VARCHAR',
      shape: 'VARCHAR',
      sid: 'VARCHAR',
      first_ns: 'BIGINT',
      last_ns: 'BIGINT',
      said: ['VARCHAR'],
    },
    earlier.map((one) => ({
      source_id: one.sourceId,
      shape: shapeOf(one),
      sid: one.sid,
      first_ns: one.firstNs,
      last_ns: one.lastNs,
      said: one.said,
    })),
  );
  await connection.run(
    `DELETE FROM shape WHERE shape IN (SELECT shape FROM shape GROUP BY shape HAVING count(*) = 1) AND shape NOT IN (SELECT shape FROM earlier)`,
  );
  await runScript(connection, tellApartSql);
  const shapes = await rowsOf(
    staging,
    'SELECT list(DISTINCT source_id) AS ids FROM shared GROUP BY shape ORDER BY min(source_id)',
  );
  if (shapes.length === 0) return;
  await comparePairs(staging, limits);
  const same = new Set(
    (await rowsOf(staging, 'SELECT a, b FROM numbered_same')).map(({ a, b }) => `${String(a)} ${String(b)}`),
  );
  const isSame = (a: string, b: string): boolean => same.has(a < b ? `${a} ${b}` : `${b} ${a}`);
  const suffixes = new Map(earlier.map(({ sourceId, suffix }) => [sourceId, suffix]));
  const order = new Map(
    [...suffixes.keys(), ...sources.map(({ sourceId }) => sourceId)].map((id, i) => [id, i]),
  );
  const place = (sourceId: string): number => order.get(sourceId) ?? 0;
  const marks: { apart_source_id: string; suffix: string }[] = [];
  for (const { ids } of shapes) {
    const ordered = (ids as string[]).sort((a, b) => place(a) - place(b));
    const groups = groupsOf(ordered, suffixes, isSame);
    for (const { fresh, suffix = `~${fresh[0]?.slice(0, 6) ?? ''}` } of groups.length > 1 ? groups : [])
      if (suffix !== null) for (const id of fresh) marks.push({ apart_source_id: id, suffix });
  }
  await insertRows(connection, 'apart', { apart_source_id: 'VARCHAR', suffix: 'VARCHAR' }, marks);
}

/** Columns that hold ids of sessions, or what stands for them. */
const COLUMNS = [
  ['span', 'session_id'],
  ['span', 'trace_id'],
  ['completion', 'session_id'],
  ['completion', 'trace_id'],
  ['label', 'session_id'],
  ['label', 'trace_id'],
] as const;

/** What files are told apart by: how far they are compared, and the sessions of earlier imports, in the order of these. */
interface Apart {
  limits: IntakeLimits;
  earlier: readonly NumberedSession[];
}

/**
 * Puts the file's mark behind the ids of sessions, in the staging tables, and says so of the sources. After all are read,
 * before resolve.sql. Files that grew go on as they began. Throws what DuckDB throws.
 */
export async function tellApart(staging: Staging, sources: readonly Source[], by: Apart): Promise<void> {
  const { connection } = staging;
  const read = sources.filter(({ state }) => state === 'imported');
  const grown = new Set(
    (await rowsOf(staging, 'SELECT grown_source_id FROM grown')).map((row) => row['grown_source_id']),
  );
  const fresh = read.filter(({ sourceId }) => !grown.has(sourceId));
  if (fresh.length > (by.earlier.length > 0 ? 0 : 1)) await findNumbered(staging, fresh, by);
  const apart = await rowsOf(staging, 'SELECT apart_source_id, suffix FROM apart');
  if (apart.length === 0) return;
  for (const [table, column] of COLUMNS)
    await connection.run(
      `UPDATE ${table} SET ${column} = ${column} || suffix FROM apart WHERE apart_source_id = source_id AND regexp_full_match(${column}, '\\d{1,9}')`,
    );
  const byId = new Map(read.map((source) => [source.sourceId, source]));
  for (const row of apart)
    byId
      .get(String(row['apart_source_id']))
      ?.notes.push({ what: `${TOLD_APART}${String(row['suffix'])}`, count: 1 });
}
