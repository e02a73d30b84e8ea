/**
 * What a detector is: a rule that finds one kind of signal without a model, explains each finding and cites evidence.
 * Owns the interface only. A detector must not touch the file system or the database connection.
 */
import type { z } from 'zod';
import type { Pillar } from '../../shared/model/pillar';
import type { Origin, SpanKind, SpanStatus } from '../../shared/model/span';

/** A span as detectors see it: the narrow columns plus the readable text. */
export interface DetectorSpan {
  spanId: string;
  position: number;
  turnNo: number;
  kind: SpanKind;
  origin: Origin | null;
  pillar: Pillar;
  name: string;
  toolName: string | null;
  agentId: string | null;
  isRewound: boolean;
  status: SpanStatus;
  statusMessage: string | null;
  errorType: string | null;
  /** Nanoseconds since the epoch as a number of milliseconds (fractions kept); null without a time. */
  startMs: number | null;
  endMs: number | null;
  /** Readable text, at most 2,000 characters. */
  text: string;
  textLength: number;
  /** Tool arguments as the source gave them, at most 1,000 characters. */
  input: string | null;
  /** Hash of tool name and normalised arguments; equal for the same call. */
  callHash: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
}

/** One session, its spans in order of `position`. */
export interface Trajectory {
  sessionId: string;
  format: string;
  spans: readonly DetectorSpan[];
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

/** Finds a signal by looking at one session at a time. */
export interface Detector<P extends z.ZodObject = z.ZodObject> {
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
  inspect(trajectory: Trajectory, parameters: z.output<P>): FindingInput[];
}

/** Keeps the parameter types of a detector while it is declared. */
export function defineDetector<P extends z.ZodObject>(detector: Detector<P>): Detector<P> {
  return detector;
}
