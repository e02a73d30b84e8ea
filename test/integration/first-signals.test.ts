/** Signals said in SQL come first and stay; what follows them, whole or cut off, adds up to the same as one run. Over a real index. */
import { expect, test } from 'vitest';
import { runDetectors, runFirstSignals } from '../../src/engine/signals/run-detectors';
import type { Database } from '../../src/engine/workspace/database';
import { answer, tool, trajectory, user } from '../support/trajectory';
import { withTrajectories } from '../support/trajectory-database';

const state = { signalSettings: new Map(), signalQueries: new Map() };

const sessions = Array.from({ length: 12 }, (_, i) => ({
  ...trajectory(
    user('Where is parcel PX7?'),
    ...Array.from({ length: 4 }, () =>
      tool('find_parcel', '{"number":"PX7"}', 'the depot did not answer', { status: 'error' }),
    ),
    answer('I am sorry, I cannot help with that.'),
  ),
  sessionId: `s${String(i)}`,
}));

const findingsOf = (db: Database) => db.all('SELECT * FROM finding ORDER BY finding_id');
const signalsOf = async (db: Database) =>
  (await db.all<{ signal: string }>('SELECT DISTINCT signal FROM finding ORDER BY signal')).map(
    (row) => row.signal,
  );
const wholeOf = async (db: Database) =>
  (await db.one<{ n: number }>('SELECT (count(*) FILTER (is_whole))::INTEGER AS n FROM inspected_session'))
    ?.n;

const atOnce = () =>
  withTrajectories(sessions, async (db) => {
    await runDetectors(db, { state, importsDir: null });
    return findingsOf(db);
  });

test('first signals are there before any text is read, and the rest adds to them', async () => {
  const all = await atOnce();
  await withTrajectories(sessions, async (db) => {
    await runFirstSignals(db, { state });
    expect(await signalsOf(db)).toEqual(['tool-error']);
    expect(await wholeOf(db)).toBe(0);
    expect(await runDetectors(db, { state, importsDir: null })).toEqual({ sessions: 12 });
    expect(await signalsOf(db)).toContain('retry-loop');
    expect(await wholeOf(db)).toBe(12);
    expect(await findingsOf(db)).toEqual(all);
    expect(await runDetectors(db, { state, importsDir: null })).toEqual({ sessions: 0 });
  });
});

test('a run that is cut off keeps the first signals, and the next one makes up for it', async () => {
  const all = await atOnce();
  await withTrajectories(sessions, async (db) => {
    await runFirstSignals(db, { state });
    const first = await findingsOf(db);
    const stop = new AbortController();
    const run = runDetectors(db, { state, importsDir: null, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(await findingsOf(db)).toEqual(first);
    await runDetectors(db, { state, importsDir: null });
    expect(await findingsOf(db)).toEqual(all);
  });
});

test('sessions that changed are looked at again, others keep what was found in them', async () => {
  const all = await atOnce();
  await withTrajectories(sessions, async (db) => {
    await runDetectors(db, { state, importsDir: null });
    await db.run("UPDATE session SET import_id = 'later' WHERE session_id IN ('s1', 's2')");
    await runFirstSignals(db, { state });
    const left = await db.all<{ id: string }>(
      "SELECT DISTINCT session_id AS id FROM finding WHERE signal <> 'tool-error' ORDER BY id",
    );
    expect(left.map((row) => row.id)).not.toContain('s1');
    expect(left).toHaveLength(10);
    expect(await runDetectors(db, { state, importsDir: null })).toEqual({ sessions: 2 });
    expect(await findingsOf(db)).toEqual(all);
  });
});

test('sessions looked at before are looked at again beside new ones, and nothing is there twice', async () => {
  const tables = ['finding', 'session_figure', 'session_change', 'inspected_session'];
  const rowsOf = (db: Database) =>
    Promise.all(tables.map((table) => db.all(`SELECT * FROM ${table} ORDER BY ALL`)));
  await withTrajectories(sessions, async (db) => {
    await runDetectors(db, { state, importsDir: null });
    const all = await rowsOf(db);
    // As if more had come to one session, and another were new.
    await db.run(`UPDATE inspected_session SET span_count = 1 WHERE session_id = 's3';
      DELETE FROM inspected_session WHERE session_id = 's5'; DELETE FROM finding WHERE session_id = 's5';
      DELETE FROM session_figure WHERE session_id = 's5'; DELETE FROM session_change WHERE session_id = 's5'`);
    expect(await runDetectors(db, { state, importsDir: null })).toEqual({ sessions: 2 });
    expect(await rowsOf(db)).toEqual(all);
    await db.run(`DELETE FROM inspected_session WHERE session_id = 's7'`);
    await runDetectors(db, { state, importsDir: null });
    expect(await rowsOf(db)).toEqual(all);
  });
});
