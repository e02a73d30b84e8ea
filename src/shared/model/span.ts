import { z } from 'zod';
import { laneSchema, pillarSchema } from './pillar';

/** What kind of work a span is. Messages of a conversation are spans too, so that every format has one shape. */
export const spanKinds = [
  'user',
  'llm',
  'tool',
  'retrieval',
  'embedding',
  'memory',
  'agent',
  'chain',
  'guardrail',
  'environment',
  'event',
  'system',
] as const;
export const spanKindSchema = z.enum(spanKinds);
export type SpanKind = z.infer<typeof spanKindSchema>;

/**
 * Who really speaks in a span of kind `user`. Only `human` and `simulated` open a turn:
 * `harness` is text the program injected, `agent` a prompt written by a parent agent,
 * `command` a local command of the person that is not addressed to the model.
 */
export const originSchema = z.enum(['human', 'simulated', 'harness', 'agent', 'command']);
export type Origin = z.infer<typeof originSchema>;

/** `interrupted`: a person stopped it; `rejected`: a person refused it; `unset`: the source does not say. */
export const spanStatusSchema = z.enum(['ok', 'error', 'unset', 'interrupted', 'rejected']);
export type SpanStatus = z.infer<typeof spanStatusSchema>;

/** A span as lists and the timeline need it. Times are relative so that nanoseconds survive as plain numbers. */
export const spanRowSchema = z.object({
  position: z.number().int().describe('0-based place in the session, over all agents'),
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  traceId: z.string().nullable(),
  turnNo: z.number().int().describe('0 before the first turn, then 1-based'),
  kind: spanKindSchema,
  origin: originSchema.nullable(),
  pillar: pillarSchema,
  lane: laneSchema,
  name: z.string(),
  toolName: z.string().nullable(),
  model: z.string().nullable(),
  startUs: z
    .number()
    .nullable()
    .describe('microseconds since the session start; null when the source has no time'),
  durationUs: z.number().nullable().describe('null when the source has no end or the clock ran backwards'),
  status: spanStatusSchema,
  errorType: z.string().nullable(),
  agentId: z.string().nullable().describe('null for the main agent, else the sub-agent'),
  depth: z.number().int().describe('nesting of agents: 0 main, 1 sub-agent, ...'),
  isRewound: z.boolean().describe('on a branch the user left by editing or rewinding'),
  isDerived: z.boolean().describe('rebuilt from message histories, not a record of its own in the source'),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  contextTokens: z
    .number()
    .nullable()
    .describe('tokens in the context window of this model call, cache included'),
  text: z.string().describe('readable text, cut at the length asked for'),
  textLength: z.number().int().describe('characters of the whole text'),
  argumentsPreview: z.string().nullable().describe('tool arguments as compact JSON, cut'),
  sourceId: z.string(),
  line: z.number().int().describe('1-based line (or Parquet row) in the source'),
});
export type SpanRow = z.infer<typeof spanRowSchema>;

/** Everything known of one span; the wide fields are the source's own JSON as text. */
export const spanDetailSchema = spanRowSchema.extend({
  sessionId: z.string(),
  startTime: z.string().nullable().describe('ISO 8601 UTC with nanoseconds as far as known'),
  endTime: z.string().nullable(),
  statusMessage: z.string().nullable(),
  provider: z.string().nullable(),
  operation: z.string().nullable(),
  toolCallId: z.string().nullable(),
  input: z.string().nullable(),
  output: z.string().nullable(),
  attributes: z.string().nullable(),
  raw: z.string().nullable().describe('the record of the source this span was made of, as JSON text'),
  cacheReadTokens: z.number().nullable(),
  cacheWriteTokens: z.number().nullable(),
  reasoningTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  sourceName: z.string(),
  sourcePath: z.string(),
  format: z.string(),
  also: z
    .array(
      z.object({
        sourceName: z.string(),
        sourcePath: z.string(),
        line: z.number().int(),
        format: z.string(),
        attributes: z.string().nullable(),
        raw: z.string().nullable(),
      }),
    )
    .describe(
      'records of other imports that complete this one; their texts are taken where this one has none',
    ),
});
export type SpanDetail = z.infer<typeof spanDetailSchema>;

/** Feedback, scores, rewards and labels that the export itself carries; never mixed with the analyst's annotations. */
export const labelSchema = z.object({
  labelId: z.string(),
  sessionId: z.string().nullable(),
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['score', 'feedback', 'correction', 'failure', 'outcome']),
  annotatorKind: z.enum(['human', 'llm', 'code', 'unknown']),
  annotator: z.string().nullable(),
  value: z.number().nullable(),
  text: z.string().nullable(),
  explanation: z.string().nullable(),
  sourceId: z.string(),
  line: z.number().int(),
});
export type Label = z.infer<typeof labelSchema>;
