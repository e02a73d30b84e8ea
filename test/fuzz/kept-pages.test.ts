/** Texts that become part of the canonical file as the pages they lie in: the spans are those that sorting and packing anew gives. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import type { IntakeLauncher, IntakeMessage } from '../../src/engine/intake/launcher';
import { defaultLimits } from '../../src/engine/intake/limits';
import { runIntake } from '../../src/engine/intake/run';
import { removeEngine, startEngine } from '../support/engine';
import { Bench, type Imported } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

interface Made {
  trace: string;
  span: string;
  session: string;
  input: string;
}

const SPANS = 300;

const hex = (i: number, digits: number): string => (i + 1).toString(16).padStart(digits, '0');

function made(i: number): Made {
  const session = `s${String((Math.floor(i / 5) * 7919) % 1000)}`;
  return {
    trace: hex(Math.floor(i / 5), 32),
    span: hex(i, 16),
    session,
    input: `asked ${String(i)} ${'the same again '.repeat(20)}`,
  };
}

function linesOf(spans: readonly Made[]): string {
  return spans
    .map(
      ({ trace, span, session, input }, i) =>
        `${JSON.stringify({
          trace_id: trace,
          span_id: span,
          name: 'work',
          start_time: `2026-01-01T00:00:00.${String(i).padStart(3, '0')}Z`,
          end_time: '2026-01-01T00:00:01.000Z',
          status: { code: 'OK' },
          attributes: {
            'gen_ai.conversation.id': session,
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'find',
            'gen_ai.tool.call.id': `call ${String(i)}`,
            'gen_ai.tool.call.arguments': JSON.stringify({ asked: input }),
            'gen_ai.tool.call.result': `found ${input}`,
          },
          resource: { 'service.name': 'shop' },
        })}\n`,
    )
    .join('');
}

/** Chunks are of some 30 lines, a page each. */
const IN_PAGES = { twinFromBytes: 0, twinChunkBytes: 20_000 };

/** What is written of spans in pages; the spans are compared with those of the record function. */
async function written(name: string, spans: readonly Made[]): Promise<Imported> {
  const path = bench.write(`${name}.jsonl`, linesOf(spans));
  const inPages = await bench.import([path], { limits: IN_PAGES });
  const sorted = await bench.import([path], { limits: { twinFromBytes: Number.MAX_SAFE_INTEGER } });
  expect(sorted.packed['SNAPPY']).toBeUndefined();
  expect(inPages.spans).toEqual(sorted.spans);
  expect(inPages.labels).toEqual(sorted.labels);
  expect(
    inPages.sources.map(({ spans: count, sessions, rejected }) => ({ count, sessions, rejected })),
  ).toEqual(sorted.sources.map(({ spans: count, sessions, rejected }) => ({ count, sessions, rejected })));
  return inPages;
}

const inSource = Array.from({ length: SPANS }, (_, i) => made(i));

test('pages of which every span stays are kept, in the order of the source', async () => {
  const { packed, order } = await written('whole', inSource);
  expect(packed).toEqual({ SNAPPY: SPANS });
  expect(order.map(({ span_id }) => span_id)).toEqual(inSource.map(({ span }) => span));
});

test('a page with a span that is told twice is not kept, and the others are', async () => {
  const { packed, spans } = await written('twice', [...inSource, inSource[150] as Made]);
  expect(packed['SNAPPY']).toBeGreaterThan(SPANS / 2);
  expect(packed['SNAPPY']).toBeLessThan(SPANS);
  expect((packed['SNAPPY'] ?? 0) + (packed['ZSTD'] ?? 0)).toBe(spans.length);
});

test('no page is kept where sessions lie in many of them', async () => {
  const { packed, order } = await written(
    'scattered',
    inSource.map((span, i) => ({ ...span, trace: hex(i, 32), session: `s${String(i % 20)}` })),
  );
  expect(packed).toEqual({ ZSTD: SPANS });
  const sessions = order.map(({ session_id }) => String(session_id));
  expect(sessions).toEqual([...sessions].sort());
});

test('texts that pack badly are packed better', async () => {
  let state = 1;
  const noise = (): string =>
    Array.from({ length: 300 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
      return String.fromCharCode(0x30 + ((state >>> 16) & 31));
    }).join('');
  const { packed } = await written(
    'noise',
    inSource.map((span) => ({ ...span, input: noise() })),
  );
  expect(packed).toEqual({ ZSTD: SPANS });
});

/** Runs imports in this process, in pages. */
const launch: IntakeLauncher = (job) => {
  const listeners: ((message: IntakeMessage) => void)[] = [];
  if (job.task !== 'import') throw new Error('only imports are run');
  setImmediate(() => {
    void runIntake(job, () => undefined, { ...defaultLimits, ...IN_PAGES }).then((done) => {
      for (const listener of listeners) listener({ type: 'imported', ...done, durationMs: 1 });
    });
  });
  return {
    onMessage: (listener) => void listeners.push(listener),
    onExit: () => undefined,
    kill: () => undefined,
  };
};

test('in the index spans stand session by session, and their texts are found', async () => {
  const engine = await startEngine(undefined, launch);
  const path = bench.write('indexed.jsonl', linesOf(inSource));
  const { path: workspace } = await engine.client.workspace.create({ name: 'Pages' });
  await engine.takeIn(path);
  const one = inSource[150] as Made;
  const { rows } = await engine.client.sql
    .run({ query: `SELECT input FROM span_texts WHERE span_id = '${one.span}'` })
    .then((answer) => {
      if (answer.kind === 'problem') throw new Error(answer.message);
      return answer.result;
    });
  expect(rows).toEqual([[JSON.stringify({ asked: one.input })]]);
  await engine.close();
  expect(readdirSync(workspace)).toContain('index.duckdb');
  const instance = await DuckDBInstance.create(join(workspace, 'index.duckdb'), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(
    "SELECT concat(session_id, ' ', lpad(position::VARCHAR, 4, '0')) AS place FROM span ORDER BY rowid",
  );
  const places = found.getRowsJson().map(([place]) => place);
  connection.closeSync();
  instance.closeSync();
  removeEngine(engine);
  expect(places).toHaveLength(SPANS);
  expect(places).toEqual([...places].sort());
});
