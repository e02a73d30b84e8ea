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

/** Lines of spans of sessions that go on through the whole file, under ids that are in no order of time. */
function scatteredLines(sessions: number, rounds: number): string {
  const line = (round: number, session: number): string =>
    JSON.stringify({
      trace_id: `trace-${String(session)}-${String(round)}`,
      span_id: `span-${String(session)}-${String(round)}`,
      name: 'work',
      kind: 'SPAN_KIND_INTERNAL',
      start_time: `2026-01-01T00:${String(round).padStart(2, '0')}:00Z`,
      end_time: `2026-01-01T00:${String(round).padStart(2, '0')}:01Z`,
      attributes: {
        'gen_ai.conversation.id': `s${String((session * 7) % sessions)}`,
        'gen_ai.operation.name': 'invoke_agent',
        'input.value': `asked ${String(session)} in round ${String(round)} ${'x'.repeat(200)}`,
      },
    });
  const rows = Array.from({ length: rounds * sessions }, (_, i) =>
    line(Math.floor(i / sessions), i % sessions),
  );
  return `${rows.join('\n')}\n`;
}

test('sessions scattered over many files of texts are written as those that are not', async () => {
  const path = bench.write('scattered.jsonl', scatteredLines(20, 15));
  const once = await bench.import([path]);
  const pieces = await bench.import([path], { limits: { sortBytes: 20_000, heldBytes: 20_000 } });
  expect(once.spans.length).toBeGreaterThanOrEqual(20 * 15);
  expect(pieces.order).toEqual(once.order);
  expect(pieces.spans).toEqual(once.spans);
  expect(pieces.files.sort()).toEqual(once.files.sort());
});
