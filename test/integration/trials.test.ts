/** Runs of one task are told from the source, compared by what they changed, and weigh in the session score. Over real imports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine';

const dir = mkdtempSync(join(tmpdir(), 'faultline-trials-'));
let engine: TestEngine;

/** A run of a task in the layout of tau-bench, in which the agent extends the loans named. */
function run(
  taskId: number,
  trial: number,
  extended: readonly string[],
  userId = `reader_${String(taskId)}`,
) {
  const calls = extended.flatMap((loan, i) => [
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `call_${String(i)}`,
          type: 'function',
          function: { name: 'update_loan', arguments: JSON.stringify({ loan_id: loan, weeks: '2' }) },
        },
      ],
    },
    { role: 'tool', tool_call_id: `call_${String(i)}`, name: 'update_loan', content: '{"ok": true}' },
  ]);
  return {
    task_id: taskId,
    trial,
    reward: 1,
    info: {
      task: { user_id: userId, instruction: 'You want to keep your books.', actions: [], outputs: [] },
    },
    traj: [
      { role: 'system', content: '# Library policy' },
      { role: 'user', content: `Please extend my loans. (${String(taskId)})` },
      ...calls,
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: '###STOP###' },
    ],
  };
}

async function trialsOf(task: number, trial: number) {
  const { items } = await engine.client.session.list({ limit: 100 });
  const session = items.find((one) => one.sessionId.startsWith(`tau:${String(task)}:${String(trial)}:`));
  if (session === undefined) throw new Error(`No run ${String(trial)} of task ${String(task)}.`);
  const score = await engine.client.session.score({ sessionId: session.sessionId });
  const part = score.parts.find((one) => one.name === 'otherTrials');
  return part === undefined ? null : { value: part.value, detail: part.detail, adds: part.contribution > 0 };
}

beforeAll(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Trials' });
  const path = join(dir, 'results.json');
  const runs = [
    run(1, 0, ['L1', 'L2']),
    run(1, 1, ['L2', 'L1']),
    run(1, 2, ['L1']),
    run(2, 0, ['L5']),
    run(3, 0, []),
    run(3, 1, []),
    run(4, 0, ['L8'], 'reader_a'),
    run(4, 1, ['L9'], 'reader_b'),
  ];
  writeFileSync(path, JSON.stringify(runs));
  await engine.importFiles(path);
});

afterAll(async () => {
  await engine.close();
  rmSync(engine.dir, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
});

test('a run that changed other things than the others of its task is likelier to have failed', async () => {
  // Two others, neither of which changed the same.
  expect(await trialsOf(1, 2)).toEqual({ value: 2 / 3, detail: '2 of 2', adds: true });
});

test('one and one say nothing', async () => {
  expect(await trialsOf(1, 0)).toBeNull();
});

test('a run without others, runs that changed nothing and runs for other users say nothing', async () => {
  expect(await trialsOf(2, 0)).toBeNull();
  expect(await trialsOf(3, 1)).toBeNull();
  expect(await trialsOf(4, 0)).toBeNull();
});

test('a further import of the task is compared with what was there', async () => {
  const path = join(dir, 'more.json');
  writeFileSync(path, JSON.stringify([run(1, 3, ['L1', 'L2']), run(2, 1, ['L5'])]));
  await engine.importFiles(path);
  expect(await trialsOf(1, 0)).toEqual({ value: -1 / 4, detail: '1 of 3', adds: false });
  expect(await trialsOf(2, 0)).toEqual({ value: -1 / 2, detail: '0 of 1', adds: false });
});
