/**
 * Packed and columnar files with single bits flipped and cut off anywhere, through the real intake process: neither looking at them nor
 * importing them ends it, each says what is wrong or gives what is there, and the file beside them comes in whole.
 * `FUZZ_FLIPS` and `FUZZ_SEED` try more places.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { IntakeLauncher } from '../../src/engine/intake/launcher';
import type { ImportRecord, Reject } from '../../src/shared/model/source';
import { buildPrograms, type BuiltPrograms } from '../integration/build-programs';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';
import { INTERNAL_WORDS, random } from './intake-harness';

const FLIPS = Number(process.env['FUZZ_FLIPS'] ?? 3);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261);
const FIXTURES = join(import.meta.dirname, '../fixtures/formats');
const SPANS = 400;

let programs: BuiltPrograms;
let bench: TestEngine;
/** Tasks that processes were started for, in order; an import on the safe path is one more. */
let started: string[] = [];

beforeAll(async () => {
  programs = await buildPrograms({ intake: 'src/engine/intake/process.ts' });
});
afterAll(() => programs.remove());
beforeEach(async () => {
  started = [];
  const fork = forkLauncher(programs.path('intake'));
  const launch: IntakeLauncher = (job) => {
    started.push(job.task);
    return fork(job);
  };
  bench = await startEngine(undefined, launch);
  await bench.client.workspace.create({ name: 'Flipped' });
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

const span = (i: number) => ({
  trace_id: String(i % 20).padStart(32, '0'),
  span_id: String(i).padStart(16, '0'),
  name: `chat ${String(i)}`,
  start_time: '2026-04-01T10:00:00Z',
  end_time: '2026-04-01T10:00:01Z',
  attributes: { 'gen_ai.operation.name': 'chat', 'session.id': `s${String(i % 20)}`, n: (i * 7919) % 997 },
});
const text = Array.from({ length: SPANS }, (_, i) => `${JSON.stringify(span(i))}\n`).join('');

async function zipped(members: Readonly<Record<string, string>>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(members)) file.addBuffer(Buffer.from(content), name);
  file.end();
  return buffer(file.outputStream);
}

/** OpenInference spans as DuckDB writes them, in row groups. */
async function written(name: string, options: string): Promise<Buffer> {
  const path = join(bench.dir, name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT 'name ' || i AS name, 'LLM' AS span_kind, 'OK' AS status_code, printf('%016d', i) AS "context.span_id",
       printf('%032d', i) AS "context.trace_id", 's' || (i // 16) AS "attributes.session.id",
       to_timestamp(1750000000 + i) AS start_time, md5(i::VARCHAR) AS "attributes.input.value",
       [{'message.role': 'user', 'message.content': repeat('a' || i, i % 9)}] AS "attributes.llm.input_messages"
       FROM range(2300) AS t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, ${options})`,
  );
  connection.closeSync();
  return readFileSync(path);
}

const fixture = (name: string) => () => Promise.resolve(readFileSync(join(FIXTURES, name)));

/** [name of the file, how it is made, whether what it holds is checked by itself, so that nothing can change unnoticed] */
const KINDS: [name: string, make: () => Promise<Buffer>, isChecked: boolean][] = [
  ['snappy.parquet', () => written('snappy.parquet', 'COMPRESSION snappy'), false],
  ['zstd.parquet', () => written('zstd.parquet', 'COMPRESSION zstd'), false],
  ['gzip.parquet', () => written('gzip.parquet', 'COMPRESSION gzip'), false],
  ['plain.parquet', () => written('plain.parquet', 'COMPRESSION uncompressed, PARQUET_VERSION v2'), false],
  ['spans.parquet', fixture('openinference/spans.parquet'), false],
  ['observations.parquet', fixture('langfuse/observations-v2.parquet'), false],
  ['bulk.parquet', fixture('langsmith/bulk.parquet'), false],
  ['frame.parquet', fixture('mlflow/frame.parquet'), false],
  ['wild.parquet', fixture('chat-corpora/wild.parquet'), false],
  ['feedback.parquet', fixture('weave/feedback.parquet'), false],
  ['observations.csv', fixture('langfuse/observations.csv'), false],
  ['log.eval', fixture('inspect-ai/log.eval'), false],
  ['lines.jsonl.gz', () => Promise.resolve(gzipSync(text)), true],
  ['lines.jsonl.zst', () => zstd(text), false],
  ['lines.zip', () => zipped({ 'a.jsonl': text, 'b/c.jsonl': text.replaceAll('chat', 'talk') }), true],
];

/** What DuckDB writes of lines of text, packed by its own zstd. */
async function zstd(content: string): Promise<Buffer> {
  const [from, to] = [join(bench.dir, 'from.txt'), join(bench.dir, 'to.zst')];
  writeFileSync(from, content);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT unnest(string_split(rtrim(content, chr(10)), chr(10))) FROM read_text('${from}'))
     TO '${to}' (FORMAT csv, HEADER false, QUOTE '', DELIM '\t', COMPRESSION zstd)`,
  );
  connection.closeSync();
  return readFileSync(to);
}

function flipped(bytes: Buffer, seed: number): Buffer {
  const { below } = random(seed);
  const copy = Buffer.from(bytes);
  // Half of them where the file says of itself what it is: its beginning and its end.
  const at =
    [
      below(copy.length),
      below(copy.length),
      below(Math.min(copy.length, 64)),
      copy.length - 1 - below(Math.min(copy.length, 1500)),
    ][below(4)] ?? 0;
  copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
  return copy;
}

const said = (source: ImportRecord['sources'][number]): string =>
  [source.reason, ...source.notes.map(({ what }) => what)].join('; ');

/** Everything made wrong of every kind, and the file that is good; `checked` names those in which nothing can change unnoticed. */
async function makeWrong(): Promise<{ paths: string[]; checked: Set<string> }> {
  const paths: string[] = [];
  const checked = new Set<string>();
  for (const [name, make, isChecked] of KINDS) {
    const bytes = await make();
    for (let i = 0; i < FLIPS; i++) {
      const seed = SEED + i * 31 + paths.length * 7;
      const isCut = i % 4 === 3;
      const wrong = isCut
        ? bytes.subarray(0, 1 + random(seed).below(bytes.length - 1))
        : flipped(bytes, seed);
      const path = join(bench.dir, `${String(i)}-${name}`);
      writeFileSync(path, wrong);
      paths.push(path);
      if (isChecked) checked.add(path);
    }
  }
  return { paths, checked };
}

async function allRejects(importId: string): Promise<Reject[]> {
  const found: Reject[] = [];
  for (;;) {
    const { items } = await bench.client.imports.rejects({ importId, offset: found.length, limit: 10_000 });
    found.push(...items);
    if (items.length < 10_000) return found;
  }
}

test(`${String(KINDS.length)} kinds, ${String(FLIPS)} of each`, { timeout: 900_000 }, async () => {
  const { paths, checked } = await makeWrong();
  const good = join(bench.dir, 'good.jsonl');
  writeFileSync(good, text.replaceAll('"session.id":"s', '"session.id":"good'));
  const handles = [...paths, good].map(bench.grant);
  const { files } = await bench.client.imports.inspect({ handles });
  expect.soft(files).toHaveLength(handles.length);
  let record: ImportRecord | null = null;
  for await (const event of await bench.client.imports.start({
    files: handles.map((handle) => ({ handle })),
  }))
    if (event.type === 'done') record = event.record;
  await bench.client.signal.stopStage();
  expect.soft(started, 'processes').toEqual(['inspect', 'import']);
  expect(record).not.toBeNull();
  const { sources = [], importId = '' } = record ?? {};
  const rejects = await allRejects(importId);
  expect.soft(sources.at(-1)).toMatchObject({ state: 'imported', records: SPANS, rejected: 0 });
  expect
    .soft(new Set(sources.map(({ path }) => paths.find((one) => path.startsWith(one)))).size)
    .toBe(handles.length);
  for (const source of sources) {
    const own = rejects.filter(({ sourceId }) => sourceId === source.sourceId);
    for (const { line, reason } of own) {
      expect.soft(line, source.path).toBeGreaterThanOrEqual(1);
      expect.soft(reason, source.path).toMatch(/./);
      expect.soft(reason, source.path).not.toMatch(INTERNAL_WORDS);
    }
    expect.soft(said(source), source.path).not.toMatch(INTERNAL_WORDS);
    if (source.state !== 'imported') expect.soft(source.reason, source.path).not.toBe('');
    else if (checked.has(source.path))
      expect
        .soft(source.records === SPANS || own.length > 0 || source.notes.length > 0, source.path)
        .toBe(true);
  }
  const { items } = await bench.client.session.list({ limit: 500, filter: {} });
  for (const { sessionId, spanCount } of items.slice(0, 5)) {
    const spans = await bench.client.session.spans({ sessionId, offset: 0, limit: 500 });
    expect.soft(spans.items.length, sessionId).toBe(Math.min(500, spanCount));
  }
});
