/** Captured server-sent events, as they came over the wire, are read like the same events one a line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Bench } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../fixtures/formats', name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
/** What tells the two apart: ids and lines that follow from the file. */
const told = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) => [row['kind'], row['text'], row['model'], row['output_tokens']]);

test.each(['anthropic-messages/stream.jsonl', 'openai-responses/stream.jsonl'])('%s', async (name) => {
  const lines = fixture(name).flatMap((line) => {
    try {
      const record: unknown = JSON.parse(line);
      const type =
        typeof record === 'object' && record !== null && 'type' in record ? String(record.type) : 'message';
      return [{ line, type }];
    } catch {
      return [];
    }
  });
  const plain = await bench.import([bench.write('plain.jsonl', lines.map(({ line }) => line).join('\n'))]);
  const wire = lines.map(({ line, type }) => `event: ${type}\r\ndata: ${line}\r\n\r\n`).join('');
  const stream = await bench.import([
    bench.write('capture.txt', `${wire}: done\ndata: [DONE]\n\ndata: {"cut`),
  ]);
  expect(stream.sources[0]?.format).toBe(plain.sources[0]?.format);
  expect(told(stream.spans)).toEqual(told(plain.spans));
  expect(stream.spans.length).toBeGreaterThan(0);
  const { lines: all = 0, records = 0, rejected = 0, blank = 0 } = stream.sources[0] ?? {};
  expect([records + rejected + blank, records]).toEqual([all, plain.sources[0]?.records]);
  expect(stream.rejects.at(-1)).toMatchObject({
    line: lines.length * 3 + 4,
    reason: expect.stringMatching(/cut off/) as string,
  });
});

test('data alone, without names of events, is no table for all its commas', async () => {
  const lines = fixture('openai-chat/stream-pieces.jsonl').filter((line) => line.startsWith('{'));
  const plain = await bench.import([bench.write('pieces.jsonl', lines.join('\n'))]);
  const wire = lines.map((line) => `data: ${line}\n\n`).join('');
  const stream = await bench.import([bench.write('pieces.txt', `${wire}data: [DONE]\n\n`)]);
  expect(stream.sources[0]?.format).toBe('openai-chat');
  expect(told(stream.spans)).toEqual(told(plain.spans));
  expect(stream.spans.length).toBeGreaterThan(0);
});
