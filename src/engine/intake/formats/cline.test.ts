import { describe, expect, test } from 'vitest';
import type { Emit, SpanInput } from '../format';
import cline from './cline';

/** The spans a file of a task's folder gives. */
function read(name: string, records: readonly unknown[]): SpanInput[] {
  const spans: SpanInput[] = [];
  const emit: Emit = {
    span: (span) => spans.push(span),
    label: () => undefined,
    note: () => undefined,
    reject: (_place, reason) => {
      throw new Error(reason);
    },
  };
  const source = { name, path: `tasks/1772/${name}`, shortHash: 'abc', lineOf: () => 1 };
  const reader = cline.read(emit, source);
  for (const record of records) reader.record(record, { line: 1 });
  reader.end?.();
  return spans;
}

const history = [
  { role: 'user', content: [{ type: 'text', text: '<task>\nMake a page\n</task>' }] },
  { role: 'assistant', content: 'I will.\n<read_file>\n<path>a</path>\n</read_file>' },
  { role: 'user', content: "[read_file for 'a'] Result:\nempty\n<feedback>\nhurry\n</feedback>" },
];
const screen = [
  { ts: 1, type: 'say', say: 'text', text: 'Make a page' },
  { ts: 2, type: 'say', say: 'api_req_started', text: '{"tokensIn":3,"tokensOut":4}' },
  { ts: 3, type: 'say', say: 'text', text: 'I will.' },
  { ts: 4, type: 'ask', ask: 'tool', text: '{"tool":"readFile","path":"a"}' },
  { ts: 5, type: 'say', say: 'user_feedback', text: 'hurry' },
];

describe('files of one task', () => {
  test('tell the same spans under the same ids and in the same session', () => {
    const key = ({ sessionId, spanId, kind, name }: SpanInput): unknown => [sessionId, spanId, kind, name];
    const sort = (spans: SpanInput[]): unknown[] => spans.map(key).sort();
    const one = read('api_conversation_history.json', history);
    const other = read('ui_messages.json', screen);
    expect(sort(other)).toEqual(sort(one));
    expect(one.map(({ sessionId }) => sessionId)).toContain('1772');
    const words = (spans: SpanInput[]): unknown[] =>
      spans
        .filter(({ kind }) => kind !== 'tool')
        .map(({ spanId, text }) => [spanId, text])
        .sort();
    expect(words(other)).toEqual(words(one));
  });

  test('take the result of a tool from the history and the words of the person out of it', () => {
    const spans = read('api_conversation_history.json', history);
    expect(spans.find(({ kind }) => kind === 'tool')).toMatchObject({ text: 'empty', input: '{"path":"a"}' });
    expect(spans.filter(({ kind }) => kind === 'user').map(({ text }) => text)).toEqual([
      'Make a page',
      'hurry',
    ]);
  });
});
