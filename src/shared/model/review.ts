import { z } from 'zod';
import { sessionFilterSchema } from './session';
import { signalCoverageSchema } from './signal-coverage';

/** What a reviewer says of an objective: was it met? */
export const verdictSchema = z.enum(['met', 'missed', 'unclear']);
export type Verdict = z.infer<typeof verdictSchema>;

/** What a person can say was missed: what was asked, what it was for, what goes without saying, how freely it acted. */
export const missedSchema = z.enum(['request', 'goal', 'expectations', 'autonomy']);
export type Missed = z.infer<typeof missedSchema>;

/** How the four are said on screen. */
export const missedTitles: Record<Missed, string> = {
  request: 'immediate request',
  goal: 'final goal',
  expectations: 'background expectations',
  autonomy: 'autonomy',
};

/** What one reviewer says of one session. Whether the intent was satisfied and how good the output was are two things. */
export const reviewSchema = z.object({
  intent: verdictSchema.describe('whether the user got what they came for'),
  quality: verdictSchema.nullable().describe('whether the output itself is good; null: not said'),
  missed: z.array(missedSchema).max(4),
  failureModes: z
    .array(z.object({ failureModeId: z.string().min(1), severity: z.number().int().min(1).max(4) }))
    .max(20),
  firstSpanId: z.string().nullable().describe('the first span where it went wrong'),
  expected: z.string().max(4000).describe('what the agent should have done'),
  note: z.string().max(4000),
});
export type Review = z.infer<typeof reviewSchema>;

/**
 * Exponents of the factors of priority: 0 leaves a factor out, 1 takes it as it is. Priority is the product of factor^weight.
 * The failure probability counts from about 0 to 1; the others from 0.75 to 1, so that they order what is about as likely to
 * have failed.
 */
export const priorityWeightsSchema = z.object({
  probability: z.number().min(0).max(5).default(1).describe('calibrated probability that the session failed'),
  severity: z.number().min(0).max(5).default(1).describe('of its gravest finding, in quarters'),
  uncertainty: z.number().min(0).max(5).default(1).describe('4p(1-p): 1 where the score knows least'),
  novelty: z.number().min(0).max(5).default(1).describe('distance to the nearest session reviewed before'),
  reach: z.number().min(0).max(5).default(1).describe('share of corrections in its largest cluster'),
});
export type PriorityWeights = z.infer<typeof priorityWeightsSchema>;
export type PriorityFactor = keyof PriorityWeights;
export const priorityFactorsSchema = z.object({
  probability: z.number(),
  severity: z.number(),
  uncertainty: z.number(),
  novelty: z.number(),
  reach: z.number(),
});
export type PriorityFactors = z.infer<typeof priorityFactorsSchema>;

export const strataSchema = z.enum(['format', 'feature', 'model', 'cohort', 'agentVersion', 'probability']);
export type Strata = z.infer<typeof strataSchema>;

/**
 * How the sessions of a queue were drawn. `priority` draws with a probability proportional to priority, so that rates can
 * be corrected; `top` takes the highest and supports no rate; `random` and `stratified` are simple random samples.
 */
export const samplingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('priority'), weights: priorityWeightsSchema }),
  z.object({ kind: z.literal('top'), weights: priorityWeightsSchema }),
  z.object({ kind: z.literal('random') }),
  z.object({
    kind: z.literal('stratified'),
    by: strataSchema,
    allocation: z.enum(['proportional', 'equal']),
  }),
]);
export type Sampling = z.infer<typeof samplingSchema>;

export const queueItemSchema = z.object({
  sessionId: z.string(),
  priority: z.number(),
  factors: priorityFactorsSchema,
  inclusion: z
    .number()
    .min(0)
    .max(1)
    .describe('probability with which the design drew it; 0 where it has none'),
  stratum: z.string().nullable(),
});
export type QueueItem = z.infer<typeof queueItemSchema>;

/** A saved queue: what is to be reviewed, by whom, in which order, under which versions. Immutable. */
export const queueSchema = z.object({
  queueId: z.string().min(1),
  name: z.string().trim().min(1).max(120),
  filter: sessionFilterSchema,
  sampling: samplingSchema,
  seed: z.number().int(),
  frameSize: z.number().int().describe('sessions the queue was drawn from'),
  signals: signalCoverageSchema
    .optional()
    .describe('where priorities were worked out before all sessions had been looked at for signals'),
  codebookVersion: z.number().int(),
  objective: z.object({ objectiveId: z.string(), version: z.number().int() }).nullable(),
  reviewers: z.array(z.string().trim().min(1).max(80)).max(50).describe('empty: whoever comes'),
  reviewsPerItem: z.number().int().min(1).max(20),
  isBlind: z.boolean().describe('a reviewer sees what others said only after saying something themselves'),
  items: z.array(queueItemSchema).max(20_000).describe('in the order of review'),
});
export type Queue = z.infer<typeof queueSchema>;

const place = { queueId: z.string(), sessionId: z.string(), reviewer: z.string().trim().min(1).max(80) };

/** Acts of reviewing: they name queue, session and reviewer, so that the work of several people merges by union. */
export const reviewActSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('review.queued'), queue: queueSchema }),
  z.object({ type: z.literal('review.archived'), queueId: z.string(), isArchived: z.boolean() }),
  z.object({ type: z.literal('review.claimed'), ...place }),
  z.object({ type: z.literal('review.skipped'), ...place }),
  z
    .object({ type: z.literal('review.returned'), ...place })
    .describe('gives a claimed, skipped or reviewed item back'),
  z.object({
    type: z.literal('review.completed'),
    ...place,
    review: reviewSchema,
    codebookVersion: z.number().int(),
    seconds: z.number().min(0).describe('time spent on it'),
  }),
  z.object({
    type: z.literal('review.settled'),
    queueId: z.string(),
    sessionId: z.string(),
    review: reviewSchema.nullable().describe('null takes the settlement back'),
    codebookVersion: z.number().int(),
  }),
]);
export type ReviewAct = z.infer<typeof reviewActSchema>;

/** A fact of another workspace's journal about reviewing, as it was recorded there. */
export const foreignFactSchema = z.object({
  factId: z.string().min(1),
  at: z.string(),
  author: z.string(),
  act: reviewActSchema,
});
export type ForeignFact = z.infer<typeof foreignFactSchema>;
