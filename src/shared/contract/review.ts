import { z } from 'zod';
import { shareSchema } from '../model/codebook';
import {
  priorityFactorsSchema,
  priorityWeightsSchema,
  queueSchema,
  reviewSchema,
  samplingSchema,
} from '../model/review';
import { sessionFilterSchema } from '../model/session';
import { incompleteField } from '../model/signal-coverage';
import { base, handleSchema, pageOf, pageSchema } from './base';
import { redactField, redactionReportSchema } from './redaction';

const reviewerSchema = z.string().trim().min(1).max(80);
const itemStateSchema = z.enum(['open', 'claimed', 'skipped', 'completed']);

export const queueSummarySchema = queueSchema.omit({ items: true }).extend({
  at: z.string(),
  author: z.string(),
  isArchived: z.boolean(),
  itemCount: z.number().int(),
  completed: z.number().int().describe('items with as many reviews as wanted'),
  reviews: z.number().int(),
  disputed: z.number().int().describe('items on whose verdict reviewers differ, not settled yet'),
  byReviewer: z.array(
    z.object({
      reviewer: z.string(),
      completed: z.number().int(),
      skipped: z.number().int(),
      seconds: z.number(),
    }),
  ),
});
export type QueueSummary = z.infer<typeof queueSummarySchema>;

export const reviewItemSchema = z.object({
  sessionId: z.string(),
  title: z.string(),
  place: z.number().int().describe('1-based place in the queue'),
  priority: z.number(),
  factors: priorityFactorsSchema,
  reasons: z.array(z.string()).describe('why it has its place, the weightiest first'),
  state: itemStateSchema.describe('for the reviewer who asks'),
  claimedBy: z.array(z.string()).describe('others who have it open now'),
  reviewCount: z.number().int(),
  isFull: z.boolean().describe('as many reviews as wanted by others'),
  isMissing: z.boolean().describe('this workspace holds no such session'),
});
export type ReviewItem = z.infer<typeof reviewItemSchema>;

/** A review with who gave it. */
export const givenReviewSchema = reviewSchema.extend({
  reviewer: z.string(),
  at: z.string(),
  seconds: z.number(),
  codebookVersion: z.number().int().nullable(),
});
export type GivenReview = z.infer<typeof givenReviewSchema>;

export const estimateSchema = z.object({
  reviewed: shareSchema.describe('of the sessions reviewed, as they are'),
  corrected: shareSchema
    .nullable()
    .describe('of all sessions the queue was drawn from; null where the design supports no such statement'),
  effectiveSize: z.number().nullable(),
});

export const queueResultsSchema = z.object({
  frameSize: z.number().int(),
  judged: z.number().int().describe('items with a verdict that is not unclear'),
  unclear: z.number().int(),
  missed: estimateSchema,
  failureModes: z.array(
    z.object({
      failureModeId: z.string(),
      name: z.string(),
      meanSeverity: z.number(),
      estimate: estimateSchema,
    }),
  ),
  missedParts: z.array(z.object({ part: z.string(), count: z.number().int() })),
  statement: z.string().describe('how the figures were come by, for under a chart'),
});
export type QueueResults = z.infer<typeof queueResultsSchema>;

export const coefficientSchema = z.object({
  of: z.string(),
  measure: z.enum(['percent', 'cohen', 'fleiss', 'alpha-nominal', 'alpha-ordinal', 'alpha-sets']),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  items: z.number().int(),
});
export type Coefficient = z.infer<typeof coefficientSchema>;

export const agreementReportSchema = z.object({
  reviewers: z.array(z.string()),
  coefficients: z.array(coefficientSchema),
  pairs: z.array(
    z.object({
      first: z.string(),
      second: z.string(),
      kappa: z.number().nullable(),
      items: z.number().int(),
      confusion: z.array(z.object({ first: z.string(), second: z.string(), count: z.number().int() })),
    }),
  ),
  machine: z
    .array(
      z.object({
        signal: z.string(),
        kappa: z.number().nullable(),
        bothMissed: z.number().int(),
        onlySignal: z.number().int(),
        onlyReviewer: z.number().int(),
        neither: z.number().int(),
      }),
    )
    .describe('each signal as a reviewer that calls every session it fires in missed'),
  judges: z
    .array(
      z.object({
        objectiveId: z.string(),
        name: z.string(),
        model: z.string(),
        rubricHash: z.string(),
        kappa: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        items: z.number().int(),
        bothMissed: z.number().int(),
        onlyJudge: z.number().int(),
        onlyReviewer: z.number().int(),
        neither: z.number().int(),
      }),
    )
    .describe(
      'the local judge of each objective that asks one, by its latest evaluation, against what people decided',
    ),
});
export type AgreementReport = z.infer<typeof agreementReportSchema>;

const drawSchema = z.object({
  filter: sessionFilterSchema.default({}),
  sampling: samplingSchema.default(() => ({
    kind: 'priority' as const,
    weights: priorityWeightsSchema.parse({}),
  })),
  size: z.number().int().min(1).max(20_000).default(50),
  seed: z.number().int().default(1),
  withReviewed: z.boolean().default(false).describe('also sessions reviewed in another queue'),
});

const itemPlace = z.object({ queueId: z.string(), sessionId: z.string() });

export const review = {
  queues: base.output(z.array(queueSummarySchema)),
  /** What a queue would hold, without saving it. */
  preview: base.input(drawSchema).output(
    z.object({
      frameSize: z.number().int(),
      size: z.number().int(),
      incomplete: incompleteField,
      items: z.array(
        reviewItemSchema.pick({ sessionId: true, title: true, priority: true, factors: true, reasons: true }),
      ),
    }),
  ),
  createQueue: base
    .input(
      drawSchema.extend({
        name: z.string().trim().min(1).max(120),
        objective: z.object({ objectiveId: z.string(), version: z.number().int() }).nullable().default(null),
        reviewers: z.array(reviewerSchema).max(50).default([]),
        reviewsPerItem: z.number().int().min(1).max(20).default(1),
        isBlind: z.boolean().default(true),
      }),
    )
    .output(z.object({ queueId: z.string(), size: z.number().int() })),
  archiveQueue: base.input(z.object({ queueId: z.string(), isArchived: z.boolean() })).output(z.null()),
  items: base
    .input(
      pageSchema.extend({
        queueId: z.string(),
        reviewer: reviewerSchema,
        states: z.array(itemStateSchema).optional(),
      }),
    )
    .output(pageOf(reviewItemSchema)),
  /** The next item for this reviewer: their open claim, else the first that still wants a review; null when done. */
  next: base
    .input(z.object({ queueId: z.string(), reviewer: reviewerSchema, after: z.string().optional() }))
    .output(reviewItemSchema.nullable()),
  /** Claims, skips or gives back an item. */
  mark: base
    .input(itemPlace.extend({ reviewer: reviewerSchema, state: z.enum(['claimed', 'skipped', 'open']) }))
    .output(z.null()),
  /** One's own review and, unless the queue is blind and one has not reviewed, those of others and the settlement. */
  get: base.input(itemPlace.extend({ reviewer: reviewerSchema })).output(
    z.object({
      own: givenReviewSchema.nullable(),
      others: z.array(givenReviewSchema),
      isHidden: z.boolean().describe('others have reviewed it, which this reviewer may not see yet'),
      settled: givenReviewSchema.nullable(),
    }),
  ),
  complete: base
    .input(
      itemPlace.extend({
        reviewer: reviewerSchema,
        review: reviewSchema,
        seconds: z.number().min(0).max(86_400),
      }),
    )
    .output(z.null()),
  /** Items on which reviewers differ, in the order of the queue; settled ones last. */
  disagreements: base.input(pageSchema.extend({ queueId: z.string() })).output(
    pageOf(
      z.object({
        sessionId: z.string(),
        title: z.string(),
        reviews: z.array(givenReviewSchema),
        settled: givenReviewSchema.nullable(),
      }),
    ),
  ),
  settle: base.input(itemPlace.extend({ review: reviewSchema.nullable() })).output(z.null()),
  results: base.input(z.object({ queueId: z.string() })).output(queueResultsSchema),
  agreement: base.input(z.object({ queueId: z.string().nullable() })).output(agreementReportSchema),
  /** The queue with its sessions as a packed workspace that a colleague opens like any other. */
  exportQueue: base
    .input(
      z.object({
        queueId: z.string(),
        redact: redactField.describe('mask its texts; ids stay, so that its reviews still merge'),
      }),
    )
    .output(
      z.object({
        handle: handleSchema,
        name: z.string(),
        bytes: z.number(),
        redaction: redactionReportSchema.nullable(),
      }),
    ),
  /** The reviews of a queue as JSON Lines, to be merged where the queue came from. */
  exportReviews: base
    .input(z.object({ queueId: z.string() }))
    .output(z.object({ handle: handleSchema, name: z.string(), rows: z.number().int(), bytes: z.number() })),
  /** Takes in a colleague's reviews; in any order, any number of times, without loss and without doubling. */
  merge: base.input(z.object({ handle: handleSchema })).output(
    z.object({
      read: z.number().int(),
      added: z.number().int(),
      known: z.number().int(),
      disputed: z.number().int().describe('items on which reviewers differ now, over all queues'),
    }),
  ),
};
