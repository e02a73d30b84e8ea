import { describe, expect, it } from 'vitest';
import { readFixture, readRecords, recordsOf } from '../../../../test/support/read-format';
import openHands from './openhands';

describe('an event store', () => {
  const read = (id: number, event: object) =>
    readRecords(openHands, recordsOf(JSON.stringify(event), 'document'), {
      name: `sid-1/events/${id}.json`,
      container: 'document',
    });
  const metadata = { function_name: 'execute_bash', tool_call_id: 'c1', model_response: { id: 'r1' } };

  it('takes the session from the folder, and an observation completes the call of another file', () => {
    const action = read(5, { id: 5, source: 'agent', action: 'run', args: {}, tool_call_metadata: metadata });
    const seen = read(7, {
      id: 7,
      source: 'agent',
      cause: 5,
      observation: 'run',
      content: 'no',
      extras: { metadata: { exit_code: 2 } },
      tool_call_metadata: metadata,
    });
    expect(action.spans).toMatchObject([
      { kind: 'llm', spanId: 'r1', sessionId: 'sid-1' },
      { kind: 'tool', spanId: 'e5', sessionId: 'sid-1', status: 'unset' },
    ]);
    expect(action.notes).toEqual({});
    expect(seen.spans).toMatchObject([
      { completes: true, spanId: 'e5', sessionId: 'sid-1', status: 'error', errorType: 'exit_code' },
    ]);
  });
});

describe('a trajectory', () => {
  const { spans } = readFixture(openHands, 'openhands/trajectory.json');

  it('makes one model call of the actions of one response', () => {
    const calls = spans.filter((span) => span.parentSpanId === 'r1');
    expect(calls.map((call) => call.toolName)).toEqual(['execute_bash', 'str_replace_editor']);
    expect(spans.filter((span) => span.spanId === 'r1')).toHaveLength(1);
  });

  it('counts tokens of sums so far once', () => {
    const said = spans.filter((span) => span.kind === 'llm' && span.spanId.startsWith('e'));
    expect(said.map((span) => [span.inputTokens, span.costUsd])).toEqual([
      [500, 0.5],
      [150, 0.25],
      [null, null],
    ]);
  });
});
