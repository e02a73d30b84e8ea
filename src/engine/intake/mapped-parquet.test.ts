/** Parquet of anybody's columns, mapped by a profile: what DuckDB's types become on their way into spans. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mappingProfileSchema, type MappingProfileInput } from '../../shared/model/source';
import { runIntake } from './run';

let dir = '';
let connection: DuckDBConnection;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'faultline-mapped-'));
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
  rmSync(dir, { recursive: true, force: true });
});

async function imported(
  paths: readonly string[],
  profile: Omit<MappingProfileInput, 'name'>,
  columns: string,
): Promise<Record<string, unknown>[]> {
  const stagingDir = mkdtempSync(join(dir, 'staging-'));
  const parsed = mappingProfileSchema.parse({ name: 'mapped', ...profile });
  await runIntake(
    {
      task: 'import',
      importId: 'mapped',
      stagingDir,
      files: paths.map((path) => ({ path, displayPath: path, profile: parsed })),
      knownHashes: [],
    },
    () => undefined,
  );
  const reader = await connection.runAndReadAll(
    `SELECT ${columns} FROM read_parquet('${join(stagingDir, 'span.parquet')}') ORDER BY session_id, seq`,
  );
  return reader.getRowObjectsJson();
}

async function write(name: string, select: string): Promise<string> {
  const path = join(dir, name);
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  return path;
}

test('flat columns: times with and without zone, decimals, large integers, words of a fixed set', async () => {
  const path = await write(
    'flat.parquet',
    `SELECT * FROM (VALUES
      (9007199254740993::BIGINT, 'u', 'Where is my order?', TIMESTAMPTZ '2026-03-01 10:00:00.123456+02', TIMESTAMP '2026-03-01 08:00:01', 0.0125::DECIMAL(10, 4), 1200::UBIGINT, 'user'::ENUM('user', 'agent')),
      (9007199254740993::BIGINT, 'a', 'On its way.', TIMESTAMPTZ '2026-03-01 10:00:02+02', TIMESTAMP '2026-03-01 08:00:03', 12.5::DECIMAL(10, 4), 7::UBIGINT, 'agent'::ENUM('user', 'agent'))
    ) AS t(ticket, id, words, asked, ended, price, tokens, speaker)`,
  );
  const rows = await imported(
    [path],
    {
      fields: {
        session: 'ticket',
        span: 'id',
        text: 'words',
        start: 'asked',
        end: 'ended',
        costUsd: 'price',
        inputTokens: 'tokens',
        role: 'speaker',
      },
    },
    'session_id, span_id, kind, text, start_ns, end_ns, cost_usd, input_tokens',
  );
  // An integer beyond what a double holds keeps its last digit, since ids are such integers.
  expect(rows).toEqual([
    {
      session_id: '9007199254740993',
      span_id: 'u',
      kind: 'user',
      text: 'Where is my order?',
      start_ns: '1772352000123456000',
      end_ns: '1772352001000000000',
      cost_usd: 0.0125,
      input_tokens: '1200',
    },
    {
      session_id: '9007199254740993',
      span_id: 'a',
      kind: 'llm',
      text: 'On its way.',
      start_ns: '1772352002000000000',
      end_ns: '1772352003000000000',
      cost_usd: 12.5,
      input_tokens: '7',
    },
  ]);
});

test('numbers as times in the unit of the profile, a whole number of 38 digits as an id, missing values', async () => {
  const path = await write(
    'numbers.parquet',
    `SELECT 12345678901234567890123456789012345678::DECIMAL(38, 0) AS run, i AS step, 1772352000.25::DOUBLE + i AS at,
       CASE WHEN i = 1 THEN 'said' END AS said, 'look up' AS tool FROM range(2) AS t(i)`,
  );
  const rows = await imported(
    [path],
    { fields: { session: 'run', span: 'step', start: 'at', text: 'said', toolName: 'tool' }, timeUnit: 's' },
    'session_id, span_id, start_ns, text',
  );
  const session_id = '12345678901234567890123456789012345678';
  expect(rows).toEqual([
    { session_id, span_id: '0', start_ns: '1772352000250000000', text: null },
    { session_id, span_id: '1', start_ns: '1772352001250000000', text: 'said' },
  ]);
});

test('an agent that names a tool and says nothing calls it, read in SQL or not', async () => {
  const path = await write(
    'calls.parquet',
    `SELECT * FROM (VALUES ('r', 'user', 'Find it, please.', NULL), ('r', 'assistant', NULL, 'search'),
       ('r', 'assistant', 'It is here.', NULL)) AS t(run, who, said, tool)`,
  );
  const fields = { session: 'run', role: 'who', text: 'said', toolName: 'tool' };
  expect(await imported([path], { fields }, 'kind, tool_name')).toEqual([
    { kind: 'user', tool_name: null },
    { kind: 'tool', tool_name: 'search' },
    { kind: 'llm', tool_name: null },
  ]);
});

test('fields inside structs and maps, and a conversation a row as a list of structs', async () => {
  const nested = await write(
    'nested.parquet',
    `SELECT {'chat': {'id': 'c-1'}, 'who': 'user'} AS meta, ['first', 'second'] AS parts, 'hello' AS body,
       MAP {'plan': 'gold'} AS extra`,
  );
  expect(
    await imported(
      [nested],
      { fields: { session: 'meta.chat.id', role: 'meta.who', text: 'body' } },
      'session_id, kind, text',
    ),
  ).toEqual([{ session_id: 'c-1', kind: 'user', text: 'hello' }]);
  const lists = await write(
    'lists.parquet',
    `SELECT 'talk-' || i AS id, [
       {'role': 'user', 'content': 'question ' || i},
       {'role': 'assistant', 'content': 'answer ' || i}
     ] AS messages FROM range(2) AS t(i)`,
  );
  expect(
    await imported(
      [lists],
      { messagesPath: 'messages', fields: { session: 'id', role: 'role', text: 'content' } },
      'session_id, kind, text',
    ),
  ).toEqual([
    { session_id: 'talk-0', kind: 'user', text: 'question 0' },
    { session_id: 'talk-0', kind: 'llm', text: 'answer 0' },
    { session_id: 'talk-1', kind: 'user', text: 'question 1' },
    { session_id: 'talk-1', kind: 'llm', text: 'answer 1' },
  ]);
});

test('columns of Hive partitions can be mapped like those of the file', async () => {
  const paths: string[] = [];
  for (const team of ['north', 'south']) {
    mkdirSync(join(dir, `team=${team}`), { recursive: true });
    paths.push(
      await write(`team=${team}/part.parquet`, `SELECT 's-${team}' AS chat, 'hello from ${team}' AS body`),
    );
  }
  expect(
    await imported(
      paths,
      { fields: { session: 'chat', text: 'body', cohort: 'team' } },
      'session_id, cohort, text',
    ),
  ).toEqual([
    { session_id: 's-north', cohort: 'north', text: 'hello from north' },
    { session_id: 's-south', cohort: 'south', text: 'hello from south' },
  ]);
});
