import { describe, expect, it } from 'vitest';
import { asLines, fixturePath, readFixture, readRecords } from '../../../../test/support/read-format';
import { lookAtParquet } from '../foreign-parquet';
import langfuse from './langfuse';

const said = (messages: readonly { role: string; text: string }[] | undefined): string[] =>
  (messages ?? []).map((message) => `${message.role}: ${message.text}`);

describe('rows of the blob-storage export', () => {
  const output = readFixture(langfuse, 'langfuse/observations-v2.jsonl');

  it('maps types to kinds, a called tool in a plain span included', () => {
    expect(output.spans.map((span) => [span.spanId, span.kind])).toEqual([
      ['o-1', 'chain'], ['o-2', 'llm'], ['o-3', 'tool'], ['o-5', 'llm'], ['o-6', 'tool'], ['o-7', 'chain'], ['o-8', 'event'],
    ]); // prettier-ignore
    expect(output.span('o-3')).toMatchObject({
      toolName: 'plant_lookup',
      toolCallId: 'g-1',
      input: '{"plant":"tomato"}',
      text: '{"needs":["magnesium"]}',
    });
  });

  it('reads times without a zone as UTC, the session, the user and tags that say more', () => {
    expect(output.span('o-2')).toMatchObject({
      startNs: 1_790_071_201_000_000_000n,
      sessionId: 'visit-1',
      userId: 'g-4',
      feature: 'advice',
      cohort: 'spring',
      agentVersion: '2026.9',
      environment: 'production',
      costUsd: 0.002,
    });
  });

  it('adds up usage whose parts stand beside input and output', () => {
    expect(output.span('o-2')).toMatchObject({
      inputTokens: 90,
      cacheReadTokens: 30,
      outputTokens: 15,
      reasoningTokens: 5,
    });
    expect(output.span('o-5')).toMatchObject({ inputTokens: 120, outputTokens: 8 });
  });

  it('reads errors, leaves the rest unset', () => {
    expect(output.span('o-6')).toMatchObject({ status: 'error', statusMessage: 'mail server refused' });
    expect(output.span('o-5').status).toBe('unset');
  });

  it('reads the conversation, and labels of evaluators', () => {
    expect(said(output.span('o-5').history?.input)).toEqual([
      'system: You advise gardeners.',
      'user: My tomatoes have yellow leaves. What now?',
      'assistant: ',
      'tool: {"needs":["magnesium"]}',
    ]);
    expect(output.labels).toMatchObject([
      { name: 'tone', value: 0.9, explanation: 'friendly', spanId: 'o-1', annotatorKind: 'llm' },
    ]);
    expect(output.rejects).toEqual([
      { line: 9, reason: 'observation without an id' },
      { line: 10, reason: 'neither an observation, a trace nor a score of Langfuse' },
    ]);
  });

  it('makes a trace row the root it stands for where the file has none of its observations', () => {
    const traces = readFixture(langfuse, 'langfuse/legacy-traces.jsonl');
    expect(traces.span('lf-2')).toMatchObject({
      kind: 'chain',
      sessionId: 'visit-2',
      text: 'In October.',
      cohort: 'autumn',
      agentVersion: '7',
      endNs: null,
    });
    expect(said(traces.span('lf-3').history?.input)).toEqual(['user: And how deep?']);
  });

  it('reads legacy observations, also without inputs and outputs', () => {
    const legacy = readFixture(langfuse, 'langfuse/legacy-observations.jsonl');
    expect(legacy.span('o-20')).toMatchObject({ parentSpanId: null, text: 'In October.', inputTokens: null });
    expect(legacy.span('o-20').sessionId).toBeUndefined();
    expect(legacy.span('o-21').history?.output[0]?.toolCalls).toEqual([
      { id: 'g-7', name: 'depth_table', arguments: '{"plant":"garlic"}' },
    ]);
    expect(legacy.span('o-21')).toMatchObject({ status: 'unset', statusMessage: 'slow' });
  });

  it('reads scores of every source, and corrections', () => {
    const scores = readFixture(langfuse, 'langfuse/scores.jsonl');
    expect(
      scores.labels.map(({ name, kind, annotatorKind, value, text }) => [
        name,
        kind,
        annotatorKind,
        value,
        text,
      ]),
    ).toEqual([
      ['user-feedback', 'feedback', 'unknown', 0, 'False'],
      ['correctness', 'score', 'llm', 0.75, null],
      ['verdict', 'score', 'human', null, 'partly'],
      ['output', 'correction', 'human', null, 'Give them magnesium twice a week.'],
    ]);
    expect(scores.labels[1]).toMatchObject({ spanId: 'o-5', traceId: 'lf-1' });
    expect(scores.rejects).toEqual([{ line: 5, reason: 'score without a value' }]);
  });

  it('reads Parquet rows with maps', async () => {
    const sample = await lookAtParquet(fixturePath('langfuse/observations-v2.parquet'), 'unknown');
    expect(langfuse.sniff(sample)?.reason).toBe('columns: parent_observation_id and trace_id');
    const parquet = readRecords(langfuse, asLines(sample.records), { container: 'parquet' });
    expect(parquet.span('o-51')).toMatchObject({
      inputTokens: 9,
      outputTokens: 7,
      model: 'leaf-3',
      text: 'No, it dies at frost.',
      feature: 'advice',
      sessionId: 'visit-6',
      startNs: 1_790_074_801_000_000_000n,
    });
    expect(parquet.span('o-50')).toMatchObject({ kind: 'agent', parentSpanId: null });
  });
});

describe('objects of the API', () => {
  const output = readFixture(langfuse, 'langfuse/api-page.json');

  it('reads camelCase, provider formats and LangChain messages', () => {
    expect(output.span('o-31')).toMatchObject({ inputTokens: 21, costUsd: 0.0001, sessionId: 'thread-4' });
    expect(output.span('o-32')).toMatchObject({
      kind: 'tool',
      toolName: 'rose_list',
      toolCallId: 'tu-9',
      status: 'error',
      text: 'list is empty',
    });
    expect(output.span('o-33').history?.input[2]).toMatchObject({
      role: 'tool',
      toolCallId: 'tu-9',
      isError: true,
    });
  });

  it('takes a system prompt passed as the user’s for what it is', () => {
    expect(said(output.span('o-31').history?.input)).toEqual([
      'system: You advise gardeners.',
      'user: Which rose likes shade?',
    ]);
  });

  it('says what it left out, with the line', () => {
    expect(output.notes).toEqual({ 'observation listed by its id only': 1 });
    expect(output.rejects).toEqual([
      { line: 141, reason: 'neither an observation, a trace nor a score of Langfuse' },
    ]);
  });
});

describe('a downloaded trace', () => {
  const output = readFixture(langfuse, 'langfuse/download.trace.json');

  it('gives the root the question of the trace, decoded twice', () => {
    expect(said(output.span('o-40').history?.input)).toEqual(['user: Do slugs drink beer?']);
    expect(output.span('o-40')).toMatchObject({
      text: 'They do.',
      attributes: { trace: { name: 'night advice', tags: ['pilot'] } },
    });
  });

  it('gives every observation what the trace says', () => {
    for (const span of output.spans)
      expect(span).toMatchObject({
        sessionId: 'visit-5',
        userId: 'g-6',
        agentVersion: '2026.9',
        feature: 'pests',
        tags: ['pilot'],
      });
  });

  it('reads attributes inside metadata', () => {
    expect(output.span('o-41')).toMatchObject({
      kind: 'llm',
      operation: 'chat',
      provider: 'leaf',
      model: 'leaf-3',
      text: 'They do.',
    });
    expect(output.span('o-42')).toMatchObject({ kind: 'environment', status: 'error', statusMessage: '503' });
  });

  it('reads scores and corrections', () => {
    expect(output.labels).toMatchObject([
      { labelId: 's-9', name: 'helpful', value: 1, annotatorKind: 'llm', sessionId: 'visit-5' },
      {
        labelId: 's-10',
        name: 'correction',
        kind: 'correction',
        text: 'They do, and drown in it.',
        annotator: 'reviewer-1',
        traceId: 'lf-5',
      },
    ]);
  });
});

describe('sniffing', () => {
  it('knows a download whose observations lie beyond the sample', () => {
    const [record] = readFixture(langfuse, 'langfuse/download.trace.json').sample.records as {
      trace: unknown;
    }[];
    const sample = {
      name: 'unknown',
      container: 'document' as const,
      records: [{ trace: record?.trace }],
      isArray: false,
      columns: [],
    };
    expect(langfuse.sniff(sample)?.reason).toBe('the document has a trace with timestamp and project');
  });

  it.each([
    ['observations-v2.jsonl', 'line 1 has parent_observation_id and trace_id'],
    ['legacy-traces.jsonl', 'line 1 has a trace row with timestamp, session and user'],
    ['legacy-observations.jsonl', 'line 1 has parent_observation_id and trace_id'],
    ['scores.jsonl', 'line 1 has a score of a trace'],
    ['api-page.json', 'the document lists data: parent_observation_id and trace_id'],
    ['download.trace.json', 'the document has trace and observations'],
  ])('%s: %s', (path, reason) => {
    expect(langfuse.sniff(readFixture(langfuse, `langfuse/${path}`).sample)?.reason).toBe(reason);
  });

  it.each([
    'otlp/collector.jsonl',
    'otel-flat/sdk-spans.json',
    'openinference/rest-page.json',
    'openinference/annotations.jsonl',
  ])('leaves %s alone', (path) => {
    expect(langfuse.sniff(readFixture(langfuse, path).sample)).toBeNull();
  });
});

describe('tables exported from the interface', () => {
  it('tell the scores of observations by columns of their names', () => {
    const { labels } = readFixture(langfuse, 'langfuse/table-observations.jsonl');
    expect(labels).toMatchObject([{ name: 'helpfulness', value: 0.7, spanId: 'o-71', traceId: 'lf-71' }]);
  });

  it('take no list of another kind of record for scores', () => {
    const { labels } = readRecords(
      langfuse,
      asLines([
        { id: 'o', trace_id: 't', parent_observation_id: null, type: 'SPAN', name: 'n', flags: ['a', 'b'] },
      ]),
    );
    expect(labels).toEqual([]);
  });
});
