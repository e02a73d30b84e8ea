/** Signals over a real workspace: incremental runs, tuning and its preview, queries, verdicts and the session score. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectTrajectory } from '../../src/engine/signals/inspect-batch';
import { startEngine, type TestEngine } from '../support/engine';
import { answer, tool, trajectory, user } from '../support/trajectory';

const dir = mkdtempSync(join(tmpdir(), 'faultline-signals-'));
let engine: TestEngine;

/** A chat in which a lookup is repeated `repeats` times; every call after the first fails where asked. */
function chat(id: string, repeats: number, fails: boolean): string {
  const calls = Array.from({ length: repeats }, (_, i) => [
    {
      role: 'assistant',
      content: '',
      tool_calls: [
        {
          id: `${id}-${String(i)}`,
          type: 'function',
          function: { name: 'find_parcel', arguments: '{"number":"PX7"}' },
        },
      ],
    },
    {
      role: 'tool',
      tool_call_id: `${id}-${String(i)}`,
      content: fails ? 'Error: the depot did not answer' : '{"place":"Rostock"}',
    },
  ]).flat();
  return JSON.stringify({
    id,
    conversation_id: id,
    messages: [
      { role: 'user', content: `Where is my parcel PX7, please? (${id})` },
      ...calls,
      { role: 'assistant', content: 'Your parcel is in Rostock.' },
    ],
  });
}

function write(name: string, lines: readonly string[]): string {
  const path = join(dir, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function last<E>(events: AsyncIterable<E>): Promise<E> {
  let latest: E | undefined;
  for await (const event of events) latest = event;
  if (latest === undefined) throw new Error('Nothing was reported.');
  return latest;
}

async function finding(signal: string) {
  const page = await engine.client.signal.findings({ signal });
  return page.items;
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it was accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

beforeAll(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Signals' });
  const lines = Array.from({ length: 40 }, (_, i) => chat(`c${String(i)}`, 1 + (i % 4), i % 2 === 0));
  await engine.importFiles(write('first.jsonl', lines));
});

afterAll(async () => {
  await engine.close();
  rmSync(engine.dir, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
});

describe('runs', () => {
  test('look at nothing twice, and at new sessions alone', async () => {
    expect(await last(await engine.client.signal.run({}))).toEqual({ type: 'done', sessions: 0 });
    await engine.importFiles(write('second.jsonl', [chat('late', 4, true)]));
    const before = (await finding('retry-loop')).length;
    expect(await last(await engine.client.signal.run({}))).toEqual({ type: 'done', sessions: 0 });
    expect(await last(await engine.client.signal.run({ anew: true }))).toEqual({
      type: 'done',
      sessions: 41,
    });
    expect((await finding('retry-loop')).length).toBe(before);
    const late = (await engine.client.session.list({ limit: 100 })).items.find((row) =>
      row.title.includes('(late)'),
    );
    expect(late?.signals).toContain('retry-loop');
  });

  test('find what the detectors find in the trajectory itself', () => {
    const rows = inspectTrajectory(
      trajectory(
        user('Where is my parcel?'),
        ...Array.from({ length: 4 }, () => tool('find_parcel', '{"number":"PX7"}', '{"place":"Rostock"}')),
        answer('It is in Rostock.'),
      ),
    );
    expect(rows.some((row) => row[1] === 'retry-loop')).toBe(true);
  });
});

describe('tuning', () => {
  test('is previewed, made, undone, and refused in words', async () => {
    const all = await finding('retry-loop');
    const tuning = { signal: 'retry-loop', isEnabled: true, parameters: { minCalls: 4, minRunning: 4 } };

    const done = await last(await engine.client.signal.preview(tuning));
    if (done.type !== 'done') throw new Error('The preview did not end.');
    const { preview } = done;
    expect(preview.dropped).toBeGreaterThan(0);
    expect(preview.kept + preview.dropped).toBe(all.length);
    const dropped = await engine.client.signal.previewFindings({
      previewId: preview.previewId,
      change: 'dropped',
      limit: 3,
    });
    expect(dropped.total).toBe(preview.dropped);
    expect((await finding('retry-loop')).length).toBe(all.length);

    await last(await engine.client.signal.tune(tuning));
    expect((await finding('retry-loop')).length).toBe(preview.kept + preview.added);
    await engine.client.workspace.undo();
    expect((await finding('retry-loop')).map((one) => one.findingId)).toEqual(
      all.map((one) => one.findingId),
    );

    await last(await engine.client.signal.tune({ signal: 'retry-loop', isEnabled: false, parameters: {} }));
    expect(await finding('retry-loop')).toEqual([]);
    await engine.client.workspace.undo();
    expect((await finding('retry-loop')).length).toBe(all.length);

    const wrong = { signal: 'retry-loop', isEnabled: true, parameters: { nonsense: 1 } };
    expect(await problemOf(last(await engine.client.signal.tune(wrong)))).toMatch(/no parameter nonsense/);
  });
});

describe('queries', () => {
  const query = (sql: string) => ({
    id: 'long-talk',
    title: 'Long talk',
    description: '',
    pillar: 'llm' as const,
    sql,
  });
  const good = `SELECT session_id, span_id, 'This answer has ' || text_length || ' characters.' AS reason, 1 AS severity
    FROM spans WHERE kind = 'llm' AND text_length > 10 -- long enough`;

  test('find, stay, are undone, and are tuned like any detector', async () => {
    await last(await engine.client.signal.saveQuery({ query: query(good) }));
    const found = await finding('long-talk');
    expect(found.length).toBe(41);
    expect(found[0]).toMatchObject({ severity: 1, pillar: 'llm' });
    await engine.importFiles(write('third.jsonl', [chat('later', 2, false)]));
    expect((await finding('long-talk')).length).toBe(42);
    await engine.client.signal.removeQuery({ signal: 'long-talk' });
    expect(await finding('long-talk')).toEqual([]);
    await engine.client.workspace.undo();
    expect((await finding('long-talk')).length).toBe(42);
  });

  test.each([
    ['DELETE FROM finding', /one SELECT/],
    ['SELECT 1; SELECT 2', /one SELECT; this is 2/],
    ['SELEC 1', /cannot be read: .*line 1, column 1/],
    ["SELECT * FROM read_text('/etc/hostname')", /may not call “read_text”/],
    ["SELECT * FROM '/etc/hostname'", /no view/],
    ["SELECT session_id, span_id, getenv('HOME') AS reason FROM spans", /may not call “getenv”/],
    ['SELECT * FROM (SUMMARIZE finding)', /no view “finding”/],
    ['SELECT session_id, span_id FROM spans', /must return a column reason/],
    ['SELECT session_id, span_id, reason FROM finding', /no view “finding”/],
    ['SELECT session_id, span_id, colour AS reason FROM spans', /colour/],
  ])('%s is refused in words', async (sql, words) => {
    expect(await problemOf(last(await engine.client.signal.saveQuery({ query: query(sql) })))).toMatch(words);
  });
});

describe('verdicts', () => {
  test('a finding judged wrong counts nowhere, until that is undone', async () => {
    const [one] = await finding('silent-tool-failure');
    if (!one) throw new Error('No tool error was found.');
    const count = async () =>
      (await engine.client.signal.list()).find((signal) => signal.id === 'silent-tool-failure')
        ?.findingCount ?? 0;
    const before = await count();
    const score = await engine.client.session.score({ sessionId: one.sessionId });
    await engine.client.signal.judge({ findingIds: [one.findingId], verdict: 'wrong' });
    expect(await count()).toBe(before - 1);
    expect((await finding('silent-tool-failure'))[0]?.verdict).toBe('wrong');
    const after = await engine.client.session.score({ sessionId: one.sessionId });
    const share = (of: typeof score) =>
      of.parts.find((part) => part.signal === 'silent-tool-failure')?.value ?? 0;
    expect(share(after)).toBeLessThanOrEqual(share(score));
    await engine.client.workspace.undo();
    expect(await count()).toBe(before);
  });

  test('enough of them refit the score, which then follows them', async () => {
    const { items } = await engine.client.session.list({ limit: 100 });
    const failing = items
      .filter((row) => row.signals.includes('silent-tool-failure'))
      .map((row) => row.sessionId);
    const fine = items
      .filter((row) => !row.signals.includes('silent-tool-failure'))
      .map((row) => row.sessionId);
    const mean = async (ids: readonly string[]) => {
      const scores = await Promise.all(ids.map((sessionId) => engine.client.session.score({ sessionId })));
      return scores.reduce((sum, score) => sum + score.probability, 0) / scores.length;
    };
    // Told the wrong way round on purpose: what was fine failed.
    const apart = (await mean(fine)) - (await mean(failing));
    await engine.client.session.judge({ sessionIds: fine.slice(0, 16), failed: true });
    await engine.client.session.judge({ sessionIds: failing.slice(0, 16), failed: false });
    expect((await engine.client.session.score({ sessionId: fine[0] ?? '' })).verdictCount).toBe(32);
    expect((await mean(fine)) - (await mean(failing))).toBeGreaterThan(apart);
    const listed = (await engine.client.session.list({ limit: 100 })).items.find(
      (row) => row.sessionId === fine[0],
    );
    const scored = await engine.client.session.score({ sessionId: fine[0] ?? '' });
    expect(listed?.failProbability).toBeCloseTo(scored.probability, 9);
    await engine.client.workspace.undo();
    expect((await engine.client.session.score({ sessionId: fine[0] ?? '' })).verdictCount).toBe(0);
    await engine.client.workspace.undo();
    expect((await engine.client.session.score({ sessionId: fine[0] ?? '' })).verdictsGiven).toBe(0);
  });

  test('a signal whose findings were mostly judged wrong weighs less wherever it is found', async () => {
    const found = await finding('silent-tool-failure');
    const sessions = [...new Set(found.map((one) => one.sessionId))];
    const [first] = sessions;
    const others = found.filter((one) => one.sessionId !== first);
    if (first === undefined || others.length < 4) throw new Error('Too little was found.');
    const valueOf = async () =>
      (await engine.client.session.score({ sessionId: first })).parts.find(
        (part) => part.signal === 'silent-tool-failure',
      )?.value ?? 0;
    const own = found.length - others.length;
    expect(await valueOf()).toBeCloseTo(Math.min(1, Math.log2(1 + own) / 2), 9);
    await engine.client.signal.judge({
      findingIds: others.slice(0, 4).map((one) => one.findingId),
      verdict: 'wrong',
    });
    // Four wrong beside the four that are supposed to hold: half of it is believed.
    expect(await valueOf()).toBeCloseTo(Math.min(1, Math.log2(1 + own / 2) / 2), 9);
    await engine.client.workspace.undo();
    expect(await valueOf()).toBeCloseTo(Math.min(1, Math.log2(1 + own) / 2), 9);
  });

  test('completed reviews refit the score like verdicts given outright, which go before them', async () => {
    const { items } = await engine.client.session.list({ limit: 100 });
    const ids = items.map((row) => row.sessionId);
    const { queueId } = await engine.client.review.createQueue({
      name: 'All of them',
      sampling: { kind: 'random' },
      size: ids.length,
    });
    const page = await engine.client.review.items({ queueId, reviewer: 'Ines', limit: 100 });
    const reviewed = page.items.slice(0, 31).map((one) => one.sessionId);
    for (const [i, sessionId] of reviewed.entries())
      await engine.client.review.complete({
        queueId,
        sessionId,
        reviewer: 'Ines',
        review: {
          intent: i === 30 ? 'unclear' : i < 10 ? 'missed' : 'met',
          quality: null,
          missed: [],
          failureModes: [],
          firstSpanId: null,
          expected: '',
          note: '',
        },
        seconds: 1,
      });
    const [first = '', second = ''] = reviewed;
    const score = await engine.client.session.score({ sessionId: first });
    expect(score).toMatchObject({ verdictCount: 30, verdictsGiven: 30, reviewed: true, verdict: null });
    await engine.client.session.judge({ sessionIds: [first], failed: false });
    expect(await engine.client.session.score({ sessionId: first })).toMatchObject({
      verdictCount: 30,
      reviewed: true,
      verdict: false,
    });
    await engine.client.workspace.undo();
    // One verdict fewer is too few: the weights as shipped are in force again, at once.
    await engine.client.workspace.undo();
    await engine.client.workspace.undo();
    expect((await engine.client.session.score({ sessionId: second })).verdictCount).toBe(0);
  });

  test('the parts of a score say what is usual among comparable sessions, and where to look', async () => {
    const { items } = await engine.client.session.list({ limit: 100 });
    const longest = [...items].sort((a, b) => b.toolCallCount - a.toolCallCount)[0];
    const score = await engine.client.session.score({ sessionId: longest?.sessionId ?? '' });
    const repeated = score.parts.find((part) => part.name === 'repeatedCalls');
    expect(score.comparedWith?.sessions).toBeGreaterThanOrEqual(10);
    expect(repeated?.spanIds).toHaveLength((longest?.toolCallCount ?? 0) - 1);
    const counts = items.map((row) => row.toolCallCount - 1).sort((a, b) => a - b);
    const usual =
      ((counts[Math.floor((counts.length - 1) / 2)] ?? 0) +
        (counts[Math.ceil((counts.length - 1) / 2)] ?? 0)) /
      2;
    expect(repeated?.value).toBeCloseTo(Math.log2((1 + (longest?.toolCallCount ?? 0) - 1) / (1 + usual)), 9);
    expect(repeated?.detail).toBe(`${String((longest?.toolCallCount ?? 0) - 1)}, usual ${String(usual)}`);
    const odds = score.parts.reduce((sum, part) => sum + part.contribution, 0);
    const base = Math.log(score.baseline / (1 - score.baseline));
    // Parts that add next to nothing are left out of the list, not of the score.
    expect(Math.log(score.probability / (1 - score.probability)) - base).toBeCloseTo(odds, 1);
  });

  test('prevalence, pairs and trend add up', async () => {
    const prevalence = await engine.client.signal.prevalence({ by: 'source' });
    for (const row of prevalence.rows)
      expect(row.groups.reduce((sum, share) => sum + share.count, 0)).toBe(row.all.count);
    for (const pair of await engine.client.signal.pairs()) expect(pair.both).toBeGreaterThan(0);
    expect((await engine.client.signal.trend({ signal: 'silent-tool-failure' })).unit).toBe('day');
  });
});
