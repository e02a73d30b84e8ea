/**
 * Runs all detectors over sessions of the index and stores their findings.
 * Sessions stream by one at a time in order; a detector that throws on one session costs only that session's findings.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../workspace/database';
import type { DetectorSpan, FindingInput, Trajectory } from './detector';
import { detectors } from './registry';

export const findingColumns = [
  'finding_id',
  'signal',
  'detector_version',
  'session_id',
  'turn_no',
  'span_id',
  'evidence',
  'reason',
  'severity',
  'pillar',
] as const;

/** A row of table finding; the id is the same at every run over the same data. */
export function findingRow(
  detector: { id: string; version: string; pillar: string },
  sessionId: string,
  finding: FindingInput,
): unknown[] {
  const id = createHash('md5')
    .update([detector.id, sessionId, ...finding.evidence].join('\0'))
    .digest('hex')
    .slice(0, 16);
  return [
    id,
    detector.id,
    detector.version,
    sessionId,
    finding.turnNo,
    finding.evidence[0],
    [...finding.evidence],
    finding.reason.toWellFormed().slice(0, 1000),
    finding.severity,
    detector.pillar,
  ];
}

/** All findings of all detectors in one session, each detector with its default parameters. */
export function inspectTrajectory(
  trajectory: Trajectory,
  onError?: (detector: string, error: unknown) => void,
): unknown[][] {
  const rows: unknown[][] = [];
  for (const detector of detectors.values()) {
    try {
      const parameters = detector.parameters.parse({});
      for (const finding of detector.inspect(trajectory, parameters))
        rows.push(findingRow(detector, trajectory.sessionId, finding));
    } catch (error) {
      onError?.(detector.id, error);
    }
  }
  return rows;
}

const spanQuery = `SELECT s.session_id AS "sessionId", x.format, s.span_id AS "spanId", s.position, s.turn_no AS "turnNo", s.kind, s.origin, s.pillar, s.name,
    s.tool_name AS "toolName", s.agent_id AS "agentId", s.is_rewound AS "isRewound", s.status, s.status_message AS "statusMessage",
    s.error_type AS "errorType", s.start_ns / 1e6 AS "startMs", s.end_ns / 1e6 AS "endMs", s.text_head AS text,
    s.text_length::INTEGER AS "textLength", s.input_head AS input, s.call_hash AS "callHash", s.input_tokens AS "inputTokens", s.output_tokens AS "outputTokens"
  FROM span AS s JOIN session AS x ON x.session_id = s.session_id`;

type SpanRecord = DetectorSpan & { sessionId: string; format: string };

/** Calls `visit` with the trajectory of each session (all of them, or those named), in order of session id. */
export async function eachTrajectory(
  db: Database,
  sessionIds: readonly string[] | null,
  visit: (trajectory: Trajectory) => void,
  signal?: AbortSignal,
): Promise<void> {
  const where = sessionIds === null ? '' : 'WHERE s.session_id IN (SELECT unnest($1))';
  let spans: SpanRecord[] = [];
  const flush = (): void => {
    const first = spans[0];
    if (first) visit({ sessionId: first.sessionId, format: first.format, spans });
    spans = [];
  };
  await db.stream<SpanRecord>(
    `${spanQuery} ${where} ORDER BY s.session_id, s.position`,
    sessionIds === null ? [] : [sessionIds],
    (rows) => {
      for (const row of rows) {
        if (spans.length > 0 && spans[0]?.sessionId !== row.sessionId) flush();
        spans.push(row);
      }
    },
    undefined,
    signal,
  );
  flush();
}

/**
 * Finds all signals anew in the named sessions (null: in all) and replaces their findings but those of signal
 * `correction`, which the corrections room owns. Returns how many were found.
 */
export async function runDetectors(
  db: Database,
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<number> {
  const rows: unknown[][] = [];
  await eachTrajectory(db, sessionIds, (trajectory) => rows.push(...inspectTrajectory(trajectory)), signal);
  await db.transaction(async (tx) => {
    if (sessionIds === null) await tx.run("DELETE FROM finding WHERE signal <> 'correction'");
    else
      await tx.run("DELETE FROM finding WHERE signal <> 'correction' AND session_id IN (SELECT unnest($1))", [
        sessionIds,
      ]);
    await tx.appendRows('finding', findingColumns, rows);
  });
  return rows.length;
}
