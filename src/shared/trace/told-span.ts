/**
 * What a source tells of one span: the fields of the canonical span, each absent where the source is silent. Types only.
 */
import type { Origin, SpanKind, SpanStatus } from '../model/span';

/**
 * A span as its source tells it. What is absent stays absent: no times, ids or tokens are invented. Where the source has
 * no span id, its reader makes one that is the same at every import of the same content.
 */
export interface ToldSpan {
  spanId: string;
  parentSpanId?: string | null;
  traceId?: string | null;
  /** The session as the source names it. Absent: intake falls back to the trace, then to the source file. */
  sessionId?: string | null;
  kind: SpanKind;
  origin?: Origin | null;
  name: string;
  /** Operation as the source names it, e.g. gen_ai.operation.name or the OpenInference span kind. */
  operation?: string | null;
  toolName?: string | null;
  toolCallId?: string | null;
  agentName?: string | null;
  agentVersion?: string | null;
  /** Sub-agent this span belongs to; absent for the main agent. */
  agentId?: string | null;
  /** The sub-agent that this (tool or agent) span started. */
  spawnsAgentId?: string | null;
  model?: string | null;
  provider?: string | null;
  /** Nanoseconds since the epoch. */
  startNs?: bigint | null;
  endNs?: bigint | null;
  status?: SpanStatus;
  statusMessage?: string | null;
  errorType?: string | null;
  /** Readable text: what the user or the model said, what the tool returned. */
  text?: string | null;
  /** JSON text (or plain text) of what went in: tool arguments, request. */
  input?: string | null;
  /** JSON text (or plain text) of what came out. */
  output?: string | null;
  /** Everything else the source says of the span, as a plain object. */
  attributes?: Readonly<Record<string, unknown>> | null;
  /** The part of the record this span was made of; stored as JSON text for the inspector. */
  raw?: unknown;
  inputTokens?: number | null;
  outputTokens?: number | null;
  cacheReadTokens?: number | null;
  cacheWriteTokens?: number | null;
  reasoningTokens?: number | null;
  costUsd?: number | null;
  isRewound?: boolean;
  userId?: string | null;
  feature?: string | null;
  cohort?: string | null;
  environment?: string | null;
  tags?: readonly string[];
  /**
   * The span adds to the one of the same id (and session, where it names one) that another record or file holds: its
   * text is that span's text, several are joined in their order; what it leaves out stays. A span of its own where
   * there is none to add to.
   */
  completes?: boolean;
}
