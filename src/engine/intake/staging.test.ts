import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultLimits } from './limits';
import { quote, Staging } from './staging';

interface Step {
  name: string;
  children: Step[];
}

let folder: string;
let staging: Staging;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-staging-'));
  staging = await Staging.open(folder, defaultLimits);
});
afterEach(async () => {
  await staging.shutdown();
  rmSync(folder, { recursive: true });
});

/** What the sides of the first join of a statement read, the one that goes past first, the one that is held second. */
async function sidesOf(statement: string): Promise<string[]> {
  const reader = await staging.connection.runAndReadAll(`EXPLAIN (FORMAT json) ${statement}`);
  let step = (JSON.parse(reader.getRowsJson()[0]?.[1] as string) as Step[])[0];
  while (step && step.name.trim() !== 'HASH_JOIN') step = step.children[0];
  const deepest = (side: Step): string => {
    const [below] = side.children;
    return below === undefined ? side.name.trim() : deepest(below);
  };
  return step?.children.map(deepest) ?? [];
}

test('holds the side that is written on the right, however many columns it has', async () => {
  const { connection } = staging;
  const { path } = staging.newWideFile();
  await connection.run(
    `COPY (SELECT i::DOUBLE AS seq, repeat('word ', 100) AS text FROM range(3000) AS r(i)) TO ${quote(path)} (FORMAT parquet)`,
  );
  await connection.run(
    `INSERT INTO span BY NAME SELECT 's' AS session_id, i::VARCHAR AS span_id, i AS wide_no, 1 AS piece FROM range(3000) AS r(i)`,
  );
  const statement = `SELECT p.*, w.text FROM read_parquet(${quote(path)}) AS w JOIN (SELECT * FROM span WHERE piece = 1) AS p ON p.wide_no::DOUBLE = w.seq`;
  const sides = await staging.joinedAsWritten(() => sidesOf(statement));
  expect(sides).toEqual(['READ_PARQUET', 'SEQ_SCAN']);
});
