import { describe, expect, it } from 'vitest';
import { readFixture, SHORT_HASH } from '../../../../test/support/read-format';
import tauBench from './tau-bench';

const results = readFixture(tauBench, 'tau-bench/results.json');
const inRun = (run: string): typeof results.spans =>
  results.spans.filter((span) => span.sessionId === `tau:${run}:${SHORT_HASH}`);

describe('results', () => {
  it('makes a session of each run, by task, trial and file', () => {
    expect(new Set(results.spans.map((span) => span.sessionId))).toEqual(
      new Set(['3:1', '4:1', '5:1', '7:0'].map((run) => `tau:${run}:${SHORT_HASH}`)),
    );
  });

  it('knows that a model plays the user, and that its stop signal is no turn', () => {
    expect(
      inRun('3:1')
        .filter((span) => span.kind === 'user')
        .map((span) => [span.origin, span.text]),
    ).toEqual([
      ['simulated', 'I want to return a book.'],
      ['simulated', 'No, the title is World Atlas.'],
    ]);
    expect(inRun('3:1').at(-1)).toMatchObject({ kind: 'event', name: 'user ends the run' });
  });

  it('fails the calls whose result starts with Error, and no others', () => {
    expect(
      inRun('3:1')
        .filter((span) => span.kind === 'tool')
        .map((span) => [span.status, span.statusMessage]),
    ).toEqual([
      ['error', 'Error: book not found'],
      ['ok', null],
    ]);
  });

  it('keeps the lines of the messages, the reader and the task', () => {
    const [first, second] = inRun('3:1');
    expect(first).toMatchObject({
      kind: 'system',
      userId: 'reader_11',
      attributes: { taskId: 3, trial: 1, task: { instruction: 'You want to return a book.' } },
    });
    expect(second?.line).toBeGreaterThan(first?.line ?? 0);
  });

  it('hands the reward on as the benchmark’s label', () => {
    expect(results.labels.map((label) => [label.sessionId, label.value, label.text])).toEqual([
      [`tau:3:1:${SHORT_HASH}`, 0, 'fail'],
      [`tau:4:1:${SHORT_HASH}`, 1, 'pass'],
      [`tau:5:1:${SHORT_HASH}`, 0, 'fail'],
    ]);
    expect(results.labels[0]).toMatchObject({
      name: 'reward',
      kind: 'outcome',
      annotatorKind: 'code',
      explanation: expect.stringContaining('r_actions'),
    });
    expect(results.notes).toEqual({ 'run without a reward': 1 });
  });

  it('shows a run that broke', () => {
    expect(inRun('5:1')).toMatchObject([
      { kind: 'event', name: 'run error', status: 'error', text: 'Model timed out' },
    ]);
  });

  it('rejects what it cannot use, with lines', () => {
    expect(results.rejects.map(({ reason }) => reason)).toEqual([
      'message 3 has no role',
      'the record has no trajectory ("traj")',
    ]);
    expect(results.rejects[0]?.line).toBeGreaterThan(80);
  });
});

describe('few-shot texts', () => {
  const shots = readFixture(tauBench, 'tau-bench/few-shot.jsonl');

  it('reads the roles out of the text', () => {
    const first = shots.spans.filter((span) => span.sessionId === `tau:few-shot:1:${SHORT_HASH}`);
    expect(first.map((span) => [span.kind, span.status, span.text])).toEqual([
      ['user', 'unset', 'Hi, I lost my card.'],
      ['llm', 'ok', 'Which name?'],
      ['user', 'unset', 'Two lines:\nAnna Example'],
      ['llm', 'ok', ''],
      ['tool', 'error', 'Error: reader not found'],
      ['llm', 'ok', 'I cannot find you.'],
    ]);
    expect(shots.rejects).toEqual([{ line: 3, reason: 'the record has no trajectory ("traj")' }]);
  });

  it('is known by its shape', () => {
    expect(tauBench.sniff(shots.sample)).toMatchObject({ confidence: 0.9 });
    expect(tauBench.sniff(results.sample)).toMatchObject({ confidence: 0.97 });
    expect(
      tauBench.sniff({
        ...results.sample,
        records: [{ messages_display: 'no roles' }, { traj: 'text', task_id: 1 }],
      }),
    ).toBeNull();
  });
});
