import { describe, expect, it } from 'vitest';
import { bagOf } from './attribute-bag';
import type { GenAiSpan, SpanSource } from './genai-span';
import { TraceBuffer } from './trace-buffer';

function source(traceId: string, spanId: string, attributes: Record<string, unknown> = {}): SpanSource {
  return {
    spanId,
    parentSpanId: null,
    traceId,
    name: spanId,
    startNs: 1n,
    endNs: 2n,
    status: 'unset',
    statusMessage: null,
    attributes: bagOf(attributes),
    resource: bagOf({}),
    scope: null,
    events: [],
    raw: {},
  };
}

function recording(budget?: number): {
  buffer: TraceBuffer;
  spans: GenAiSpan[];
  notes: string[];
  rejects: string[];
} {
  const spans: GenAiSpan[] = [];
  const notes: string[] = [];
  const rejects: string[] = [];
  const buffer = new TraceBuffer(
    {
      span: (span) => spans.push(span),
      label: () => undefined,
      note: (what) => notes.push(what),
      reject: (_place, reason) => rejects.push(reason),
    },
    budget,
  );
  return { buffer, spans, notes, rejects };
}

describe('TraceBuffer', () => {
  it('holds traces back until the end, in the order they came', () => {
    const { buffer, spans } = recording();
    for (const id of ['a1', 'b1', 'a2']) buffer.add(source(id[0] ?? '', id), { line: 1 });
    expect(spans).toEqual([]);
    buffer.end();
    expect(spans.map((span) => span.spanId)).toEqual(['b1', 'a1', 'a2']);
  });

  it('hands on the trace silent longest when the budget is spent, and says when it continues', () => {
    const { buffer, spans, notes } = recording(3300);
    const big = { note: 'x'.repeat(1000) };
    buffer.add(source('a', 'a1', big), { line: 1 });
    buffer.add(source('b', 'b1', big), { line: 2 });
    buffer.add(source('a', 'a2'), { line: 3 });
    expect(spans.map((span) => span.spanId)).toEqual(['b1']);
    buffer.add(source('b', 'b2'), { line: 4 });
    expect(notes).toEqual(['trace continued far away in the file: read in parts']);
    buffer.end();
    expect(spans.map((span) => span.spanId).sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('bounds how many different unknown things are named', () => {
    const { buffer, notes } = recording();
    for (let i = 0; i < 150; i++) buffer.noteUnknown(`thing ${i}`);
    expect(new Set(notes).size).toBe(101);
  });

  it('loses one trace, not the file, to a value that cannot be understood', () => {
    const { buffer, spans, rejects } = recording();
    const broken = {
      ...source('a', 'a1', { 'gen_ai.operation.name': 'execute_tool' }),
      name: 7 as unknown as string,
    };
    buffer.add(source('b', 'b1'), { line: 1 });
    buffer.add(broken, { line: 2 });
    buffer.end();
    expect(spans.map((span) => span.spanId)).toEqual(['b1']);
    expect(rejects).toEqual([expect.stringMatching(/^trace could not be understood: /)]);
  });
});
