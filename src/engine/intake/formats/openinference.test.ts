import { describe, expect, it } from 'vitest';
import {
  fixturePath,
  readFixture,
  readRecords,
  type FormatOutput,
} from '../../../../test/support/read-format';
import { lookAtParquet } from '../foreign-parquet';
import openinference from './openinference';

const said = (messages: readonly { role: string; text: string }[] | undefined): string[] =>
  (messages ?? []).map((message) => `${message.role}: ${message.text}`);

/** Rows of a Parquet fixture as intake hands them over. */
async function readParquet(path: string): Promise<FormatOutput & { reason: string | undefined }> {
  const sample = await lookAtParquet(fixturePath(path), 'unknown');
  const records = sample.records.map((value, i) => ({ value, line: i + 1, lineOf: () => i + 1 }));
  return {
    ...readRecords(openinference, records, { container: 'parquet' }),
    reason: openinference.sniff(sample)?.reason,
  };
}

describe('a page of the REST API', () => {
  const output = readFixture(openinference, 'openinference/rest-page.json');

  it('reads the agent, its model calls and the tool that failed', () => {
    expect(output.spans.map((span) => span.kind)).toEqual(['agent', 'llm', 'tool', 'llm']);
    expect(output.span('c000000000000002')).toMatchObject({
      model: 'quill-1',
      provider: 'quill',
      inputTokens: 31,
      outputTokens: 9,
      cacheReadTokens: 16,
      status: 'ok',
      agentName: 'library',
      sessionId: 'reader-1',
      feature: null,
    });
    expect(output.span('c000000000000001')).toMatchObject({ feature: 'catalogue', userId: 'r-5' });
    expect(output.span('c000000000000003')).toMatchObject({
      toolName: 'catalogue',
      toolCallId: 'c-1',
      input: '{"title":"The Glass Orchard"}',
      text: null,
      status: 'error',
      errorType: 'ConnectionError',
      statusMessage: 'catalogue is offline',
    });
  });

  it('reads the conversation', () => {
    expect(said(output.span('c000000000000004').history?.input)).toEqual([
      'user: Who wrote The Glass Orchard?',
      'assistant: ',
      'tool: catalogue is offline',
    ]);
    expect(output.span('c000000000000001').history).toBeUndefined();
  });

  it('reads annotations in spans, rejects spans without ids with their line', () => {
    expect(output.labels).toMatchObject([
      {
        name: 'helpful',
        value: 0,
        text: 'no',
        annotatorKind: 'human',
        spanId: 'c000000000000004',
        sessionId: 'reader-1',
      },
    ]);
    expect(output.rejects).toEqual([{ line: 126, reason: 'no context.span_id' }]);
  });
});

describe('rows of the frame', () => {
  const output = readFixture(openinference, 'openinference/frame-rows.jsonl');

  it('reads dotted columns and nested attributes alike', () => {
    expect(output.span('c200000000000001')).toMatchObject({
      kind: 'llm',
      text: 'At nine.',
      cohort: 'evening',
      startNs: 1_789_981_200_000_000_000n,
      endNs: 1_789_981_203_500_000_000n,
      sessionId: 'reader-2',
    });
    expect(said(output.span('c200000000000001').history?.input)).toEqual([
      'system: Be brief.',
      'user: When do you open?',
    ]);
    expect(output.span('c200000000000002')).toMatchObject({
      kind: 'retrieval',
      input: 'opening hours',
      text: 'Open from nine to six.',
      parentSpanId: 'c200000000000009',
      line: 3,
    });
  });

  it('reads evaluation columns as labels and rejects what is no span', () => {
    expect(output.labels).toMatchObject([
      { name: 'Correctness', text: 'correct', value: 1, annotatorKind: 'llm' },
    ]);
    expect(output.rejects).toEqual([
      { line: 4, reason: 'span without name, kind, time and attributes' },
      { line: 5, reason: 'no context.span_id' },
    ]);
  });

  it('reads Parquet with structs whose keys hold dots', async () => {
    const parquet = await readParquet('openinference/spans.parquet');
    expect(parquet.reason).toMatch(/^columns context\.span_id and attributes\./);
    expect(parquet.span('c300000000000001')).toMatchObject({
      inputTokens: 40,
      outputTokens: 6,
      parentSpanId: null,
      line: 1,
      startNs: 1_789_981_800_250_000_000n,
    });
    expect(parquet.span('c300000000000001').history?.output[0]?.toolCalls).toEqual([
      { id: 'p-1', name: 'reserve', arguments: '{"book":7}' },
    ]);
    expect(parquet.span('c300000000000002')).toMatchObject({
      kind: 'tool',
      toolCallId: 'p-1',
      text: 'reserved until Friday',
    });
  });
});

describe('the annotations frame', () => {
  const output = readFixture(openinference, 'openinference/annotations.jsonl');

  it('becomes labels by who judged', () => {
    expect(
      output.labels.map(({ name, kind, annotatorKind, value, text }) => [
        name,
        kind,
        annotatorKind,
        value,
        text,
      ]),
    ).toEqual([
      ['user feedback', 'feedback', 'human', 0, 'thumbs-down'],
      ['tool choice', 'score', 'llm', 1, 'good'],
      ['length', 'score', 'code', 25, null],
    ]);
    expect(output.labels[2]).toMatchObject({ spanId: null, traceId: 'c1'.repeat(16) });
    expect(output.rejects).toEqual([{ line: 4, reason: 'annotation without score, label or explanation' }]);
    expect(output.spans).toEqual([]);
  });
});

describe('sniffing', () => {
  it.each([
    [
      'rest-page.json',
      'the document has data, the first with context.span_id with span_kind and status_code',
    ],
    ['frame-rows.jsonl', 'line 1 has context.span_id and dotted attribute columns'],
    ['annotations.jsonl', 'line 1 has annotator_kind beside the id of a span'],
  ])('%s: %s', (path, reason) => {
    expect(openinference.sniff(readFixture(openinference, `openinference/${path}`).sample)?.reason).toBe(
      reason,
    );
  });

  it.each([
    'otlp/openinference.jsonl',
    'otel-flat/adot-session.json',
    'otel-flat/console.jsonl',
    'langfuse/scores.jsonl',
    'langfuse/api-page.json',
  ])('leaves %s alone', (path) => {
    expect(openinference.sniff(readFixture(openinference, path).sample)).toBeNull();
  });
});
