/** What steps compound to, over a real workspace, against figures worked out by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine';

const dir = mkdtempSync(join(tmpdir(), 'faultline-compounding-'));
let engine: TestEngine;

/** A benchmark's run with so many lookups of different parcels, each with its result, and a word to the user that claims nothing. */
function run(id: string, results: readonly string[]): unknown {
  const calls = results.flatMap((content, i) => [
    {
      role: 'assistant',
      content: '',
      tool_calls: [
        {
          id: `${id}-${String(i)}`,
          type: 'function',
          function: { name: 'find_parcel', arguments: JSON.stringify({ number: `${id}-${String(i)}` }) },
        },
      ],
    },
    { role: 'tool', tool_call_id: `${id}-${String(i)}`, content },
  ]);
  return {
    task_id: id,
    trial: 0,
    traj: [
      { role: 'user', content: `Which of my parcels can be found, please? (${id})` },
      ...calls,
      { role: 'assistant', content: 'Those that could be looked up are listed; the others failed.' },
    ],
  };
}

const GOOD = '{"place":"Rostock"}';
const BAD = 'Error: the depot did not answer';
const sessions = new Map<string, string>();

beforeAll(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Compounding' });
  const path = join(dir, 'runs.json');
  const runs = [run('a', [GOOD]), run('b', [BAD]), run('c', [GOOD, GOOD]), run('d', [BAD, BAD])];
  writeFileSync(path, JSON.stringify(runs));
  await engine.importFiles(path);
  for (const { sessionId, title } of (await engine.client.session.list({ limit: 10 })).items)
    sessions.set(/\((\w)\)/.exec(title)?.[1] ?? '', sessionId);
});

afterAll(async () => {
  await engine.close();
  rmSync(engine.dir, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
});

const toolsOf = (of: Awaited<ReturnType<typeof engine.client.signal.compounding>>) =>
  of.pillars.find((one) => one.pillar === 'tools');

test('without a known end, all sessions are reckoned with and nothing is compared', async () => {
  const found = await engine.client.signal.compounding({});
  expect(found).toMatchObject({ basis: 'none', sessions: 4, impact: null, byLength: [], whatIf: null });
  // Six lookups, three of them failed; a session has one and a half.
  expect(toolsOf(found)?.success).toMatchObject({ count: 3, n: 6, share: 0.5 });
  expect(toolsOf(found)?.stepsPerSession).toBe(1.5);
  expect(toolsOf(found)?.compound.value).toBeCloseTo(0.5 ** 1.5, 12);
  expect(found.pillars.find((one) => one.pillar === 'llm')?.success.share).toBe(1);
  // (½ + ½ + ¼ + ¼) / 4.
  expect(found.independent?.value).toBeCloseTo(0.375, 12);
});

test('with verdicts, says how much of what goes wrong is fatal, and what a better pillar would come to', async () => {
  const ids = (...names: string[]) => names.map((name) => sessions.get(name) ?? '');
  await engine.client.session.judge({ sessionIds: ids('a', 'c', 'd'), failed: false });
  await engine.client.session.judge({ sessionIds: ids('b'), failed: true });
  const found = await engine.client.signal.compounding({ whatIf: { pillar: 'tools', success: 0.75 } });
  expect(found.basis).toBe('verdicts');
  expect(found.succeeded).toMatchObject({ count: 3, n: 4, share: 0.75 });
  // With y = 1 - k/2, (2y + 2y²) / 4 = ¾ has the root y = (√7 - 1) / 2.
  const impact = 2 - (Math.sqrt(7) - 1);
  expect(found.impact?.value).toBeCloseTo(impact, 5);
  const y = 1 - impact / 4;
  expect(found.whatIf?.expected?.value).toBeCloseTo((y + y ** 2) / 2, 5);
  // (¾ + ¾ + 9/16 + 9/16) / 4.
  expect(found.whatIf?.independent.value).toBeCloseTo(0.65625, 12);
  expect(found.whatIf?.expected?.value).toBeGreaterThan(found.succeeded.share ?? 1);
  // One lookup is three steps, two are five.
  expect(found.byLength.map(({ from, to }) => [from, to])).toEqual([
    [3, 3],
    [3, 3],
    [5, 5],
    [5, 5],
  ]);
  expect(found.byLength.map(({ predicted }) => predicted)).toEqual(
    [0.5, 0.5, 0.25, 0.25].map((value) => expect.closeTo(value, 9) as number),
  );
});

test('sessions nobody judged are left out, and a pillar that is not there changes nothing', async () => {
  await engine.client.session.judge({ sessionIds: [sessions.get('d') ?? ''], failed: null });
  const found = await engine.client.signal.compounding({ whatIf: { pillar: 'memory', success: 1 } });
  expect(found).toMatchObject({ basis: 'verdicts', sessions: 3, whatIf: null });
  // Four lookups are left, one of them failed.
  expect(toolsOf(found)?.success).toMatchObject({ count: 3, n: 4 });
});
