import { describe, expect, test } from 'vitest';
import { eventSpans } from './inspect-sample';

const at = '2026-02-03T04:05:06+00:00';
const model = (span: string, text: string) => ({
  event: 'model',
  span_id: span,
  timestamp: at,
  model: 'acme/small',
  input: [{ role: 'user', content: text }],
  output: { choices: [{ message: { role: 'assistant', content: 'four' } }] },
});
const begin = (id: string, parent: string | null, type: string) => ({
  event: 'span_begin',
  timestamp: at,
  id,
  parent_id: parent,
  type,
  name: type,
});

describe('the events of a sample', () => {
  test('a model that grades the answer is an agent of its own, however deep it stands', () => {
    const { spans } = eventSpans({}, [
      begin('solve', null, 'solvers'),
      model('solve', 'what is two and two?'),
      begin('score', null, 'scorers'),
      begin('grade', 'score', 'scorer'),
      begin('inner', 'grade', 'chain'),
      model('inner', 'is this answer right?'),
    ]);
    const calls = spans.filter(({ span }) => span.kind === 'llm');
    expect(calls.map(({ span }) => span.agentId ?? null)).toEqual([null, 'grade']);
  });
});
