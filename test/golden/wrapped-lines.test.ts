/** What logs and stores put around records must not cost their places, their broken neighbours or the sums of lines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFile, type ReadFile } from '../support/read-file';

const message = (text: string): string => JSON.stringify({ messages: [{ role: 'user', content: text }] });

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'faultline-wrapped-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

function read(text: string): Promise<ReadFile> {
  const path = join(scratch, 'unknown');
  writeFileSync(path, text);
  return readFile(path);
}

function placed({ spans }: ReadFile): [string | null | undefined, number][] {
  return spans.map(({ text, line }) => [text, line]);
}

test('lines of a log without a record are counted as blank, a broken record is rejected, places are those of the log', async () => {
  const log = [
    '10:00:00 INFO start',
    `10:00:01 INFO ${message('one')}`,
    '',
    `10:00:02 INFO ${message('two').slice(0, 30)}`,
    `10:00:03 INFO ${message('three')}`,
  ];
  const found = await read(log.join('\n'));
  expect(found.format).toBe('openai-chat');
  expect(placed(found)).toEqual([['one', 2], ['three', 5]]);
  expect(found.rejects).toEqual([{ line: 4, reason: 'the JSON ends too early: the record is cut off' }]);
  expect(found.counts).toEqual({ lines: 5, records: 2, blank: 2 });
  expect([...found.notes.keys()]).toContain('lines of the log without a record, counted as blank (line 1)');
}); // prettier-ignore

test('records inside a document stand at their own lines, and a broken one costs itself', async () => {
  const events = ['one', 'two', 'three'].map((text) => ({ message: message(text), timestamp: 1 }));
  const broken = { message: message('four').slice(0, 30), timestamp: 1 };
  const found = await read(JSON.stringify({ logEvents: [...events, broken, { message: 'START' }] }, null, 1));
  expect(placed(found)).toEqual([['one', 3], ['two', 7], ['three', 11]]);
  expect(found.rejects.map(({ line }) => line)).toEqual([15]);
}); // prettier-ignore

test('what the program that printed a record left out is told with its line', async () => {
  const found = await read(
    `10:00:00 INFO start\n{ messages: [ { role: 'user', content: 'hi', extra: [Object] } ] }\n`,
  );
  expect(placed(found)).toEqual([['hi', 2]]);
  expect([...found.notes.keys()]).toContain('left out by the program that printed it: [Object] (line 2)');
});

test('frames that Python wrote as CSV have their messages, though their cells are printed and no JSON', async () => {
  const said = (text: string): string => `"[{'role': 'user', 'content': ""${text}""}]"`;
  const answer = `"[{'message.role': 'assistant', 'message.content': 'An answer'}]"`;
  const spans = await read(
    `context.span_id,context.trace_id,name,span_kind,start_time,attributes.session.id,attributes.llm.input_messages,attributes.llm.output_messages
a,t,chat,LLM,2026-05-28 20:26:40.123456+00:00,s1,${said("it's odd").replaceAll("'role'", "'message.role'").replaceAll("'content'", "'message.content'")},${answer}\n`,
  );
  expect(spans.format).toBe('openinference');
  const messages = (found: ReadFile): unknown =>
    found.spans.map(({ history }) => history?.input.map(({ role, text }) => [role, text]));
  expect(messages(spans)).toEqual([[['user', "it's odd"]]]);
  expect([...spans.notes.keys()]).toContain(
    'read as printed by Python or JavaScript, since it is no JSON (line 2)',
  );
  const runs = await read(
    `id,name,run_type,start_time,inputs,outputs,trace_id,dotted_order,extra
r1,ChatOpenAI,llm,2026-05-28 20:26:40.1,"{'messages': [${said('hi').slice(1, -1)}]}","{'generations': [[{'text': 'ho'}]]}",r1,20260528T202640100000Zr1,"{'metadata': {'thread_id': 'th1'}}"\n`,
  );
  expect(runs.format).toBe('langsmith');
  expect(runs.spans.map(({ sessionId }) => sessionId)).toEqual(['th1']);
  expect(messages(runs)).toEqual([[['user', 'hi']]]);
});
