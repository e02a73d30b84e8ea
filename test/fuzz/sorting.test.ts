/** Imports too large to be sorted at once are sorted in pieces; what is written may not differ by that. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Bench } from './intake-harness';

const FIXTURES = join(import.meta.dirname, '../fixtures/formats');
const bench = new Bench();
afterAll(() => {
  bench.remove();
});

function fixtures(...formats: string[]): string[] {
  return formats.flatMap((format) =>
    readdirSync(join(FIXTURES, format))
      .filter((name) => /\.(jsonl|parquet)$/.test(name))
      .map((name) => join(FIXTURES, format, name)),
  );
}

test.each([1_000, 60_000])('in pieces of %i bytes gives what sorting at once gives', async (sortBytes) => {
  const paths = fixtures('otlp', 'claude-code', 'openinference', 'langfuse');
  const once = await bench.import(paths);
  const pieces = await bench.import(paths, { limits: { sortBytes } });
  expect(pieces.order).toEqual(once.order);
  expect(pieces.spans).toEqual(once.spans);
  expect(pieces.files.sort()).toEqual(once.files.sort());
});
