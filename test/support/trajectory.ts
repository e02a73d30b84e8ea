/** Builds small trajectories for the detectors' fixtures: what is not said is what an ordinary span has. */
import { createHash } from 'node:crypto';
import type { DetectorSpan, Trajectory } from '../../src/engine/signals/detector';
import { EMPTY_CONTEXT } from '../../src/engine/signals/workspace-context';
import { canonicalJson, parseMaybe } from '../../src/shared/trace/json';

export type SpanSketch = Partial<DetectorSpan> & Pick<DetectorSpan, 'kind'>;

export function user(text: string, more: Partial<DetectorSpan> = {}): SpanSketch {
  return { kind: 'user', origin: 'human', name: 'user message', text, ...more };
}

export function answer(text: string, more: Partial<DetectorSpan> = {}): SpanSketch {
  return { kind: 'llm', name: 'answer', text, status: 'ok', ...more };
}

export function tool(
  toolName: string,
  input: string,
  text: string,
  more: Partial<DetectorSpan> = {},
): SpanSketch {
  const callHash = createHash('md5')
    .update(toolName)
    .update(canonicalJson(parseMaybe(input)))
    .digest('hex');
  return {
    kind: 'tool',
    name: toolName,
    toolName,
    input,
    text,
    status: 'ok',
    callHash,
    pillar: 'tools',
    ...more,
  };
}

/** A session of the sketched spans in order (spread it to add labels, declared tools, a workspace); turns open at human messages, every span takes a second. */
export function trajectory(...sketches: SpanSketch[]): Trajectory {
  let turnNo = 0;
  const spans = sketches.map((sketch, position): DetectorSpan => {
    if (sketch.kind === 'user' && sketch.origin === 'human' && sketch.isRewound !== true) turnNo += 1;
    return {
      spanId: `s${String(position)}`,
      parentSpanId: null,
      traceId: null,
      position,
      turnNo,
      origin: null,
      pillar: 'llm',
      name: sketch.kind,
      operation: null,
      toolName: null,
      toolCallId: null,
      agentId: null,
      spawnsAgentId: null,
      isRewound: false,
      isDerived: false,
      status: 'unset',
      statusMessage: null,
      errorType: null,
      finishReason: null,
      startMs: position * 1000,
      endMs: position * 1000 + 900,
      model: null,
      text: '',
      textTail: null,
      textLength: sketch.text?.length ?? 0,
      input: null,
      callHash: null,
      inputTokens: null,
      outputTokens: null,
      cacheReadTokens: null,
      cacheWriteTokens: null,
      contextTokens: null,
      costUsd: null,
      ...sketch,
    };
  });
  return { ...about, spans };
}

/** What a trajectory says beside its spans, where nothing else is sketched. */
const about: Omit<Trajectory, 'spans'> = {
  sessionId: 'session',
  format: 'test',
  model: null,
  feature: null,
  userId: null,
  flags: [],
  labels: [],
  declaredTools: null,
  workspace: EMPTY_CONTEXT,
};

/** The same trajectory with labels, declared tools, a workspace or whatever else the detector looks at. */
export function withAbout(base: Trajectory, more: Partial<Omit<Trajectory, 'spans'>>): Trajectory {
  return { ...base, ...more };
}

/** What a detector's fixture file exports. `at` is the span each finding is drawn at. */
export interface DetectorFixture {
  positive: { why: string; trajectory: Trajectory; at: string[] }[];
  negative: { why: string; trajectory: Trajectory }[];
  nearMiss: { why: string; trajectory: Trajectory }[];
}
