/**
 * Columns of a Parquet file that a format makes nothing of: they are not read, are named, and what comes of the others is what comes of a
 * file that never had them.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { Bench, type Imported } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const FLAGS = '{violence: i % 5 = 0, "hate/threatening": false}';
const SCORES = '{violence: 0.25, "hate/threatening": 0.001}';
const TALK = `[{role: 'user', content: 'question ' || i}, NULL, {role: 'assistant', content: 'answer ' || i}]`;

/** Conversations as Parquet; `moderation` and `extra` are SQL for a column, and for more of them. */
async function writeTalks(name: string, moderation: string, extra: string): Promise<string> {
  const path = bench.path(name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT 'talk-' || i AS conversation_hash, 'acme' AS model, ${TALK} AS conversation, 'English' AS "language", ${moderation} AS openai_moderation${extra} FROM range(300) AS r(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  return path;
}

function comparable({ spans, labels }: Imported) {
  const own = ({ source_id: _, ...row }: Record<string, unknown>) => row;
  return { spans: spans.map(own), labels: labels.map(own) };
}

test('columns and members that nothing is made of are not read, and are named', async () => {
  const [wide, narrow] = [
    await bench.import([
      await writeTalks(
        'wide.parquet',
        `[{categories: ${FLAGS}, category_scores: ${SCORES}, flagged: i % 5 = 0}, NULL]`,
        `, [${SCORES}] AS detoxify_moderation, {"user-agent": 'browser'} AS header`,
      ),
    ]),
    await bench.import([
      await writeTalks('narrow.parquet', `[{categories: ${FLAGS}, flagged: i % 5 = 0}, NULL]`, ''),
    ]),
  ];
  expect(wide.sources[0]?.format).toBe('chat-corpora');
  expect(wide.spans).toHaveLength(600);
  expect(wide.labels).toHaveLength(60);
  expect(wide.labels[0]).toMatchObject({ name: 'moderation', text: 'violence' });
  expect(comparable(wide)).toEqual(comparable(narrow));
  expect(wide.sources[0]?.notes).toContainEqual({
    what: 'columns that nothing is made of, not read: detoxify_moderation, header',
    count: 1,
  });
  expect(narrow.sources[0]?.notes.map(({ what }) => what).join()).not.toContain('not read');
});
