/** The same calls exported twice, in the shapes and containers of one tool: counted once, whichever comes first. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { removeEngine, startEngine } from '../support/engine';

const bench = new Bench();
const CALLS = [0, 1, 2];
const asked = (i: number): object[] => [{ role: 'user', content: `Why is pot ${String(i)} blue — “café”?` }];
const answered = (i: number): object => ({ role: 'assistant', content: `Pot ${String(i)} was glazed.` });
const jsonl = (records: readonly object[]): string =>
  records.map((one) => `${JSON.stringify(one)}\n`).join('');
/** JSON text as Python writes it: spaces, and escapes for what is not ASCII. */
const python = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('":', '": ')
    .replaceAll(',"', ', "')
    .replaceAll(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const observations = CALLS.map((i) => ({
  id: `o-${String(i)}`,
  trace_id: `t-${String(i)}`,
  start_time: `2026-03-01 10:0${String(i)}:00.000250`,
  end_time: `2026-03-01 10:0${String(i)}:02.500000`,
  parent_observation_id: null,
  type: 'GENERATION',
  name: 'answer',
  session_id: 'pots',
  provided_model_name: 'kiln-1',
  input: python(asked(i)),
  output: python(answered(i)),
  total_cost: 0.5,
}));
const runs = CALLS.map((i) => ({
  id: `00000000-0000-4000-8000-00000000000${String(i)}`,
  trace_id: `00000000-0000-4000-8000-00000000000${String(i)}`,
  dotted_order: '',
  parent_run_id: null,
  name: 'chat',
  run_type: 'llm',
  start_time: `2026-03-01T10:0${String(i)}:00.000250`,
  end_time: `2026-03-01T10:0${String(i)}:02.500000`,
  status: 'success',
  inputs: { messages: asked(i) },
  outputs: { choices: [{ message: answered(i) }] },
  extra: { metadata: { thread_id: 'pots' } },
}));
const spans = CALLS.map((i) => ({
  name: 'chat',
  span_kind: 'LLM',
  parent_id: null,
  start_time: `2026-03-01T10:0${String(i)}:00.000250+00:00`,
  end_time: `2026-03-01T10:0${String(i)}:02.500000+00:00`,
  status_code: 'OK',
  'context.span_id': `b00000000000000${String(i)}`,
  'context.trace_id': `a000000000000000000000000000000${String(i)}`,
  'attributes.openinference.span.kind': 'LLM',
  'attributes.session.id': 'pots',
  'attributes.llm.input_messages': asked(i).map((one) => ({
    'message.role': 'user',
    'message.content': (one as { content: string }).content,
  })),
  'attributes.llm.output_messages': [
    { 'message.role': 'assistant', 'message.content': `Pot ${String(i)} was glazed.` },
  ],
}));

/** Paths of two exports of the same three calls. */
const pairs: Record<string, [string, string]> = {};

async function toParquet(db: DuckDBConnection, from: string, name: string, replace: string): Promise<string> {
  const path = bench.path(name);
  await db.run(
    `COPY (SELECT * REPLACE (${replace}) FROM read_json('${from}', format = 'newline_delimited')) TO '${path}' (FORMAT parquet)`,
  );
  return path;
}

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  const times = 'start_time::TIMESTAMP AS start_time, end_time::TIMESTAMP AS end_time';
  const rows = bench.write('observations.jsonl', jsonl(observations));
  const api = bench.write(
    'observations.json',
    JSON.stringify({
      data: observations.map(({ id, trace_id, start_time, end_time, type, name, session_id }, i) => ({
        id,
        traceId: trace_id,
        parentObservationId: null,
        startTime: `${start_time.replace(' ', 'T').slice(0, 23)}Z`,
        endTime: `${end_time.replace(' ', 'T').slice(0, 23)}Z`,
        type,
        name,
        sessionId: session_id,
        model: 'kiln-1',
        input: asked(i),
        output: answered(i),
      })),
    }),
  );
  pairs['observations of Langfuse, rows and a table'] = [
    rows,
    await toParquet(db, rows, 'observations.parquet', times),
  ];
  pairs['observations of Langfuse, rows and a page of the API'] = [rows, api];
  const runLines = bench.write('runs.jsonl', jsonl(runs));
  const texts =
    'inputs::JSON::VARCHAR AS inputs, outputs::JSON::VARCHAR AS outputs, extra::JSON::VARCHAR AS extra';
  pairs['runs of LangSmith, rows and a table'] = [
    runLines,
    await toParquet(db, runLines, 'runs.parquet', `${times}, ${texts}`),
  ];
  const spanLines = bench.write('spans.jsonl', jsonl(spans));
  const zoned = times.replaceAll('TIMESTAMP', 'TIMESTAMPTZ');
  pairs['spans of Phoenix, rows and a table'] = [
    spanLines,
    await toParquet(db, spanLines, 'spans.parquet', zoned),
  ];
  db.closeSync();
  instance.closeSync();
});
afterAll(() => {
  bench.remove();
});

const NAMES = [
  'observations of Langfuse, rows and a table',
  'observations of Langfuse, rows and a page of the API',
  'runs of LangSmith, rows and a table',
  'spans of Phoenix, rows and a table',
];

describe.each(NAMES)('%s', (name) => {
  test.each(['as named', 'the other way round'])('are counted once in one import, %s', async (order) => {
    const paths = order === 'as named' ? (pairs[name] ?? []) : [...(pairs[name] ?? [])].reverse();
    expect(paths).toHaveLength(2);
    const both = await bench.import(paths);
    const kinds = both.spans.map(({ kind, session_id }) => `${String(kind)} ${String(session_id)}`).sort();
    expect(kinds).toEqual([...CALLS.map(() => 'llm pots'), ...CALLS.map(() => 'user pots')]);
    for (const source of both.sources) expect(source.rejected).toBe(0);
  });

  test.each(['as named', 'the other way round'])('are counted once in two imports, %s', async (order) => {
    const paths = order === 'as named' ? (pairs[name] ?? []) : [...(pairs[name] ?? [])].reverse();
    const engine = await startEngine();
    try {
      await engine.client.workspace.create({ name: 'Twice' });
      for (const path of paths) await engine.takeIn(path);
      const { sessions, spans: count } = await engine.client.overview.summary();
      expect({ sessions, count }).toEqual({ sessions: 1, count: 2 * CALLS.length });
      const { turns } = await engine.client.session.outline({ sessionId: 'pots' });
      expect(turns).toHaveLength(CALLS.length);
    } finally {
      await engine.close();
      removeEngine(engine);
    }
  });
});
