import { z } from 'zod';
import { shareSchema } from '../model/codebook';
import { base } from './base';

export const groupBySchema = z.enum(['source', 'model', 'feature', 'cohort', 'month', 'week', 'day']);
export type GroupBy = z.infer<typeof groupBySchema>;

/** Sessions of one source, model, feature, cohort or time; an empty value where they do not say. */
export const sessionGroupSchema = z.object({ by: groupBySchema, value: z.string().max(1000) });
export type SessionGroup = z.infer<typeof sessionGroupSchema>;

export const modeNumbersSchema = z.object({
  version: z.number().int(),
  sorted: z
    .number()
    .int()
    .describe('corrections that people sorted; machine proposals are nowhere in these numbers'),
  sortable: z.number().int().describe('corrections neither rejected nor set aside'),
  proposed: z
    .number()
    .int()
    .describe(
      'of the unsorted, those with a proposal of the machine; counted nowhere else but in `proposals`',
    ),
  by: groupBySchema,
  severities: z
    .array(z.object({ severity: z.number().int(), share: shareSchema }))
    .describe('sorted corrections by the highest severity of their failure modes, critical first'),
  proposals: z
    .array(z.object({ failureModeId: z.string(), count: z.number().int() }))
    .describe('what the machine proposes for unsorted corrections, most first'),
  ranking: z
    .array(
      z.object({
        failureModeId: z.string(),
        name: z.string(),
        severity: z.number().int(),
        share: shareSchema.describe('of the sorted corrections'),
        weight: z.number().describe('count times severity'),
        positions: z
          .array(z.number().int())
          .describe('corrections by tenth of the session, from its first to its last turn'),
        turns: z
          .object({ low: z.number(), median: z.number(), high: z.number() })
          .describe('quartiles of the number of the turn in its session'),
      }),
    )
    .describe('weightiest first'),
  groups: z.array(
    z.object({
      value: z.string().describe('empty where the sessions do not say'),
      sorted: z.number().int(),
      modes: z.array(z.object({ failureModeId: z.string(), share: shareSchema })),
    }),
  ),
  preceding: z.array(
    z.object({
      failureModeId: z.string(),
      signal: z.string(),
      after: shareSchema.describe('corrections of the mode with the signal in the turn before'),
      elsewhere: shareSchema.describe('the same of all user turns but first ones'),
      lift: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
});
export type ModeNumbers = z.infer<typeof modeNumbersSchema>;

export const numbers = {
  /** Frequencies of failure modes under a version, by group, by place in the session, and what came before. */
  modes: base
    .input(z.object({ by: groupBySchema.default('source'), version: z.number().int().optional() }))
    .output(modeNumbersSchema),
};
