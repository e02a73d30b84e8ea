/**
 * What the trace formats of the GenAI family hand over (`SpanSource`) and what it is understood to mean
 * (`GenAiSpan`, `GenAiLabel`). Types only.
 */
import type { SpanStatus } from '../model/span';
import type { AttributeBag } from './attribute-bag';
import type { GenAiMessage } from './genai-message';
import type { ToldSpan } from './told-span';

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

/** A span understood, with the messages of model calls. */
export interface GenAiSpan extends ToldSpan {
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
