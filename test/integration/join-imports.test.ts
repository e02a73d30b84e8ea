/** Files that belong together are joined whatever the order and whether they come in one import or in several. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const lines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

const observation = (
  id: string,
  at: number,
  parent: string | null,
  type: string,
  input: unknown,
  output: unknown,
) => ({
  id,
  trace_id: 'shop-1',
  parent_observation_id: parent,
  type,
  name: type === 'SPAN' ? 'advice' : 'model',
  start_time: `2026-09-22 10:00:0${at}.000000`,
  end_time: `2026-09-22 10:00:0${at + 1}.000000`,
  project_id: 'shop',
  input,
  output,
});

/** Legacy rows: the session stands with the trace alone. */
const FILES: Record<string, readonly unknown[]> = {
  'observations.jsonl': [
    observation('o-1', 1, null, 'SPAN', 'Which soil?', 'Loam.'),
    observation('o-2', 2, 'o-1', 'GENERATION', [{ role: 'user', content: 'Which soil?' }], {
      role: 'assistant',
      content: 'Loam.',
    }),
  ],
  'traces.jsonl': [
    {
      id: 'shop-1',
      timestamp: '2026-09-22 10:00:01.000000',
      name: 'advice',
      project_id: 'shop',
      session_id: 'visit-9',
      user_id: 'u-1',
      release: '1',
      bookmarked: false,
    },
  ],
  'scores.jsonl': [
    {
      id: 's-1',
      trace_id: 'shop-1',
      observation_id: 'o-2',
      name: 'helpful',
      value: 0,
      data_type: 'BOOLEAN',
      source: 'ANNOTATION',
      timestamp: '2026-09-22 11:00:00.000000',
      project_id: 'shop',
    },
  ],
  'events.jsonl': [
    { event: 'edit', trace: 'shop-1', time: '2026-09-22T10:00:09Z', generated: 'Loam.', used: 'Sand.' },
    { event: 'copy', span: 'o-2', used: 'Loam.' },
    { event: 'undo', session: 'visit-9', turn: 1, time: '2026-09-22T10:00:10Z' },
  ],
};

async function pictureOf(engine: TestEngine): Promise<unknown> {
  const { items } = await engine.client.session.list({ limit: 10 });
  const sessions = [];
  for (const session of items) {
    const { sessionId } = session;
    const spans = await engine.client.session.spans({ sessionId, offset: 0, limit: 100 });
    const { labels } = await engine.client.session.outline({ sessionId });
    const details = await Promise.all(
      spans.items.map(({ spanId }) => engine.client.session.span({ sessionId, spanId })),
    );
    sessions.push({
      sessionId,
      spans: details.map((span) => [span.kind, span.operation, span.parentSpanId, span.turnNo, span.input]),
      labels: labels.map((label) => [label.name, label.value, label.annotatorKind, label.spanId]),
    });
  }
  return sessions;
}

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Joined' });
  for (const [name, records] of Object.entries(FILES)) writeFileSync(join(engine.dir, name), lines(records));
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

const path = (name: string): string => join(engine.dir, name);

describe('files that belong together', () => {
  const expected = [
    {
      sessionId: 'visit-9',
      spans: expect.arrayContaining([
        ['event', 'client.edit', 'o-2', 1, 'Loam.'],
        ['event', 'client.copy', 'o-2', 1, null],
        ['event', 'client.undo', 'o-2', 1, null],
      ]) as unknown,
      labels: [['helpful', 0, 'human', 'o-2']],
    },
  ];

  test.each([
    [
      'in the order they were written',
      ['observations.jsonl', 'traces.jsonl', 'scores.jsonl', 'events.jsonl'],
    ],
    ['the other way round', ['events.jsonl', 'scores.jsonl', 'traces.jsonl', 'observations.jsonl']],
    ['with the session last', ['scores.jsonl', 'observations.jsonl', 'events.jsonl', 'traces.jsonl']],
  ])('are joined %s, one import each or all at once', async (_, names) => {
    for (const name of names) await engine.importFiles(path(name));
    const apart = await pictureOf(engine);
    expect(apart).toEqual(expected);
    const whole = await startEngine();
    await whole.client.workspace.create({ name: 'At once' });
    await whole.importFiles(...names.map(path));
    const together = await pictureOf(whole);
    await whole.close();
    removeEngine(whole);
    expect(together).toEqual(expected);
  });
});

test('labels of traces that are not there wait, and say so until their traces come', async () => {
  const record = await engine.importFiles(path('scores.jsonl'));
  const waiting = async (): Promise<unknown[]> => {
    const imports = await engine.client.imports.list();
    return imports.flatMap(({ sources }) =>
      sources.flatMap(({ name, notes }) =>
        notes.filter(({ what }) => what.startsWith('labels wait')).map((note) => [name, note]),
      ),
    );
  };
  const note = {
    what: 'labels wait for what they name, of which no file is here yet (such as trace shop-1): import its traces too',
    count: 1,
  };
  expect(record.sources[0]?.notes).toContainEqual(note);
  expect(await waiting()).toEqual([['scores.jsonl', note]]);
  await engine.importFiles(path('observations.jsonl'));
  expect(await waiting()).toEqual([]);
});

test('what a person did is about what the agent said where the trace keeps no model call', async () => {
  const message = (role: string, content: string): string =>
    JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  const span = (trace: string, id: string, at: number, asked: string, said: string) => ({
    trace_id: trace,
    span_id: id,
    parent_span_id: null,
    name: 'invoke_agent helper',
    start_time: at * 1e9,
    end_time: (at + 2) * 1e9,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.conversation.id': 'plain',
      'gen_ai.input.messages': message('user', asked),
      'gen_ai.output.messages': message('assistant', said),
    },
    scope: { name: 'helper' },
    status: { code: 'OK' },
    span_events: [],
  });
  const first = span('a'.repeat(32), '1'.repeat(16), 1_790_000_000, 'How do I get there?', 'Take the tram.');
  const second = span('b'.repeat(32), '2'.repeat(16), 1_790_000_100, 'And at night?', 'Take the bus.');
  writeFileSync(path('spans.jsonl'), lines([first, second]));
  writeFileSync(
    path('clicks.jsonl'),
    lines([
      { event: 'undo', session: 'plain', turn: 1, used: '' },
      { event: 'copy', trace: 'b'.repeat(32), time: 1_790_000_110, used: 'Take the bus.' },
    ]),
  );
  await engine.importFiles(path('spans.jsonl'), path('clicks.jsonl'));
  const { items } = await engine.client.session.spans({ sessionId: 'plain', offset: 0, limit: 100 });
  const events = items.filter(({ kind }) => kind === 'event');
  expect(events.map((one) => [one.name, one.parentSpanId, one.turnNo])).toEqual([
    ['client undo', '1'.repeat(16), 1],
    ['client copy', '2'.repeat(16), 2],
  ]);
});

test('two formats in one file are both read, each line by its own', async () => {
  const { client } = engine;
  const files = ['observations.jsonl', 'scores.jsonl', 'events.jsonl'];
  const foreign = { resourceSpans: [{ scopeSpans: [{ spans: [otlpSpan] }] }] };
  writeFileSync(
    path('mixed.jsonl'),
    lines([foreign, ...files.flatMap((name) => FILES[name] ?? []), { nobody: 'knows this' }]),
  );
  const record = await engine.importFiles(path('mixed.jsonl'), path('traces.jsonl'));
  const mixed = record.sources.find(({ name }) => name === 'mixed.jsonl');
  // The line that nobody knows stays rejected, with its place.
  expect(mixed).toMatchObject({ state: 'imported', lines: 8, records: 7, rejected: 1 });
  const { items: rejects } = await client.imports.rejects({ offset: 0, limit: 10 });
  expect(rejects.map(({ line }) => line)).toEqual([8]);
  const { items } = await client.session.list({ limit: 10 });
  expect(items.map(({ sessionId }) => sessionId).sort()).toEqual(['desk-3', 'visit-9']);
  const { labels } = await client.session.outline({ sessionId: 'visit-9' });
  expect(labels.map(({ name }) => name)).toEqual(['helpful']);
  const spans = await client.session.spans({ sessionId: 'visit-9', offset: 0, limit: 50 });
  expect(
    spans.items
      .filter(({ kind }) => kind === 'event')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['client copy', 'client edit', 'client undo']);
});

const otlpSpan = {
  traceId: 'c7'.repeat(16),
  spanId: 'c'.repeat(16),
  name: 'chat small-model',
  kind: 3,
  startTimeUnixNano: '1790000000000000000',
  endTimeUnixNano: '1790000001000000000',
  attributes: [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'gen_ai.conversation.id', value: { stringValue: 'desk-3' } },
  ],
  status: { code: 1 },
};
