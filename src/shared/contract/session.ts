import { z } from 'zod';
import { correctionSchema } from '../model/correction';
import { sessionDriftSchema } from '../model/drift';
import { pillarRuleSchema, pillarSchema } from '../model/pillar';
import { goalSchema } from '../model/goal';
import {
  contextWindowSchema,
  sessionFilterSchema,
  sessionRowSchema,
  sessionSortKeys,
  turnSchema,
} from '../model/session';
import { findingSchema } from '../model/signal';
import { sessionScoreSchema } from './signal';
import { labelSchema, spanDetailSchema, spanRowSchema } from '../model/span';
import { base, pageOf, pageSchema } from './base';

const facetValueSchema = z.object({ value: z.string(), label: z.string(), count: z.number().int() });
const histogramSchema = z.object({
  bins: z.array(
    z.object({ from: z.number(), to: z.number(), count: z.number().int(), matching: z.number().int() }),
  ),
});

/** Values a facet shows at most; the others are found by a part of their name. */
export const FACET_VALUES = 50;
/** Facets that may have more values than that. */
export const openFacets = [
  'labels',
  'features',
  'cohorts',
  'models',
  'agentVersions',
  'userIds',
  'sourceIds',
] as const;
export type OpenFacet = (typeof openFacets)[number];

const searchedSchema = z
  .number()
  .min(0)
  .max(1)
  .describe('share of the spans that the text was looked for in; 1 where it is for none');
/** Whether to answer when all texts were searched for `filter.text`, or soon, with what was found by then. */
const isWholeSchema = z.boolean().default(true);

export const facetsSchema = z.object({
  searched: searchedSchema,
  total: z.number().int(),
  matching: z.number().int(),
  formats: z.array(facetValueSchema),
  sources: z.array(facetValueSchema),
  models: z.array(facetValueSchema),
  agentVersions: z.array(facetValueSchema),
  features: z.array(facetValueSchema),
  cohorts: z.array(facetValueSchema),
  users: z.array(facetValueSchema),
  signals: z.array(facetValueSchema),
  scoreTenths: z.array(facetValueSchema).describe('lowest first'),
  failureModes: z.array(facetValueSchema),
  errorPillars: z.array(facetValueSchema),
  userActs: z.array(facetValueSchema).describe('sessions with a user turn that does it'),
  labels: z.array(facetValueSchema).describe('of the export, as `name: value`; sessions that have one'),
  reviews: z.array(facetValueSchema).describe('empty while nothing was reviewed'),
  flags: z.array(facetValueSchema),
  corrections: z.array(facetValueSchema),
  startMs: histogramSchema,
  turnCount: histogramSchema,
});
export type Facets = z.infer<typeof facetsSchema>;

export const session = {
  list: base
    .input(
      pageSchema.extend({
        filter: sessionFilterSchema.default({}),
        sort: z
          .object({ key: z.enum(sessionSortKeys), descending: z.boolean() })
          .default({ key: 'startTimeMs', descending: true }),
        withStrip: z.boolean().default(true),
        isWhole: isWholeSchema,
      }),
    )
    .output(pageOf(sessionRowSchema).extend({ searched: searchedSchema })),
  /** Counts for each facet value; a facet's own selection does not narrow its own counts. */
  facets: base
    .input(z.object({ filter: sessionFilterSchema.default({}), isWhole: isWholeSchema }))
    .output(facetsSchema),
  /** Values of one facet whose name holds `find`, case aside, counted as in {@link facetsSchema}; the most frequent first, at most {@link FACET_VALUES}. */
  facetValues: base
    .input(
      z.object({
        facet: z.enum(openFacets),
        find: z.string().trim().min(1).max(200),
        filter: sessionFilterSchema.default({}),
      }),
    )
    .output(z.array(facetValueSchema)),
  get: base.input(z.object({ sessionId: z.string() })).output(sessionRowSchema),
  /** Turns, findings, corrections and labels of a session; its spans come page by page from `spans`. */
  outline: base.input(z.object({ sessionId: z.string() })).output(
    z.object({
      session: sessionRowSchema,
      turns: z.array(turnSchema),
      findings: z.array(findingSchema),
      corrections: z.array(correctionSchema),
      labels: z.array(labelSchema),
      agents: z.array(
        z.object({
          agentId: z.string(),
          name: z.string(),
          parentSpanId: z.string().nullable(),
          spanCount: z.number().int(),
        }),
      ),
      contextWindow: z.number().nullable().describe('tokens, of the model used most, when known'),
      fork: z
        .object({ originSessionId: z.string(), copiedSpanCount: z.number().int() })
        .nullable()
        .describe(
          'of a session that began as a copy of another: which one, and how many spans stand there alone',
        ),
    }),
  ),
  spans: base
    .input(
      pageSchema.extend({
        sessionId: z.string(),
        textLength: z.number().int().min(0).max(20_000).default(1200),
      }),
    )
    .output(pageOf(spanRowSchema)),
  span: base.input(z.object({ sessionId: z.string(), spanId: z.string() })).output(spanDetailSchema),
  /** The curve of how like each message is to the opening request. */
  drift: base.input(z.object({ sessionId: z.string() })).output(sessionDriftSchema),
  /** How probable it is that the session failed, why, and where it likely first went wrong. */
  score: base.input(z.object({ sessionId: z.string() })).output(sessionScoreSchema),
  /** Says of sessions whether they failed their users; null takes it back. Enough verdicts refit the score. */
  judge: base
    .input(z.object({ sessionIds: z.array(z.string()).min(1).max(10_000), failed: z.boolean().nullable() }))
    .output(z.null()),
  /** The goal ledger: what users and instructions want of the agent, when it was last served and whether it was broken. */
  ledger: base.input(pageSchema.extend({ sessionId: z.string() })).output(pageOf(goalSchema)),
  /** Sessions before and after this one in the given order, for previous/next. */
  neighbours: base
    .input(
      z.object({
        sessionId: z.string(),
        filter: sessionFilterSchema.default({}),
        sort: z
          .object({ key: z.enum(sessionSortKeys), descending: z.boolean() })
          .default({ key: 'startTimeMs', descending: true }),
      }),
    )
    .output(
      z.object({
        previousId: z.string().nullable(),
        nextId: z.string().nullable(),
        place: z.number().int(),
        total: z.number().int(),
      }),
    ),
};

export const contextWindow = {
  /** The models of the workspace with the tokens their context holds. */
  list: base.output(z.array(contextWindowSchema)),
  /** Sets a model's window for this workspace; null returns it to the built-in table. */
  set: base
    .input(
      z.object({ model: z.string().min(1).max(400), tokens: z.number().int().min(1).max(1e9).nullable() }),
    )
    .output(z.null()),
};

export const pillar = {
  rules: base.output(z.array(pillarRuleSchema)),
  /** Tool names of the workspace with the pillar they are in, and which rule put them there. */
  tools: base.output(
    z.array(
      z.object({
        toolName: z.string(),
        pillar: pillarSchema,
        ruleId: z.string(),
        spanCount: z.number().int(),
        isChanged: z.boolean(),
      }),
    ),
  ),
  /** Puts a tool into a pillar for this workspace; null returns it to the built-in rules. */
  setTool: base.input(z.object({ toolName: z.string(), pillar: pillarSchema.nullable() })).output(z.null()),
};
