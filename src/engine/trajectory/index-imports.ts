/**
 * From canonical Parquet to the index: spans in order, turns, sessions, pillars, labels, rejects and sources.
 * Owns spans -> turns -> sessions -> pillars. Derived, so it may run again at any time; must not touch the journal.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PillarRule } from '../../shared/model/pillar';
import { sourceSchema } from '../../shared/model/source';
import { placedSpanRows, spanRows } from '../intake/extract-files';
import type { Database } from '../workspace/database';
import type { Queries, Store } from '../workspace/queries';
import buildSql from './build-index.sql?raw';
import { noteCopied } from './copied-notes';
import joinSql from './join-imports.sql?raw';
import labelsSql from './join-labels.sql?raw';
import loneKeysSql from './lone-keys.sql?raw';
import loneSpansSql from './lone-spans.sql?raw';
import standingSql from './note-standing.sql?raw';
import numberSql from './number-spans.sql?raw';
import orderSql from './order-spans.sql?raw';
import formatsSql from './other-formats.sql?raw';
import eventsSql from './place-events.sql?raw';
import settleSql from './settle-told.sql?raw';
import { noteSuperseded } from './superseded-notes';
import writeSql from './write-spans.sql?raw';

const manifestSchema = z.object({
  canonicalVersion: z.number().int(),
  importId: z.string(),
  at: z.string(),
  durationMs: z.number(),
  sources: z.array(sourceSchema),
});
export type ImportManifest = z.infer<typeof manifestSchema>;

/** Reads an import's manifest. Throws with the path when it is missing or not of a known layout. */
export async function readManifest(importDir: string): Promise<ImportManifest> {
  const path = join(importDir, 'manifest.json');
  if (!existsSync(path)) throw new Error(`The import at ${importDir} has no manifest.json.`);
  return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/** What a long derivation takes beside its work: how to stop it, and whom to tell which share of it (0 to 1) is done. */
export interface Derivation {
  signal?: AbortSignal | undefined;
  onProgress?: ((share: number) => void) | undefined;
}

/** Runs a script statement by statement; statements end with a semicolon at the end of a line. */
async function runScript(tx: Queries, script: string, { signal, onProgress }: Derivation): Promise<void> {
  const statements = script
    .split(/;\s*$/m)
    .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
  for (const [i, statement] of statements.entries()) {
    await tx.run(statement, [], signal);
    onProgress?.((i + 1) / statements.length);
  }
}

/** Fills temp table pillar_of for every combination of fields found in `table`. */
export async function assignPillars(tx: Queries, table: string, rules: readonly PillarRule[]): Promise<void> {
  await tx.run(
    'CREATE OR REPLACE TEMP TABLE pillar_rule (rule_order INTEGER, id VARCHAR, field VARCHAR, pattern VARCHAR, pillar VARCHAR)',
  );
  await tx.appendRows(
    'pillar_rule',
    ['rule_order', 'id', 'field', 'pattern', 'pillar'],
    rules.map((rule) => [rule.order, rule.id, rule.field, rule.pattern, rule.pillar]),
  );
  await tx.run(`CREATE OR REPLACE TEMP TABLE pillar_of AS
    SELECT s.kind, s.operation, s.tool_name, s.name, arg_min(r.pillar, r.rule_order) AS pillar, arg_min(r.id, r.rule_order) AS rule_id
    FROM (SELECT DISTINCT kind, operation, tool_name, name FROM ${table}) AS s
    JOIN pillar_rule AS r ON regexp_matches(
      CASE r.field WHEN 'kind' THEN s.kind WHEN 'operation' THEN s.operation WHEN 'toolName' THEN s.tool_name ELSE s.name END,
      r.pattern, 'i')
    GROUP BY ALL`);
}

export interface IndexedImport {
  importId: string;
  /** 1-based order of imports; later ones win where they hold the same span. */
  order: number;
  dir: string;
}

/** What settling and ordering ask of each span; the rest is read where it is needed. */
const KEYS =
  'row_no, session_id, span_id, import_id, import_order, source_id, seq, parent_span_id, trace_id, kind, origin, operation, agent_id, spawns_agent_id, start_ns, end_ns, status, order_by_time, has_session_id, is_rewound, is_derived';

/** The first characters of a text. What is short in bytes is short in characters, and need not be gone through and copied. */
function headOf(text: string, characters: number): string {
  return `CASE WHEN strlen(${text}) <= ${String(characters)} THEN ${text} ELSE left(${text}, ${String(characters)}) END`;
}

/**
 * View stored_span over the spans of the imports as they lie in their files, table incoming, their keys, and table affected, their
 * sessions with the numbers that stand for them in incoming.
 */
async function readIncoming(
  tx: Queries,
  imports: readonly IndexedImport[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const reads = imports.map(
    (one, i) =>
      `SELECT * EXCLUDE place, place * ${String(imports.length)} + ${String(i)} AS row_no, ${sqlText(one.importId)} AS import_id, ${String(one.order)} AS import_order FROM (${placedSpanRows(one.dir)})`,
  );
  await tx.run(`CREATE OR REPLACE TEMP VIEW stored_span AS
    SELECT * EXCLUDE (text, input, output, attributes, raw, environment, tags, reasoning_tokens),
      ${headOf("coalesce(text, '')", 2000)} AS text_head, CASE WHEN strlen(text) > 2000 AND length(text) > 2000 THEN right(text, 600) END AS text_tail,
      coalesce(length(text), 0) AS text_length, ${headOf('input', 1000)} AS input_head
    FROM (${reads.join(' UNION ALL BY NAME ')})`);
  await tx.run(
    `CREATE OR REPLACE TEMP TABLE affected AS
      SELECT session_id, row_number() OVER ()::INTEGER AS session_no FROM (SELECT DISTINCT session_id FROM stored_span);
    CREATE OR REPLACE TEMP TABLE incoming AS
      SELECT s.*, a.session_no, NULL::VARCHAR AS stored_session_id FROM (SELECT ${KEYS} FROM stored_span) AS s JOIN affected AS a ON a.session_id = s.session_id`,
    [],
    signal,
  );
}

/**
 * A row where an import at hand is alone with its sessions and tells each span once, so that every record is in force as it is. What
 * transcripts hold is compared in any case, and events of the client are put behind what they are about.
 */
const LONE = `SELECT true AS is_lone
  WHERE NOT EXISTS (FROM move) AND NOT EXISTS (FROM kin)
    AND NOT EXISTS (FROM source WHERE import_id = $1 AND format = 'claude-code')
    AND NOT EXISTS (FROM incoming WHERE kind = 'event' AND operation LIKE 'client.%')
    AND NOT EXISTS (FROM span WHERE session_id IN (SELECT session_id FROM affected))
    -- Numbers stand for the texts: where two are equal by chance, it is looked at more closely for nothing.
    AND NOT EXISTS (SELECT hash(session_no, span_id) AS id FROM incoming GROUP BY id HAVING count(*) > 1)`;

const COMBINATIONS = 'SELECT DISTINCT kind, operation, tool_name, name FROM stored_span';

/** Fills table pillar_of for the spans of all sessions that the imports at hand touch. */
async function assignTouched(tx: Queries, isLone: boolean, rules: readonly PillarRule[]): Promise<void> {
  const before = `UNION SELECT DISTINCT kind, operation, tool_name, name FROM span
    WHERE session_id IN (SELECT session_id FROM incoming UNION SELECT old_session_id FROM move UNION SELECT new_session_id FROM move UNION SELECT session_id FROM kin)`;
  await tx.run(`CREATE OR REPLACE TEMP TABLE combination AS ${COMBINATIONS} ${isLone ? '' : before}`);
  await assignPillars(tx, 'combination', rules);
}

/** How spans are put into order. */
const IN_ORDER = /\nORDER BY \w\.session_id, n\.position(?=;)/;

/** Whether each import of its own has its spans session by session, as far as groups of rows tell; extracts stay as they are. */
async function areInOrder(tx: Queries, imports: readonly IndexedImport[]): Promise<boolean> {
  const paths = imports.map(({ dir }) => join(dir, 'span.parquet')).filter((path) => existsSync(path));
  if (paths.length === 0) return true;
  const found = await tx.one<{ isOver: boolean | null }>(
    `SELECT bool_or(least_id < last_id) AS "isOver" FROM (
       SELECT stats_min_value AS least_id, lag(stats_max_value) OVER (PARTITION BY file_name ORDER BY row_group_id) AS last_id
       FROM parquet_metadata([${paths.map(sqlText).join(', ')}]) WHERE path_in_schema = 'session_id'
     )`,
  );
  return found?.isOver !== true;
}

/** A row where anything was moved or left out for another. */
const JOINED =
  'SELECT 1 AS some FROM (SELECT true FROM move UNION ALL SELECT true FROM told_before UNION ALL SELECT true FROM twice UNION ALL SELECT true FROM copy_of) LIMIT 1';

/**
 * Indexes imports together. Spans that an earlier import holds too are superseded. Parquet paths must lie in a folder
 * the database may read. Throws when a file is missing or damaged; nothing is changed then.
 */
export async function indexImports(
  db: Store,
  imports: readonly IndexedImport[],
  rules: readonly PillarRule[],
  derivation: Derivation = {},
): Promise<void> {
  if (imports.length === 0) return;
  const manifests = await Promise.all(imports.map((one) => readManifest(one.dir)));
  await db.transaction(async (tx) => {
    for (const [i, one] of imports.entries()) {
      const manifest = manifests[i] as ImportManifest;
      await addImport(tx, one, manifest);
    }
    await readIncoming(tx, imports, derivation.signal);
    await runScript(tx, joinSql, { signal: derivation.signal });
    const [one] = imports;
    const isLone = imports.length === 1 && (await tx.one(LONE, [one?.importId ?? null])) !== null;
    await assignTouched(tx, isLone, rules);
    const scripts = isLone
      ? [loneKeysSql, orderSql, numberSql, loneSpansSql, buildSql]
      : [settleSql, orderSql, eventsSql, numberSql, writeSql, buildSql];
    const script = scripts.join('\n');
    await runScript(tx, (await areInOrder(tx, imports)) ? script.replace(IN_ORDER, '') : script, derivation);
    if (!isLone) {
      if (await tx.one(JOINED)) await runScript(tx, standingSql, { signal: derivation.signal });
      await noteSuperseded(tx);
      await noteCopied(tx);
    }
    if (await tx.one('SELECT true AS found FROM other_lines LIMIT 1'))
      await runScript(tx, formatsSql, { signal: derivation.signal });
    if (await tx.one('SELECT true AS found FROM label LIMIT 1'))
      await runScript(tx, labelsSql, { signal: derivation.signal });
  });
}

async function addManifest(tx: Queries, one: IndexedImport, manifest: ImportManifest): Promise<void> {
  await tx.appendRows(
    'import',
    ['import_id', 'import_order', 'created_at', 'duration_ms'],
    [[one.importId, one.order, manifest.at, manifest.durationMs]],
  );
  await tx.appendRows(
    'source',
    [
      'import_id',
      'source_id',
      'path',
      'name',
      'format',
      'confidence',
      'reason',
      'state',
      'bytes',
      'sha256',
      'lines',
      'records',
      'rejected',
      'blank',
      'spans',
      'sessions',
      'notes',
    ],
    manifest.sources.map((s) => [
      one.importId,
      s.sourceId,
      s.path,
      s.name,
      s.format,
      s.confidence,
      s.reason,
      s.state,
      s.bytes,
      s.sha256,
      s.lines,
      s.records,
      s.rejected,
      s.blank,
      s.spans,
      s.sessions,
      JSON.stringify(s.notes),
    ]),
  );
  await tx.appendRows(
    'other_lines',
    ['import_id', 'source_id', 'first_line', 'last_line', 'format'],
    manifest.sources.flatMap(({ sourceId, otherLines = [] }) =>
      otherLines.map(({ format, first, last }) => [one.importId, sourceId, first, last, format]),
    ),
  );
}

/** Why an import's Parquet files cannot be read, in a sentence; null when they can. Looks at their structure, not at every value. */
export async function damageOf(db: Database, one: IndexedImport): Promise<string | null> {
  for (const name of ['span.parquet', 'label.parquet', 'reject.parquet']) {
    try {
      const rows =
        name === 'span.parquet'
          ? spanRows(one.dir)
          : `SELECT * FROM read_parquet(${sqlText(join(one.dir, name))})`;
      await db.one(`SELECT count(*) AS n, max(source_id) AS last FROM (${rows})`);
    } catch (error) {
      const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      return `${name} of import ${one.importId} cannot be read: ${message}`;
    }
  }
  return null;
}

/** Notes an import whose files are damaged: its sources are listed as failed with the reason, its sessions are missing. */
export async function addDamagedImport(db: Database, one: IndexedImport, damage: string): Promise<void> {
  const manifest = await readManifest(one.dir);
  const sources = manifest.sources.map((source) => ({
    ...source,
    state: 'failed' as const,
    reason: damage,
    spans: 0,
    sessions: 0,
  }));
  await db.transaction((tx) => addManifest(tx, one, { ...manifest, sources }));
}

async function addImport(tx: Queries, one: IndexedImport, manifest: ImportManifest): Promise<void> {
  await addManifest(tx, one, manifest);
  await tx.run('INSERT INTO label BY NAME SELECT *, $1 AS import_id FROM read_parquet($2)', [
    one.importId,
    join(one.dir, 'label.parquet'),
  ]);
  await tx.run('INSERT INTO reject BY NAME SELECT *, $1 AS import_id FROM read_parquet($2)', [
    one.importId,
    join(one.dir, 'reject.parquet'),
  ]);
}

/** A SQL string literal; for file names in places where DuckDB takes no parameters. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Puts the rules in force onto all spans already indexed, and the sessions' error pillars with them. */
export async function reassignPillars(db: Database, rules: readonly PillarRule[]): Promise<void> {
  await db.transaction(async (tx) => {
    await assignPillars(tx, 'span', rules);
    await tx.run(`UPDATE span SET pillar = r.pillar, lane = CASE WHEN span.lane = 'user' THEN 'user' ELSE r.pillar END
      FROM pillar_of AS r
      WHERE r.kind = span.kind AND r.name = span.name AND r.operation IS NOT DISTINCT FROM span.operation
        AND r.tool_name IS NOT DISTINCT FROM span.tool_name AND r.pillar <> span.pillar`);
    await tx.run(`UPDATE session SET error_pillars = e.pillars FROM (
        SELECT session_id, list_sort(list_distinct(list(pillar))) AS pillars FROM span WHERE status = 'error' GROUP BY session_id
      ) AS e WHERE e.session_id = session.session_id AND e.pillars <> session.error_pillars`);
  });
}
