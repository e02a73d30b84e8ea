/** Spans in one OTLP file and the GenAI log events that carry their messages in another: joined in whatever order. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const TRACE = 'a3'.repeat(16);
const value = (text: string) => ({ stringValue: text });
const attributes = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs).map(([key, text]) => ({ key, value: value(text) }));
const at = (second: number) => String(1_790_000_000_000_000_000n + BigInt(second) * 1_000_000_000n);

const span = (id: string, second: number) => ({
  traceId: TRACE,
  spanId: id.repeat(16),
  parentSpanId: 'f'.repeat(16),
  name: 'chat small-model',
  kind: 3,
  startTimeUnixNano: at(second),
  endTimeUnixNano: at(second + 1),
  attributes: attributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'small-model',
    'gen_ai.conversation.id': 'desk-7',
  }),
  status: { code: 1 },
});
const log = (id: string, second: number, eventName: string, body: Readonly<Record<string, string>>) => ({
  traceId: TRACE,
  spanId: id.repeat(16),
  timeUnixNano: at(second),
  eventName,
  attributes: attributes({ 'gen_ai.system': 'openai' }),
  body: {
    kvlistValue: {
      values: [
        ...attributes({
          ...body,
          ...(eventName === 'gen_ai.choice' ? { finish_reason: 'stop' } : {}),
        }).filter(({ key }) => key !== 'answer'),
        ...(body['answer'] === undefined
          ? []
          : [
              {
                key: 'message',
                value: {
                  kvlistValue: { values: attributes({ role: 'assistant', content: body['answer'] }) },
                },
              },
            ]),
      ],
    },
  },
});

const FILES = {
  'traces.jsonl': {
    resourceSpans: [{ scopeSpans: [{ spans: [span('1', 10), span('2', 20)] }] }],
  },
  'logs.jsonl': {
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [
              log('1', 10, 'gen_ai.user.message', { content: 'Cancel order 121.' }),
              log('1', 11, 'gen_ai.choice', { answer: 'Order 121 is cancelled.' }),
              log('2', 20, 'gen_ai.user.message', { content: 'No, order 112!' }),
              log('2', 21, 'gen_ai.choice', { answer: 'Order 112 is cancelled too.' }),
            ],
          },
        ],
      },
    ],
  },
};
type Name = keyof typeof FILES;

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Logs' });
  for (const [name, content] of Object.entries(FILES))
    writeFileSync(join(engine.dir, name), `${JSON.stringify(content)}\n`);
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

async function picture() {
  const { items } = await engine.client.session.list({ limit: 10 });
  const { turns } = await engine.client.session.outline({ sessionId: items[0]?.sessionId ?? '' });
  const spans = await engine.client.session.spans({
    sessionId: items[0]?.sessionId ?? '',
    offset: 0,
    limit: 50,
  });
  return {
    sessions: items.map(({ sessionId }) => sessionId),
    turns: turns.map(({ userText }) => userText),
    calls: spans.items
      .filter(({ kind }) => kind === 'llm')
      .map(({ spanId, text, model, durationUs }) => ({ spanId, text, model, durationUs })),
  };
}

const expected = {
  sessions: ['desk-7'],
  turns: ['Cancel order 121.', 'No, order 112!'],
  calls: [
    { spanId: '1'.repeat(16), text: 'Order 121 is cancelled.', model: 'small-model', durationUs: 1_000_000 },
    {
      spanId: '2'.repeat(16),
      text: 'Order 112 is cancelled too.',
      model: 'small-model',
      durationUs: 1_000_000,
    },
  ],
};

test.each<[string, Name[][]]>([
  ['spans first, in one import', [['traces.jsonl', 'logs.jsonl']]],
  ['logs first, in one import', [['logs.jsonl', 'traces.jsonl']]],
  ['spans first, in two imports', [['traces.jsonl'], ['logs.jsonl']]],
  ['logs first, in two imports', [['logs.jsonl'], ['traces.jsonl']]],
])('%s', async (_, imports) => {
  for (const names of imports) await engine.importFiles(...names.map((name) => join(engine.dir, name)));
  expect(await picture()).toEqual(expected);
});

test.each<[string, Name[]]>([
  ['spans first', ['traces.jsonl', 'logs.jsonl']],
  ['logs first', ['logs.jsonl', 'traces.jsonl']],
])('a span of two imports shows the texts and records of both, %s', async (_, names) => {
  const long = 'Order 121 is cancelled. '.repeat(200);
  const records = [
    log('1', 10, 'gen_ai.user.message', { content: 'Cancel order 121.' }),
    log('1', 11, 'gen_ai.choice', { answer: long }),
  ];
  writeFileSync(
    join(engine.dir, 'logs.jsonl'),
    `${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })}\n`,
  );
  for (const name of names) await engine.importFiles(join(engine.dir, name));
  const detail = await engine.client.session.span({ sessionId: 'desk-7', spanId: '1'.repeat(16) });
  expect(detail.text.trim()).toBe(long.trim());
  expect([detail.sourceName, ...detail.also.map(({ sourceName }) => sourceName)]).toEqual([
    'traces.jsonl',
    'logs.jsonl',
  ]);
  expect(detail.raw).toContain('gen_ai.request.model');
  expect(detail.also[0]?.raw).toContain('gen_ai.choice');
});

test('a history that later logs repeat opens no turn again, and no log takes an error back', async () => {
  const OTHER = 'b4'.repeat(16);
  const failed = { ...span('4', 41), traceId: OTHER, status: { code: 2, message: 'busy' } };
  const later = (...logs: ReturnType<typeof log>[]) => logs.map((one) => ({ ...one, traceId: OTHER }));
  const content = {
    'more-traces.jsonl': {
      resourceSpans: [{ scopeSpans: [{ spans: [{ ...span('3', 40), traceId: OTHER }, failed] }] }],
    },
    'more-logs.jsonl': {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: later(
                log('3', 40, 'gen_ai.user.message', { content: 'Cancel order 121.' }),
                log('3', 40, 'gen_ai.assistant.message', { content: 'Order 121 is cancelled.' }),
                log('3', 40, 'gen_ai.user.message', { content: 'And the bill?' }),
                log('3', 41, 'gen_ai.choice', { answer: 'It is void.' }),
                log('4', 41, 'gen_ai.user.message', { content: 'And the bill?' }),
              ),
            },
          ],
        },
      ],
    },
  };
  for (const [name, one] of Object.entries(content))
    writeFileSync(join(engine.dir, name), `${JSON.stringify(one)}\n`);
  const names = ['more-logs.jsonl', 'more-traces.jsonl', 'logs.jsonl', 'traces.jsonl'];
  await engine.importFiles(...names.map((name) => join(engine.dir, name)));
  expect((await picture()).turns).toEqual(['Cancel order 121.', 'No, order 112!', 'And the bill?']);
  const spans = await engine.client.session.spans({ sessionId: 'desk-7', offset: 0, limit: 50 });
  expect(spans.items.find((one) => one.spanId === '4'.repeat(16))?.status).toBe('error');
});
