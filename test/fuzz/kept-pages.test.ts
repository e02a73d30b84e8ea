/** Texts that become part of the canonical file as the pages they lie in: the spans are those that sorting and packing anew gives. */
import { afterAll, expect, test } from 'vitest';
import { Bench, type Imported } from './intake-harness';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

interface Made {
  trace: string;
  span: string;
  session: string;
  input: string;
}

const SPANS = 600;

const hex = (i: number, digits: number): string => (i + 1).toString(16).padStart(digits, '0');

function made(i: number): Made {
  const session = `s${String((Math.floor(i / 5) * 7919) % 1000)}`;
  return {
    trace: hex(Math.floor(i / 5), 32),
    span: hex(i, 16),
    session,
    input: `asked ${String(i)} ${'the same again '.repeat(20)}`,
  };
}

function linesOf(spans: readonly Made[]): string {
  return spans
    .map(
      ({ trace, span, session, input }, i) =>
        `${JSON.stringify({
          trace_id: trace,
          span_id: span,
          name: 'work',
          start_time: `2026-01-01T00:00:00.${String(i).padStart(3, '0')}Z`,
          end_time: '2026-01-01T00:00:01.000Z',
          status: { code: 'OK' },
          attributes: {
            'gen_ai.conversation.id': session,
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': 'find',
            'gen_ai.tool.call.id': `call ${String(i)}`,
            'gen_ai.tool.call.arguments': JSON.stringify({ asked: input }),
            'gen_ai.tool.call.result': `found ${input}`,
          },
          resource: { 'service.name': 'shop' },
        })}\n`,
    )
    .join('');
}

/** What is written of spans in chunks of some 30 lines, a page each; the spans are compared with those of the record function. */
async function written(name: string, spans: readonly Made[]): Promise<Imported> {
  const path = bench.write(`${name}.jsonl`, linesOf(spans));
  const inPages = await bench.import([path], { limits: { twinFromBytes: 0, twinChunkBytes: 20_000 } });
  const sorted = await bench.import([path], { limits: { twinFromBytes: Number.MAX_SAFE_INTEGER } });
  expect(sorted.packed['SNAPPY']).toBeUndefined();
  expect(inPages.spans).toEqual(sorted.spans);
  expect(inPages.labels).toEqual(sorted.labels);
  expect(
    inPages.sources.map(({ spans: count, sessions, rejected }) => ({ count, sessions, rejected })),
  ).toEqual(sorted.sources.map(({ spans: count, sessions, rejected }) => ({ count, sessions, rejected })));
  return inPages;
}

const inSource = Array.from({ length: SPANS }, (_, i) => made(i));

test('pages of which every span stays are kept, in the order of the source', async () => {
  const { packed, order } = await written('whole', inSource);
  expect(packed).toEqual({ SNAPPY: SPANS });
  expect(order.map(({ span_id }) => span_id)).toEqual(inSource.map(({ span }) => span));
});

test('a page with a span that is told twice is not kept, and the others are', async () => {
  const { packed, spans } = await written('twice', [...inSource, inSource[150] as Made]);
  expect(packed['SNAPPY']).toBeGreaterThan(SPANS / 2);
  expect(packed['SNAPPY']).toBeLessThan(SPANS);
  expect((packed['SNAPPY'] ?? 0) + (packed['ZSTD'] ?? 0)).toBe(spans.length);
});

test('no page is kept where sessions lie in many of them', async () => {
  const { packed, order } = await written(
    'scattered',
    inSource.map((span, i) => ({ ...span, trace: hex(i, 32), session: `s${String(i % 20)}` })),
  );
  expect(packed).toEqual({ ZSTD: SPANS });
  const sessions = order.map(({ session_id }) => String(session_id));
  expect(sessions).toEqual([...sessions].sort());
});

test('texts that pack badly are packed better', async () => {
  let state = 1;
  const noise = (): string =>
    Array.from({ length: 300 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
      return String.fromCharCode(0x30 + ((state >>> 16) & 31));
    }).join('');
  const { packed } = await written(
    'noise',
    inSource.map((span) => ({ ...span, input: noise() })),
  );
  expect(packed).toEqual({ ZSTD: SPANS });
});
