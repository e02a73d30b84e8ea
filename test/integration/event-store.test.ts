/** An event store of OpenHands has a file for each event: what several of them tell of one response is told once. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Event store' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

const response = {
  id: 'resp-7',
  model: 'scales-1',
  usage: { prompt_tokens: 100, completion_tokens: 10 },
  choices: [{ message: { role: 'assistant', content: 'Both at once.' } }],
};

test.each([
  [
    'that repeats it beside each call',
    (id: number) => ({
      id,
      action: 'run',
      args: { command: `weigh ${String(id)}` },
      tool_call_metadata: {
        function_name: 'execute_bash',
        tool_call_id: `c${String(id)}`,
        model_response: response,
      },
    }),
    100,
  ],
  [
    'that only names it',
    (id: number) => ({
      id: `event-${String(id)}`,
      kind: 'ActionEvent',
      thought: id === 1 ? [{ type: 'text', text: 'Both at once.' }] : [],
      tool_name: 'scales',
      tool_call_id: `c${String(id)}`,
      tool_call: { id: `c${String(id)}`, name: 'scales', arguments: '{}' },
      llm_response_id: 'resp-7',
      action: { kind: 'ScalesAction' },
    }),
    null,
  ],
])('a response with several calls, of a store %s', async (_, eventOf, tokens) => {
  const folder = join(engine.dir, 'pears', 'events');
  mkdirSync(folder, { recursive: true });
  const paths = [1, 2].map((id) => {
    const path = join(folder, `${String(id)}.json`);
    const event = { ...eventOf(id), source: 'agent', timestamp: `2026-02-01T11:00:0${String(id)}` };
    writeFileSync(path, JSON.stringify(event));
    return path;
  });
  await engine.importFiles(...paths);
  const { items } = await engine.client.session.spans({ sessionId: 'pears', offset: 0, limit: 10 });
  expect(
    items.map(({ kind, spanId, inputTokens }) => [kind, kind === 'llm' ? spanId : '', inputTokens]),
  ).toEqual([
    ['llm', 'resp-7', tokens],
    ['tool', '', null],
    ['tool', '', null],
  ]);
});
