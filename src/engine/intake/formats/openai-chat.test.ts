import { describe, expect, it } from 'vitest';
import { asLines, readFixture, readRecords, SHORT_HASH } from '../../../../test/support/read-format';
import type { Sample } from '../format';
import openaiChat from './openai-chat';

const conversations = readFixture(openaiChat, 'openai-chat/conversations.jsonl');
const inSession = (line: number): typeof conversations.spans =>
  conversations.spans.filter((span) => span.sessionId === `${SHORT_HASH}:${line}`);

describe('conversations', () => {
  it('makes a session of each record and spans of its messages and calls', () => {
    expect(inSession(2).map((span) => [span.spanId, span.kind, span.status, span.text])).toEqual([
      ['m0', 'system', 'unset', 'You help travellers.'],
      ['m1', 'user', 'unset', 'When is the next train to Graz?'],
      ['m2', 'llm', 'ok', ''],
      ['m2.call0', 'tool', 'unset', '[{"at":"10:05"}]'],
      ['m2.call1', 'tool', 'unset', 'none'],
      ['m5', 'llm', 'ok', 'At 10:05.'],
      ['m6', 'user', 'unset', expect.stringContaining('That was yesterday. I need today.')],
      ['m7', 'llm', 'ok', 'Sorry, at 11:20.'],
    ]);
    expect(inSession(2)[3]).toMatchObject({
      toolName: 'find_trains',
      toolCallId: 'call_1',
      input: '{"to":"Graz"}',
      parentSpanId: 'm2',
      line: 2,
    });
  });

  it('takes everyone in role user for a person and keeps whose conversation it is', () => {
    const users = conversations.spans.filter((span) => span.kind === 'user');
    expect(new Set(users.map((span) => span.origin))).toEqual(new Set(['human']));
    expect(inSession(2)[0]).toMatchObject({ userId: 'traveller-7', attributes: { record: { id: 'c-2' } } });
    expect(inSession(2)[7]).toMatchObject({ attributes: { reasoning: 'The user means today.' } });
  });

  it('reads a bare list of messages, arguments as objects and results without ids', () => {
    expect(inSession(3)[2]).toMatchObject({
      toolName: 'find_trains',
      input: '{"to":"Wien"}',
      output: 'no trains',
    });
  });

  it('reads the legacy function call', () => {
    expect(inSession(4)[2]).toMatchObject({
      kind: 'tool',
      toolName: 'book',
      input: '{"id": 4}',
      output: 'booked',
    });
  });

  it('reads Anthropic blocks: a result and typed words in one user message', () => {
    expect(inSession(5).map((span) => [span.spanId, span.kind, span.status, span.text])).toEqual([
      ['m0', 'user', 'unset', 'Compare two tickets.'],
      ['m1', 'llm', 'ok', 'I will compare.'],
      ['m1.call0', 'tool', 'error', 'cannot compare'],
      ['m2', 'user', 'unset', 'Use the saver fare.'],
      ['m3', 'llm', 'error', 'I cannot buy tickets.'],
    ]);
    expect(inSession(5)[4]).toMatchObject({ errorType: 'refusal' });
  });

  it('counts what is odd and rejects what is unusable, with lines', () => {
    expect(conversations.notes).toEqual({
      'record with metadata only': 1,
      'message of role "critic" kept as an event': 1,
      'tool result matched by place, not id': 1,
      'tool result without its call': 1,
    });
    expect(conversations.rejects).toEqual([
      { line: 6, reason: 'message 3 has no role' },
      { line: 6, reason: 'message 4 has no role' },
      { line: 7, reason: expect.stringContaining('no list of messages found') },
    ]);
  });

  it('hands on remarks of reviewers at the message they are about', () => {
    expect(conversations.labels).toMatchObject([
      {
        labelId: 'note-1',
        sessionId: `${SHORT_HASH}:4`,
        spanId: 'm1',
        kind: 'feedback',
        text: 'It should have asked for the class first.',
      },
      { labelId: 'note-2', spanId: null },
    ]);
  });

  it('invents no times and no tokens', () => {
    for (const span of conversations.spans) {
      expect([span.startNs, span.endNs, span.inputTokens, span.costUsd]).toEqual([
        null,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });
});

describe('logged calls', () => {
  const logged = readFixture(openaiChat, 'openai-chat/logged-calls.jsonl');
  const answer = (line: number): (typeof logged.spans)[number] | undefined =>
    logged.spans.findLast((span) => span.sessionId === `${SHORT_HASH}:${line}`);

  it('adds the answer with its model, time and usage', () => {
    expect(answer(1)).toMatchObject({
      kind: 'llm',
      text: 'Yes, since May.',
      model: 'gpt-4o-2024-11-20',
      startNs: 1_767_225_600_000_000_000n,
      inputTokens: 120,
      outputTokens: 14,
      cacheReadTokens: 100,
      reasoningTokens: 3,
      status: 'ok',
    });
  });

  it('shows a failed call as a failed answer', () => {
    expect(answer(2)).toMatchObject({
      kind: 'llm',
      status: 'error',
      errorType: 'rate_limit_error',
      statusMessage: 'Rate limit reached',
      model: 'gpt-4o',
    });
  });

  it('reads batch output, filtered answers and further choices', () => {
    // Its session is that of the request with the same custom_id, which is in another file.
    expect(logged.spans.find((span) => span.traceId === 'batch:job-3')).toMatchObject({
      sessionId: null,
      kind: 'llm',
      text: 'One',
      status: 'error',
      errorType: 'content_filter',
    });
    expect(logged.notes).toEqual({
      'further choices of an answer left out': 1,
      'record with an empty list of messages': 1,
    });
  });

  it('reads messages and responses that an export wrote as text', () => {
    expect(answer(4)).toMatchObject({ text: 'As text.', attributes: { reasoning: 'Plain.' } });
  });
});

describe('a file that is one conversation', () => {
  const one = readFixture(openaiChat, 'openai-chat/one-conversation.json');

  it('is one session with the lines and times of its messages', () => {
    expect(one.spans.map((span) => [span.sessionId, span.spanId, span.line])).toEqual([
      [`${SHORT_HASH}:1`, 'm0', 2],
      [`${SHORT_HASH}:1`, 'm1', 7],
      [`${SHORT_HASH}:1`, 'm2', 12],
    ]);
    expect((one.spans[1]?.startNs ?? 0n) - (one.spans[0]?.startNs ?? 0n)).toBe(2_000_000_000n);
  });
});

describe('sniffing', () => {
  const sniffed = (records: unknown[]): number | undefined =>
    openaiChat.sniff({ ...conversations.sample, records })?.confidence;

  it('is sure of typical shapes and humble otherwise', () => {
    expect(openaiChat.sniff(conversations.sample)).toMatchObject({ confidence: 0.7 });
    expect(
      sniffed([
        {
          messages: [{ role: 'user', content: 'hi' }],
          response: { choices: [{ message: { role: 'assistant', content: 'ho' } }] },
        },
      ]),
    ).toBe(0.8);
    expect(sniffed([{ a: 1 }, { b: 2 }, { messages: [{ role: 'user', content: 'hi' }] }])).toBe(0.3);
  });

  it('leaves other messages alone', () => {
    expect(sniffed([{ messages: [{ from: 'human', value: 'hi' }] }])).toBeUndefined();
    expect(sniffed([{ type: 'user', message: { role: 'user', content: 'hi' } }])).toBeUndefined();
    expect(sniffed([{ traj: [{ role: 'user', content: 'hi' }] }, null, 3])).toBeUndefined();
  });
});

it('the tools a record declares are kept where the agent first speaks, once', () => {
  const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'hello' },
    { role: 'assistant', content: 'again' },
  ];
  for (const record of [
    { messages, tools },
    { request: { messages, tools }, response: { choices: [] } },
  ]) {
    const { spans } = readRecords(openaiChat, asLines([record]));
    expect(spans.map((span) => span.attributes?.tools ?? null).slice(0, 3)).toEqual([null, tools, null]);
  }
});

describe('odd records', () => {
  it('does not take a made-up role or prototype key for more than it is', () => {
    const hostile = JSON.parse(
      '{"messages":[{"role":"constructor","content":"x"},{"role":"user","content":{"__proto__":{"a":1},"text":"y"}}]}',
    ) as unknown;
    const { spans } = readRecords(openaiChat, asLines([hostile]));
    expect(spans.map((span) => [span.kind, span.text])).toEqual([
      ['event', 'x'],
      ['user', 'y'],
    ]);
  });
});

describe('a prompt beside its response', () => {
  const pair = { request: 'Where is it?', response: 'On its way.' };
  const sampleOf = (record: object): Sample => ({
    name: 'unknown',
    container: 'csv',
    records: [record, record],
    isArray: false,
    columns: Object.keys(record).map((name) => ({ name, type: 'VARCHAR' })),
  });

  it('is of no such API where fields beside it name its session or what was thought of it', () => {
    expect(openaiChat.sniff(sampleOf(pair))).not.toBeNull();
    expect(openaiChat.sniff(sampleOf({ ...pair, model: 'small' }))).not.toBeNull();
    for (const told of [{ session: 'a-1' }, { conversation: 'a-1' }, { rating: 5 }])
      expect(openaiChat.sniff(sampleOf({ ...pair, ...told }))).toBeNull();
    const call = { ...pair, response: { choices: [{ message: { role: 'assistant', content: 'ho' } }] } };
    expect(openaiChat.sniff(sampleOf({ ...call, session: 'a-1' }))).not.toBeNull();
  });

  it('is of no such API where the question stands under another name, which would be lost', () => {
    const response = 'On its way.';
    for (const asked of [
      { query: 'Where is it?' },
      { user_input: 'Where is it?' },
      { input: 'Where is it?' },
    ])
      expect(openaiChat.sniff(sampleOf({ ...asked, response }))).toBeNull();
    expect(openaiChat.sniff(sampleOf({ model: 'small', response }))).not.toBeNull();
  });

  it('of which a message list names its session by a number is of that session', () => {
    const messages = [{ role: 'user', content: 'hi' }];
    const { spans } = readRecords(openaiChat, asLines([{ session: 12, messages }]));
    expect(spans.map(({ sessionId }) => sessionId)).toEqual(['12']);
  });

  it('is a question and an answer where both are text', () => {
    const { spans } = readRecords(openaiChat, asLines([{ prompt: 'Where is it?', response: 'On its way.' }]));
    expect(spans.map((span) => [span.kind, span.text])).toEqual([
      ['user', 'Where is it?'],
      ['llm', 'On its way.'],
    ]);
  });
});
