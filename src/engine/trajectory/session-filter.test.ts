import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { scoreTenth } from './session-filter';

test('a session without a failure probability lies in no tenth', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const found = await connection.runAndReadAll(
    `SELECT ${scoreTenth} FROM (VALUES (NULL::DOUBLE), (0.0), (0.55), (0.95), (1.0)) AS t(fail_probability)`,
  );
  connection.closeSync();
  expect(found.getRows().flat()).toEqual([null, '0', '5', '9', '9']);
});
