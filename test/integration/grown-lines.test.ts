/** Lines that are read on, or gone through for what goes on: of every format that says so, its own fixtures, cut and grown. */
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { expectEqual } from '../support/grown-files';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});
const fixtures = fileURLToPath(new URL('../fixtures/formats', import.meta.url));
const limits = { continueOverlap: 0 };

describe('a file that grew, cut after a line and within one', () => {
  test.each([
    'amp/threads.jsonl',
    'anthropic-messages/growing.jsonl',
    'anthropic-messages/stream.jsonl',
    'atif/lines.jsonl',
    'autogen/messages.jsonl',
    'bedrock/agent.jsonl',
    'bedrock/invocations.jsonl',
    'bot-framework/lines.jsonl',
    'chat-apps/lines.jsonl',
    'claude-export/lines.jsonl',
    'continue-dev/chats.jsonl',
    'conversation-platforms/bots.jsonl',
    'conversation-platforms/messengers.jsonl',
    'dify/messages.jsonl',
    'flowise/messages.jsonl',
    'framework-messages/adk.jsonl',
    'framework-messages/lines.jsonl',
    'gemini-api/log.jsonl',
    'inspect-ai/samples.jsonl',
    'inspect-scout/several.jsonl',
    'langchain/states.jsonl',
    'langchain/store.jsonl',
    'mast/runs.jsonl',
    'mlflow/traces.jsonl',
    'n8n/executions.jsonl',
    'oasst/messages.jsonl',
    'openai-assistants/events.jsonl',
    'openai-chat/growing-calls.jsonl',
    'openai-chat/message-a-line-sessions.jsonl',
    'openai-chat/rated.jsonl',
    'openai-chat/stream-pieces.jsonl',
    'openai-responses/log.jsonl',
    'opencode/run.jsonl',
    'openhands/output.jsonl',
    'rasa/broker.jsonl',
    'slack/lines.jsonl',
    'smolagents/runs.jsonl',
    'swe-bench/predictions.jsonl',
    'tau-bench/few-shot.jsonl',
    'trail/rows.jsonl',
    'training-pairs/preferences.jsonl',
    'vscode-chat/lines.jsonl',
    'weave/feedback.jsonl',
    'zed/older.jsonl',
  ])('is the whole file, and reading went on: %s', async (path) => {
    expect(await expectEqual(bench, `${fixtures}/${path}`, 2, { limits })).toBeGreaterThan(0);
  });
});

const lines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('records that go on with what stands far above', () => {
  test('are told as of the whole file: a call waits for its result, conversations mix', async () => {
    const asked = (n: number): object => ({
      role: 'user',
      content: `How many pots are in room ${String(n)}?`,
    });
    const called = (n: number): object => ({
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `c${String(n)}`,
          type: 'function',
          function: { name: 'count', arguments: `{"room":${String(n)}}` },
        },
      ],
    });
    const counted = (n: number): object => ({
      role: 'tool',
      tool_call_id: `c${String(n)}`,
      content: `${String(n)} pots`,
    });
    const call = (messages: readonly object[], message: object): object => ({
      request: { model: 'made-up', messages },
      response: { choices: [{ message }] },
    });
    const said = (n: number): object => ({ role: 'assistant', content: `There are ${String(n)}.` });
    const path = bench.write(
      'mixed-calls.jsonl',
      lines([
        call([asked(1)], called(1)),
        call([asked(2)], called(2)),
        call([asked(3)], said(3)),
        call([asked(2), called(2), counted(2)], said(2)),
        call([asked(3), said(3), asked(4)], said(4)),
        call([asked(1), called(1), counted(1)], said(1)),
      ]),
    );
    expect(await expectEqual(bench, path, 6, { limits })).toBe(5);
  });

  test('tell a session whole that is known in the end alone, and no other', async () => {
    const message = (session: string, role: string, content: string): object => ({
      session_id: session,
      role,
      content,
    });
    const known = [
      message('kiln', 'user', 'Is the kiln hot?'),
      message('kiln', 'assistant', 'It is.'),
      message('wheel', 'user', 'Does the wheel turn?'),
    ];
    const before = await bench.import([bench.write('messages.jsonl', lines(known))], { limits });
    bench.write('messages.jsonl', lines([...known, message('wheel', 'assistant', 'It does.')]));
    const after = await bench.import([bench.path('messages.jsonl')], { limits, known: before.sources });
    expect(after.sources[0]).toMatchObject({ lines: 1, records: 1, spans: 2 });
    expect(after.sources[0]?.notes[0]?.what).toMatch(/gone through for what goes on; read on from line 4$/);
    expect(after.spans.map((span) => [span['session_id'], span['text']])).toEqual([
      ['wheel', 'Does the wheel turn?'],
      ['wheel', 'It does.'],
    ]);
  });

  test('count and reject only what is new', async () => {
    const call = (n: number): object => ({
      request: { messages: [{ role: 'user', content: `Question ${String(n)}` }] },
      response: { choices: [{ message: { role: 'assistant', content: `Answer ${String(n)}` } }] },
    });
    const text = `${lines([call(1)])}{broken\n\n${lines([call(2)])}`;
    const before = await bench.import([bench.write('broken.jsonl', text)], { limits });
    expect(before.sources[0]).toMatchObject({ lines: 4, records: 2, rejected: 1, blank: 1 });
    bench.write('broken.jsonl', `${text}\n${lines([call(3)])}{"nothing":"known"}\n`);
    const after = await bench.import([bench.path('broken.jsonl')], { limits, known: before.sources });
    expect(after.sources[0]).toMatchObject({ lines: 3, records: 1, rejected: 1, blank: 1 });
    expect(after.rejects).toMatchObject([{ line: 7 }]);
    expect(after.spans.map((span) => span['text'])).toEqual(['Question 3', 'Answer 3']);
  });
});
