/** What was imported, and what could not be. */
import { TOLD_FILES } from '../../shared/contract/import';
import {
  fileFigures,
  urgencyOf,
  type FileFigures,
  type ImportRecord,
  type Reject,
  type ShownImport,
  type Source,
} from '../../shared/model/source';
import { SEVERAL_RECORDS } from '../intake/glued-records';
import type { KnownSource } from '../intake/launcher';
import { TOLD_APART } from '../intake/tell-apart';
import type { Database } from '../workspace/database';

/** SHA-256 of every source the workspace holds. */
export async function knownHashes(db: Database): Promise<string[]> {
  return (await knownSources(db)).map((source) => source.sha256);
}

/** Every source that was imported, once, with its size in bytes, what it was read as and its file's name. */
export async function knownSources(db: Database): Promise<KnownSource[]> {
  return db.all(
    `SELECT sha256, max(bytes) AS bytes, coalesce(max(format), '') AS format, max(name) AS name, max(reason) AS reason,
       sum(rejected) = 0 AND NOT bool_or(contains(notes, $1)) AS "isCounted",
       max(nullif(regexp_extract(notes, $2, 1), '')) AS suffix FROM source
     WHERE state = 'imported' GROUP BY sha256 ORDER BY bytes`,
    [SEVERAL_RECORDS, `${TOLD_APART}(~[0-9a-f]+)`],
  );
}

/** One row per source with labels on what no import holds yet: how many, and what one of them names. */
const WAITING = `
  SELECT import_id AS "importId", source_id AS "sourceId", count(*)::INTEGER AS count,
    min(coalesce('trace ' || trace_id, 'span ' || span_id, 'session ' || session_id)) AS example
  FROM label
  WHERE (session_id IS NULL OR session_id NOT IN (SELECT session_id FROM session))
    AND coalesce(session_id, trace_id, span_id) IS NOT NULL
  GROUP BY import_id, source_id`;

interface Waiting {
  importId: string;
  sourceId: string;
  count: number;
  example: string;
}

function waitingNotes(waiting: Waiting | undefined): Source['notes'] {
  if (!waiting) return [];
  const { count, example } = waiting;
  return [
    {
      what: `labels wait for what they name, of which no file is here yet (such as ${example}): import its traces too`,
      count,
    },
  ];
}

type SourceRecord = Omit<Source, 'notes'> & { importId: string; notes: string };

const SOURCE = `import_id AS "importId", source_id AS "sourceId", path, name, format, confidence, reason, state, bytes::DOUBLE AS bytes, sha256,
  lines::INTEGER AS lines, records::INTEGER AS records, rejected::INTEGER AS rejected, blank::INTEGER AS blank, spans::INTEGER AS spans,
  sessions::INTEGER AS sessions, notes`;

/** What `urgencyOf` says of a source, and then in the order of their paths. */
const URGENCY = `CASE WHEN state = 'failed' THEN 0 WHEN state = 'unrecognised' THEN 1 WHEN state = 'duplicate' THEN 2
  WHEN rejected > 0 OR spans = 0 THEN 1 WHEN sessions = 0 THEN 2 ELSE 3 END, path, source_id`;

/** Sources with what waits for them among their notes. */
async function withWaiting(db: Database, records: readonly Readonly<SourceRecord>[]): Promise<Source[]> {
  const waiting = await db.kept<Waiting>(WAITING);
  const waitingIn = new Map(waiting.map((one) => [JSON.stringify([one.importId, one.sourceId]), one]));
  return records.map(({ importId, notes, ...source }) => ({
    ...source,
    notes: [
      ...(JSON.parse(notes) as Source['notes']),
      ...waitingNotes(waitingIn.get(JSON.stringify([importId, source.sourceId]))),
    ],
  }));
}

/**
 * Imports, latest first, each with the first of its sources, and the spans and sessions the workspace holds of it: each once, though
 * several sources have it.
 */
export async function listImports(db: Database): Promise<ShownImport[]> {
  const [imports, records, figures, counts] = await Promise.all([
    db.kept<{ importId: string; at: string; durationMs: number }>(
      'SELECT import_id AS "importId", created_at AS at, duration_ms AS "durationMs" FROM import ORDER BY import_order DESC',
    ),
    db.kept<SourceRecord>(
      `SELECT ${SOURCE} FROM source
       QUALIFY row_number() OVER (PARTITION BY import_id ORDER BY ${URGENCY}) <= ${String(TOLD_FILES)} ORDER BY path`,
    ),
    db.kept<FileFigures & { importId: string }>(
      `SELECT import_id AS "importId", count(*)::INTEGER AS count, ${[
        'imported',
        'duplicate',
        'unrecognised',
        'failed',
      ]
        .map((state) => `count(*) FILTER (state = '${state}')::INTEGER AS ${state}`)
        .join(
          ', ',
        )}, sum(bytes)::DOUBLE AS bytes, sum(rejected)::INTEGER AS rejected FROM source GROUP BY import_id`,
    ),
    db.kept<{ importId: string; spans: number; sessions: number }>(
      `SELECT import_id AS "importId", count(*)::INTEGER AS spans, count(DISTINCT session_id)::INTEGER AS sessions
       FROM span GROUP BY import_id`,
    ),
  ]);
  const sources = await withWaiting(db, records);
  const sourcesOf = new Map<string, Source[]>();
  for (const [i, { importId }] of records.entries()) {
    const own = sourcesOf.get(importId);
    const source = sources[i];
    if (source === undefined) continue;
    if (own === undefined) sourcesOf.set(importId, [source]);
    else own.push(source);
  }
  const figuresOf = new Map(figures.map(({ importId, ...files }) => [importId, files]));
  const countsOf = new Map(counts.map(({ importId, ...held }) => [importId, held]));
  return imports.map((one) => ({
    ...one,
    sources: sourcesOf.get(one.importId) ?? [],
    files: figuresOf.get(one.importId) ?? fileFigures([]),
    ...(countsOf.get(one.importId) ?? { spans: 0, sessions: 0 }),
  }));
}

/** One page of the sources of an import, those that want a look first. */
export async function listSources(
  db: Database,
  query: { importId: string; offset: number; limit: number },
): Promise<{ items: Source[]; total: number }> {
  const [records, count] = await Promise.all([
    db.kept<SourceRecord>(
      `SELECT ${SOURCE} FROM source WHERE import_id = $importId ORDER BY ${URGENCY} LIMIT $limit OFFSET $offset`,
      query,
    ),
    db.keptOne<{ n: number }>('SELECT count(*)::INTEGER AS n FROM source WHERE import_id = $1', [
      query.importId,
    ]),
  ]);
  return { items: await withWaiting(db, records), total: count?.n ?? 0 };
}

/** Notes of all sources of an import, by path. */
export async function notesByPath(db: Database, importId: string): Promise<Map<string, Source['notes']>> {
  const records = await db.all<SourceRecord>(`SELECT ${SOURCE} FROM source WHERE import_id = $1`, [importId]);
  return new Map((await withWaiting(db, records)).map(({ path, notes }) => [path, notes]));
}

/** An import with the first of its sources, those that want a look before the others; all of them where `withAllFiles`. */
export function shownImport(record: ImportRecord, withAllFiles: boolean): ShownImport {
  const files = fileFigures(record.sources);
  if (withAllFiles || record.sources.length <= TOLD_FILES) return { ...record, files };
  const sources = record.sources.toSorted((a, b) => urgencyOf(a) - urgencyOf(b)).slice(0, TOLD_FILES);
  return { ...record, sources, files };
}

/** One page of rejected records, by source and line. */
export async function listRejects(
  db: Database,
  query: { importId?: string | undefined; sourceId?: string | undefined; offset: number; limit: number },
): Promise<{ items: Reject[]; total: number }> {
  const conditions: string[] = [];
  const params: Record<string, string> = {};
  if (query.importId !== undefined) {
    conditions.push('r.import_id = $importId');
    params['importId'] = query.importId;
  }
  if (query.sourceId !== undefined) {
    conditions.push('r.source_id = $sourceId');
    params['sourceId'] = query.sourceId;
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const items = await db.all<Reject>(
    `SELECT r.source_id AS "sourceId", coalesce(s.name, '') AS "sourceName", r.line::INTEGER AS line, r.byte_offset::DOUBLE AS "byteOffset", r.reason, r.excerpt
     FROM reject AS r LEFT JOIN source AS s ON s.import_id = r.import_id AND s.source_id = r.source_id
     ${where} ORDER BY "sourceName", r.line, r.reason LIMIT $limit OFFSET $offset`,
    { ...params, limit: query.limit, offset: query.offset },
  );
  const count = await db.one<{ n: number }>(
    `SELECT count(*)::INTEGER AS n FROM reject AS r ${where}`,
    params,
  );
  return { items, total: count?.n ?? 0 };
}
