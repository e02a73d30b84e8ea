/**
 * Walks the registry of formats through what logs and stores put around records: each fixture's records, wrapped, must be
 * known as the same format and give the same spans as they do by themselves.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../../src/engine/intake/registry';
import { readFile } from '../support/read-file';

const fixturesDir = join(import.meta.dirname, '../fixtures/formats');
const TIME = '2026-03-01T10:00:00.123Z';

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function python(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  return `{${Object.entries(value as object)
    .map(([key, inner]) => `${python(key)}: ${python(inner)}`)
    .join(', ')}}`;
}

const everyLine =
  (wrap: (line: string, i: number) => string) =>
  (lines: string[]): string =>
    lines.map((line, i) => `${wrap(line, i)}\n`).join('');
const document =
  (wrap: (lines: string[]) => unknown) =>
  (lines: string[]): string =>
    JSON.stringify(wrap(lines), null, 1);
const parsed = (line: string): unknown => JSON.parse(line);

const WRAPPERS: Record<string, (lines: string[]) => string> = {
  'a logger': everyLine((line) => `${TIME} INFO agent.trace ${line}`),
  'a logger, other lines between': everyLine((line, i) => `${TIME} [WARN] retry ${i}\n${TIME} [INFO] span ${line}`),
  syslog: everyLine((line) => `<14>Mar  1 10:00:00 host app[123]: ${line}`),
  'kubectl, CRI': everyLine((line) => `${TIME} stdout F ${line}`),
  'Docker json-file': everyLine((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: TIME })),
  'Docker json-file around a logger': everyLine((line) => JSON.stringify({ log: `${TIME} INFO ${line}\n`, stream: 'stdout', time: TIME })),
  'Fluentd tabs': everyLine((line) => `${TIME}\tkube.app\t${line}`),
  'Fluent Bit': everyLine((line) => JSON.stringify({ date: 1772359200.1, log: line, kubernetes: { pod_name: 'a' } })),
  'Splunk results': everyLine((line) => JSON.stringify({ preview: false, result: { _raw: line, _time: TIME } })),
  'CloudWatch events': document((lines) => ({ logEvents: lines.map((message, i) => ({ message, timestamp: 1772359200000 + i })) })),
  'Google jsonPayload': document((lines) => lines.map((line) => ({ insertId: 'x', jsonPayload: parsed(line), timestamp: TIME }))),
  'Google textPayload': everyLine((line) => JSON.stringify({ insertId: 'x', textPayload: line, timestamp: TIME })),
  'Elastic hits': document((lines) => ({ took: 1, hits: { hits: lines.map((line) => ({ _id: 'x', _source: parsed(line) })) } })),
  Loki: document((lines) => ({ status: 'success', data: { resultType: 'streams', result: [{ stream: { app: 'a' }, values: lines.map((line, i) => [`177235920000000000${i % 10}`, line]) }] } })),
  'a queue’s keys': everyLine((line, i) => `key-${i}\t${line}`),
  'a table of one column': (lines) => `payload\n${lines.map((line) => `${quoted(line)}\n`).join('')}`,
  'a table with a column of JSON': (lines) => `TimeGenerated,Level,Message\n${lines.map((line) => `${TIME},INFO,${quoted(line)}\n`).join('')}`,
  'repr of Python': everyLine((line) => `INFO:agent:${python(parsed(line))}`),
  'inspect of JavaScript': everyLine((line) => inspect(parsed(line), { depth: null, breakLength: Infinity, maxArrayLength: null, maxStringLength: null })),
  'inspect over many lines': everyLine((line) => inspect(parsed(line), { depth: null, maxArrayLength: null, maxStringLength: null })),
  'JSON in a field of logfmt': everyLine((line) => `time=${TIME} level=info msg=${JSON.stringify(line)} pid=1`),
}; // prettier-ignore

/** The records of a fixture, each as JSON on one line; what is no JSON object is left out. */
function recordsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const texts = path.endsWith('.jsonl') ? text.split('\n') : [text];
  return texts.flatMap((one) => {
    try {
      const value: unknown = JSON.parse(one);
      return typeof value === 'object' && value !== null && Object.keys(value).length > 0
        ? [JSON.stringify(value)]
        : [];
    } catch {
      return [];
    }
  });
}

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'faultline-wrapped-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

async function told(text: string): Promise<{ format: string | null; spans: string[] }> {
  const path = join(scratch, text.startsWith('payload\n') ? 'unknown.csv' : 'unknown');
  writeFileSync(path, text);
  const { format, spans } = await readFile(path);
  return {
    format,
    spans: spans.map(({ kind, name, text: said, status }) => JSON.stringify([kind, name, said, status])),
  };
}

const WRAPPER_LIST = Object.entries(WRAPPERS);
/** Each file goes through so many of the wrappers, the next through the next ones. */
const WRAPPERS_EACH = 5;
/**
 * What is not read the same: mixtures of several providers or record types of which one is known better inside, lists as
 * records where only objects are taken, and lines of one short object with other quotes.
 */
const NOT_THE_SAME = new Set([
  'anthropic-messages/managed.jsonl: repr of Python',
  'anthropic-messages/managed.jsonl: inspect of JavaScript',
  'anthropic-messages/managed.jsonl: inspect over many lines',
  'anthropic-messages/managed.jsonl: JSON in a field of logfmt',
  'langfuse/legacy-observations.jsonl: JSON in a field of logfmt',
  'openai-chat/other-providers.jsonl: CloudWatch events',
  'openai-chat/other-providers.jsonl: Elastic hits',
  'otel-flat/cloudwatch.jsonl: CloudWatch events',
  'otel-flat/cloudwatch.jsonl: Elastic hits',
  'qwen-code/glued.jsonl: inspect of JavaScript',
  'qwen-code/glued.jsonl: inspect over many lines',
  'trace-store/elastic-apm.jsonl: CloudWatch events',
  'trace-store/zipkin.json: JSON in a field of logfmt',
]);

const cases = [...formats.keys()]
  .filter((id) => id !== 'generic')
  .flatMap((format) =>
    readdirSync(join(fixturesDir, format))
      .filter((name) => /\.jsonl?$/.test(name))
      .map((name) => ({ format, name })),
  )
  .map((one, i) => ({
    ...one,
    wrappers: [...WRAPPER_LIST, ...WRAPPER_LIST]
      .slice((i * WRAPPERS_EACH) % WRAPPER_LIST.length)
      .slice(0, WRAPPERS_EACH),
  }));

describe('a fixture inside what logs and stores put around it', () => {
  test.each(cases)('$format $name', async ({ format, name, wrappers }) => {
    const lines = recordsOf(join(fixturesDir, format, name));
    const plain = await told(lines.map((line) => `${line}\n`).join(''));
    if (plain.format !== format || plain.spans.length === 0) return;
    const wrong: string[] = [];
    for (const [wrapper, wrap] of wrappers) {
      if (NOT_THE_SAME.has(`${format}/${name}: ${wrapper}`)) continue;
      const wrapped = await told(wrap(lines));
      if (wrapped.format !== format) wrong.push(`${wrapper}: read as ${String(wrapped.format)}`);
      else if (wrapped.spans.join('\n') !== plain.spans.join('\n'))
        wrong.push(`${wrapper}: ${wrapped.spans.length} spans, not the ${plain.spans.length}`);
    }
    expect(wrong).toEqual([]);
  });
});
