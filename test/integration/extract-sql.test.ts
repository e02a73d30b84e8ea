/**
 * `faultline extract`: the DuckDB statements are run from a table of spans to the four datasets; those for Spark and Trino are
 * parsed by the grammars of those engines, all four by one parser of dialects, and held to be one structure; ClickHouse runs
 * its own where chdb is installed (`npm i --no-save chdb`).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parse } from '@polyglot-sql/sdk';
import { SparkSQL } from 'dt-sql-parser/dist/parser/spark';
import { TrinoSQL } from 'dt-sql-parser/dist/parser/trino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalDatasets, partitionColumns } from '../../src/engine/lake/canonical-layout.data';
import { spanColumns } from '../../src/engine/intake/canonical';
import { extractStatements } from '../../src/engine/lake/extract-sql';
import { extractOptionsSchema, type ExtractOptions } from '../../src/shared/contract/extract';
import { lakeTable } from '../support/lake-table';
import { shapeOf } from '../support/sql-shape';

const folder = mkdtempSync(join(tmpdir(), 'faultline-lake-'));
let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

function options(given: Partial<ExtractOptions> & Pick<ExtractOptions, 'engine'>): ExtractOptions {
  return extractOptionsSchema.parse({ table: 'lake', layout: 'otel-collector', out: 'out', ...given });
}

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

let extracts = 0;
/** Runs the extract in DuckDB; gives the folder. */
async function cut(given: Partial<ExtractOptions>): Promise<string> {
  const out = join(folder, `cut-${String(++extracts)}`);
  const { layout = 'otel-collector', attributes = 'map' } = given;
  await connection.run(`CREATE OR REPLACE TABLE lake AS ${lakeTable(layout, attributes)}`);
  for (const { sql } of extractStatements(options({ engine: 'duckdb', out, ...given })))
    await connection.run(sql);
  return out;
}

const read = (out: string, dataset: string): string =>
  `read_parquet('${out}/${dataset}/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)`;

const combinations = (['otel-collector', 'otlp-flat'] as const).flatMap((layout) =>
  (['map', 'json'] as const).map((attributes) => ({ layout, attributes })),
);

describe('in DuckDB', () => {
  test.each(combinations)('cuts $layout with attributes as $attributes', async (given) => {
    const out = await cut(given);
    const spans = await rows(
      `SELECT session_id, kind, name, coalesce(text, '') AS text, status, date, source FROM ${read(out, 'span')} ORDER BY session_id, seq`,
    );
    expect(spans.map((row) => Object.values(row).join(' | '))).toEqual([
      'c1 | user | user message | Book a train to Lyon | unset | 2026-03-01 | travel_desk',
      'c1 | agent | invoke_agent travel |  | unset | 2026-03-01 | travel_desk',
      'c1 | llm | chat small-1 | Looking for trains. | ok | 2026-03-01 | travel_desk',
      'c1 | tool | execute_tool find_train |  | error | 2026-03-01 | travel_desk',
      "c1 | user | user message | No, I said Lyon, it's urgent | unset | 2026-03-01 | travel_desk",
      'c1 | llm | chat small-1 | Sorry, once more. | ok | 2026-03-01 | travel_desk',
      'c2 | user | user message | Which gate? | unset | 2026-03-02 | travel_desk',
      'c2 | llm | chat small-1 | Gate 4. | ok | 2026-03-02 | travel_desk',
      'cc01 | user | user message | Do you ship to Malta? | unset | 2026-03-02 | faq',
      'cc01 | chain | answer | We do. | unset | 2026-03-02 | faq',
    ]);
    expect(
      await rows(
        `SELECT session_id, turn_no::INTEGER AS turn, user_text AS text, tool_error_count::INTEGER AS errors FROM ${read(out, 'turn')} ORDER BY ALL`,
      ),
    ).toEqual([
      { session_id: 'c1', turn: 1, text: 'Book a train to Lyon', errors: 1 },
      { session_id: 'c1', turn: 2, text: "No, I said Lyon, it's urgent", errors: 0 },
      { session_id: 'c2', turn: 1, text: 'Which gate?', errors: 0 },
      { session_id: 'cc01', turn: 1, text: 'Do you ship to Malta?', errors: 0 },
    ]);
    expect(
      await rows(
        `SELECT session_id, user_id, turn_count::INTEGER AS turns, input_tokens::INTEGER AS tokens, start_ns FROM ${read(out, 'session')} WHERE session_id = 'c1'`,
      ),
    ).toEqual([{ session_id: 'c1', user_id: 'u-7', turns: 2, tokens: 240, start_ns: '1772359200000000000' }]);
    expect(await rows(`SELECT signal, span_id, pillar, reason FROM ${read(out, 'finding')}`)).toEqual([
      {
        signal: 'failed-tool-call',
        span_id: '03',
        pillar: 'tools',
        reason: 'execute_tool find_train failed: timetable is not there',
      },
    ]);
  });

  test('writes the documented columns and types, partitioned by date and source', async () => {
    const out = await cut({});
    for (const { name, columns } of canonicalDatasets) {
      const found = await rows(
        `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${read(out, name)})`,
      );
      expect(found, name).toEqual(
        [...columns, ...partitionColumns].map(([column, type]) => ({ name: column, type })),
      );
    }
  });

  test('documents the spans as intake writes them', () => {
    expect(canonicalDatasets[0]?.columns.map(([name, type]) => [name, type])).toEqual(
      spanColumns.map(([name, type]) => [name, type]),
    );
  });

  test.each([
    { what: 'from a time', given: { from: '2026-03-02' }, sessions: ['c2', 'cc01'] },
    { what: 'before a time', given: { to: '2026-03-02T08:30:00Z' }, sessions: ['c1', 'c2'] },
    { what: 'of a service', given: { services: ['faq'] }, sessions: ['cc01'] },
    { what: 'in which something failed', given: { only: 'errors' as const }, sessions: ['c1'] },
    {
      what: 'of traces that hold GenAI, whole',
      given: { spans: 'all' as const },
      sessions: ['c1', 'c2', 'cc01'],
    },
  ])('cuts down to sessions $what', async ({ given, sessions }) => {
    const out = await cut(given);
    expect(
      (await rows(`SELECT session_id FROM ${read(out, 'session')} ORDER BY session_id`)).map(
        (row) => row['session_id'],
      ),
    ).toEqual(sessions);
  });

  test('draws a share of sessions, the same ones every time, whole', async () => {
    const drawn = async (sample: number): Promise<unknown[]> =>
      (
        await rows(
          `SELECT DISTINCT session_id FROM ${read(await cut({ sample }), 'span')} ORDER BY session_id`,
        ).catch(() => [])
      ).map((row) => row['session_id']);
    const half = await drawn(0.5);
    expect(await drawn(0.5)).toEqual(half);
    expect(await drawn(1)).toEqual(['c1', 'c2', 'cc01']);
    expect(half.length).toBeLessThan(3);
  });

  test('reads Parquet files in the place of a table', async () => {
    await connection.run(`COPY (${lakeTable('otlp-flat', 'map')}) TO '${join(folder, 'lake.parquet')}'`);
    const out = await cut({ table: join(folder, '*.parquet'), layout: 'otlp-flat' });
    expect(await rows(`SELECT count(*)::INTEGER AS n FROM ${read(out, 'session')}`)).toEqual([{ n: 3 }]);
  });
});

describe('in every dialect', () => {
  const engines = ['duckdb', 'spark', 'trino', 'clickhouse'] as const;
  const narrowed = {
    table: 'lake.default.spans',
    from: '2026-03-01',
    to: '2026-04-01',
    services: ["it's"],
    only: 'errors' as const,
    sample: 0.25,
    spans: 'all' as const,
  };

  test.each([
    { engine: 'spark' as const, grammar: new SparkSQL() },
    { engine: 'trino' as const, grammar: new TrinoSQL() },
  ])('the grammar of $engine takes every statement', ({ engine, grammar }) => {
    for (const attributes of ['map', 'json'] as const)
      for (const { dataset, sql } of extractStatements(options({ ...narrowed, engine, attributes })))
        expect({ dataset, errors: grammar.validate(`${sql};`) }).toEqual({ dataset, errors: [] });
    // The grammar would say so.
    expect(grammar.validate('SELECT FROM WHERE;')).not.toEqual([]);
  });

  test.each(combinations)('$layout with attributes as $attributes is one structure in all four', (given) => {
    const shapes = engines.map((engine) =>
      extractStatements(options({ ...narrowed, ...given, engine }))
        .filter(({ dataset }) => dataset !== null)
        .map(({ dataset, sql }) => {
          const parsed = parse(sql, engine as never);
          expect(parsed.success, `${engine} ${String(dataset)}: ${String(parsed.error)}`).toBe(true);
          return { dataset, ...shapeOf(parsed.ast) };
        }),
    );
    const [first, ...others] = shapes;
    expect(first?.map(({ dataset, tables }) => [dataset, tables.length])).toEqual([
      ['span', 12],
      ['turn', 1],
      ['session', 1],
      ['finding', 1],
    ]);
    for (const { name, columns } of canonicalDatasets)
      expect(
        first?.find(({ dataset }) => dataset === name)?.result[0]?.columns.map((column) => column.name),
      ).toEqual([...columns.map(([column]) => column), 'date', 'source']);
    for (const shape of others) expect(shape).toEqual(first);
  });
});

describe('in ClickHouse', () => {
  const require = createRequire(import.meta.url);
  let chdb: {
    Session: new () => { query: (sql: string, format?: string) => string; close: () => void };
  } | null;
  try {
    chdb = require('chdb') as typeof chdb;
  } catch {
    chdb = null;
  }
  if (chdb === null)
    console.info('Skipped: ClickHouse’s own run of the extract, since chdb is not installed.');

  test.skipIf(chdb === null)('gives what DuckDB gives, ids included', async () => {
    const lake = join(folder, 'clickhouse.parquet');
    await connection.run(`COPY (${lakeTable('otel-collector', 'map')}) TO '${lake}'`);
    const session = new (chdb as NonNullable<typeof chdb>).Session();
    const out = join(folder, 'clickhouse');
    mkdirSync(out);
    try {
      session.query(`CREATE TABLE otel_traces (Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String,
        SpanName LowCardinality(String), ServiceName LowCardinality(String), ResourceAttributes Map(LowCardinality(String), String),
        SpanAttributes Map(LowCardinality(String), String), Duration UInt64, StatusCode LowCardinality(String), StatusMessage String)
        ENGINE = MergeTree ORDER BY Timestamp`);
      session.query(`INSERT INTO otel_traces SELECT Timestamp, TraceId, SpanId, ParentSpanId, SpanName, ServiceName,
        ResourceAttributes, SpanAttributes, Duration, StatusCode, StatusMessage FROM file('${lake}')`);
      for (const { sql } of extractStatements(options({ engine: 'clickhouse', table: 'otel_traces', out })))
        session.query(sql);
    } finally {
      session.close();
    }
    const own = await cut({});
    for (const { name, columns } of canonicalDatasets) {
      const select = (at: string): string =>
        `SELECT ${columns.map(([column, type]) => `"${column}"::${type} AS "${column}"`).join(', ')}, date, source FROM ${read(at, name)} ORDER BY ALL`;
      expect(await rows(select(out)), name).toEqual(await rows(select(own)));
    }
  });
});

test.each([
  { what: 'a table that is none', given: { table: 'lake; DROP TABLE x' }, says: /not the name of a table/ },
  { what: 'a time that is none', given: { from: 'yesterday' }, says: /--from wants a day/ },
  { what: 'a prefix that is none', given: { prefix: 'a b.' }, says: /cannot begin the name/ },
  { what: 'a folder of two lines', given: { out: 'a\nb' }, says: /where the extract goes/ },
])('refuses $what', ({ given, says }) => {
  expect(() => extractStatements(options({ engine: 'trino', ...given }))).toThrow(says);
});
