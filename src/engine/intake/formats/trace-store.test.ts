import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asLines, fixturePath, readFixture, readRecords } from '../../../../test/support/read-format';
import format from './trace-store';

const files = readdirSync(fixturePath('trace-store')).filter((name) => /\.jsonl?$/.test(name));

describe('the same run out of every back end', () => {
  it.each(files)('%s', (name) => {
    const { spans } = readFixture(format, `trace-store/${name}`);
    expect(
      spans.map(({ spanId, parentSpanId, traceId, sessionId, kind, name: title }) => [
        spanId.slice(-2),
        parentSpanId?.slice(-2) ?? null,
        traceId,
        sessionId,
        kind,
        title,
      ]),
    ).toEqual(
      [
        ['a1', null, 'agent', 'invoke_agent desk'],
        ['a2', 'a1', 'llm', 'chat fern-2'],
        ['a3', 'a1', 'tool', 'execute_tool opening_hours'],
        ['a4', 'a1', 'llm', 'chat fern-2'],
      ].map(([id, parent, kind, title]) => [
        id,
        parent,
        'a1b2c3d4e5f60718293a4b5c6d7e8f90',
        'desk-9',
        kind,
        title,
      ]),
    );
    // X-Ray keeps seconds as a number, which holds no more than about a microsecond.
    expect(spans.map((span) => [span.startNs, span.endNs].map((ns) => Number((ns ?? 0n) / 1_000_000n)))).toEqual(
      [[0, 900], [10, 300], [310, 500], [510, 890]].map((at) => at.map((ms) => 1_790_000_000_000 + ms)),
    ); // prettier-ignore
    expect(spans.map((span) => span.status === 'error')).toEqual([false, false, true, false]);
    expect(spans[2]).toMatchObject({
      toolName: 'opening_hours',
      toolCallId: 'c-1',
      input: '{"branch":"north"}',
      errorType: 'LookupError',
      statusMessage: "the calendar of “north” isn't there",
    });
    expect(spans[1]).toMatchObject({ model: 'fern-2', provider: 'openai', inputTokens: 41, outputTokens: 9 });
    expect(spans[3]?.text).toBe('I could not find the hours.');
    expect(spans[3]?.history?.input.map((message) => message.role)).toEqual(['user', 'assistant', 'tool']);
  });
});

describe('records around the spans', () => {
  it('are not taken for those of a back end where they hold none', () => {
    for (const record of [
      { data: [{ id: 'x', trace_id: 't' }] },
      { message: '{"level":"info"}' },
      { columns: [], rows: [] },
    ])
      expect(
        format.sniff({ name: 'unknown', container: 'lines', records: [record], isArray: false, columns: [] }),
      ).toBeNull();
  });

  it('are told apart one by one, with the place of the one that is of none', () => {
    const { rejects } = readRecords(
      format,
      asLines([{ data: [{ traceID: 't', spans: [{ operationName: 'x' }], processes: {} }, 7] }]),
    );
    expect(rejects.map((reject) => reject.reason)).toEqual([
      'span without an id',
      'no span of a tracing back end',
    ]);
  });
});
