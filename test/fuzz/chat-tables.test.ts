/**
 * Tables of conversations read in SQL against the record function: the same files, read both ways, give the same canonical rows,
 * labels, rejects and counts.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import { bothWays } from './both-ways';
import { Bench } from './intake-harness';

const bench = new Bench();
const { compareBothWays } = bothWays(bench);
afterAll(() => {
  bench.remove();
});

/** Writes the rows `i` of a table whose columns are told in SQL. */
async function write(name: string, columns: string, rows = 400): Promise<string> {
  const path = bench.path(name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT ${columns} FROM range(${String(rows)}) AS r(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connection.closeSync();
  return path;
}

/** What users say and models answer; odd ones are rare. */
const WORDS = `CASE i % 23 WHEN 3 THEN '' WHEN 5 THEN '{"a": [1]}' WHEN 7 THEN chr(7) || 'bell' WHEN 9 THEN repeat('[', 300) WHEN 11 THEN 'é “q” \\ "x"' || chr(10) || chr(8232) ELSE 'words ' || i END`;
const RARELY = (value: string, every: number): string =>
  `CASE WHEN i % ${String(every)} = 1 THEN ${value} END`;

const message = (role: string, more = ''): string => `{content: ${WORDS}, role: ${role}${more}}`;
const TALK = `CASE WHEN i % 31 = 2 THEN NULL WHEN i % 37 = 2 THEN [] ELSE
  [${message(`CASE i % 29 WHEN 4 THEN 'Human' WHEN 6 THEN 'narrator' WHEN 8 THEN NULL WHEN 10 THEN 'system' ELSE 'user' END`)}, CASE WHEN i % 41 = 1 THEN NULL WHEN i % 47 = 1 THEN ${message("'tool'")} ELSE ${message("'Assistant'")} END,
   {content: CASE WHEN i % 43 <> 1 THEN 'answer ' || i END, role: 'assistant'}] END`;
const PLAIN = `[${message("'user'")}, {content: 'answer ' || i, role: 'assistant'}, ${message("'user'")}]`;
const MODERATED = `[{flagged: i % 4 = 0, categories: {"hate/x": i % 8 = 0, hate_x: true, sexual: i % 3 = 0}}, NULL, {flagged: i % 5 = 0, categories: NULL}, {flagged: true, categories: NULL}]`;

describe('WildChat and LMSYS', () => {
  test('common conversations are read in SQL', async () => {
    const path = await write(
      'plain.parquet',
      `'talk-' || i AS conversation_hash, 'acme' AS model, TIMESTAMPTZ '2026-03-01 10:00:00+00' + to_seconds(i) AS "timestamp",
       [${message("'user'", `, hashed_ip: 'u' || i % 9, toxic: false, "timestamp": NULL::TIMESTAMP, turn_identifier: i`)},
        ${message("'assistant'", `, hashed_ip: NULL, toxic: true, "timestamp": TIMESTAMP '2026-03-01 10:00:01.5' + to_seconds(i), turn_identifier: i + 1`)}] AS conversation,
       i % 7 AS turn, 'English' AS "language", i % 2 = 0 AS toxic, ${MODERATED} AS openai_moderation, 1.5 AS other`,
    );
    const { share, sources } = await compareBothWays(path);
    expect(share).toBeGreaterThan(0.85);
    expect(sources[0]?.notes.map(({ what }) => what)).toContain(
      'columns that nothing is made of, not read: other',
    );
  });
  test.each([
    [
      'ids',
      `${RARELY(`'talk-' || i`, 3)} AS conversation_hash, ${RARELY('i', 2)} AS conversation_id, ${TALK} AS conversation`,
      0.4,
    ],
    ['without ids', `'m' AS model, ${PLAIN} AS conversation, i / 3 AS turn, [i, 2] AS category`, 0.8],
    [
      'times',
      `'t' || i AS conversation_id, CASE i % 9 WHEN 1 THEN 1700000000.25 WHEN 2 THEN -5 WHEN 3 THEN 1e30 ELSE 1700000000 + i END AS tstamp, ${PLAIN} AS conversation`,
      0.6,
    ],
    [
      'written times',
      `'t' || i AS conversation_id, CASE i % 5 WHEN 1 THEN '2026-03-01T10:00:00Z' WHEN 2 THEN 'soon' WHEN 3 THEN '' ELSE '2026-03-01 10:00:00' END AS "timestamp", ${PLAIN} AS conversation`,
      0.5,
    ],
    [
      'times long ago',
      `'t' || i AS conversation_id, TIMESTAMP '1969-12-31 23:00:00' + to_minutes(i) AS "timestamp", ${PLAIN} AS conversation`,
      0.5,
    ],
    [
      'tools',
      `'t' || i AS conversation_id, [{role: 'user', content: 'go', tool_calls: NULL, score: 1.5}, {role: 'assistant', content: 'ok', tool_calls: ${RARELY(`[{id: 'c', "function": {name: 'f', arguments: '{}'}}]`, 7)}, score: i * 1e-7}] AS conversation`,
      0.7,
    ],
    [
      'parts',
      `'t' || i AS conversation_id, [{role: 'user', content: [{type: 'text', text: 'a' || i}]}] AS conversation`,
      0,
    ],
    [
      'the same ids',
      `'t' || i % 9 AS conversation_id, ${TALK} AS conversation, ${RARELY(`'x'`, 2)} AS state, 'j' || i % 3 AS judge`,
      0.4,
    ],
  ])('with oddities: %s', async (name, columns, least) => {
    const { share } = await compareBothWays(await write(`${name.replaceAll(' ', '-')}.parquet`, columns));
    expect(share).toBeGreaterThanOrEqual(least);
  });
});

test('battles of an arena, with votes', async () => {
  const path = await write(
    'arena.parquet',
    `'q' || i AS question_id, 'left' AS model_a, ${RARELY(`'right'`, 2)} AS model_b, ${PLAIN} AS conversation_a,
     CASE WHEN i % 19 = 4 THEN [] ELSE ${PLAIN} END AS conversation_b,
     CASE i % 6 WHEN 0 THEN 'model_a' WHEN 1 THEN 'model_b' WHEN 2 THEN 'tie' WHEN 3 THEN 'tie (bothbad)' WHEN 4 THEN 'else' END AS winner,
     'judge_' || i % 5 AS judge, true AS anony, ${MODERATED} AS openai_moderation`,
  );
  const { share } = await compareBothWays(path);
  expect(share).toBeGreaterThan(0.7);
});

describe('ShareGPT', () => {
  const said = (speaker: string): string => `{"from": ${speaker}, value: ${WORDS}}`;
  test.each([
    ['plain', `'s' || i AS id, [${said("'human'")}, ${said("'gpt'")}] AS conversations`, 0.85],
    [
      'without ids',
      `[${said("'system'")}, ${said("'human'")}, ${said("'chatgpt'")}] AS conversations, ${RARELY(`'m'`, 3)} AS model`,
      0.8,
    ],
    [
      'tools',
      `i AS id, [${said("'human'")}, ${said(`CASE WHEN i % 9 = 1 THEN 'function_call' ELSE 'bing' END`)}, {"from": 'gpt', value: CASE WHEN i % 17 = 3 THEN '<tool_call>{"name":"f"}</tool_call>' ELSE 'x' END}] AS conversations`,
      0.6,
    ],
    ['pairs', `i AS id, [{human: 'a' || i, assistant: 'b'}] AS conversations`, 0],
    ['two lists', `i AS id, [${said("'human'")}] AS items, [${said("'gpt'")}] AS messages`, 0.8],
  ])('%s', async (name, columns, least) => {
    const { share } = await compareBothWays(await write(`sharegpt-${name}.parquet`, columns));
    expect(share).toBeGreaterThanOrEqual(least);
  });
});
