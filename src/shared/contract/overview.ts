import { z } from 'zod';
import { shareSchema } from '../model/codebook';
import { laneSchema, pillarSchema } from '../model/pillar';
import { base } from './base';

export const summarySourceSchema = z.object({
  path: z.string(),
  format: z.string().nullable(),
  confidence: z.number().nullable(),
  state: z.string(),
  lines: z.number().int(),
  records: z.number().int(),
  rejected: z.number().int(),
  blank: z.number().int(),
});

/** What `faultline summary --json` prints; every figure is a count unless it says otherwise. */
export const summarySchema = z.object({
  workspace: z.string(),
  sources: z.array(summarySourceSchema),
  sessions: z.number().int(),
  turns: z.number().int(),
  userTurns: z.number().int(),
  spans: z.number().int(),
  llmCalls: z.number().int(),
  toolCalls: z.number().int(),
  toolErrors: z.number().int(),
  interruptions: z.number().int(),
  rejections: z.number().int(),
  findings: z.record(z.string(), z.number().int()),
  corrections: z.object({
    proposed: z.number().int(),
    confirmed: z.number().int(),
    rejected: z.number().int(),
  }),
  clusters: z.number().int(),
  annotations: z
    .number()
    .int()
    .describe('what reviewers said: verdicts, assignments and imported annotations in force'),
  labels: z.number().int().describe('feedback, scores and labels that came with the export'),
  failureModes: z.number().int(),
  codebookVersion: z.number().int(),
});
export type Summary = z.infer<typeof summarySchema>;

export const overviewSchema = z.object({
  sessions: z.number().int(),
  turns: z.number().int(),
  userTurns: z.number().int(),
  spans: z.number().int(),
  withFindings: shareSchema,
  withCorrections: shareSchema,
  withToolErrors: shareSchema,
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number().nullable(),
  failureModes: z.array(
    z.object({
      failureModeId: z.string(),
      name: z.string(),
      severity: z.number().int(),
      reviewed: z.number().int(),
      proposed: z.number().int(),
      sessions: shareSchema,
    }),
  ),
  bySignal: z.array(
    z.object({
      signal: z.string(),
      title: z.string(),
      lane: laneSchema,
      isHint: z.boolean().describe('as the signal says of itself: right too seldom, or never measured'),
      findings: z.number().int(),
      sessions: shareSchema,
    }),
  ),
  heat: z.array(
    z.object({
      rowKind: z.enum(['feature', 'cohort', 'model', 'agentVersion']),
      row: z.string(),
      signal: z.string(),
      sessions: shareSchema,
    }),
  ),
  trend: z.array(
    z.object({
      dayMs: z.number(),
      sessions: z.number().int(),
      withFindings: z.number().int(),
      withCorrections: z.number().int(),
    }),
  ),
  pillars: z.array(z.object({ pillar: pillarSchema, spans: z.number().int(), errors: shareSchema })),
  steps: z
    .object({ perStepSuccess: shareSchema, medianSteps: z.number().nullable() })
    .describe('a step is a model or tool span; success is any status but error'),
});
export type Overview = z.infer<typeof overviewSchema>;

export const overview = {
  get: base.output(overviewSchema),
  summary: base.output(summarySchema),
};
