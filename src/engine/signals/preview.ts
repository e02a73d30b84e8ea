/**
 * What a change to a detector would add and drop, before it is made. Owns table preview_finding, which holds the latest
 * preview alone; changes nothing else.
 */
import { randomUUID } from 'node:crypto';
import type { SignalPreview } from '../../shared/contract/signal';
import type { Database } from '../workspace/database';
import type { ThreadProgram } from '../workspace/thread-pool';
import { findingColumns, findingRow, type InspectJob } from './inspect-batch';
import { inspectSessions } from './inspect-sessions';
import type { Plan } from './plan';
import { findQuery } from './query-findings';
import { readContextFigures } from './workspace-context';

interface Watch {
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
  /** The program of the threads that detectors run in; absent, they run in this one. */
  threads?: ThreadProgram | undefined;
}

/** Finds what `plan` would find in all sessions (null: nothing) and compares it with what stands under `signal` now. */
export async function previewPlan(
  db: Database,
  signalId: string,
  plan: Plan | null,
  watch: Watch = {},
): Promise<SignalPreview> {
  const previewId = randomUUID();
  await db.run('DELETE FROM preview_finding');
  if (plan !== null) await collect(db, previewId, plan, watch);
  const of = { previewId, signalId };
  const counts = await db.one<Omit<SignalPreview, 'previewId'>>(
    `WITH after AS (SELECT * FROM preview_finding WHERE preview_id = $previewId),
       before AS (SELECT * FROM finding WHERE signal = $signalId)
     SELECT
       (SELECT count(*) FROM after ANTI JOIN before USING (finding_id))::INTEGER AS added,
       (SELECT count(*) FROM before ANTI JOIN after USING (finding_id))::INTEGER AS dropped,
       (SELECT count(*) FROM before SEMI JOIN after USING (finding_id))::INTEGER AS kept,
       (SELECT count(DISTINCT session_id) FROM before)::INTEGER AS "sessionsBefore",
       (SELECT count(DISTINCT session_id) FROM after)::INTEGER AS "sessionsAfter"`,
    of,
  );
  await db.transaction(async (tx) => {
    await tx.run(
      `INSERT INTO preview_finding BY NAME
       SELECT $previewId AS preview_id, 'dropped' AS change, f.* FROM finding AS f
       WHERE f.signal = $signalId AND f.finding_id NOT IN (SELECT finding_id FROM preview_finding WHERE preview_id = $previewId)`,
      of,
    );
    await tx.run(
      `DELETE FROM preview_finding WHERE change = 'added' AND finding_id IN (SELECT finding_id FROM finding WHERE signal = $signalId)`,
      { signalId },
    );
  });
  const none = { added: 0, dropped: 0, kept: 0, sessionsBefore: 0, sessionsAfter: 0 };
  return { previewId, ...(counts ?? none) };
}

async function collect(db: Database, previewId: string, plan: Plan, watch: Watch): Promise<void> {
  const columns = ['preview_id', 'change', ...findingColumns];
  const store = async (rows: readonly unknown[][]) => {
    await db.appendRows(
      'preview_finding',
      columns,
      rows.map((row) => [previewId, 'added', ...row]),
    );
  };
  if ('query' in plan) {
    const found = await findQuery(db, plan.query, null, watch.signal);
    await store(found.map((finding) => findingRow(plan, finding.sessionId, finding)));
    return;
  }
  const sessions = await db.all<{ id: string }>('SELECT session_id AS id FROM session ORDER BY session_id');
  const job = {
    settings: [[plan.id, { isEnabled: true, parameters: plan.parameters }]] satisfies InspectJob['settings'],
    signals: [plan.id],
    withFigures: false,
    context: await readContextFigures(db, watch.signal),
  };
  let done = 0;
  await inspectSessions(
    db,
    sessions.map((row) => row.id),
    { job, threads: watch.threads, signal: watch.signal },
    async (ids, { findings }) => {
      await store(findings);
      watch.onProgress?.((done += ids.length), sessions.length);
    },
  );
}
