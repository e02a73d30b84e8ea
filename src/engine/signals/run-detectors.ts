/**
 * Runs all detectors over sessions of the index and stores their findings.
 * Sessions stream by one at a time in order; a detector that throws on one session costs only that session's findings.
 */
import { createHash } from 'node:crypto';
import type { Store } from '../workspace/queries';
import type { FindingInput, Trajectory } from './detector';
import { eachTrajectory } from './read-trajectories';
import { detectors } from './registry';
import { readContext } from './workspace-context';

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

/**
 * Finds all signals anew in the named sessions (null: in all) and replaces their findings but those of signal
 * `correction`, which the corrections room owns. Returns how many were found.
 */
export async function runDetectors(
  db: Store,
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<number> {
  const rows: unknown[][] = [];
  const workspace = await readContext(db, signal);
  const inspect = (trajectory: Trajectory) => rows.push(...inspectTrajectory(trajectory));
  await eachTrajectory(db, sessionIds, workspace, inspect, signal);
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
