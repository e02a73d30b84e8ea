/** Detectors in threads of their own find what they find without, and end when they are told to. Over a real index. */
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDetectors } from '../../src/engine/signals/run-detectors';
import type { Database } from '../../src/engine/workspace/database';
import { ThreadPool } from '../../src/engine/workspace/thread-pool';
import { withTrajectories } from '../support/trajectory-database';
import { answer, tool, trajectory, user } from '../support/trajectory';
import { buildPrograms, type BuiltPrograms } from './build-programs';

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms({ 'detector-worker': 'src/engine/detector-worker.ts' });
}, 120_000);
afterAll(() => programs.remove());

const state = { signalSettings: new Map(), signalQueries: new Map() };

const sessions = Array.from({ length: 30 }, (_, i) => ({
  ...trajectory(
    user('Where is parcel PX7?'),
    ...Array.from({ length: 1 + (i % 5) }, () =>
      tool('find_parcel', '{"number":"PX7"}', 'the depot did not answer', { status: 'error' }),
    ),
    answer('It is in Rostock.'),
    user('No, that is wrong. Where is parcel PX7?'),
    answer('I am sorry, I cannot help with that.'),
  ),
  sessionId: `s${String(i)}`,
}));

function findingsOf(db: Database): Promise<unknown[]> {
  return db.all('SELECT * FROM finding ORDER BY finding_id');
}

function figuresOf(db: Database): Promise<unknown[]> {
  return db.all('SELECT * FROM session_figure ORDER BY session_id, name');
}

test('threads find what is found without them, and every session is noted', async () => {
  const [findings, figures] = await withTrajectories(sessions, async (db) => {
    await runDetectors(db, { state, importsDir: null });
    return [await findingsOf(db), await figuresOf(db)];
  });
  expect(findings.length).toBeGreaterThan(30);
  await withTrajectories(sessions, async (db) => {
    const seen: number[] = [];
    const threads = { path: programs.path('detector-worker') };
    const onProgress = (done: number): void => void seen.push(done);
    await runDetectors(db, { state, importsDir: null, threads, threadsFrom: 1, onProgress });
    expect(await findingsOf(db)).toEqual(findings);
    expect(await figuresOf(db)).toEqual(figures);
    expect(seen.at(-1)).toBe(30);
    expect(await runDetectors(db, { state, importsDir: null })).toEqual({ sessions: 0 });
  });
});

test('an aborted run throws the reason given and leaves the rest to the next', async () => {
  await withTrajectories(sessions, async (db) => {
    const threads = { path: programs.path('detector-worker') };
    const run = { state, importsDir: null, threads, threadsFrom: 1 };
    const controller = new AbortController();
    const running = runDetectors(db, { ...run, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(await runDetectors(db, run)).toEqual({ sessions: 30 });
  });
});

test('a program that is not there is an error, not a wait for ever', async () => {
  const pool = new ThreadPool({ path: '/nowhere/detector-worker.js' }, {});
  await expect(pool.run({})).rejects.toThrow(/detector-worker/);
  await expect(pool.run({})).rejects.toThrow(/detector-worker/);
  await pool.close();
});

/** Threads of this process that have a priority. */
function threadsWithPriority(priority: number): number {
  return readdirSync('/proc/self/task').filter((id) => {
    try {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === priority;
    } catch {
      // It has ended since.
      return false;
    }
  }).length;
}

test('threads that are to give way run below those that answer people', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux gives threads priorities of their own');
  const low = constants.priority.PRIORITY_BELOW_NORMAL;
  const before = threadsWithPriority(low);
  const pool = new ThreadPool(
    { path: programs.path('detector-worker'), givesWay: true },
    { inspect: null, beside: null },
  );
  try {
    await pool.run({ batch: null, beside: null });
    expect(threadsWithPriority(low)).toBeGreaterThan(before);
  } finally {
    await pool.close();
  }
});
