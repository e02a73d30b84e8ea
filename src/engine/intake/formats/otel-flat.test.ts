import { describe, expect, it } from 'vitest';
import { asLines, readFixture, readRecords, SHORT_HASH } from '../../../../test/support/read-format';
import otelFlat from './otel-flat';

const said = (messages: readonly { role: string; text: string }[] | undefined): string[] =>
  (messages ?? []).map((message) => `${message.role}: ${message.text}`);

describe('SDK dumps', () => {
  const output = readFixture(otelFlat, 'otel-flat/sdk-spans.json');

  it('reads messages from events, tool results apart from what the user said', () => {
    expect(said(output.span('0000000000000b02').history?.input)).toEqual([
      'system: You help ferry passengers.',
      'user: When does the night ferry leave, and may my dog come?',
    ]);
    expect(said(output.span('0000000000000b07').history?.input)).toEqual([
      'user: When does the night ferry leave, and may my dog come?',
      'assistant: Let me look.',
      'tool: Error: timetable is being updated',
      'tool: Dogs travel free on a lead.',
    ]);
    expect(output.span('0000000000000b07').text).toBe('Your dog may come. I do not know when it leaves.');
  });

  it('believes a tool that says it failed', () => {
    expect(output.span('0000000000000b03')).toMatchObject({
      kind: 'tool',
      status: 'error',
      toolCallId: 't-1',
      input: '{"line":"night"}',
      text: 'Error: timetable is being updated',
    });
  });

  it('finds the call of a tool span without an id by its arguments', () => {
    expect(output.span('0000000000000b04').toolCallId).toBe('t-2');
  });

  it('knows an agent that a tool started beside itself', () => {
    expect(output.span('0000000000000b05').spawnsAgentId).toBe('0000000000000b05');
    expect(output.span('0000000000000b06').agentId).toBe('0000000000000b05');
    expect(output.span('0000000000000b01').agentId).toBeUndefined();
  });

  it('keeps nanoseconds that a number can hold, the lines of the spans and their session', () => {
    expect(output.span('0000000000000b02')).toMatchObject({
      startNs: 1_791_000_000_010_000_000n,
      sessionId: 'ferry-1',
      line: 2,
    });
    expect(output.span('0000000000000b00')).toMatchObject({ kind: 'chain', sessionId: 'ferry-1' });
    expect(output.rejects).toEqual([{ line: 288, reason: 'no span_id' }]);
  });
});

describe('envelopes', () => {
  it('reads a session of spans; the agent carries the words no model call has', () => {
    const output = readFixture(otelFlat, 'otel-flat/adot-session.json');
    expect(output.span('0000000000000c02')).toMatchObject({
      kind: 'agent',
      text: 'No, pier 3 is closed.',
      inputTokens: 40,
      sessionId: 'runtime-2',
    });
    expect(said(output.span('0000000000000c02').history?.input)).toEqual(['user: Is pier 3 open?']);
    expect(output.span('0000000000000c01')).toMatchObject({
      kind: 'environment',
      sessionId: 'runtime-2',
      parentSpanId: '00000000000000ff',
    });
    expect(output.span('0000000000000c03').text).toBe('pier 3 is closed');
  });

  it('joins CloudWatch rows with the runtime logs that hold their messages', () => {
    const output = readFixture(otelFlat, 'otel-flat/cloudwatch.jsonl');
    expect(output.span('0000000000000d02')).toMatchObject({
      kind: 'llm',
      model: 'heron-2',
      agentVersion: '3.1',
      sessionId: 'cw-3',
    });
    expect(output.span('0000000000000d02').history?.output[0]?.toolCalls).toEqual([
      { id: 'f-1', name: 'fares', arguments: '{"people":2}' },
    ]);
    expect(output.span('0000000000000d03')).toMatchObject({
      kind: 'tool',
      toolName: 'fares',
      toolCallId: 'f-1',
      text: '24 crowns',
    });
    expect(output.rejects).toEqual([{ line: 7, reason: 'no span_id' }]);
  });

  it('gives a captured span an id of its own that stays the same', () => {
    const output = readFixture(otelFlat, 'otel-flat/captured.json');
    expect(output.spans).toHaveLength(1);
    expect(output.spans[0]).toMatchObject({
      spanId: `${SHORT_HASH}-1`,
      kind: 'llm',
      text: 'Ahoy.',
      startNs: null,
      inputTokens: 11,
      sessionId: 'cap-4',
    });
    expect(output.notes).toEqual({ 'span captured without ids or times': 1 });
  });

  it('follows children inside spans and adds durations to starts', () => {
    const output = readFixture(otelFlat, 'otel-flat/nested.json');
    const root = output.span('0000000000000e01');
    expect((root.endNs ?? 0n) - (root.startNs ?? 0n)).toBe(62_500_000_000n);
    expect(said(root.history?.input)).toEqual(['user: Count the life vests.']);
    expect(root.raw).toMatchObject({ child_spans: '1 spans of their own' });
    expect(output.span('0000000000000e02')).toMatchObject({
      status: 'error',
      errorType: 'LockedDoor',
      statusMessage: 'the locker is locked',
      parentSpanId: '0000000000000e01',
    });
  });

  it('reads the console exporter', () => {
    const output = readFixture(otelFlat, 'otel-flat/console.jsonl');
    expect(output.spans).toMatchObject([
      {
        spanId: '0000000000000f01',
        traceId: 'b6'.repeat(16),
        status: 'ok',
        text: 'A breeze.',
        agentVersion: '9',
      },
    ]);
    expect(output.rejects).toEqual([{ line: 2, reason: 'no span_id' }]);
  });
});

describe('meaning between spans', () => {
  const span = (
    span_id: string,
    parent_span_id: string | null,
    name: string,
    attributes: Record<string, unknown>,
    times: [number, number] = [1, 9],
  ): unknown => ({
    trace_id: '5'.repeat(32),
    span_id,
    parent_span_id,
    name,
    start_time: times[0] * 1e18,
    end_time: times[1] * 1e18,
    attributes,
    span_events: [],
    status: { code: 'OK' },
  });
  const message = (role: string, content: string): unknown => ({ role, parts: [{ type: 'text', content }] });
  const llm = (text: string): Record<string, unknown> => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': [message('user', text)],
    'gen_ai.output.messages': [message('assistant', 'ok')],
  });
  const read = (spans: unknown[]): ReturnType<typeof readRecords> => readRecords(otelFlat, asLines(spans));

  it('takes an agent around agents for a workflow, peers for peers', () => {
    const output = read([
      span('w', null, 'Agent workflow', { 'openinference.span.kind': 'AGENT' }),
      span('a', 'w', 'first', { 'openinference.span.kind': 'AGENT', 'agent.name': 'first' }),
      span('al', 'a', 'chat', llm('hello')),
      span('b', 'w', 'second', { 'openinference.span.kind': 'AGENT', 'agent.name': 'second' }),
      span('bl', 'b', 'chat', llm('hello')),
    ]);
    expect(output.spans.filter((one) => one.agentId != null || one.spawnsAgentId != null)).toEqual([]);
    expect(output.span('bl').agentName).toBe('second');
  });

  it('takes an agent below one that talks to a model itself for its sub-agent', () => {
    const output = read([
      span('a', null, 'outer', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'outer' }),
      span('al', 'a', 'chat', llm('plan a trip')),
      span('b', 'a', 'inner', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'inner' }),
      span('bl', 'b', 'chat', llm('find a hotel')),
      span('c', 'b', 'innermost', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'innermost',
      }),
      span('cl', 'c', 'chat', llm('compare prices')),
      span('same', 'a', 'again', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'outer' }),
    ]);
    expect(output.span('bl').agentId).toBe('b');
    expect(output.span('c')).toMatchObject({ agentId: 'b', spawnsAgentId: 'c' });
    expect(output.span('cl').agentId).toBe('c');
    expect(output.span('same').spawnsAgentId).toBeUndefined();
  });

  it('keeps two calls apart that run after each other, though one is the parent of the other', () => {
    const output = read([
      span('p', null, 'chat', llm('one'), [1, 2]),
      span('q', 'p', 'chat', llm('two'), [3, 4]),
    ]);
    expect(output.spans.map((one) => one.kind)).toEqual(['llm', 'llm']);
  });

  it('lets the inner of two recordings of one call take over the messages', () => {
    const output = read([
      span('p', null, 'call', llm('one'), [1, 4]),
      span('q', 'p', 'chat', { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 5 }, [2, 3]),
    ]);
    expect(output.span('p')).toMatchObject({ kind: 'chain' });
    expect(output.span('p').history).toBeUndefined();
    expect(said(output.span('q').history?.input)).toEqual(['user: one']);
  });

  it('does not split a trace whose sub-agent names a conversation of its own', () => {
    const output = read([
      span('a', null, 'outer', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.conversation.id': 'C',
        'session.id': 'browser',
      }),
      span('b', 'a', 'inner', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.conversation.id': 'D' }),
      span('x', 'gone', 'other', { 'session.id': 'browser' }),
    ]);
    expect(output.spans.map((one) => one.sessionId)).toEqual(['C', 'C', 'C']);
  });

  it('makes ids for calls that have none, the same in every later history', () => {
    const part = { functionCall: { name: 'tide', args: { port: 'A' } } };
    const request = (contents: unknown[]): string => JSON.stringify({ contents });
    const asked = { role: 'user', parts: [{ text: 'Tide?' }] };
    const called = { role: 'model', parts: [part] };
    const answered = {
      role: 'user',
      parts: [{ functionResponse: { name: 'tide', response: { result: 'high' } } }],
    };
    const output = read([
      span(
        '1',
        null,
        'call',
        {
          'gen_ai.operation.name': 'chat',
          'gcp.vertex.agent.llm_request': request([asked]),
          'gcp.vertex.agent.llm_response': JSON.stringify({ content: called }),
        },
        [1, 2],
      ),
      span(
        '2',
        null,
        'call',
        {
          'gen_ai.operation.name': 'chat',
          'gcp.vertex.agent.llm_request': request([asked, called, answered]),
          'gcp.vertex.agent.llm_response': JSON.stringify({
            content: { role: 'model', parts: [{ text: 'It is high.' }] },
          }),
        },
        [3, 4],
      ),
    ]);
    const id = output.span('1').history?.output[0]?.toolCalls?.[0]?.id;
    expect(id).toBeTruthy();
    expect(output.span('2').history?.input).toMatchObject([
      { role: 'user', text: 'Tide?' },
      { role: 'assistant', toolCalls: [{ id, name: 'tide' }] },
      { role: 'tool', text: 'high', toolCallId: id },
    ]);
  });
});

describe('sniffing', () => {
  it.each([
    ['sdk-spans.json', 'element 1 has span_id with flat attributes and span_events'],
    [
      'adot-session.json',
      'the document lists spans, the first has span_id with flat attributes and span_events',
    ],
    ['cloudwatch.jsonl', 'line 1 has raw_otel_json'],
    ['captured.json', 'the document has spanName with attributes'],
    ['nested.json', 'the document lists spans, the first has span_id with child_spans'],
    ['console.jsonl', 'line 1 has span_id, a start time and flat attributes'],
  ])('%s: %s', (path, reason) => {
    expect(otelFlat.sniff(readFixture(otelFlat, `otel-flat/${path}`).sample)?.reason).toBe(reason);
  });

  it.each([
    'otlp/collector.jsonl',
    'langfuse/api-page.json',
    'langfuse/download.trace.json',
    'openinference/rest-page.json',
    'openinference/frame-rows.jsonl',
  ])('leaves %s alone', (path) => {
    expect(otelFlat.sniff(readFixture(otelFlat, path).sample)).toBeNull();
  });
});
