import { z } from 'zod';
import { pillarSchema } from './pillar';

/** Parameters of a detector by name. */
export const signalParametersSchema = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]),
);
export type SignalParameters = z.infer<typeof signalParametersSchema>;

/** A detector somebody wrote as one SELECT over the views of a workspace. */
export const signalQuerySchema = z.object({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case words joined by dashes')
    .max(60),
  title: z.string().trim().min(1).max(80),
  description: z.string().max(500).default(''),
  pillar: z.union([pillarSchema, z.literal('user')]),
  sql: z
    .string()
    .min(1)
    .max(20_000)
    .describe('must return session_id, span_id and reason; severity (1-4) if it likes'),
});
export type SignalQuery = z.infer<typeof signalQuerySchema>;

/** A parameter of a detector as an editor needs it. */
export const signalFieldSchema = z.object({
  name: z.string(),
  kind: z.enum(['number', 'integer', 'boolean', 'text', 'list']),
  description: z.string().describe('unit, meaning and where the default comes from'),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  choices: z.array(z.string()).describe('the only texts allowed; empty where any is'),
  default: z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]),
});
export type SignalField = z.infer<typeof signalFieldSchema>;

/** What was measured of a detector on labelled data: one row per data set. */
export const trustSchema = z.object({
  dataSet: z.string(),
  unit: z.string().describe('what is counted: user turn, tool call, session'),
  count: z.number().int(),
  positives: z.number().int(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
  auc: z.number().nullable(),
  low: z.number().nullable().describe('lower end of the 95% interval of F1, else of AUC'),
  high: z.number().nullable(),
  baseline: z.string().describe('the best trivial or published rule beside it'),
  baselineF1: z.number().nullable(),
  baselineAuc: z.number().nullable(),
});
export type Trust = z.infer<typeof trustSchema>;

/** What reading findings one by one came to, where there are no labels to measure on: how many were right. */
export const readingSchema = z.object({
  right: z.number().int(),
  read: z.number().int(),
  low: z.number().describe('lower end of the 95% interval of the share that was right (Wilson)'),
  high: z.number(),
  fails: z.string().describe('where it was wrong, in words; may be empty'),
});
export type Reading = z.infer<typeof readingSchema>;

/** A kind of marker found without a model. `userSignal` ones show on the user's lane. */
export const signalSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  pillar: z.union([pillarSchema, z.literal('user')]),
  version: z.string(),
  isHint: z.boolean().describe('true where measured precision is below 0.6 or nobody could measure it'),
  parameters: signalParametersSchema.describe('in force'),
  origin: z.enum(['built-in', 'query', 'room']).describe('room: found by another room, such as corrections'),
  isEnabled: z.boolean(),
  isTuned: z.boolean().describe('switched off, or parameters differ from the detector’s own'),
  fields: z.array(signalFieldSchema),
  sql: z.string().nullable().describe('of a detector written as a query'),
  trust: z.array(trustSchema).describe('on labelled data; empty: not measured'),
  reading: readingSchema.nullable().describe('of findings on public traces; null: none were read'),
  problem: z.string().nullable().describe('why it could not run the last time, in words'),
  findingCount: z.number().int().describe('without those judged wrong'),
  sessionCount: z.number().int(),
});
export type Signal = z.infer<typeof signalSchema>;

/** One detected instance. `evidence` are the span ids the reason rests on, first the one the flag is drawn at. */
export const findingSchema = z.object({
  findingId: z.string(),
  signal: z.string(),
  detectorVersion: z.string(),
  sessionId: z.string(),
  turnNo: z.number().int(),
  spanId: z.string(),
  position: z.number().int(),
  evidence: z.array(z.string()),
  reason: z.string(),
  severity: z.number().int().min(1).max(4).describe('1 notice, 2 minor, 3 major, 4 critical'),
  verdict: z.enum(['right', 'wrong']).nullable().describe('what the analyst said of it'),
  pillar: z.union([pillarSchema, z.literal('user')]),
});
export type Finding = z.infer<typeof findingSchema>;
