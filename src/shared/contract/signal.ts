import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { shareSchema } from '../model/codebook';
import { findingSchema, signalParametersSchema, signalQuerySchema, signalSchema } from '../model/signal';
import { signalCoverageSchema } from '../model/signal-coverage';
import { base, pageOf, pageSchema } from './base';
import { compoundingSchema, whatIfSchema } from './compounding';

/** What changed parameters, or a query, would change; its findings come page by page from `previewFindings`. */
const previewSchema = z.object({
  previewId: z.string(),
  added: z.number().int(),
  dropped: z.number().int(),
  kept: z.number().int(),
  sessionsBefore: z.number().int(),
  sessionsAfter: z.number().int(),
});
export type SignalPreview = z.infer<typeof previewSchema>;

const progressSchema = z.object({
  type: z.literal('progress'),
  sessions: z.number().int().describe('looked at so far'),
  total: z.number().int(),
});

export const signalEventSchema = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('done'), sessions: z.number().int().describe('looked at') }),
]);
export type SignalEvent = z.infer<typeof signalEventSchema>;

/** How far the sessions of the workspace were looked at by all detectors; the ones said in SQL have looked at all of them. */
export const signalStageStateSchema = signalCoverageSchema.extend({
  isRunning: z.boolean(),
  wasStopped: z.boolean().describe('a person stopped it'),
  problem: z.string().nullable().describe('why it ended early, in a sentence'),
});
export type SignalStageState = z.infer<typeof signalStageStateSchema>;

export const previewEventSchema = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('done'), preview: previewSchema }),
]);
export type PreviewEvent = z.infer<typeof previewEventSchema>;

export const scorePartSchema = z.object({
  name: z.string(),
  title: z.string(),
  detail: z.string().describe('the figure in words, beside what is usual where it is compared'),
  signal: z.string().nullable().describe('the signal it counts; null for the shape of the session'),
  spanIds: z
    .array(z.string())
    .describe('spans it comes from, in order, at most twenty; empty: all of the session'),
  value: z.number(),
  weight: z.number().describe('log-odds per unit of the value'),
  contribution: z.number().describe('log-odds: value times weight'),
});
export type ScorePart = z.infer<typeof scorePartSchema>;

const likelySpanSchema = z.object({
  spanId: z.string(),
  position: z.number().int(),
  probability: z.number().describe('that the first failure is here, given that there is one'),
  signals: z.array(z.string()).describe('found at it'),
  reasons: z.array(z.string()).describe('what of it weighs most, in words'),
});
export type LikelySpan = z.infer<typeof likelySpanSchema>;

export const sessionScoreSchema = z.object({
  sessionId: z.string(),
  probability: z.number().describe('that the session failed its user'),
  baseline: z.number().describe('of a session in which nothing was found and nothing stands out'),
  parts: z.array(scorePartSchema).describe('weightiest first'),
  comparedWith: z
    .object({ label: z.string(), sessions: z.number().int() })
    .nullable()
    .describe('the sessions counts are compared with; null where too few are like this one'),
  calibration: z
    .object({ from: z.number(), to: z.number(), failed: shareSchema })
    .nullable()
    .describe('labelled sessions with a score in this range that failed; null for a refitted model'),
  verdictCount: z.number().int().describe('verdicts the model was refitted on; 0: weights as shipped'),
  verdictsGiven: z.number().int().describe('sessions judged, outright or by a review that reached a verdict'),
  verdictsNeeded: z.number().int(),
  verdict: z.boolean().nullable().describe('whether the analyst said that it failed'),
  reviewed: z.boolean().nullable().describe('whether reviewers decided that it failed'),
  provenance: z.string().describe('what the shipped weights were fitted on'),
  likelySpans: z.array(likelySpanSchema),
});
export type SessionScore = z.infer<typeof sessionScoreSchema>;

const orderTrustSchema = z.object({
  auc: z.number(),
  low: z.number().describe('lower end of the 95% interval of the area'),
  high: z.number(),
  top10: z.number().describe('share of failed sessions among the first tenth'),
  top20: z.number(),
});

/** How the session score did on one labelled set, beside order by length. */
export const scoreTrustSchema = z.object({
  set: z.string(),
  sessions: z.number().int(),
  failed: z.number().int(),
  score: orderTrustSchema,
  length: orderTrustSchema,
});
export type ScoreTrust = z.infer<typeof scoreTrustSchema>;

/** How one way to say where a failure is did on a set of annotated failures. */
export const placeTrustSchema = z.object({
  set: z.string(),
  failures: z.number().int(),
  method: z.string(),
  step: z.number().describe('share of failures whose step comes first'),
  low: z.number(),
  high: z.number(),
  three: z.number().describe('share of failures whose step is among the first three'),
});
export type PlaceTrust = z.infer<typeof placeTrustSchema>;

export const groupKinds = ['format', 'source', 'model', 'agentVersion', 'feature', 'cohort'] as const;

export const prevalenceSchema = z.object({
  groups: z.array(z.object({ value: z.string(), label: z.string(), sessions: z.number().int() })),
  rows: z.array(
    z.object({
      signal: z.string(),
      all: shareSchema,
      groups: z.array(shareSchema).describe('in the order of groups'),
    }),
  ),
});
export type Prevalence = z.infer<typeof prevalenceSchema>;

export const pairSchema = z.object({
  first: z.string(),
  second: z.string(),
  both: z.number().int().describe('sessions with both'),
  onlyFirst: z.number().int(),
  onlySecond: z.number().int(),
  lift: z
    .number()
    .describe('sessions with both over those expected if the two had nothing to do with each other'),
});
export type SignalPair = z.infer<typeof pairSchema>;

export const signalTrendSchema = z.object({
  unit: z.enum(['day', 'week', 'month']),
  points: z.array(z.object({ startMs: z.number(), sessions: shareSchema })),
});
export type SignalTrend = z.infer<typeof signalTrendSchema>;

const viewSchema = z.object({
  name: z.string(),
  grain: z.string(),
  columns: z.array(z.object({ name: z.string(), meaning: z.string() })),
});

const tuningSchema = z.object({
  signal: z.string(),
  isEnabled: z.boolean(),
  parameters: signalParametersSchema.describe('names left out have the detector’s own value'),
});
export type SignalTuning = z.infer<typeof tuningSchema>;

export const signal = {
  list: base.output(z.array(signalSchema)),
  findings: base
    .input(pageSchema.extend({ signal: z.string().optional(), sessionId: z.string().optional() }))
    .output(pageOf(findingSchema)),
  /** Says of findings that they are right or wrong; wrong ones count nowhere. */
  judge: base
    .input(
      z.object({
        findingIds: z.array(z.string()).min(1).max(10_000),
        verdict: z.enum(['right', 'wrong']).nullable(),
      }),
    )
    .output(z.null()),
  /** How far the background stage is. */
  stage: base.output(signalStageStateSchema),
  /** Ends the background stage for now; `run` goes on where it was. */
  stopStage: base.output(z.null()),
  /** Goes on with the background stage. */
  startStage: base.output(z.null()),
  /**
   * Looks at what is new or changed, following the background stage where it is at it. With `anew`, at everything. Leaving the
   * iterator stops it.
   */
  run: base.input(z.object({ anew: z.boolean().default(false) })).output(eventIterator(signalEventSchema)),
  /** Changes how a detector runs in this workspace and runs it. Leaving the iterator stops the run; `run` takes it up again. */
  tune: base.input(tuningSchema).output(eventIterator(signalEventSchema)),
  /** What tuning would change. */
  preview: base.input(tuningSchema).output(eventIterator(previewEventSchema)),
  /** What a query finds, beside what the query of that id finds now. */
  previewQuery: base.input(z.object({ query: signalQuerySchema })).output(eventIterator(previewEventSchema)),
  previewFindings: base
    .input(pageSchema.extend({ previewId: z.string(), change: z.enum(['added', 'dropped']) }))
    .output(pageOf(findingSchema)),
  /** Saves a query as a detector of this workspace and runs it. */
  saveQuery: base.input(z.object({ query: signalQuerySchema })).output(eventIterator(signalEventSchema)),
  removeQuery: base.input(z.object({ signal: z.string() })).output(z.null()),
  /** The views a query may read. */
  views: base.output(z.array(viewSchema)),
  /** Share of sessions with each signal, by group; the twelve largest groups. */
  prevalence: base.input(z.object({ by: z.enum(groupKinds) })).output(prevalenceSchema),
  /** Pairs of signals found in the same sessions, the most telling first. */
  pairs: base.output(z.array(pairSchema).max(200)),
  trend: base.input(z.object({ signal: z.string() })).output(signalTrendSchema),
  /** What the reliability of single steps comes to, beside how the sessions ended, and what another success of a pillar would. */
  compounding: base
    .input(z.object({ whatIf: whatIfSchema.nullable().default(null) }))
    .output(compoundingSchema),
  /** How the session score and the place of failures did on labelled data. */
  scoreTrust: base.output(
    z.object({
      provenance: z.string().describe('what the shipped weights were fitted on'),
      sets: z.array(scoreTrustSchema),
      ahead: z
        .object({ score: z.number(), length: z.number(), low: z.number(), high: z.number() })
        .describe(
          'means over the sets of the areas within them, and the 95% interval of the lead over length',
        ),
      places: z.array(placeTrustSchema),
    }),
  ),
};
