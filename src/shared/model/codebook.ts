import { z } from 'zod';
import { pillarSchema } from './pillar';

/** A category that people named. Ids are stable over versions; names may change. */
export const failureModeSchema = z.object({
  id: z.string().min(1).max(80),
  name: z.string().min(1).max(120),
  definition: z.string().max(4000),
  include: z.string().max(4000),
  exclude: z.string().max(4000),
  severity: z.number().int().min(1).max(4).describe('1 notice, 2 minor, 3 major, 4 critical'),
  pillar: pillarSchema.nullable(),
  parentId: z.string().nullable(),
  color: z.string().nullable(),
  examples: z
    .array(
      z.object({
        correctionId: z.string().nullable(),
        sessionId: z.string().nullable(),
        text: z.string().max(2000),
      }),
    )
    .max(50),
  source: z.string().max(500).describe('where the category comes from; empty for the analyst’s own'),
  isRetired: z.boolean(),
});
export type FailureMode = z.infer<typeof failureModeSchema>;

/** How failure modes of a version came out of those of the one before: what lets counts be had under any version. */
export const lineageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('merged'), fromIds: z.array(z.string()).min(1), intoId: z.string() }),
  z.object({ type: z.literal('split'), fromId: z.string(), intoIds: z.array(z.string()).min(2) }),
]);
export type Lineage = z.infer<typeof lineageSchema>;

/** One immutable version of the set of failure modes. */
export const codebookSchema = z.object({
  version: z.number().int().min(1),
  at: z.string(),
  author: z.string(),
  note: z.string().max(500),
  failureModes: z.array(failureModeSchema).max(500),
  lineage: z.array(lineageSchema).max(500).optional().describe('merges and splits made with this version'),
});
export type Codebook = z.infer<typeof codebookSchema>;

/** What changed between two versions, by failure mode. */
export const codebookChangeSchema = z.object({
  id: z.string(),
  name: z.string(),
  change: z.enum(['added', 'removed', 'retired', 'restored', 'changed']),
  fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
  history: z
    .array(z.string())
    .describe('what it was merged into, split from and the like between the two, in words'),
});
export type CodebookChange = z.infer<typeof codebookChangeSchema>;

/** A share with its Wilson score interval. `low` and `high` are null when n is 0. */
export const shareSchema = z.object({
  count: z.number().int(),
  n: z.number().int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Share = z.infer<typeof shareSchema>;

/** How one category stands to another: "from is … to". */
export const crosswalkRelationSchema = z.enum(['same', 'broader', 'narrower', 'related']);
export type CrosswalkRelation = z.infer<typeof crosswalkRelationSchema>;

/** A link between two categories, of the codebook or of a built-in set. */
export const crosswalkLinkSchema = z.object({
  fromId: z.string().min(1).max(80),
  toId: z.string().min(1).max(80),
  relation: crosswalkRelationSchema,
});
export type CrosswalkLink = z.infer<typeof crosswalkLinkSchema>;
