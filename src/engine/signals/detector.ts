/**
 * What a detector is: a rule that finds one kind of signal without a model, explains each finding and cites evidence.
 * Owns the interface only. A detector must not touch the file system or the database connection.
 */
import type { z } from 'zod';
import type { Pillar } from '../../shared/model/pillar';
import type { Label, Origin, SpanKind, SpanStatus } from '../../shared/model/span';

/** A span as detectors see it: the narrow columns plus the readable text. */
export interface DetectorSpan {
  spanId: string;
  parentSpanId: string | null;
  traceId: string | null;
  /** 0-based place in the session; an array of spans is in this order. */
  position: number;
  turnNo: number;
  kind: SpanKind;
  origin: Origin | null;
  pillar: Pillar;
  name: string;
  /**
   * What the source calls the operation. Events of the client, which say what a person did with an answer, are spans of
   * kind `event` with operation `client.accept`, `.undo`, `.copy`, `.edit`, `.send` or `.abandon`: `parentSpanId` is the
   * span they refer to, `input` the generated text and `text` the text as used.
   */
  operation: string | null;
  toolName: string | null;
  toolCallId: string | null;
  agentId: string | null;
  /** The sub-agent this call started. */
  spawnsAgentId: string | null;
  isRewound: boolean;
  /** Rebuilt from message histories; not a record of its own in the source. */
  isDerived: boolean;
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
  /** Why a model call ended, in the source's own word (`stop`, `length`, `max_tokens` …); null where it does not say. */
  finishReason: string | null;
  /** Nanoseconds since the epoch as a number of milliseconds (fractions kept); null without a time. */
  startMs: number | null;
  endMs: number | null;
  model: string | null;
  /** Readable text, at most 2,000 characters: what a message says, what a tool returned. */
  text: string;
  /** The last 600 characters of a text of more than 2,000; null where `text` is all of it. */
  textTail: string | null;
  /** Characters of the whole text. */
  textLength: number;
  /** Tool arguments as the source gave them, at most 1,000 characters. */
  input: string | null;
  /** Hash of tool name and normalised arguments; equal for the same call. */
  callHash: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  /** Tokens in the context window of this model call, cache included; null where the source has none. */
  contextTokens: number | null;
  costUsd: number | null;
}

/** Feedback, a score or a label that the export carries, as detectors see it. */
export type DetectorLabel = Pick<
  Label,
  'spanId' | 'traceId' | 'name' | 'kind' | 'annotatorKind' | 'value' | 'text' | 'explanation'
>;

/** A tool that the source says the agent may call. */
export interface DeclaredTool {
  name: string;
  /** JSON schema of the arguments, parsed; null where the source gives none. Untrusted. */
  schema: unknown;
}

/** Middle and spread of a figure over comparable sessions. */
export interface RobustFigure {
  /** How many sessions have it. */
  count: number;
  median: number;
  /**
   * Spread of the natural logarithms of those above zero: median absolute deviation times 1.4826, or, where more than half are
   * equal, mean absolute deviation times 1.2533; comparable to a standard deviation. 0 where all are equal.
   */
  deviation: number;
}

/** Figures of the sessions a session can be compared with: of the same format, feature and model. */
export interface Baseline {
  /** In words, for reasons: `otlp, refunds, gpt-4o`. */
  group: string;
  sessionCount: number;
  durationMs: RobustFigure | null;
  costUsd: RobustFigure | null;
  /** Input and output tokens of all model calls. */
  tokens: RobustFigure | null;
  spanCount: RobustFigure | null;
  turnCount: RobustFigure | null;
  toolCallCount: RobustFigure | null;
}

/** How long people take from an answer to their next message. */
export interface Pause {
  /** How many pauses were seen. */
  count: number;
  medianMs: number;
  /** Nine in ten pauses are shorter. */
  longMs: number;
}

/** What is usual in the workspace as a whole; read-only, the same for all trajectories of a run. */
export interface WorkspaceContext {
  sessionCount: number;
  /** User turns the token statistics rest on. */
  userTurnCount: number;
  /**
   * Inverse document frequency of a token of `tokenize` (or its hash) over the user turns: ln((1 + n) / (1 + turns with
   * it)) + 1. 1 for what stands in every turn; the same for all in an empty workspace.
   */
  idf(token: string | number): number;
  /** Over all users; null where too few pauses were seen. */
  pause: Pause | null;
  /** Of one user; null where too few were seen of this one. */
  pauseOf(userId: string | null): Pause | null;
  /** Tokens the context of a model holds, by the workspace's table; null where nothing is known of the model. */
  contextWindowOf(model: string | null): number | null;
  /** Null where the session has too few to be compared with. */
  baselineOf(session: Pick<Trajectory, 'format' | 'feature' | 'model'>): Baseline | null;
}

/** One session, its spans in order of `position`. */
export interface Trajectory {
  sessionId: string;
  format: string;
  /** The model used most. */
  model: string | null;
  feature: string | null;
  userId: string | null;
  /** What is odd about its record: `no-times`, `clock-backwards`, `sub-agents` … */
  flags: readonly string[];
  spans: readonly DetectorSpan[];
  /** Of the session, its traces and its spans. Outcomes and scores are the ground truth to others: no signal may rest on them. */
  labels: readonly DetectorLabel[];
  /** Null where the source does not say what could be called. */
  declaredTools: readonly DeclaredTool[] | null;
  workspace: WorkspaceContext;
}

export interface FindingInput {
  /** Span the flag is drawn at, then the other spans the reason rests on. */
  evidence: readonly [string, ...string[]];
  turnNo: number;
  /** One sentence saying why it fired, with the figures it rests on. */
  reason: string;
  /** 1 notice, 2 minor, 3 major, 4 critical. */
  severity: 1 | 2 | 3 | 4;
}

interface DetectorBase<P extends z.ZodObject> {
  /** kebab-case, the same as the file name. */
  id: string;
  title: string;
  description: string;
  pillar: Pillar | 'user';
  /** Raised whenever findings may change. */
  version: string;
  /** Parameters with units and, in their descriptions, where each default comes from. */
  parameters: P;
  /** True until its precision has been measured at 0.6 or better. */
  isHint: boolean;
}

/** Finds a signal by looking at one session at a time. */
export interface Detector<P extends z.ZodObject = z.ZodObject> extends DetectorBase<P> {
  inspect(trajectory: Trajectory, parameters: z.output<P>): FindingInput[];
}

/**
 * Finds a signal in all sessions at once, with one SELECT over the views of ./views.ts (`spans`, `turns`, `sessions`,
 * `labels`), which hold the sessions to look at and no others. It returns session_id, span_id, reason, severity and
 * evidence (VARCHAR[], may be empty: span_id comes first anyhow). Parameters are bound by name: `$minRuns`.
 */
export interface SqlDetector<P extends z.ZodObject = z.ZodObject> extends DetectorBase<P> {
  /** Names every column it reads of the views: no others are there. */
  sql: string;
}

export type AnyDetector = Detector | SqlDetector;

/** Keeps the parameter types of a detector while it is declared. */
export function defineDetector<P extends z.ZodObject>(detector: Detector<P>): Detector<P>;
export function defineDetector<P extends z.ZodObject>(detector: SqlDetector<P>): SqlDetector<P>;
export function defineDetector(detector: AnyDetector): AnyDetector {
  return detector;
}
