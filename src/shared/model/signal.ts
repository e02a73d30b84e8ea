import { z } from 'zod';
import { pillarSchema } from './pillar';

/** A kind of marker found without a model. `userSignal` ones show on the user's lane. */
export const signalSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  pillar: z.union([pillarSchema, z.literal('user')]),
  version: z.string(),
  isHint: z.boolean().describe('true where measured precision is below 0.6 or nobody could measure it'),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())])),
  findingCount: z.number().int(),
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
  pillar: z.union([pillarSchema, z.literal('user')]),
});
export type Finding = z.infer<typeof findingSchema>;
