/**
 * Sessions that several files of an import number from 0 or 1 on, such as the tasks of two runs or the rows of two tables: told
 * apart by their file. Owns when the same number is another session. Must not part what belongs together: ids that are no
 * such numbers, files of other columns or another format, and the same content in two files.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Source } from '../../shared/model/source';
import { runScript } from './run-script';
import { quote, type Staging } from './staging';
import tellApartSql from './tell-apart.sql?raw';

/** The note on a file, without the mark at its end, by which a later import goes on with it. */
export const TOLD_APART =
  'sessions that this file and others number from 0 or 1 on, told apart by the mark behind their ids: ';
/** Of more files of one shape, none is held to be of the same content as another. */
const MOST_COMPARED = 64;
/** Sessions whose words are compared, of each pair of files. */
const COMPARED = 20;
/** A conversation that goes on in another file does so before long. */
const GAP_NS = 3_600_000_000_000n;

/** Files are alike where a record of one could be in the other. */
function shapeOf({ format, reason }: Source): string {
  return format === 'generic' ? `${format} ${reason}` : (format ?? '');
}

async function rowsOf(staging: Staging, sql: string): Promise<Record<string, unknown>[]> {
  return (await staging.connection.runAndReadAll(sql)).getRowObjectsJson();
}

type Pair = readonly [string, string];

/** Fills a table of two texts in one statement: there may be ten thousand files. */
async function insertPairs(
  connection: DuckDBConnection,
  table: string,
  pairs: readonly Pair[],
): Promise<void> {
  const rows = pairs.map(([a, b]) => ({ a, b }));
  await connection.run(
    `INSERT INTO ${table} SELECT row.a, row.b FROM (SELECT unnest(from_json($1, '[{"a":"VARCHAR","b":"VARCHAR"}]')) AS row)`,
    [JSON.stringify(rows)],
  );
}

/** Whether most sessions that two files share go on from one to the other, or were at work in both at the same time. */
async function sharesTime(staging: Staging, a: string, b: string): Promise<boolean> {
  const [row] = await rowsOf(
    staging,
    `SELECT coalesce(avg((greatest(a.first_ns, b.first_ns) - least(a.last_ns, b.last_ns) < ${String(GAP_NS)})::INTEGER), 0) AS share
     FROM shared AS a JOIN shared AS b ON b.sid = a.sid AND b.source_id = ${quote(b)} WHERE a.source_id = ${quote(a)}`,
  );
  return Number(row?.['share'] ?? 0) > 0.5;
}

/** Whether most answers in sessions that two files share are the same: one content, exported twice. */
async function sharesWords(staging: Staging, a: string, b: string): Promise<boolean> {
  const { connection } = staging;
  await connection.run(`CREATE OR REPLACE TEMP TABLE looked AS
    SELECT s.source_id, coalesce(s.session_id, s.trace_id) AS sid, s.wide_no, s.wide_file
    FROM span AS s
    WHERE s.source_id IN (${quote(a)}, ${quote(b)}) AND s.kind IN ('llm', 'tool') AND coalesce(s.session_id, s.trace_id) IN (
      SELECT sid FROM shared WHERE source_id IN (${quote(a)}, ${quote(b)}) GROUP BY sid HAVING count(*) = 2 ORDER BY sid::BIGINT LIMIT ${String(COMPARED)}
    )`);
  const files = await rowsOf(staging, 'SELECT DISTINCT wide_file FROM looked WHERE wide_file IS NOT NULL');
  if (files.length === 0) return false;
  const texts = files.map(({ wide_file }) => {
    const { path, after } = staging.wideFile(Number(wide_file));
    return `SELECT (seq + ${String(after)})::BIGINT AS wide_no, text FROM read_parquet(${quote(path)})`;
  });
  const [row] = await rowsOf(
    staging,
    `WITH said AS (
       SELECT DISTINCT l.source_id, l.sid, trim(w.text) AS text
       FROM looked AS l JOIN (${texts.join(' UNION ALL ')}) AS w ON w.wide_no = l.wide_no
       WHERE trim(w.text) <> ''
     ), places AS (SELECT sid, text, count(*) AS places FROM said GROUP BY ALL)
     SELECT coalesce(sum(places) FILTER (places = 2) / 2 / (
       SELECT min(n) FROM (SELECT count(*) AS n FROM said GROUP BY source_id)
     ), 0) AS share FROM places`,
  );
  return Number(row?.['share'] ?? 0) > 0.5;
}

/** Files that share sessions: those of one group hold the same ones, named after its first file. */
type Group = [first: string, ...rest: string[]];

/** Sources that count the same sessions, of one shape, parted by whether these are the same. */
async function groupsOf(staging: Staging, sourceIds: readonly string[]): Promise<Group[]> {
  const groups: Group[] = [];
  const isCompared = sourceIds.length <= MOST_COMPARED;
  for (const sourceId of sourceIds) {
    let own: Group | undefined;
    for (const group of isCompared ? groups : []) {
      const [first] = group;
      if ((await sharesTime(staging, first, sourceId)) || (await sharesWords(staging, first, sourceId)))
        own ??= group;
    }
    if (own) own.push(sourceId);
    else groups.push([sourceId]);
  }
  return groups;
}

/** Fills table `apart` for the sources that are read for the first time. */
async function findNumbered(staging: Staging, sources: readonly Source[]): Promise<void> {
  const { connection } = staging;
  await connection.run('CREATE TABLE shape (shape_source_id VARCHAR, shape VARCHAR)');
  await insertPairs(
    connection,
    'shape',
    sources.map((source) => [source.sourceId, shapeOf(source)]),
  );
  await connection.run(
    'DELETE FROM shape WHERE shape IN (SELECT shape FROM shape GROUP BY shape HAVING count(*) = 1)',
  );
  await runScript(connection, tellApartSql);
  const order = new Map(sources.map(({ sourceId }, i) => [sourceId, i]));
  const place = (sourceId: string): number => order.get(sourceId) ?? 0;
  const shapes = await rowsOf(
    staging,
    'SELECT list(DISTINCT source_id) AS ids FROM shared GROUP BY shape ORDER BY min(source_id)',
  );
  const marks: Pair[] = [];
  for (const { ids } of shapes) {
    const groups = await groupsOf(
      staging,
      (ids as string[]).sort((a, b) => place(a) - place(b)),
    );
    for (const group of groups.length > 1 ? groups : [])
      for (const sourceId of group) marks.push([sourceId, `~${group[0].slice(0, 6)}`]);
  }
  await insertPairs(connection, 'apart', marks);
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

/**
 * Puts the file's mark behind the ids of sessions, in the staging tables, and says so of the sources. After all are read,
 * before resolve.sql. Files that grew go on as they began. Throws what DuckDB throws.
 */
export async function tellApart(staging: Staging, sources: readonly Source[]): Promise<void> {
  const { connection } = staging;
  const read = sources.filter(({ state }) => state === 'imported');
  const grown = new Set(
    (await rowsOf(staging, 'SELECT grown_source_id FROM grown')).map((row) => row['grown_source_id']),
  );
  const fresh = read.filter(({ sourceId }) => !grown.has(sourceId));
  if (fresh.length > 1) await findNumbered(staging, fresh);
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
