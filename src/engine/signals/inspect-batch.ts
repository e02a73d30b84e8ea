/**
 * Runs detectors over a batch of sessions as the database gave them, here or in a thread of its own. Owns what a thread is given and
 * gives back; touches no database. A detector that throws on one session costs only its own findings.
 */
import type { SignalParameters } from '../../shared/model/signal';
import { shortHash } from '../workspace/short-hash';
import type { FindingInput, Trajectory } from './detector';
import { planOf, type FunctionPlan, type Plan, type SignalState } from './plan';
import { MAX_PER_SESSION } from './query-findings';
import { trajectoriesOf, type Declarations, type SpanBatch } from './read-trajectories';
import { changeRow, figureRows } from './session-figures';
import { contextOf, type ContextFigures } from './workspace-context';

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
  return [
    shortHash([detector.id, sessionId, ...finding.evidence].join('\0')),
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

/** Rows without those whose id was there before. */
export function distinct(rows: readonly unknown[][]): unknown[][] {
  const seen = new Set<unknown>();
  return rows.filter(([id]) => !seen.has(id) && seen.add(id));
}

const AS_IT_COMES: SignalState = { signalSettings: new Map(), signalQueries: new Map() };

export function functionsOf(plans: readonly Plan[]): FunctionPlan[] {
  return plans.filter((plan): plan is FunctionPlan => 'inspect' in plan);
}

/** All findings of the detectors given (each as it comes where none are) in one session. */
export function inspectTrajectory(
  trajectory: Trajectory,
  onError?: (detector: string, error: unknown) => void,
  plans: readonly FunctionPlan[] = functionsOf(planOf(AS_IT_COMES)),
): unknown[][] {
  const rows: unknown[][] = [];
  for (const plan of plans) {
    try {
      for (const finding of plan.inspect(trajectory).slice(0, MAX_PER_SESSION))
        rows.push(findingRow(plan, trajectory.sessionId, finding));
    } catch (error) {
      onError?.(plan.id, error);
    }
  }
  return rows;
}

/** What detectors have to know before the first batch; can be passed to a thread. */
export interface InspectJob {
  settings: [signal: string, setting: { isEnabled: boolean; parameters: SignalParameters }][];
  /** Ids of the detectors that run. */
  signals: string[];
  /** Work out the figures of the sessions as well. */
  withFigures: boolean;
  context: ContextFigures;
}

/** Rows of tables finding, session_figure and session_change. */
export interface Inspected {
  findings: unknown[][];
  figures: unknown[][];
  changes: unknown[][];
}

/** Makes ready to inspect batches. `breathe` is waited for after every session. */
export function prepareInspecting(
  job: InspectJob,
  breathe?: () => Promise<void>,
): (batch: SpanBatch) => Promise<Inspected> {
  const state: SignalState = { signalSettings: new Map(job.settings), signalQueries: new Map() };
  const wanted = new Set(job.signals);
  const plans = functionsOf(planOf(state)).filter((plan) => wanted.has(plan.id));
  const workspace = contextOf(job.context);
  const declarations: Declarations = new Map();
  return async (batch) => {
    const found: Inspected = { findings: [], figures: [], changes: [] };
    for (const trajectory of trajectoriesOf(batch, workspace, declarations)) {
      found.findings.push(...distinct(inspectTrajectory(trajectory, undefined, plans)));
      if (job.withFigures) {
        found.figures.push(...figureRows(trajectory));
        found.changes.push(changeRow(trajectory));
      }
      await breathe?.();
    }
    return found;
  };
}
