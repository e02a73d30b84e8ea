/** What the reliability of single steps comes to over whole sessions, beside how the sessions ended. */
import { z } from 'zod';
import { shareSchema } from '../model/codebook';
import { pillarSchema } from '../model/pillar';

const chanceSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Chance = z.infer<typeof chanceSchema>;

/** As a chance, where an end may not be reachable by any figure. */
const reachableSchema = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

export const whatIfSchema = z.object({
  pillar: pillarSchema,
  success: z.number().min(0).max(1).describe('of one step of that pillar'),
});
export type WhatIf = z.infer<typeof whatIfSchema>;

export const compoundingSchema = z.object({
  basis: z
    .enum(['verdicts', 'labels', 'both', 'none'])
    .describe(
      'where the ends of the sessions come from; none: nobody knows them, and all sessions are reckoned with',
    ),
  sessions: z.number().int().describe('reckoned with: those whose end is known, or all'),
  succeeded: shareSchema.describe('sessions that succeeded'),
  pillars: z.array(
    z.object({
      pillar: pillarSchema,
      success: shareSchema.describe(
        'steps (model calls, tool calls, retrievals) without an error and without a finding of severity 3 or 4 drawn at them',
      ),
      stepsPerSession: z.number().describe('mean'),
      compound: chanceSchema.describe('success of one step to the power of the steps of a session'),
    }),
  ),
  independent: chanceSchema
    .nullable()
    .describe(
      'mean chance of a session that all its steps go well, were every one needed and none to depend on another',
    ),
  impact: reachableSchema
    .nullable()
    .describe(
      'share of wrong steps that must be fatal for sessions to end as they did; beyond 1: failures no step shows',
    ),
  byLength: z
    .array(
      z.object({
        from: z.number().int().describe('steps'),
        to: z.number().int(),
        predicted: z.number().describe('mean chance that all steps go well'),
        succeeded: shareSchema,
      }),
    )
    .describe('sessions whose end is known in quarters by their number of steps'),
  whatIf: z
    .object({
      pillar: pillarSchema,
      success: z.number(),
      independent: chanceSchema,
      expected: reachableSchema
        .nullable()
        .describe('share of sessions that would succeed, wrong steps being as fatal as now'),
    })
    .nullable(),
});
export type Compounding = z.infer<typeof compoundingSchema>;
