import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asLines, fixturePath, readFixture, readRecords } from '../../../../test/support/read-format';
import format from './trace-store';

/** Of runs of their own, as far as their makers write them; goldens tell what is read of them. */
const OTHERS = ['genkit.json', 'go-sdk.jsonl', 'mastra.jsonl', 'platform-datadog-evaluations.json'];
const all = readdirSync(fixturePath('trace-store')).filter(
  (name) => /\.jsonl?$/.test(name) && !OTHERS.includes(name),
);
const files = all.filter((name) => !name.startsWith('platform-'));
const platforms = all.filter((name) => name.startsWith('platform-'));

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

describe('the same run out of every platform', () => {
  it.each(platforms)('%s', (name) => {
    const { spans } = readFixture(format, `trace-store/${name}`);
    const calls = spans
      .filter((span) => span.kind === 'llm' && span.status !== 'error')
      .sort((a, b) => Number((a.startNs ?? 0n) - (b.startNs ?? 0n)));
    expect(new Set(spans.map((span) => span.sessionId))).toEqual(new Set(['hall-4']));
    expect(calls.map((span) => [span.inputTokens, span.outputTokens, span.costUsd, span.model])).toEqual([
      [40, 8, 0.002, 'moss-3'],
      [64, 11, 0.003, 'moss-3'],
    ]);
    expect(
      calls.map((span) => [span.startNs, span.endNs].map((ns) => Number((ns ?? 0n) / 1_000_000n))),
    ).toEqual([
      [1_790_000_000_010, 1_790_000_000_300],
      [1_790_000_000_510, 1_790_000_000_890],
    ]);
    expect(calls[1]?.text).toBe('I could not reach the box office.');
    expect(calls[1]?.history?.input.map((message) => message.role)).toEqual(['user', 'assistant', 'tool']);
    expect(calls[0]?.history?.output[0]?.toolCalls).toMatchObject([{ id: 'c-1', name: 'tickets' }]);
    const tool = spans.find((span) => span.kind === 'tool');
    if (/helicone|litellm|portkey/.test(name)) expect(tool).toBeUndefined();
    else
      expect(tool).toMatchObject({
        toolName: 'tickets',
        input: '{"tour":"night"}',
        status: 'error',
        statusMessage: expect.stringContaining('the box office did not answer') as string,
        parentSpanId: 'm-1',
      });
  });

  it('keeps what people and rules said apart', () => {
    const told = (name: string) =>
      readFixture(format, `trace-store/platform-${name}`).labels.map((label) =>
        [label.name, label.kind, label.annotatorKind, label.value ?? label.text].join(' '),
      );
    expect(told('braintrust.jsonl')).toEqual([
      'tone score unknown 0.75',
      'correction correction unknown There are nine tickets.',
    ]);
    expect(told('opik.json')).toEqual([
      'helpful score human 0',
      'faithful score llm 0.5',
      'feedback comment feedback human Ask again later',
    ]);
    expect(told('posthog.jsonl')).toEqual([
      'feedback feedback human No help at all',
      'tone score unknown 0.75',
    ]);
    expect(told('helicone.jsonl')).toEqual(['user feedback feedback human 0']);
    expect(told('portkey.jsonl')).toEqual(['feedback feedback human -5']);
    expect(told('lunary.jsonl')).toEqual(['thumbs feedback human 0']);
  });

  it('reads a call that failed at a gateway', () => {
    const { spans } = readFixture(format, 'trace-store/platform-litellm.jsonl');
    expect(spans.find((span) => span.spanId === 'm-5')).toMatchObject({
      status: 'error',
      errorType: 'RateLimitError',
      statusMessage: 'too many requests',
      text: null,
    });
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
