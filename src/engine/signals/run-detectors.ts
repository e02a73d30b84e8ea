/**
 * Keeps the findings of a workspace in step with its sessions and its detectors: new and changed sessions are looked at
 * by all of them, all sessions by those whose version, parameters or query changed, and nothing else is looked at again.
 * Gives the event loop a turn every few milliseconds. A detector that throws on one session costs only its own findings.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries, Store } from '../workspace/queries';
import type { FindingInput, Trajectory, WorkspaceContext } from './detector';
import { readCallDetails } from './call-details';
import { wordsOf } from './check-query';
import { planOf, type FunctionPlan, type Plan, type QueryPlan, type SignalState } from './plan';
import { findQuery, MAX_PER_SESSION } from './query-findings';
import { eachBatch } from './read-trajectories';
import { figureRows } from './session-figures';
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

const AS_IT_COMES: SignalState = { signalSettings: new Map(), signalQueries: new Map() };

export function functionsOf(plans: readonly Plan[]): FunctionPlan[] {
  return plans.filter((plan): plan is FunctionPlan => 'inspect' in plan);
}

export function queriesOf(plans: readonly Plan[]): QueryPlan[] {
  return plans.filter((plan): plan is QueryPlan => 'query' in plan);
}

export interface SignalRun {
  state: SignalState;
  /** Where the imports' Parquet files are; null where there are none. */
  importsDir: string | null;
  /** Leaves detectors written in SQL for the next run: within a transaction, one that fails would undo everything. */
  withoutQueries?: boolean;
  /** Looks at everything again, whatever is known. */
  isAnew?: boolean;
  /** Sessions looked at so far, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Brings findings in step; gives the number of sessions looked at. Throws the signal's reason when it is aborted. */
export async function runDetectors(db: Store, run: SignalRun): Promise<{ sessions: number }> {
  const all = planOf(run.state);
  const later = run.withoutQueries === true ? queriesOf(all).map((plan) => plan.id) : [];
  const plans = all.filter((plan) => !later.includes(plan.id));
  const behind = await whatIsBehind(db, all, run.isAnew === true);
  const { changed, known } = behind;
  const staleSignals = behind.staleSignals.filter((signal) => !later.includes(signal));
  if (changed.length === 0 && staleSignals.length === 0) return { sessions: 0 };
  await clear(db, changed, all, staleSignals, changed.length > 0 ? later : []);
  if (run.importsDir !== null && changed.length > 0)
    await readCallDetails(db, run.importsDir, changed, run.signal);
  const workspace = await readContext(db, run.signal);
  const stale = plans.filter((plan) => staleSignals.includes(plan.id));
  const problems = new Map<string, string>();
  const reached = stale.length > 0 ? known.length + changed.length : changed.length;
  for (const plan of queriesOf(plans)) {
    const isStale = stale.includes(plan);
    const problem = await runQuery(db, plan, isStale ? null : changed, run.signal);
    if (problem !== null) problems.set(plan.id, problem);
  }
  let done = 0;
  const report = (more: number) => run.onProgress?.((done += more), reached);
  await inspectAll(db, changed, functionsOf(plans), workspace, { ...run, report, isNew: true });
  const again = functionsOf(stale);
  if (again.length > 0) await inspectAll(db, known, again, workspace, { ...run, report, isNew: false });
  await db.transaction((tx) => noteRun(tx, plans, staleSignals, problems));
  return { sessions: reached };
}

interface Behind {
  /** Sessions nobody looked at as they are now. */
  changed: string[];
  /** All others. */
  known: string[];
  /** Detectors that never ran over all sessions as they are now, and those that are gone or switched off. */
  staleSignals: string[];
}

async function whatIsBehind(db: Store, plans: readonly Plan[], isAnew: boolean): Promise<Behind> {
  const sessions = await db.all<{ id: string; isKnown: boolean }>(
    `SELECT s.session_id AS id, i.session_id IS NOT NULL AS "isKnown"
     FROM session AS s
     LEFT JOIN inspected_session AS i ON i.session_id = s.session_id AND i.import_id = s.import_id AND i.span_count = s.span_count
     ORDER BY s.session_id`,
  );
  const runs = await db.all<{ signal: string; stamp: string }>('SELECT signal, stamp FROM signal_run');
  const stamps = new Map(runs.map((row) => [row.signal, row.stamp]));
  const planned = new Set(plans.map((plan) => plan.id));
  return {
    changed: sessions.filter((one) => isAnew || !one.isKnown).map((one) => one.id),
    known: sessions.filter((one) => !isAnew && one.isKnown).map((one) => one.id),
    staleSignals: [
      ...plans.filter((plan) => isAnew || stamps.get(plan.id) !== plan.stamp).map((plan) => plan.id),
      ...[...stamps.keys()].filter((signal) => !planned.has(signal)),
    ],
  };
}

/** Takes away what no longer holds, and the notes that say it did: a run that is cut off is made up for by the next. */
async function clear(
  db: Store,
  changed: readonly string[],
  plans: readonly Plan[],
  staleSignals: readonly string[],
  later: readonly string[],
): Promise<void> {
  const of = 'IN (SELECT unnest($1::VARCHAR[]))';
  const gone = staleSignals.filter((signal) => !plans.some((plan) => plan.id === signal));
  await db.transaction(async (tx) => {
    for (const table of ['inspected_session', 'session_figure', 'call_detail', 'session_tools'])
      await tx.run(
        `DELETE FROM ${table} WHERE session_id ${of} OR session_id NOT IN (SELECT session_id FROM session)`,
        [changed],
      );
    await tx.run(
      `DELETE FROM finding WHERE signal <> 'correction' AND (session_id ${of} OR session_id NOT IN (SELECT session_id FROM session))`,
      [changed],
    );
    await tx.run(`DELETE FROM finding WHERE signal <> 'correction' AND signal ${of}`, [staleSignals]);
    await tx.run(`DELETE FROM signal_run WHERE signal ${of}`, [gone]);
    await tx.run(`UPDATE signal_run SET stamp = '' WHERE signal ${of}`, [[...staleSignals, ...later]]);
  });
}

/** Stores what a query finds; gives the reason why it could not run, or null. */
async function runQuery(
  db: Store,
  plan: QueryPlan,
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<string | null> {
  try {
    const found = await findQuery(db, plan.query, sessionIds, signal);
    const rows = found.map((finding) => findingRow(plan, finding.sessionId, finding));
    await db.appendRows('finding', findingColumns, distinct(rows));
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return wordsOf(error);
  }
}

/** Rows without those whose id was there before. */
function distinct(rows: readonly unknown[][]): unknown[][] {
  const seen = new Set<unknown>();
  return rows.filter(([id]) => !seen.has(id) && seen.add(id));
}

/** How long detectors may run before others get a turn, in milliseconds. */
const BREATH_MS = 12;

async function inspectAll(
  db: Store,
  sessionIds: readonly string[],
  plans: readonly FunctionPlan[],
  workspace: WorkspaceContext,
  how: { isNew: boolean; report: (more: number) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  await eachBatch(
    db,
    sessionIds,
    workspace,
    async (trajectories) => {
      const rows: unknown[][] = [];
      const figures: unknown[][] = [];
      let since = performance.now();
      for (const trajectory of trajectories) {
        rows.push(...distinct(inspectTrajectory(trajectory, undefined, plans)));
        if (how.isNew) figures.push(...figureRows(trajectory));
        if (performance.now() - since < BREATH_MS) continue;
        await nextTurn();
        how.signal?.throwIfAborted();
        since = performance.now();
      }
      await db.transaction(async (tx) => {
        await tx.appendRows('finding', findingColumns, rows);
        if (how.isNew) await noteSessions(tx, trajectories, figures);
      });
      how.report(trajectories.length);
    },
    how.signal,
  );
}

async function noteSessions(
  tx: Queries,
  trajectories: readonly Trajectory[],
  figures: readonly unknown[][],
): Promise<void> {
  await tx.appendRows('session_figure', ['session_id', 'name', 'value'], figures);
  await tx.run(
    `INSERT INTO inspected_session SELECT session_id, import_id, span_count FROM session
     WHERE session_id IN (SELECT unnest($1::VARCHAR[]))`,
    [trajectories.map((one) => one.sessionId)],
  );
}

async function noteRun(
  tx: Queries,
  plans: readonly Plan[],
  staleSignals: readonly string[],
  problems: ReadonlyMap<string, string>,
): Promise<void> {
  const ran = plans.filter((plan) => staleSignals.includes(plan.id) || problems.has(plan.id));
  await tx.run('DELETE FROM signal_run WHERE signal IN (SELECT unnest($1::VARCHAR[]))', [
    ran.map((plan) => plan.id),
  ]);
  await tx.appendRows(
    'signal_run',
    ['signal', 'stamp', 'problem'],
    ran.map((plan) => [plan.id, plan.stamp, problems.get(plan.id) ?? null]),
  );
}
