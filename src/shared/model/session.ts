import { z } from 'zod';
import { laneSchema } from './pillar';

/** One user message and all that follows until the next. `userSpanId` is null where a source carries no user text. */
export const turnSchema = z.object({
  turnNo: z.number().int(),
  userSpanId: z.string().nullable(),
  userText: z.string().describe('cut at 2,000 characters'),
  firstPosition: z.number().int(),
  lastPosition: z.number().int(),
  startUs: z.number().nullable(),
  durationUs: z.number().nullable(),
  spanCount: z.number().int(),
  toolCallCount: z.number().int(),
  toolErrorCount: z.number().int(),
});
export type Turn = z.infer<typeof turnSchema>;

/** What is odd about a session's record; each is shown, never repaired silently. */
export const sessionFlagSchema = z.enum([
  'no-times',
  'some-times-missing',
  'missing-end-times',
  'clock-backwards',
  'unresolved-parents',
  'no-session-id',
  'no-user-text',
  'rewound-branch',
  'sub-agents',
  'fork',
]);
export type SessionFlag = z.infer<typeof sessionFlagSchema>;

/** A tick of the trajectory strip: `x` and `w` in thousandths of the session, on one lane. */
export const stripSchema = z.object({
  ticks: z
    .array(z.tuple([laneSchema, z.number().int(), z.number().int(), z.boolean()]))
    .describe('lane, x, width, is error'),
  findings: z.array(z.number().int()).describe('x of each finding, in thousandths'),
});
export type Strip = z.infer<typeof stripSchema>;

export const sessionRowSchema = z.object({
  sessionId: z.string(),
  title: z.string().describe('start of the first user message, else the first name found'),
  format: z.string(),
  importId: z.string(),
  sourceName: z.string(),
  agentName: z.string().nullable(),
  agentVersion: z.string().nullable(),
  model: z.string().nullable(),
  feature: z.string().nullable(),
  cohort: z.string().nullable(),
  userId: z.string().nullable(),
  startTimeMs: z.number().nullable().describe('epoch milliseconds'),
  durationMs: z.number().nullable(),
  turnCount: z.number().int(),
  userTurnCount: z.number().int().describe('messages of people, also on branches they left'),
  spanCount: z.number().int(),
  llmCallCount: z.number().int(),
  toolCallCount: z.number().int(),
  toolErrorCount: z.number().int(),
  interruptionCount: z.number().int(),
  rejectionCount: z.number().int(),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  findingCount: z.number().int(),
  signals: z.array(z.string()),
  correctionCount: z.number().int().describe('proposed and confirmed, without the rejected'),
  failureModes: z.array(z.string()).describe('names assigned by the analyst'),
  failProbability: z.number().nullable().describe('the session score: how probable it is that it failed'),
  verdict: z.string().nullable().describe('what reviewers decided: met, missed or unclear'),
  flags: z.array(sessionFlagSchema),
  strip: stripSchema.optional(),
  match: z
    .object({ spanId: z.string(), turnNo: z.number().int(), excerpt: z.string() })
    .optional()
    .describe('where a full-text search hit first'),
});
export type SessionRow = z.infer<typeof sessionRowSchema>;

/** Facets of the sessions screen. Every list is an OR within itself and an AND with the others. */
export const sessionFilterSchema = z.object({
  text: z.string().max(500).optional().describe('case-insensitive substring over all texts'),
  formats: z.array(z.string()).optional(),
  sourceIds: z.array(z.string()).optional(),
  importIds: z.array(z.string()).optional(),
  models: z.array(z.string()).optional(),
  agentVersions: z.array(z.string()).optional(),
  features: z.array(z.string()).optional(),
  cohorts: z.array(z.string()).optional(),
  userIds: z.array(z.string()).optional(),
  signals: z.array(z.string()).optional(),
  allSignals: z.array(z.string()).optional().describe('sessions in which every one of these was found'),
  scoreTenths: z
    .array(z.string().regex(/^[0-9]$/))
    .optional()
    .describe('failure probability by tenths: 0 for under 0.1, 9 for 0.9 and more'),
  failureModeIds: z.array(z.string()).optional(),
  errorPillars: z.array(z.string()).optional().describe('sessions with an error in one of these pillars'),
  flags: z.array(sessionFlagSchema).optional(),
  correction: z.enum(['any', 'confirmed', 'proposed', 'none']).optional(),
  labels: z
    .array(z.string())
    .optional()
    .describe('sessions with one of these labels of the export, as `name: value`'),
  userActs: z.array(z.string()).optional().describe('sessions with a user turn that does one of these'),
  reviews: z
    .array(z.string())
    .optional()
    .describe('met, missed or unclear by the latest verdict of any queue, or none'),
  reviewQueueIds: z.array(z.string()).optional().describe('reviewed in one of these queues'),
  reviewModeIds: z.array(z.string()).optional().describe('a review names one of these failure modes'),
  objectiveOutcomes: z
    .array(z.string().regex(/:(?:passed|failed|undecided)$/))
    .optional()
    .describe('`objectiveId:failed` and the like: what the latest evaluation of an objective said'),
  startMs: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('half-open [from, to) in epoch milliseconds'),
  turnCount: z.tuple([z.number(), z.number()]).optional().describe('inclusive'),
  sessionIds: z.array(z.string()).optional(),
});
export type SessionFilter = z.infer<typeof sessionFilterSchema>;

export const sessionSortKeys = [
  'startTimeMs',
  'durationMs',
  'turnCount',
  'spanCount',
  'toolCallCount',
  'toolErrorCount',
  'findingCount',
  'correctionCount',
  'failProbability',
  'inputTokens',
  'costUsd',
  'title',
  'sessionId',
] as const;

/** How many tokens the context of a model holds, in this workspace. */
export const contextWindowSchema = z.object({
  model: z.string(),
  tokens: z.number().nullable().describe('null where neither the workspace nor the built-in table knows'),
  builtIn: z.number().nullable().describe('tokens by the built-in table'),
  isChanged: z.boolean().describe('set by the analyst'),
  callCount: z.number().int().describe('model calls in the workspace'),
  largest: z.number().nullable().describe('tokens of the fullest call seen'),
});
export type ContextWindow = z.infer<typeof contextWindowSchema>;
