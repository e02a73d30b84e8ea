/**
 * What the trace formats of the GenAI family hand over (`SpanSource`) and what it is understood to mean
 * (`GenAiSpan`, `GenAiLabel`). Types only.
 */
import type { SpanKind, SpanStatus } from '../model/span';
import type { AttributeBag } from './attribute-bag';
import type { GenAiMessage } from './genai-message';

/** An event of a span, or a log record that belongs to it. */
export interface SpanEvent {
  name: string;
  timeNs: bigint | null;
  attributes: AttributeBag;
  /** Body of a log record. */
  body?: unknown;
}

/** A span in any encoding of the GenAI family, decoded but not yet understood. */
export interface SpanSource {
  spanId: string;
  parentSpanId: string | null;
  traceId: string | null;
  name: string;
  startNs: bigint | null;
  endNs: bigint | null;
  status: SpanStatus;
  statusMessage: string | null;
  attributes: AttributeBag;
  resource: AttributeBag;
  scope: string | null;
  events: SpanEvent[];
  /** The record as the inspector shows it. */
  raw: unknown;
  /** Observation type of sources that have their own (`GENERATION`, `LLM`). */
  type?: string | null;
  /** What went in and out, where the source keeps it beside the attributes. */
  input?: unknown;
  output?: unknown;
  /** What the source states itself and attributes must not override. */
  stated?: Partial<GenAiSpan>;
}

/** A span understood; the shape of the canonical span that intake takes. */
export interface GenAiSpan {
  spanId: string;
  /** Adds to the record of the span that another file may hold. */
  completes?: boolean;
  parentSpanId?: string | null;
  traceId?: string | null;
  sessionId?: string | null;
  kind: SpanKind;
  name: string;
  operation?: string | null;
  toolName?: string | null;
  toolCallId?: string | null;
  agentName?: string | null;
  agentVersion?: string | null;
  agentId?: string | null;
  spawnsAgentId?: string | null;
  model?: string | null;
  provider?: string | null;
  startNs?: bigint | null;
  endNs?: bigint | null;
  status?: SpanStatus;
  statusMessage?: string | null;
  errorType?: string | null;
  text?: string | null;
  input?: string | null;
  output?: string | null;
  attributes?: Readonly<Record<string, unknown>> | null;
  raw?: unknown;
  inputTokens?: number | null;
  outputTokens?: number | null;
  cacheReadTokens?: number | null;
  cacheWriteTokens?: number | null;
  reasoningTokens?: number | null;
  costUsd?: number | null;
  userId?: string | null;
  feature?: string | null;
  cohort?: string | null;
  environment?: string | null;
  tags?: readonly string[];
  history?: { input: readonly GenAiMessage[]; output: readonly GenAiMessage[] };
}

export interface GenAiLabel {
  labelId: string;
  sessionId?: string | null;
  traceId?: string | null;
  spanId?: string | null;
  name: string;
  kind: 'score' | 'feedback' | 'correction' | 'failure' | 'outcome';
  annotatorKind: 'human' | 'llm' | 'code' | 'unknown';
  annotator?: string | null;
  value?: number | null;
  text?: string | null;
  explanation?: string | null;
}
