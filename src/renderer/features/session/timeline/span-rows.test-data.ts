/** Spans for the tests of this folder: what a test does not name is filled in. */
import type { SpanRow } from '../../../../shared/model/span';

export function spanRow(position: number, values: Partial<SpanRow> = {}): SpanRow {
  return {
    position,
    spanId: `s${position}`,
    parentSpanId: null,
    traceId: null,
    turnNo: 1,
    kind: 'llm',
    origin: null,
    pillar: 'llm',
    lane: 'llm',
    name: 'chat',
    toolName: null,
    model: null,
    startUs: null,
    durationUs: null,
    status: 'unset',
    errorType: null,
    agentId: null,
    depth: 0,
    isRewound: false,
    isDerived: false,
    inputTokens: null,
    outputTokens: null,
    contextTokens: null,
    text: '',
    textLength: 0,
    argumentsPreview: null,
    sourceId: 'src',
    line: position + 1,
    ...values,
  };
}

export const tool = (position: number, values: Partial<SpanRow> = {}): SpanRow =>
  spanRow(position, {
    kind: 'tool',
    lane: 'tools',
    pillar: 'tools',
    name: 'search',
    toolName: 'search',
    ...values,
  });

export const user = (position: number, values: Partial<SpanRow> = {}): SpanRow =>
  spanRow(position, { kind: 'user', origin: 'human', lane: 'user', pillar: 'llm', name: 'user', ...values });
