/**
 * Keeps the findings of a workspace in step with its sessions and its detectors: new and changed sessions are looked at
 * by all of them, all sessions by those whose version, parameters or query changed, and nothing else is looked at again.
 * What detectors say in SQL is found first, in all new sessions at once. A detector that throws on one session costs only
 * its own findings; a run that is cut off is taken up where it was.
 */
import type { Queries, Store } from '../workspace/queries';
import type { ThreadProgram } from '../workspace/thread-pool';
import { readCallDetails } from './call-details';
import { wordsOf } from './check-query';
import { distinct, findingColumns, findingRow, functionsOf, type Inspected } from './inspect-batch';
import { inspectSessions, type Beside } from './inspect-sessions';
import { planOf, type Plan, type QueryPlan, type SignalState } from './plan';
import { findQuery } from './query-findings';
import { readContextFigures } from './workspace-context';
import { textList, type SqlValue } from '../workspace/sql-values';

function queriesOf(plans: readonly Plan[]): QueryPlan[] {
  return plans.filter((plan): plan is QueryPlan => 'query' in plan);
}

/** Those of the program itself: they cannot fail, and need nothing but the index. */
function firstOf(plans: readonly Plan[]): QueryPlan[] {
  return queriesOf(plans).filter((plan) => plan.query.isOwn);
}

export interface SignalRun {
  state: SignalState;
  /** Where the imports' Parquet files are; null where there are none. */
  importsDir: string | null;
  /** What another room reads of the sessions that are looked at by all detectors. */
  beside?: Beside | undefined;
  /** Looks at everything again, whatever is known. */
  isAnew?: boolean;
  /** The program of the threads that detectors run in; absent, they run in this one. */
  threads?: ThreadProgram | undefined;
  /** Spans from which threads are worth their start. */
  threadsFrom?: number;
  /** Sessions looked at so far, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Finds at once, in sessions nobody has looked at as they are now, what detectors say in SQL. The other detectors, and queries of the
 * workspace, which might fail, are left for `runDetectors`; what they and `beside` found in these sessions before is taken away.
 */
export async function runFirstSignals(
  db: Store,
  { state, signal }: Pick<SignalRun, 'state' | 'signal'>,
): Promise<void> {
  const plans = planOf(state);
  const unseen = await unseenOf(db, plans);
  await forget(db, unseen, plans);
  const { where, params } = among(unseen);
  await db.transaction((tx) => tx.run(`DELETE FROM finding WHERE ${where}`, params));
  await lookFirst(db, plans, unseen, signal);
  // Where there are no others, all sessions have been looked at.
  if (unseen !== null) return;
  const first = firstOf(plans);
  await db.transaction((tx) =>
    noteRun(
      tx,
      first,
      first.map(({ id }) => id),
      new Map(),
    ),
  );
}

/** Sessions nobody looked at as they are now; null: all there are. */
async function unseenOf(db: Store, plans: readonly Plan[]): Promise<string[] | null> {
  // Told without a list of them where none was ever looked at, as at the first import.
  const some = await db.one('SELECT true AS some FROM inspected_session LIMIT 1');
  if (some === null) return null;
  const { unseen, seenCount } = await whatIsBehind(db, plans, false);
  return seenCount === 0 ? null : unseen;
}

async function lookFirst(
  db: Store,
  plans: readonly Plan[],
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<void> {
  if (sessionIds?.length === 0) return;
  for (const plan of firstOf(plans)) await runQuery(db, plan, sessionIds, signal);
  await db.transaction((tx) => noteSessions(tx, sessionIds, false));
}

/** Brings findings in step; gives the number of sessions looked at. Throws the signal's reason when it is aborted. */
export async function runDetectors(db: Store, run: SignalRun): Promise<{ sessions: number }> {
  const plans = planOf(run.state);
  const { unseen, changed, known, staleSignals } = await whatIsBehind(db, plans, run.isAnew === true);
  if (changed.length === 0 && staleSignals.length === 0) return { sessions: 0 };
  await forget(db, changed, plans);
  await lookFirst(db, plans, unseen, run.signal);
  const stale = plans.filter((plan) => staleSignals.includes(plan.id));
  const reached = stale.length > 0 ? known.length + changed.length : changed.length;
  run.onProgress?.(0, reached);
  const problems = new Map<string, string>();
  const isUnseen = new Set(unseen);
  const seen = [...known, ...changed.filter((id) => !isUnseen.has(id))];
  for (const plan of queriesOf(plans)) {
    const isStale = stale.includes(plan);
    // Sessions not seen before have been looked at just now.
    const ids = plan.query.isOwn ? (isStale ? seen : []) : isStale ? null : changed;
    if (ids?.length === 0) continue;
    const problem = await runQuery(db, plan, ids, run.signal);
    if (problem !== null) problems.set(plan.id, problem);
  }
  if (run.importsDir !== null && changed.length > 0)
    await readCallDetails(db, run.importsDir, changed, run.signal);
  const context = await readContextFigures(db, run.signal);
  const before = await withRows(db, changed, plans, run.beside);
  let done = 0;
  const inspect = async (ids: readonly string[], of: readonly Plan[], isWhole: boolean): Promise<void> => {
    const signals = functionsOf(of).map((plan) => plan.id);
    const job = { settings: [...run.state.signalSettings], signals, withFigures: isWhole, context };
    const { threads, threadsFrom, signal } = run;
    const beside = isWhole ? run.beside : undefined;
    await inspectSessions(
      db,
      ids,
      { job, beside, threads, threadsFrom, signal },
      async (batch, found, made) => {
        const isFirst = isWhole && !batch.some((id) => before.has(id));
        await db.transaction(async (tx) => {
          if (!isFirst) await takeAwayFindings(tx, batch, signals, isWhole);
          await storeFindings(tx, found, isWhole);
          await beside?.store(tx, batch, made, isFirst);
          if (isWhole) await noteSessions(tx, batch, true);
        });
        run.onProgress?.((done += batch.length), reached);
      },
    );
  };
  if (functionsOf(stale).length > 0) await inspect(known, stale, false);
  // Before the rest: a run that is cut off there must not begin with the sessions it knows again.
  await db.transaction((tx) => noteRun(tx, plans, staleSignals, problems));
  await inspect(changed, plans, true);
  return { sessions: reached };
}

interface Behind {
  /** Sessions nobody looked at as they are now, be it in SQL alone. */
  unseen: string[];
  /** Those, and the ones that not all detectors have looked at. */
  changed: string[];
  /** All others. */
  known: string[];
  /** Sessions that are not unseen. */
  seenCount: number;
  /** Detectors that never ran over all sessions as they are now, and those that are gone or switched off. */
  staleSignals: string[];
}

async function whatIsBehind(db: Store, plans: readonly Plan[], isAnew: boolean): Promise<Behind> {
  const sessions = await db.all<{ id: string; isSeen: boolean; isKnown: boolean }>(
    `SELECT s.session_id AS id, i.session_id IS NOT NULL AS "isSeen", coalesce(i.is_whole, false) AS "isKnown"
     FROM session AS s
     LEFT JOIN inspected_session AS i ON i.session_id = s.session_id AND i.import_id = s.import_id AND i.span_count = s.span_count
     ORDER BY s.session_id`,
  );
  const runs = await db.all<{ signal: string; stamp: string }>('SELECT signal, stamp FROM signal_run');
  const stamps = new Map(runs.map((row) => [row.signal, row.stamp]));
  const planned = new Set(plans.map((plan) => plan.id));
  return {
    unseen: sessions.filter((one) => isAnew || !one.isSeen).map((one) => one.id),
    changed: sessions.filter((one) => isAnew || !one.isKnown).map((one) => one.id),
    known: sessions.filter((one) => !isAnew && one.isKnown).map((one) => one.id),
    seenCount: sessions.filter((one) => !isAnew && one.isSeen).length,
    staleSignals: [
      ...plans.filter((plan) => isAnew || stamps.get(plan.id) !== plan.stamp).map((plan) => plan.id),
      ...[...stamps.keys()].filter((signal) => !planned.has(signal)),
    ],
  };
}

const AMONG = 'IN (SELECT unnest($1::VARCHAR[]))';

/** A condition on session_id, and what is bound to it; null: any session. */
function among(sessionIds: readonly string[] | null): { where: string; params: SqlValue[] } {
  return sessionIds === null
    ? { where: 'true', params: [] }
    : { where: `session_id ${AMONG}`, params: [textList(sessionIds)] };
}
const GONE = 'NOT IN (SELECT session_id FROM session)';

/**
 * Takes away the notes that say these sessions were looked at, and what sessions and signals that are gone have left. Findings stay
 * until the new ones are there.
 */
async function forget(db: Store, changed: readonly string[] | null, plans: readonly Plan[]): Promise<void> {
  const { where, params } = among(changed);
  await db.transaction(async (tx) => {
    await tx.run(`DELETE FROM inspected_session WHERE (is_whole AND ${where}) OR session_id ${GONE}`, params);
    for (const table of ['call_detail', 'session_tools', 'session_task'])
      await tx.run(`DELETE FROM ${table} WHERE ${where} OR session_id ${GONE}`, params);
    for (const table of ['session_figure', 'session_change'])
      await tx.run(`DELETE FROM ${table} WHERE session_id ${GONE}`);
    await tx.run(`DELETE FROM finding WHERE session_id ${GONE}`);
    const planned = plans.map((plan) => plan.id);
    await tx.run(`DELETE FROM finding WHERE signal <> 'correction' AND NOT signal ${AMONG}`, [planned]);
    await tx.run(`DELETE FROM signal_run WHERE NOT signal ${AMONG}`, [planned]);
  });
}

/** Stores what a query finds in place of what it found; gives the reason why it could not run, or null. */
async function runQuery(
  db: Store,
  plan: QueryPlan,
  sessionIds: readonly string[] | null,
  signal?: AbortSignal,
): Promise<string | null> {
  const found = await findQuery(db, plan.query, sessionIds, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    return wordsOf(error);
  });
  const rows = typeof found === 'string' ? [] : found.map((one) => findingRow(plan, one.sessionId, one));
  await db.transaction(async (tx) => {
    const only = sessionIds === null ? '' : 'AND session_id IN (SELECT unnest($2::VARCHAR[]))';
    await tx.run(
      `DELETE FROM finding WHERE signal = $1 ${only}`,
      sessionIds === null ? [plan.id] : [plan.id, textList(sessionIds)],
    );
    await tx.appendRows('finding', findingColumns, distinct(rows));
  });
  return typeof found === 'string' ? found : null;
}

/**
 * Those of the sessions of which something is stored that looking at them stores anew. Of all others nothing has to be taken away,
 * which reads whole tables with every batch.
 */
async function withRows(
  db: Store,
  sessionIds: readonly string[],
  plans: readonly Plan[],
  beside: Beside | undefined,
): Promise<ReadonlySet<string>> {
  const tables = ['session_figure', 'session_change', ...(beside?.tables ?? [])];
  const rows = await db.all<{ id: string }>(
    `SELECT session_id AS id FROM (
       SELECT session_id FROM finding WHERE signal NOT IN (SELECT unnest($2::VARCHAR[]))
       ${tables.map((table) => `UNION SELECT session_id FROM ${table}`).join(' ')}
     ) WHERE session_id ${AMONG}`,
    [textList(sessionIds), queriesOf(plans).map(({ id }) => id)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Takes away what these detectors found in these sessions before. */
async function takeAwayFindings(
  tx: Queries,
  sessionIds: readonly string[],
  signals: readonly string[],
  withFigures: boolean,
): Promise<void> {
  await tx.run(`DELETE FROM finding WHERE session_id ${AMONG} AND signal IN (SELECT unnest($2::VARCHAR[]))`, [
    textList(sessionIds),
    signals,
  ]);
  if (!withFigures) return;
  for (const table of ['session_figure', 'session_change'])
    await tx.run(`DELETE FROM ${table} WHERE session_id ${AMONG}`, [textList(sessionIds)]);
}

async function storeFindings(tx: Queries, found: Inspected, withFigures: boolean): Promise<void> {
  await tx.appendRows('finding', findingColumns, found.findings);
  if (!withFigures) return;
  await tx.appendRows('session_figure', ['session_id', 'name', 'value', 'is_count'], found.figures);
  await tx.appendRows('session_change', ['session_id', 'change_count', 'change_hash'], found.changes);
}

/** Notes that these sessions were looked at: by all detectors, or by those alone that are said in SQL. */
async function noteSessions(
  tx: Queries,
  sessionIds: readonly string[] | null,
  isWhole: boolean,
): Promise<void> {
  const { where, params } = among(sessionIds);
  await tx.run(`DELETE FROM inspected_session WHERE ${where}`, params);
  await tx.run(
    `INSERT INTO inspected_session SELECT session_id, import_id, span_count, ${String(isWhole)} FROM session WHERE ${where}`,
    params,
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
