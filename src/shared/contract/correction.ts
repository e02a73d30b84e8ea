import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import {
  clusterRunSchema,
  clusterSchema,
  comparedBySchema,
  correctionKindSchema,
  correctionSchema,
  correctionStateSchema,
} from '../model/correction';
import { shareSchema } from '../model/codebook';
import { userActSchema, userTurnSchema } from '../model/user-turn';
import { base, handleSchema, pageOf, pageSchema } from './base';
import { sessionGroupSchema } from './numbers';

export const correctionFilterSchema = z.object({
  states: z.array(correctionStateSchema).optional(),
  clusterId: z.string().optional(),
  failureModeId: z.string().optional().describe('"none" for the unsorted'),
  code: z.string().optional().describe('with this free code'),
  kinds: z.array(correctionKindSchema).optional(),
  acts: z.array(userActSchema).optional(),
  proposedModeId: z.string().optional().describe('unsorted, with this failure mode proposed'),
  sessionId: z.string().optional(),
  isSetAside: z.boolean().optional(),
  text: z.string().max(200).optional(),
  groups: z
    .array(sessionGroupSchema)
    .max(20)
    .optional()
    .describe('of sessions that are in one of the groups named, for each thing they are told apart by'),
  correctionIds: z.array(z.string()).optional(),
});
export type CorrectionFilter = z.infer<typeof correctionFilterSchema>;

export const failureModeCountSchema = z.object({
  failureModeId: z.string(),
  name: z.string(),
  sorted: shareSchema.describe('of all sorted corrections'),
  proposed: z.number().int(),
  sessions: shareSchema.describe('sessions with it, of all sessions'),
});

export const correctionSummarySchema = z.object({
  proposed: z.number().int(),
  confirmed: z.number().int(),
  rejected: z.number().int(),
  setAside: z.number().int(),
  sortable: z.number().int().describe('proposed and confirmed, not set aside'),
  sorted: z.number().int().describe('of the sortable, with at least one failure mode'),
  withProposal: z.number().int(),
  learning: z
    .object({ isLearning: z.boolean(), learntFrom: z.number().int(), problem: z.string().nullable() })
    .describe('how the proposals stand; asking for the summary lets the engine learn in the background'),
  codebookVersion: z.number().int(),
  byFailureMode: z.array(failureModeCountSchema),
  saturation: z
    .array(z.object({ sorted: z.number().int(), modes: z.number().int() }))
    .describe(
      'distinct failure modes seen after the n-th sorted correction: a point wherever one is new, and the last',
    ),
  run: clusterRunSchema.nullable(),
  isRunStale: z.boolean().describe('corrections were added or rejected since the last clustering'),
});

export const clusterEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), step: z.string(), share: z.number() }),
  z.object({ type: z.literal('done'), run: clusterRunSchema }),
]);

export type ClusterEvent = z.infer<typeof clusterEventSchema>;
export type CorrectionSummary = z.infer<typeof correctionSummarySchema>;

export const correction = {
  list: base
    .input(
      pageSchema.extend({
        filter: correctionFilterSchema.default({}),
        order: z.enum(['score', 'cluster', 'useful', 'session']).default('score'),
      }),
    )
    .output(pageOf(correctionSchema)),
  /** Kinds and acts among the corrections of a filter, the most frequent first; a choice of kinds does not narrow the kinds, nor acts the acts. */
  facets: base.input(z.object({ filter: correctionFilterSchema.default({}) })).output(
    z.object({
      kinds: z.array(z.object({ value: correctionKindSchema, count: z.number().int() })),
      acts: z.array(z.object({ value: userActSchema, count: z.number().int() })),
      groups: z
        .array(sessionGroupSchema.extend({ count: z.number().int() }))
        .describe('sources, models, features and cohorts of their sessions'),
    }),
  ),
  summary: base.output(correctionSummarySchema),
  /** User turns with what each of them does, in order of session and turn. */
  turns: base
    .input(
      pageSchema.extend({
        filter: z
          .object({
            sessionId: z.string().optional(),
            acts: z.array(userActSchema).optional(),
            leastProbability: z.number().min(0).max(1).optional(),
            text: z.string().max(200).optional(),
          })
          .default({}),
      }),
    )
    .output(pageOf(userTurnSchema)),
  /** How many user turns do what. */
  acts: base.output(
    z.array(
      z.object({
        act: userActSchema,
        title: z.string(),
        definition: z.string(),
        count: z.number().int(),
        sessions: z.number().int(),
      }),
    ),
  ),
  judge: base
    .input(
      z.object({
        correctionIds: z.array(z.string()).min(1),
        verdict: z.enum(['confirmed', 'rejected']).nullable(),
      }),
    )
    .output(z.null()),
  /** Makes a user turn that no detector proposed a (confirmed) correction. */
  add: base
    .input(z.object({ sessionId: z.string(), spanId: z.string() }))
    .output(z.object({ correctionId: z.string() })),
  /** Sorting implies confirming: an assigned correction is confirmed. */
  assign: base
    .input(
      z.object({
        correctionIds: z.array(z.string()).min(1).max(100_000),
        failureModeId: z.string(),
        mode: z.enum(['set', 'add', 'remove']).default('set'),
      }),
    )
    .output(z.null()),
  /** Adds a failure mode to the codebook and sorts corrections under it, as one act. */
  sortAsNew: base
    .input(
      z.object({
        name: z.string().trim().min(1).max(120),
        definition: z.string().max(4000).default(''),
        correctionIds: z.array(z.string()).max(100_000).default([]),
      }),
    )
    .output(z.object({ failureModeId: z.string(), version: z.number().int() })),
  setAside: base
    .input(z.object({ correctionIds: z.array(z.string()).min(1), isSetAside: z.boolean() }))
    .output(z.null()),
  /** Nearest corrections by wording, best first. */
  similar: base
    .input(z.object({ correctionId: z.string(), limit: z.number().int().min(1).max(200).default(30) }))
    .output(z.array(correctionSchema.extend({ similarity: z.number() }))),
};

/** The sentence model of this machine, which clusters may be sought by; it is read from its folder and nowhere else. */
export const sentenceModelSchema = z.object({
  folder: z.string().nullable().describe('its path; null where none was chosen'),
  name: z.string().nullable().describe('last part of the path'),
  dimensions: z
    .number()
    .int()
    .nullable()
    .describe('numbers in the vector of a text; null where it cannot be used'),
  problem: z.string().nullable().describe('why it cannot be used, naming the file; null where it can'),
});
export type SentenceModel = z.infer<typeof sentenceModelSchema>;

/** What a person said of corrections as a pair or more: that they belong together, or apart. */
export const clusterLinkSchema = z.object({
  correctionIds: z.array(z.string()),
  link: z.enum(['must', 'cannot']),
});

/** Names that repeat, and a packed column of their numbers; 65,535 is none. */
const codedSchema = z.object({ names: z.array(z.string()), packed: z.string() });

export const clusterRunInputSchema = z.object({
  count: z.number().int().min(1).max(500).nullable().default(null),
  seed: z.number().int().default(1),
  basis: comparedBySchema.shape.basis.default('wording'),
  withAnswered: comparedBySchema.shape.withAnswered.default(false),
});
export type ClusterRunInput = z.infer<typeof clusterRunInputSchema>;

export const cluster = {
  /** Clusters all corrections that are not rejected or set aside. `count` null: the stated criterion chooses. */
  run: base.input(clusterRunInputSchema).output(eventIterator(clusterEventSchema)),
  /** The sentence model chosen on this machine, tried anew. */
  model: base.output(sentenceModelSchema),
  /** Chooses the folder of a sentence model, which must be usable; null chooses none. @throws BAD_INPUT that names the file */
  chooseModel: base.input(z.object({ handle: handleSchema.nullable() })).output(sentenceModelSchema),
  /** What was said of corrections that belong together or apart, and was not taken back. */
  links: base.output(z.array(clusterLinkSchema)),
  list: base.output(z.array(clusterSchema)),
  /** Dots of the map in columns, packed (shared/packed-numbers.ts) but for the ids. */
  map: base.output(
    z.object({
      correctionIds: z.array(z.string()),
      x: z.string().describe('0 to 65,535 over the width'),
      y: z.string().describe('0 to 65,535 over the height'),
      clusters: codedSchema,
      failureModes: codedSchema,
      isConfirmed: z.string().describe('1 or 0'),
      trustworthiness: z
        .number()
        .nullable()
        .describe('how far neighbours on the map are neighbours by wording, 0 to 1; null where not measured'),
    }),
  ),
  name: base
    .input(z.object({ clusterId: z.string(), name: z.string().trim().max(120).nullable() }))
    .output(z.null()),
  merge: base
    .input(z.object({ clusterIds: z.array(z.string()).min(2), intoId: z.string() }))
    .output(z.null()),
  /** A cluster's parts, found by clustering its members alone; nothing is changed. At most 20, the largest first, then the rest as one. */
  parts: base.input(z.object({ clusterId: z.string() })).output(
    z.array(
      z.object({
        keywords: z.array(z.string()),
        exemplarIds: z.array(z.string()),
        cohesion: z.number(),
        correctionIds: z.array(z.string()),
        isOutliers: z.boolean(),
      }),
    ),
  ),
  /** Splits a cluster into `count` parts by clustering its members alone. */
  split: base
    .input(z.object({ clusterId: z.string(), count: z.number().int().min(2).max(20).default(2) }))
    .output(z.array(z.string())),
  /**
   * Says that corrections belong together or apart; the next clustering keeps to it. Null takes it back. What was said before and
   * cannot hold beside it, also through a chain, is taken back in the same act.
   */
  link: base
    .input(
      z.object({
        correctionIds: z.array(z.string()).min(2).max(1000),
        link: z.enum(['must', 'cannot']).nullable(),
      }),
    )
    .output(z.object({ contradicted: z.array(clusterLinkSchema).describe('taken back, oldest first') })),
  move: base
    .input(z.object({ correctionIds: z.array(z.string()).min(1), clusterId: z.string() }))
    .output(z.null()),
};
