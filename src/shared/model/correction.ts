import { z } from 'zod';

export const correctionStateSchema = z.enum(['proposed', 'confirmed', 'rejected']);
export type CorrectionState = z.infer<typeof correctionStateSchema>;

export const correctionKindSchema = z.enum([
  'intent',
  'facts',
  'format',
  'constraint',
  'incomplete',
  'scope',
  'action',
  'unknown',
]);
export type CorrectionKind = z.infer<typeof correctionKindSchema>;

/** How the eight kinds are said on screen. */
export const correctionKindTitles: Record<CorrectionKind, string> = {
  intent: 'not what I wanted',
  facts: 'this is wrong',
  format: 'not like this',
  constraint: 'you broke a rule I gave',
  incomplete: 'you did not do it',
  scope: 'you did too much',
  action: 'wrong tool or place',
  unknown: 'kind not clear',
};

/** A user turn that rejects, repairs or redirects what the agent did before it. */
export const correctionSchema = z.object({
  correctionId: z.string(),
  sessionId: z.string(),
  spanId: z.string(),
  turnNo: z.number().int(),
  text: z.string(),
  agentText: z.string().describe('end of what the agent said just before, cut at 600 characters'),
  cue: z.object({ text: z.string(), start: z.number().int(), end: z.number().int() }).nullable(),
  cueKind: z.string(),
  kind: correctionKindSchema,
  act: z
    .string()
    .nullable()
    .describe('what the turn does (user-turn.ts); null for one added by hand that opens no turn'),
  correctsSpanId: z.string().nullable().describe('the span that is corrected, where it can be told'),
  score: z.number().min(0).max(1),
  reasons: z.array(z.string()),
  state: correctionStateSchema,
  isSetAside: z.boolean(),
  clusterId: z.string().nullable(),
  failureModeIds: z.array(z.string()),
  codes: z.array(z.string()).describe('free codes, in the order in which they were given'),
  proposal: z
    .object({ failureModeId: z.string(), probability: z.number() })
    .nullable()
    .describe('learnt from what the analyst has sorted so far; never counted as sorted'),
  sourceName: z.string(),
  line: z.number().int(),
});
export type Correction = z.infer<typeof correctionSchema>;

/** A machine's grouping of corrections; it means nothing until a person names it. */
export const clusterSchema = z.object({
  clusterId: z.string(),
  name: z.string().nullable().describe('given by the analyst'),
  keywords: z.array(z.string()),
  exemplarIds: z.array(z.string()),
  cohesion: z.number().describe('mean cosine of members to the centroid'),
  size: z.number().int(),
  sortedCount: z.number().int(),
  proposedCount: z.number().int().describe('not sorted, with a proposal'),
  isOutliers: z.boolean(),
});
export type Cluster = z.infer<typeof clusterSchema>;

/** What corrections are compared by when clusters are sought. */
export const comparedBySchema = z.object({
  basis: z
    .enum(['wording', 'model'])
    .describe('their words and runs of characters, or the vectors of the sentence model of this machine'),
  withAnswered: z.boolean().describe('what the agent had said just before counts as well'),
  modelName: z.string().nullable().describe('name of the folder of the model; null by wording'),
});
export type ComparedBy = z.infer<typeof comparedBySchema>;

export const clusterRunSchema = z.object({
  runId: z.string(),
  at: z.string(),
  itemCount: z.number().int(),
  clusterCount: z.number().int(),
  criterion: z.string().describe('how the number of clusters was chosen, in words'),
  seed: z.number().int(),
  comparedBy: comparedBySchema,
  features: z.string().describe('what they were compared by, in words'),
});
export type ClusterRun = z.infer<typeof clusterRunSchema>;

/** What a clustering found, kept whole in the journal: names, merges and assignments refer to its cluster ids. */
export const clusteringResultSchema = z.object({
  criterion: z.string(),
  itemCount: z.number().int(),
  clusters: z.array(
    z.object({
      clusterId: z.string(),
      keywords: z.array(z.string()),
      exemplarIds: z.array(z.string()),
      cohesion: z.number(),
      memberIds: z.array(z.string()),
    }),
  ),
  outlierIds: z.array(z.string()),
  /** x and y from 0 to 1, in the order of `pointIds`. */
  pointIds: z.array(z.string()),
  x: z.array(z.number()),
  y: z.array(z.number()),
  trustworthiness: z
    .number()
    .optional()
    .describe('how far neighbours on the map are neighbours by wording, 0 to 1'),
});
export type ClusteringResult = z.infer<typeof clusteringResultSchema>;
