/** Several exports put into one file: each line is read by its own format, and is said to be of that one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Mixed' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

const at = '2026-04-01T10:00:00.000Z';
const flat = {
  trace_id: 'f'.repeat(32),
  span_id: '000000000000000a',
  name: 'chat a',
  start_time: at,
  end_time: at,
  attributes: { 'gen_ai.operation.name': 'chat', 'session.id': 'flat' },
};
const transcript = {
  type: 'user',
  uuid: 'u-1',
  parentUuid: null,
  sessionId: 'transcript',
  cwd: '/pond',
  version: '1.0.0',
  timestamp: at,
  message: { role: 'user', content: 'Count the ducks.' },
};
const chat = {
  messages: [
    { role: 'user', content: 'Hello?' },
    { role: 'assistant', content: 'Hi.' },
  ],
};
const shared = {
  id: 'shared',
  conversations: [
    { from: 'human', value: 'Hey' },
    { from: 'gpt', value: 'Yes?' },
  ],
};

async function imported(lines: readonly string[], name = 'mixed.jsonl') {
  const path = join(engine.dir, name);
  writeFileSync(path, lines.join('\n'));
  const { importId, sources } = await engine.importFiles(path);
  const { items } = await engine.client.session.list({ offset: 0, limit: 50 });
  const rejects = await engine.client.imports.rejects({ importId, offset: 0, limit: 50 });
  return {
    source: sources[0],
    formats: items.map(({ format }) => format).sort(),
    sessions: items.map(({ sessionId }) => sessionId).sort(),
    rejects: rejects.items.map(({ line }) => line),
  };
}

test('each line, whichever is most of the file', async () => {
  const lines = [flat, chat, transcript, shared].map((one) => JSON.stringify(one));
  const { source, formats, rejects } = await imported([...lines, '', '{"none": "of them"}']);
  expect(formats).toEqual(['claude-code', 'openai-chat', 'otel-flat', 'sharegpt']);
  expect(rejects).toEqual([6]);
  expect(source).toMatchObject({ lines: 6, records: 4, rejected: 1, blank: 1 });
  const span = await engine.client.session.span({ sessionId: 'flat', spanId: '000000000000000a' });
  expect(span.format).toBe('otel-flat');
});

test.each([
  ['printed over lines', 2],
  ['on one line', undefined],
])('each element of a list %s', async (_, indent) => {
  const list = [flat, transcript, shared, { ...flat, span_id: '000000000000000b' }, { none: 'of them' }];
  const read = await imported([JSON.stringify(list, null, indent)], 'mixed.json');
  // A conversation's id that another file may have too carries the file.
  expect(read.sessions.map((id) => id.split(':')[0])).toEqual(['flat', 'shared', 'transcript']);
  // Which format a session is of is told by lines.
  if (indent !== undefined) expect(read.formats).toEqual(['claude-code', 'otel-flat', 'sharegpt']);
  expect(read.rejects).toHaveLength(1);
  expect(read.source).toMatchObject({ spans: 5, rejected: 1 });
});

test('records of two formats on one line', async () => {
  const { source, sessions, rejects } = await imported([
    JSON.stringify(transcript) + JSON.stringify(flat),
    JSON.stringify({ ...transcript, uuid: 'u-2', parentUuid: 'u-1' }),
  ]);
  expect(sessions).toEqual(['flat', 'transcript']);
  expect(rejects).toEqual([]);
  expect(source).toMatchObject({ lines: 2, records: 2, rejected: 0 });
});
