/**
 * Exports with lineage: corrections, annotations, findings and sessions as JSONL, CSV and Parquet, written by DuckDB
 * into the workspace's exports folder. CSV cells that a spreadsheet would run are made harmless; JSONL is lossless and
 * can be taken back in (import-annotations.ts).
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { csvCellSql } from '../workspace/csv-cell';
import type { Database } from '../workspace/database';
import type { Queries } from '../workspace/queries';
import type { RedactionReport } from '../../shared/contract/redaction';
import { missingSignals } from '../signals/coverage';
import type { RedactionSettings } from './redaction/redact';
import { MaskList, redactOutgoing } from './redaction/redact-table';
import { lookAtTable } from './redaction/second-look';
import { workspaceRedactor } from './redaction/workspace-names';
import { sqlText } from '../trajectory/index-imports';

export type ExportKind = 'corrections' | 'annotations' | 'findings' | 'sessions';
export type ExportFormat = 'jsonl' | 'csv' | 'parquet';

/** Where a thing comes from: source file with its hash, line, session, turn and span. */
const lineage = `
    coalesce(o.path, '') AS "sourcePath", coalesce(o.sha256, '') AS "sourceSha256", coalesce(s.line, 0) AS "sourceLine",
    coalesce(o.format, '') AS format, s.import_id AS "importId"`;

const lineageJoin = (of: string): string => `
  LEFT JOIN span AS s ON s.session_id = ${of}.session_id AND s.span_id = ${of}.span_id
  LEFT JOIN source AS o ON o.import_id = s.import_id AND o.source_id = s.source_id`;

/** One row per thing, columns in reading order. `kind` tells records apart when they come back in. */
const selects: Record<ExportKind, string> = {
  corrections: `
    SELECT 'faultline.correction' AS "record", 1 AS "recordVersion", c.correction_id AS "correctionId", c.session_id AS "sessionId", c.turn_no AS "turnNo",
      c.span_id AS "spanId", c.text, c.agent_text AS "agentText", c.cue_text AS cue, c.cue_kind AS "cueKind", c.kind, c.score, c.state,
      c.is_set_aside AS "isSetAside", coalesce(a.ids, []) AS "failureModeIds", coalesce(a.names, []) AS "failureModes", coalesce(k.codes, []) AS codes,
      a.codebook_version AS "codebookVersion", a.author AS "sortedBy", a.made_at AS "sortedAt", m.cluster_id AS "clusterId", ${lineage}
    FROM correction_state AS c
    LEFT JOIN (
      SELECT x.correction_id, list(x.failure_mode_id ORDER BY x.seq) AS ids, list(coalesce(n.name, x.failure_mode_id) ORDER BY x.seq) AS names,
        max(x.codebook_version) AS codebook_version, arg_max(x.author, x.seq) AS author, arg_max(x.made_at, x.seq) AS made_at
      FROM assignment AS x LEFT JOIN failure_mode_name AS n ON n.id = x.failure_mode_id GROUP BY x.correction_id
    ) AS a ON a.correction_id = c.correction_id
    LEFT JOIN (SELECT correction_id, list(code ORDER BY seq) AS codes FROM coding GROUP BY correction_id) AS k ON k.correction_id = c.correction_id
    LEFT JOIN cluster_member AS m ON m.correction_id = c.correction_id ${lineageJoin('c')}
    ORDER BY c.session_id, c.turn_no`,
  annotations: `
    SELECT * FROM (
      SELECT 'faultline.annotation' AS "record", 1 AS "recordVersion", v.annotation_id AS "annotationId", v.kind, v.correction_id AS "correctionId",
        c.session_id AS "sessionId", c.turn_no AS "turnNo", c.span_id AS "spanId", c.text, v.value, n.name AS "valueName",
        v.codebook_version AS "codebookVersion", v.author, v.made_at AS at, NULL::VARCHAR AS body, ${lineage}
      FROM annotation_in_force AS v
      JOIN correction AS c ON c.correction_id = v.correction_id
      LEFT JOIN failure_mode_name AS n ON n.id = v.value ${lineageJoin('c')}
      UNION ALL BY NAME
      SELECT 'faultline.annotation' AS "record", 1 AS "recordVersion", x.annotation_id AS "annotationId", x.kind, x.session_id AS "sessionId",
        x.span_id AS "spanId", x.author, x.made_at AS at, x.body, ${lineage}
      FROM annotation AS x ${lineageJoin('x')}
    ) ORDER BY "sessionId", "turnNo", "annotationId"`,
  findings: `
    SELECT 'faultline.finding' AS "record", 1 AS "recordVersion", f.finding_id AS "findingId", f.signal, f.detector_version AS "detectorVersion",
      f.session_id AS "sessionId", f.turn_no AS "turnNo", f.span_id AS "spanId", f.evidence, f.reason, f.severity, f.pillar, ${lineage}
    FROM finding AS f ${lineageJoin('f')}
    ORDER BY f.session_id, f.turn_no, f.signal, f.finding_id`,
  sessions: `
    SELECT 'faultline.session' AS "record", 1 AS "recordVersion", f.session_id AS "sessionId", f.title, f.format, f.agent_name AS "agentName",
      f.agent_version AS "agentVersion", f.model, f.feature, f.cohort, f.user_id AS "userId",
      make_timestamp(f.start_ns // 1000) AS "startTime", f.duration_ms AS "durationMs", f.turn_count AS "turnCount", f.user_turn_count AS "userTurnCount",
      f.span_count AS "spanCount", f.llm_call_count AS "llmCallCount", f.tool_call_count AS "toolCallCount", f.tool_error_count AS "toolErrorCount",
      f.interruption_count AS "interruptionCount", f.rejection_count AS "rejectionCount", f.input_tokens AS "inputTokens",
      f.output_tokens AS "outputTokens", f.cost_usd AS "costUsd", f.finding_count AS "findingCount", f.signals, f.correction_count AS "correctionCount",
      f.failure_mode_ids AS "failureModeIds", f.flags, coalesce(o.path, '') AS "sourcePath", coalesce(o.sha256, '') AS "sourceSha256"
    FROM session_found AS f
    LEFT JOIN source AS o ON o.import_id = f.import_id AND o.source_id = f.source_id
    ORDER BY f.start_ns NULLS LAST, f.session_id`,
};

/** Types whose text no spreadsheet can take for a formula. */
const HARMLESS =
  /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|DATE|TIME.*|TIMESTAMP.*|UUID)$/;

/** A column as cells of CSV: lists and structs are written as JSON text, and all text is made harmless. */
function csvSafe(column: string, type: string): string {
  const quoted = `"${column.replaceAll('"', '""')}"`;
  if (HARMLESS.test(type)) return quoted;
  const isNested = type.endsWith(']') || type.startsWith('STRUCT') || type.startsWith('MAP');
  const text = type === 'VARCHAR' ? quoted : `${isNested ? `to_json(${quoted})` : quoted}::VARCHAR`;
  return `${csvCellSql(text)} AS ${quoted}`;
}

/** Writes temp table `outgoing` to a file the database may write; returns how many rows. */
export async function writeOutgoing(tx: Queries, path: string, format: ExportFormat): Promise<number> {
  if (format === 'csv') {
    const columns = await tx.all<{ column_name: string; column_type: string }>(
      'SELECT column_name, column_type FROM (DESCRIBE outgoing)',
    );
    const list = columns.map((one) => csvSafe(one.column_name, one.column_type)).join(', ');
    await tx.run(
      `COPY (SELECT ${list} FROM outgoing) TO ${sqlText(path)} (FORMAT csv, HEADER true, FORCE_QUOTE *)`,
    );
  } else if (format === 'jsonl') await tx.run(`COPY outgoing TO ${sqlText(path)} (FORMAT json)`);
  else await tx.run(`COPY outgoing TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
  const count = await tx.one<{ n: number }>('SELECT count(*)::INTEGER AS n FROM outgoing');
  return count?.n ?? 0;
}

/**
 * Masks temp table `outgoing`, writes it, and looks at the finished file again; without settings it is written as it is.
 */
export async function writeMasked(
  tx: Queries,
  path: string,
  format: ExportFormat,
  settings: RedactionSettings | null,
): Promise<{ rows: number; redaction: RedactionReport | null }> {
  if (settings === null) return { rows: await writeOutgoing(tx, path, format), redaction: null };
  const redactor = await workspaceRedactor(tx, settings);
  const list = new MaskList();
  await redactOutgoing(tx, redactor, list);
  const rows = await writeOutgoing(tx, path, format);
  const leaks = await lookAtTable(tx, path, format, redactor);
  return { rows, redaction: { counts: list.counts, places: list.places, leaks } };
}

export interface ExportRequest {
  kind: ExportKind;
  format: ExportFormat;
  /** Names of the failure modes, all versions of the codebook taken together. */
  modes: ReadonlyMap<string, string>;
  /** What is masked on the way; null: nothing. */
  redaction: RedactionSettings | null;
}

export interface Exported {
  /** That not all sessions were looked at for signals, in a sentence; the name says so too. Null once they were. */
  incomplete: string | null;
  path: string;
  name: string;
  rows: number;
  bytes: number;
}

/** The name of a file that goes out: it says what whoever gets it cannot see in its rows. */
export function outgoingName(
  stem: string,
  format: ExportFormat,
  { isRedacted, incomplete }: { isRedacted: boolean; incomplete: string | null },
): string {
  return `${stem}${incomplete === null ? '' : '.signals-incomplete'}${isRedacted ? '.redacted' : ''}.${format}`;
}

/**
 * Writes one export. `exportsDir` must be a folder the database may write. An existing file of the same name is replaced.
 */
export async function writeExport(
  db: Database,
  exportsDir: string,
  { kind, format, modes, redaction }: ExportRequest,
): Promise<Exported & { redaction: RedactionReport | null }> {
  const incomplete = await missingSignals(db);
  const name = outgoingName(kind, format, { isRedacted: redaction !== null, incomplete });
  const path = join(exportsDir, name);
  const written = await db.transaction(async (tx) => {
    await tx.run('CREATE OR REPLACE TEMP TABLE failure_mode_name (id VARCHAR, name VARCHAR)');
    await tx.appendRows('failure_mode_name', ['id', 'name'], modes);
    await tx.run(`CREATE OR REPLACE TEMP TABLE annotation_in_force AS
      SELECT md5('verdict|' || correction_id)[:16] AS annotation_id, 'verdict' AS kind, correction_id, state AS value, NULL::INTEGER AS codebook_version,
        judged_by AS author, judged_at AS made_at
      FROM judgement WHERE state IS NOT NULL
      UNION ALL BY NAME
      SELECT md5('set-aside|' || correction_id)[:16] AS annotation_id, 'set-aside' AS kind, correction_id, 'true' AS value, judged_by AS author, judged_at AS made_at
      FROM judgement WHERE is_set_aside
      UNION ALL BY NAME
      SELECT md5('failure-mode|' || correction_id || '|' || failure_mode_id)[:16] AS annotation_id, 'failure-mode' AS kind, correction_id,
        failure_mode_id AS value, codebook_version, author, made_at
      FROM assignment`);
    await tx.run(`CREATE OR REPLACE TEMP TABLE outgoing AS ${selects[kind]}`);
    return writeMasked(tx, path, format, redaction);
  });
  return { path, name, bytes: statSync(path).size, incomplete, ...written };
}
