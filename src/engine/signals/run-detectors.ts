/**
 * Keeps the findings of a workspace in step with its sessions and its detectors: new and changed sessions are looked at
 * by all of them, all sessions by those whose version, parameters or query changed, and nothing else is looked at again.
 * Gives the event loop a turn every few milliseconds. A detector that throws on one session costs only its own findings.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries, Store } from '../workspace/queries';
import { ThreadPool } from '../workspace/thread-pool';
import { readCallDetails } from './call-details';
import { wordsOf } from './check-query';
import {
  distinct,
  findingColumns,
  findingRow,
  functionsOf,
  prepareInspecting,
  type InspectJob,
  type Inspected,
} from './inspect-batch';
import { planOf, type Plan, type QueryPlan, type SignalState } from './plan';
import { findQuery } from './query-findings';
import { eachBatch, type SpanBatch } from './read-trajectories';
import { readContextFigures } from './workspace-context';

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
  /** The program of the threads that detectors run in; absent, they run in this one. */
  threads?: string | undefined;
  /** Spans from which threads are worth their start. */
  threadsFrom?: number;
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
  const context = await readContextFigures(db, run.signal);
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
  const inspect = (ids: readonly string[], of: readonly Plan[], withFigures: boolean) =>
    inspectAll(db, ids, {
      job: {
        settings: [...run.state.signalSettings],
        signals: functionsOf(of).map((plan) => plan.id),
        withFigures,
        context,
      },
      threads: run.threads ?? null,
      threadsFrom: run.threadsFrom ?? SPANS_FOR_THREADS,
      report,
      signal: run.signal,
    });
  await inspect(changed, plans, true);
  if (functionsOf(stale).length > 0) await inspect(known, stale, false);
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

/** How long detectors may run before others get a turn, in milliseconds. */
const BREATH_MS = 12;

/** Fewer spans are looked at sooner than a thread has started. */
const SPANS_FOR_THREADS = 15_000;

interface Inspecting {
  job: InspectJob;
  threads: string | null;
  threadsFrom: number;
  report: (more: number) => void;
  signal?: AbortSignal | undefined;
}

/** Looks at the named sessions, batch by batch: here, or in threads while the next batches are read. */
async function inspectAll(db: Store, sessionIds: readonly string[], how: Inspecting): Promise<void> {
  const { job, report, signal } = how;
  const store = async (batch: SpanBatch, found: Inspected): Promise<void> => {
    const ids = batch.sessions.map((one) => one.sessionId);
    await db.transaction(async (tx) => {
      await tx.appendRows('finding', findingColumns, found.findings);
      if (job.withFigures) await noteSessions(tx, ids, found.figures);
    });
    report(ids.length);
  };
  if (how.threads === null || (await spanCountOf(db, sessionIds)) < how.threadsFrom) {
    const inspect = prepareInspecting(job, breathing(signal));
    await eachBatch(db, sessionIds, async (batch) => store(batch, await inspect(batch)), signal);
    return;
  }
  const pool = new ThreadPool<SpanBatch, Inspected>(how.threads, job);
  const endNow = (): void => void pool.close();
  signal?.addEventListener('abort', endNow, { once: true });
  try {
    const underWay = new Set<Promise<void>>();
    await eachBatch(
      db,
      sessionIds,
      async (batch) => {
        const one = pool.run(batch).then((found) => store(batch, found));
        const settled = one.finally(() => underWay.delete(settled));
        // What fails is thrown at the race below or at the end, whichever comes first.
        settled.catch(() => undefined);
        underWay.add(settled);
        // One batch more than there are threads, so that none waits for the database.
        if (underWay.size > pool.size) await Promise.race(underWay);
      },
      signal,
    ).finally(() => Promise.allSettled(underWay));
    await Promise.all(underWay);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', endNow);
    await pool.close();
  }
}

async function spanCountOf(db: Store, sessionIds: readonly string[]): Promise<number> {
  const row = await db.one<{ n: number }>(
    'SELECT coalesce(sum(span_count), 0)::DOUBLE AS n FROM session WHERE session_id IN (SELECT unnest($1::VARCHAR[]))',
    [sessionIds],
  );
  return row?.n ?? 0;
}

/** Lets others have a turn every few milliseconds; throws the signal's reason once it is aborted. */
function breathing(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < BREATH_MS) return;
    await nextTurn();
    signal?.throwIfAborted();
    since = performance.now();
  };
}

async function noteSessions(
  tx: Queries,
  sessionIds: readonly string[],
  figures: readonly unknown[][],
): Promise<void> {
  await tx.appendRows('session_figure', ['session_id', 'name', 'value', 'is_count'], figures);
  await tx.run(
    `INSERT INTO inspected_session SELECT session_id, import_id, span_count FROM session
     WHERE session_id IN (SELECT unnest($1::VARCHAR[]))`,
    [sessionIds],
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
