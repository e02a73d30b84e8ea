import { z } from 'zod';
import { codeSchema } from './code';
import { codebookSchema, crosswalkRelationSchema } from './codebook';
import { clusteringResultSchema, comparedBySchema } from './correction';
import { pillarSchema } from './pillar';
import { objectiveActSchemas } from './objective';
import { regressionActSchemas } from './regression';
import { redactionChoiceSchema } from './redaction';
import { foreignFactSchema, reviewActSchema } from './review';
import { signalParametersSchema, signalQuerySchema } from './signal';
import { mappingProfileSchema } from './source';

/** Things people say that hang on a session or a span of it, in the singular. */
export const saidKindSchema = z.enum([
  'review',
  'decision on a disagreement',
  'item of a queue',
  'verdict on a session',
  'verdict on a finding',
  'correction judged or sorted',
  'correction added by hand',
  'annotation',
  'regression case',
  'result of an evaluation',
]);
export type SaidKind = z.infer<typeof saidKindSchema>;

/**
 * What a person did, one fact a line. Append-only: undo is one more fact.
 * Facts name everything they touch by stable ids, so that two journals merge by union.
 */
const singleActSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('workspace.created'), name: z.string() }),
  z.object({
    type: z.literal('correction.judged'),
    correctionIds: z.array(z.string()).min(1),
    verdict: z.enum(['confirmed', 'rejected']).nullable().describe('null takes the verdict back'),
  }),
  z.object({
    type: z.literal('correction.added'),
    sessionId: z.string(),
    spanId: z.string(),
  }),
  z.object({
    type: z.literal('correction.assigned'),
    correctionIds: z.array(z.string()).min(1),
    failureModeId: z.string(),
    codebookVersion: z.number().int(),
    mode: z.enum(['set', 'add', 'remove']).describe('set replaces all others'),
    code: z.string().optional().describe('the free code that brought it there; absent: sorted directly'),
  }),
  z.object({
    type: z.literal('correction.coded'),
    correctionIds: z.array(z.string()).min(1),
    code: codeSchema,
    mode: z.enum(['add', 'remove']),
  }),
  z.object({
    type: z.literal('code.placed'),
    code: codeSchema,
    failureModeId: z.string().nullable().describe('null takes the code out again'),
  }),
  z.object({
    type: z.literal('correction.set-aside'),
    correctionIds: z.array(z.string()).min(1),
    isSetAside: z.boolean(),
  }),
  z.object({ type: z.literal('cluster.named'), clusterId: z.string(), name: z.string().nullable() }),
  z.object({
    type: z.literal('cluster.ran'),
    runId: z.string(),
    requestedCount: z.number().int().nullable(),
    seed: z.number().int(),
    comparedBy: comparedBySchema.optional().describe('absent: by the wording of what the user said'),
    result: clusteringResultSchema,
  }),
  z.object({ type: z.literal('cluster.merged'), clusterIds: z.array(z.string()).min(2), intoId: z.string() }),
  z.object({
    type: z.literal('cluster.moved'),
    correctionIds: z.array(z.string()).min(1),
    clusterId: z.string(),
  }),
  z.object({
    type: z.literal('cluster.linked'),
    correctionIds: z.array(z.string()).min(2),
    link: z.enum(['must', 'cannot']).nullable().describe('belong together, or apart; null takes it back'),
  }),
  z.object({ type: z.literal('codebook.saved'), codebook: codebookSchema }),
  z.object({
    type: z.literal('crosswalk.changed'),
    fromId: z.string(),
    toId: z.string(),
    relation: crosswalkRelationSchema.nullable().describe('null takes the link away'),
  }),
  z.object({ type: z.literal('pillar.changed'), toolName: z.string(), pillar: pillarSchema.nullable() }),
  z.object({
    type: z.literal('finding.judged'),
    findingIds: z.array(z.string()).min(1),
    verdict: z.enum(['right', 'wrong']).nullable().describe('null takes the verdict back'),
  }),
  z.object({
    type: z.literal('session.judged'),
    sessionIds: z.array(z.string()).min(1),
    failed: z.boolean().nullable().describe('whether it failed its user; null takes the verdict back'),
  }),
  z
    .object({
      type: z.literal('session.joined'),
      importId: z.string(),
      sessions: z.array(z.object({ fromId: z.string(), toId: z.string() })),
      carried: z.array(z.object({ what: saidKindSchema, count: z.number().int().min(1) })).min(1),
    })
    .describe('what people said of sessions and spans that an import joined with others was carried over'),
  z.object({
    type: z.literal('signal.tuned'),
    signal: z.string(),
    isEnabled: z.boolean(),
    parameters: signalParametersSchema.describe('those that differ from the detector’s own'),
  }),
  z.object({ type: z.literal('signal.saved'), query: signalQuerySchema }),
  z.object({ type: z.literal('signal.removed'), signal: z.string() }),
  z.object({
    type: z.literal('context-window.changed'),
    model: z.string(),
    tokens: z.number().int().min(1).nullable().describe('null returns the model to the built-in table'),
  }),
  z.object({ type: z.literal('mapping.saved'), profile: mappingProfileSchema }),
  z.object({ type: z.literal('view.saved'), screen: z.string(), name: z.string(), state: z.string() }),
  z.object({ type: z.literal('view.removed'), screen: z.string(), name: z.string() }),
  z.object({
    type: z.literal('annotation.imported'),
    annotations: z.array(z.record(z.string(), z.unknown())),
    sourceName: z.string(),
  }),
  ...reviewActSchema.options,
  ...objectiveActSchemas,
  ...regressionActSchemas,
  z.object({
    type: z.literal('redaction.set'),
    choice: redactionChoiceSchema,
  }),
  z.object({
    type: z.literal('review.merged'),
    facts: z.array(foreignFactSchema).max(200_000),
    sourceName: z.string(),
  }),
  z.object({ type: z.literal('import.removed'), importId: z.string() }),
  z.object({ type: z.literal('act.undone'), factId: z.string() }),
  z.object({ type: z.literal('act.redone'), factId: z.string() }),
]);
/** One act, or several that a person did as one: they are undone together. */
export const actSchema = z.discriminatedUnion('type', [
  ...singleActSchema.options,
  z.object({ type: z.literal('acts.grouped'), acts: z.array(singleActSchema).min(1) }),
]);
export type SingleAct = z.infer<typeof singleActSchema>;
export type Act = z.infer<typeof actSchema>;

/** A line of journal.jsonl. `hash` = SHA-256 over the line without itself; `previous` is the line before. */
export const factSchema = z.object({
  seq: z.number().int().min(1),
  factId: z.string(),
  at: z.string(),
  author: z.string(),
  act: actSchema,
  previous: z.string(),
  hash: z.string(),
});
export type Fact = z.infer<typeof factSchema>;
