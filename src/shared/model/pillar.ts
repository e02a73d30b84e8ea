import { z } from 'zod';

/** The four parts of an agent a span can belong to (arXiv 2512.12791). The user is a lane, not a pillar. */
export const pillars = ['llm', 'memory', 'tools', 'environment'] as const;
export const pillarSchema = z.enum(pillars);
export type Pillar = z.infer<typeof pillarSchema>;

/** What the timeline draws: the user's lane first, then one lane per pillar. */
export const lanes = ['user', ...pillars] as const;
export const laneSchema = z.enum(lanes);
export type Lane = z.infer<typeof laneSchema>;

/**
 * One row of the pillar rules: the first rule (lowest `order`) whose `pattern` matches the named field decides.
 * `pattern` is a regular expression (RE2 syntax, case-insensitive, anchored by itself where wanted).
 * Rules with `scope: 'workspace'` were added by the analyst and come before the built-in ones.
 */
export const pillarRuleSchema = z.object({
  id: z.string(),
  order: z.number().int(),
  field: z.enum(['kind', 'operation', 'toolName', 'name']),
  pattern: z.string(),
  pillar: pillarSchema,
  why: z.string(),
  scope: z.enum(['built-in', 'workspace']),
});
export type PillarRule = z.infer<typeof pillarRuleSchema>;
