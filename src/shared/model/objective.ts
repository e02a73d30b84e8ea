import { z } from 'zod';
import { checkSchema } from './check';
import { sessionFilterSchema } from './session';

/** The versioned statement of what success is, with the checks that decide it. A version never changes. */
export const objectiveSchema = z.object({
  objectiveId: z.string().min(1).max(80),
  version: z.number().int().min(1),
  name: z.string().trim().min(1).max(120),
  statement: z.string().trim().min(1).max(2000).describe('what success is, in words'),
  decides: z
    .enum(['intent', 'quality'])
    .describe('whether the user got what they came for, or whether the output is good: two separate results'),
  appliesTo: sessionFilterSchema.describe('for which sessions it holds'),
  combine: z.enum(['all', 'any']),
  checks: z.array(checkSchema).min(1).max(20),
  note: z.string().max(500).describe('why this version was made'),
});
export type Objective = z.infer<typeof objectiveSchema>;

/** What a local judge said of one session; kept in the journal, for it cannot be computed again. */
export const judgementSchema = z.object({
  sessionId: z.string(),
  check: z.number().int(),
  passed: z.boolean().nullable(),
  reason: z.string().max(1000),
});
export type Judgement = z.infer<typeof judgementSchema>;

/** One evaluation of an objective over the sessions it held for at that time. */
export const evaluationSchema = z.object({
  runId: z.string().min(1),
  objectiveId: z.string(),
  version: z.number().int(),
  importIds: z.array(z.string()).describe('the imports the workspace held: the version of the data'),
  passedIds: z.array(z.string()),
  failedIds: z.array(z.string()),
  undecidedIds: z.array(z.string()),
  judge: z
    .object({
      model: z.string(),
      address: z.string(),
      rubricHash: z.string().describe('SHA-256 of rubric and instructions, first 16 digits'),
      judgements: z.array(judgementSchema),
    })
    .nullable(),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const objectiveActSchemas = [
  z.object({ type: z.literal('objective.saved'), objective: objectiveSchema }),
  z.object({ type: z.literal('objective.retired'), objectiveId: z.string(), isRetired: z.boolean() }),
  z.object({ type: z.literal('objective.evaluated'), evaluation: evaluationSchema }),
  z.object({
    type: z.literal('judge.set'),
    judge: z
      .object({ address: z.string().max(300), model: z.string().max(200) })
      .nullable()
      .describe('null: off'),
  }),
] as const;
