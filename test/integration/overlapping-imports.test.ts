/** Exports overlap: last month's and this month's hold the same sessions. What that costs grows with the rows, not with rows times rows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { watchJoins } from '../support/join-plans';

const FORKED = fileURLToPath(new URL('../fixtures/formats/claude-code/forked', import.meta.url));

/** With rules, of which there are some dozens, and with the number of the latest import, which is one row. */
const BOUNDED = ['pillar_of BLOCKWISE_NL_JOIN', 'opening CROSS_PRODUCT'];

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Overlapping' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

/** An export of one session a day: a call with its messages, and what a tool gave. */
function exportOf(name: string, days: number): string {
  const lines = Array.from({ length: days }, (_, day) => {
    const at = new Date(Date.UTC(2026, 2, 1 + day)).toISOString();
    const base = { trace_id: `trace-${String(day)}`, start_time: at, end_time: at, status: { code: 'OK' } };
    const session = { 'gen_ai.conversation.id': `day-${String(day)}` };
    const said = (role: string, content: string) => [{ role, parts: [{ type: 'text', content }] }];
    const call = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'made-up',
      'gen_ai.input.messages': JSON.stringify(said('user', `Which pots are left on day ${String(day)}?`)),
      'gen_ai.output.messages': JSON.stringify(said('assistant', `${String(day)} pots.`)),
    };
    const tool = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'count',
      'gen_ai.tool.call.id': `call-${String(day)}`,
      'gen_ai.tool.call.result': String(day),
    };
    return [
      { ...base, span_id: `a-${String(day)}`, name: 'chat made-up', attributes: { ...session, ...call } },
      {
        ...base,
        span_id: `b-${String(day)}`,
        parent_span_id: `a-${String(day)}`,
        name: 'count',
        attributes: { ...session, ...tool },
      },
    ];
  });
  const path = join(engine.dir, name);
  writeFileSync(
    path,
    lines
      .flat()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  return path;
}

test('spans of two exports are settled without meeting each with each', async () => {
  await engine.importFiles(exportOf('february.jsonl', 30));
  const { wide, seen } = watchJoins();
  const record = await engine.importFiles(exportOf('march.jsonl', 45));
  expect(record.sources[0]?.state).toBe('imported');
  expect((await engine.client.session.list({ limit: 1 })).total).toBe(45);
  expect([...seen]).toEqual(expect.arrayContaining(['twice', 'fuller', 'standing', 'told_also', 'span']));
  expect(wide.map(({ statement, join }) => `${statement} ${join}`)).toEqual(BOUNDED);
});

test('forks of a transcript are settled without meeting each with each', async () => {
  await engine.importFiles(join(FORKED, '5e550000-0000-4000-8000-0000000000b2.jsonl'));
  const { wide, seen } = watchJoins();
  await engine.importFiles(FORKED);
  expect([...seen]).toEqual(expect.arrayContaining(['shared', 'copied', 'standing', 'told_also']));
  expect(wide.map(({ statement, join }) => `${statement} ${join}`)).toEqual(BOUNDED);
});
