/** Values that cannot be (amounts below zero, ends before beginnings, times that are none) cost themselves, and are said with their line. */
import { afterAll, describe, expect, test } from 'vitest';
import { Bench, type Imported } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const flat = (id: number, over: Record<string, unknown> = {}, attributes: Record<string, unknown> = {}) =>
  JSON.stringify({
    trace_id: '1'.padStart(32, '0'),
    span_id: String(id).padStart(16, '0'),
    name: 'chat',
    start_time: '2026-09-21T14:13:20.000Z',
    end_time: '2026-09-21T14:13:21.000Z',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.conversation.id': 's1',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      ...attributes,
    },
    ...over,
  });

const notesOf = ({ sources }: Imported): [string, number][] =>
  (sources[0]?.notes ?? []).map(({ what, count }) => [what, count]);
const sumOf = ({ spans }: Imported, column: string): number =>
  spans.reduce((sum, span) => sum + Number(span[column] ?? 0), 0);

describe('impossible values', () => {
  test.each([
    ['by the record function', {}],
    ['by SQL', { twinFromBytes: 1 }],
  ])('of flat spans, read %s, are left out of sums and said with their lines', async (_, limits) => {
    const path = bench.write(
      'flat.jsonl',
      `${[
        flat(1),
        flat(2, {}, { 'gen_ai.usage.input_tokens': -500, 'gen_ai.usage.output_tokens': '-3' }),
        flat(3, { end_time: '2026-09-21T14:13:10.000Z' }),
        flat(4, { start_time: 'yesterday', end_time: null }),
        flat(5, {}, { 'gen_ai.usage.input_tokens': 1e300 }),
      ].join('\n')}\n`,
    );
    const imported = await bench.import([path], { limits });
    expect(imported.rejects).toEqual([]);
    expect(imported.sources[0]).toMatchObject({ lines: 5, records: 5, spans: 5 });
    expect(sumOf(imported, 'input_tokens')).toBe(30);
    expect(sumOf(imported, 'output_tokens')).toBe(20);
    expect(notesOf(imported)).toEqual(
      expect.arrayContaining([
        [
          'amount below zero or too large, left out: input tokens -500 and output tokens -3, input tokens 1e+300 (lines 2, 5)',
          2,
        ],
        ['span that ends before it begins, without a duration (line 3)', 1],
        ['time that cannot be read, left out: “yesterday” (line 4)', 1],
      ]),
    );
  });

  test('of a Claude Code transcript', async () => {
    const line = (uuid: string, parentUuid: string | null, timestamp: unknown, message: unknown) =>
      JSON.stringify({
        type: (message as { role: string }).role,
        uuid,
        parentUuid,
        timestamp,
        sessionId: 'c1',
        cwd: '/x',
        version: '2.0.1',
        isSidechain: false,
        userType: 'external',
        message,
      });
    const path = bench.write(
      'claude.jsonl',
      `${[
        line('u1', null, '2026-09-21T14:13:20.000Z', { role: 'user', content: 'Tidy the tests.' }),
        line('a1', 'u1', 'half past two', {
          role: 'assistant',
          id: 'm1',
          model: 'm',
          content: [{ type: 'text', text: 'Done.' }],
          usage: { input_tokens: -7, output_tokens: 4 },
        }),
      ].join('\n')}\n`,
    );
    const imported = await bench.import([path]);
    expect(imported.sources[0]?.format).toBe('claude-code');
    expect(sumOf(imported, 'input_tokens')).toBeGreaterThanOrEqual(0);
    expect(sumOf(imported, 'output_tokens')).toBe(4);
    expect(notesOf(imported)).toEqual(
      expect.arrayContaining([
        [
          expect.stringMatching(/^amount below zero or too large, left out: input tokens -7.* \(line 2\)$/),
          1,
        ],
        ['time that cannot be read, left out: “half past two” (line 2)', 1],
      ]),
    );
  });

  test('of a Langfuse export', async () => {
    const path = bench.write(
      'observations.jsonl',
      `${[1, 2]
        .map((n) =>
          JSON.stringify({
            id: `o${String(n)}`,
            trace_id: 't1',
            type: 'GENERATION',
            name: 'answer',
            start_time: n === 2 ? 'soon' : '2026-09-21 14:13:20.000000',
            end_time: '2026-09-21 14:13:21.000000',
            level: 'DEFAULT',
            input: 'Hello',
            output: 'Hi',
            usage_details: { input: n === 2 ? -9 : 3, output: 2 },
            project_id: 'p',
          }),
        )
        .join('\n')}\n`,
    );
    const imported = await bench.import([path], { format: 'langfuse' });
    expect(sumOf(imported, 'input_tokens')).toBe(3);
    expect(notesOf(imported)).toEqual(
      expect.arrayContaining([
        [expect.stringMatching(/input tokens -9.* \(line 2\)$/), 1],
        ['time that cannot be read, left out: “soon” (line 2)', 1],
      ]),
    );
  });

  test('of a mapped table', async () => {
    const path = bench.write(
      'table.csv',
      'who,said,when,tokens,chat\nuser,Hello,2026-09-21 14:13:20,1,a\nassistant,Hi,whenever,-20,a\n',
    );
    const imported = await bench.import([path], {
      profile: {
        name: 'table',
        fields: { role: 'who', text: 'said', start: 'when', outputTokens: 'tokens', session: 'chat' },
      },
    });
    expect(sumOf(imported, 'output_tokens')).toBeGreaterThanOrEqual(0);
    expect(notesOf(imported)).toEqual(
      expect.arrayContaining([
        [expect.stringMatching(/output tokens -20 \(line 3\)$/), 1],
        [expect.stringMatching(/^start: a value of "when" is not a time, first at line 3$/), 1],
      ]),
    );
  });
});
