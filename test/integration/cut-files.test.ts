/** Files that end too early: what is whole of them is read, and what they end in is rejected with its line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFile, type ReadFile } from '../support/read-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cut-files-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(name: string, content: string): Promise<ReadFile> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readFile(path);
}

const flat = (id: string) => ({
  trace_id: 'f'.repeat(32),
  span_id: id.padStart(16, '0'),
  name: `chat ${id}`,
  start_time: '2026-04-01T10:00:00Z',
  end_time: '2026-04-01T10:00:01Z',
  attributes: { 'gen_ai.operation.name': 'chat', 'session.id': 's' },
});
const spanNames = ({ spans }: ReadFile): string[] => spans.map(({ name }) => name);
const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

const otlpSpan = (id: string) => ({
  traceId: 'f'.repeat(32),
  spanId: id.padStart(16, '0'),
  name: `chat ${id}`,
  startTimeUnixNano: '1775037600000000000',
  endTimeUnixNano: '1775037601000000000',
  attributes: [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'session.id', value: { stringValue: 's' } },
  ],
});

describe('a document', () => {
  test.each([
    ['on one line', undefined],
    ['printed over lines', 2],
  ])('%s with records in a list keeps those before the cut', async (name, indent) => {
    const whole = JSON.stringify({ total: 3, data: [flat('a'), flat('b'), flat('c')] }, null, indent);
    const at = whole.indexOf('chat c');
    const found = await read(`${name}.json`, whole.slice(0, at));
    expect(spanNames(found)).toEqual(['chat a', 'chat b']);
    const line = lineOf(whole, whole.lastIndexOf('{', whole.indexOf('000c')));
    expect(found.rejects).toEqual([{ line, reason: 'the file ends inside this record' }]);
  });

  test('of OTLP keeps the spans before the cut, in whatever list of spans it is', async () => {
    const resourceSpans = [['a'], ['b', 'c']].map((ids) => ({
      resource: { attributes: [] },
      scopeSpans: [{ scope: { name: 'x' }, spans: ids.map(otlpSpan) }],
    }));
    const whole = JSON.stringify({ resourceSpans }, null, 2);
    const inC = await read('otlp.json', whole.slice(0, whole.lastIndexOf('session.id')));
    expect(spanNames(inC)).toEqual(['chat a', 'chat b']);
    expect(inC.rejects).toHaveLength(1);
    const inB = await read(
      'otlp-b.json',
      whole.slice(0, whole.indexOf('session.id', whole.indexOf('chat b'))),
    );
    expect(spanNames(inB)).toEqual(['chat a']);
    expect(inB.rejects).toHaveLength(1);
  });

  test('a line of OTLP that is cut off in its list of spans keeps those before the cut', async () => {
    const line = (...ids: string[]): string =>
      `${JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: ids.map(otlpSpan) }] }] })}\n`;
    const broken = line('c', 'd', 'e');
    const at = broken.indexOf('chat e');
    const before = line('a') + broken.slice(0, at);
    const found = await read('cut-line.jsonl', `${before}\n${line('f')}`);
    expect(spanNames(found).sort()).toEqual(['chat a', 'chat c', 'chat d', 'chat f']);
    expect(found.rejects).toEqual([
      { line: 2, reason: expect.stringMatching(/^the line ends inside this part/) },
    ]);
    expect(found.counts).toEqual({ lines: 3, records: 2, blank: 0 });
  });

  test('a line that is cut off in a list inside something else is rejected whole', async () => {
    const line = JSON.stringify({ ...flat('a'), attributes: { list: [{ a: 1 }, { b: 2 }] } });
    const found = await read(
      'cut-inside.jsonl',
      `${JSON.stringify(flat('z'))}\n${line.slice(0, line.indexOf('{"b"') + 3)}\n`,
    );
    expect(spanNames(found)).toEqual(['chat z']);
    expect(found.rejects).toMatchObject([{ line: 2 }]);
  });

  test('that is a log of Inspect AI keeps the samples before the cut', async () => {
    const whole = readFileSync('test/fixtures/formats/inspect-ai/log.json', 'utf8');
    const log = JSON.parse(whole) as { samples: object[] };
    const all = await read('whole.json', whole);
    const text = JSON.stringify({ ...log, samples: [...log.samples, ...log.samples.slice(0, 1)] }, null, 2);
    const cut = await read('cut.json', text.slice(0, text.lastIndexOf('"events"')));
    expect(cut.format).toBe('inspect-ai');
    expect(cut.spans.map(({ spanId, sessionId }) => [sessionId, spanId])).toEqual(
      all.spans.map(({ spanId, sessionId }) => [sessionId, spanId]),
    );
    const line = lineOf(text, text.lastIndexOf('\n    {')) + 1;
    const { rejects } = all;
    expect(cut.rejects).toHaveLength(rejects.length + 1);
    expect(cut.rejects.at(-1)).toEqual({ line, reason: 'the file ends inside this record' });
  });

  test('whose first record is cut off has nothing whole', async () => {
    const found = await read('first.json', JSON.stringify({ data: [flat('a')] }).slice(0, -9));
    expect(found.spans).toEqual([]);
    expect(found.rejects).toEqual([{ line: 1, reason: 'the file ends inside this record' }]);
  });
});

describe('a log with records printed over several lines', () => {
  const printed = (id: string) => JSON.stringify(flat(id), null, 2).split('\n');
  const at = '2026-04-01 10:00:00 INFO';
  const REASON = 'the record, printed over several lines, is cut off';

  test.each([
    ['alone', ['{']],
    ['behind a logger’s prefix', [`${at} span {`]],
  ])('%s rejects the one it ends in', async (_, [open = '']) => {
    const lines = [
      `${at} started`,
      open,
      ...printed('a').slice(1),
      `${at} next`,
      open,
      ...printed('b').slice(1, 5),
    ];
    const { counts, rejects, ...found } = await read('end.log', lines.join('\n'));
    expect(spanNames({ counts, rejects, ...found })).toEqual(['chat a']);
    expect(rejects).toEqual([{ line: lines.lastIndexOf(open) + 1, reason: REASON }]);
    expect(counts.lines).toBe(lines.length);
    expect(counts.records + rejects.length + counts.blank).toBe(counts.lines);
  });

  test('rejects one that another line of the log cuts off, and reads the next', async () => {
    const lines = [
      `${at} started`,
      ...printed('a').slice(0, 4),
      `${at} out of memory, started again`,
      ...printed('b'),
      `${at} done`,
    ];
    const { counts, rejects, spans } = await read('middle.log', lines.join('\n'));
    expect(spans.map(({ name }) => name)).toEqual(['chat b']);
    expect(rejects).toEqual([{ line: 2, reason: REASON }]);
    expect(counts.records + rejects.length + counts.blank).toBe(lines.length);
  });
});
