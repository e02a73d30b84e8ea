import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { checkResultSchema } from '../model/check';
import { shareSchema } from '../model/codebook';
import { objectiveSchema } from '../model/objective';
import { base, pageOf, pageSchema } from './base';

const comparisonSchema = z
  .object({ difference: z.number(), low: z.number(), high: z.number(), p: z.number() })
  .describe('of two shares, with Newcombe’s interval; p adjusted for the comparisons beside it');

export const evaluationSummarySchema = z.object({
  runId: z.string(),
  objectiveId: z.string(),
  version: z.number().int(),
  at: z.string(),
  author: z.string(),
  sessions: z.number().int(),
  undecided: z.number().int(),
  passed: shareSchema.describe('of the decided'),
  importIds: z.array(z.string()),
  judgeModel: z.string().nullable(),
});
export type EvaluationSummary = z.infer<typeof evaluationSummarySchema>;

export const objectiveSummarySchema = z.object({
  objective: objectiveSchema.describe('the latest version'),
  at: z.string(),
  author: z.string(),
  versions: z.number().int(),
  isRetired: z.boolean(),
  latest: evaluationSummarySchema.nullable(),
  isStale: z.boolean().describe('imports or the objective have changed since the latest evaluation'),
});
export type ObjectiveSummary = z.infer<typeof objectiveSummarySchema>;

export const outcomeRowSchema = z.object({
  sessionId: z.string(),
  title: z.string(),
  passed: z.boolean().nullable(),
  results: z.array(checkResultSchema),
});
export type OutcomeRow = z.infer<typeof outcomeRowSchema>;

export const evaluationEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), step: z.string(), share: z.number() }),
  z.object({ type: z.literal('done'), summary: evaluationSummarySchema }),
]);
export type EvaluationEvent = z.infer<typeof evaluationEventSchema>;

const breakdownKinds = ['import', 'source', 'model', 'feature', 'cohort', 'agentVersion'] as const;
export const objectiveResultsSchema = z.object({
  summary: evaluationSummarySchema,
  groups: z.array(
    z.object({
      kind: z.enum(breakdownKinds),
      value: z.string(),
      passed: shareSchema,
      undecided: z.number().int(),
      against: comparisonSchema.nullable().describe('against all other sessions'),
    }),
  ),
  trend: z.array(z.object({ dayMs: z.number(), passed: shareSchema })),
  change: z
    .object({ dayMs: z.number(), before: shareSchema, after: shareSchema, p: z.number() })
    .nullable()
    .describe('the day after which the pass rate changed most, with a permutation p'),
  previous: z
    .object({ summary: evaluationSummarySchema, comparison: comparisonSchema.nullable() })
    .nullable()
    .describe('the evaluation before, of the same objective'),
  judgeAgreement: z
    .object({
      kappa: z.number().nullable(),
      items: z.number().int(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    })
    .nullable()
    .describe('of the judge with reviewers, where both decided; null without a judge'),
});
export type ObjectiveResults = z.infer<typeof objectiveResultsSchema>;

export const objective = {
  list: base.output(z.array(objectiveSummarySchema)),
  versions: base
    .input(z.object({ objectiveId: z.string() }))
    .output(z.array(z.object({ objective: objectiveSchema, at: z.string(), author: z.string() }))),
  /** Saves the next version; without an id a new objective. Queries and patterns are tried first. */
  save: base
    .input(
      objectiveSchema
        .omit({ objectiveId: true, version: true })
        .extend({ objectiveId: z.string().nullable() }),
    )
    .output(z.object({ objectiveId: z.string(), version: z.number().int() })),
  retire: base.input(z.object({ objectiveId: z.string(), isRetired: z.boolean() })).output(z.null()),
  /** Decides an objective that is not saved over sessions it holds for; a page of them, failed ones first. */
  preview: base
    .input(
      pageSchema.extend({
        objective: objectiveSchema.pick({ appliesTo: true, combine: true, checks: true }).extend({
          objectiveId: z.string().optional(),
          decides: objectiveSchema.shape.decides.optional(),
        }),
      }),
    )
    .output(
      pageOf(outcomeRowSchema).extend({
        passed: shareSchema,
        undecided: z.number().int(),
      }),
    ),
  evaluate: base.input(z.object({ objectiveId: z.string() })).output(eventIterator(evaluationEventSchema)),
  evaluations: base.input(z.object({ objectiveId: z.string() })).output(z.array(evaluationSummarySchema)),
  results: base
    .input(z.object({ objectiveId: z.string(), runId: z.string().optional() }))
    .output(objectiveResultsSchema),
  /** Sessions of an evaluation with what each check says of them now. */
  outcomes: base
    .input(
      pageSchema.extend({
        objectiveId: z.string(),
        runId: z.string().optional(),
        passed: z.enum(['passed', 'failed', 'undecided']).optional(),
      }),
    )
    .output(pageOf(outcomeRowSchema)),
  /** The objectives in force and what each says of one session. */
  ofSession: base.input(z.object({ sessionId: z.string() })).output(
    z.array(
      z.object({
        objectiveId: z.string(),
        name: z.string(),
        decides: objectiveSchema.shape.decides,
        passed: z.boolean().nullable(),
        results: z.array(checkResultSchema),
      }),
    ),
  ),
  judge: base.output(z.object({ address: z.string(), model: z.string() }).nullable()),
  /** Switches the local judge on or, with null, off. Only addresses of this machine are taken. */
  setJudge: base
    .input(z.object({ judge: z.object({ address: z.string(), model: z.string().min(1) }).nullable() }))
    .output(z.null()),
};
