import { z } from 'zod';
import { checkSchema } from './check';

export const caseMessageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  text: z.string(),
  toolName: z.string().nullable(),
  turnNo: z.number().int(),
});
export type CaseMessage = z.infer<typeof caseMessageSchema>;

/** Where a case comes from, down to the line of the trace file and to who said that it failed. */
export const lineageSchema = z.object({
  workspaceId: z.string(),
  importId: z.string(),
  sourcePath: z.string(),
  sourceSha256: z.string(),
  line: z.number().int(),
  sessionId: z.string(),
  turnNo: z.number().int(),
  spanId: z.string(),
  codebookVersion: z.number().int(),
  objective: z.object({ objectiveId: z.string(), version: z.number().int() }).nullable(),
  label: z.object({
    kind: z.enum(['correction', 'review', 'finding', 'label', 'session']),
    id: z.string(),
    by: z.string(),
    at: z.string(),
  }),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** Input, expectation and lineage of a labelled failure. */
export const regressionCaseSchema = z.object({
  caseId: z.string().min(1).max(80),
  name: z.string().min(1).max(200),
  input: z.array(caseMessageSchema).min(1).max(2000).describe('the conversation up to where it failed'),
  tools: z.array(z.string()).max(500).describe('tools the agent used or was given'),
  expectation: z.string().max(4000).describe('what should have happened'),
  combine: z.enum(['all', 'any']),
  checks: z.array(checkSchema).max(20).describe('what decides whether a new run does it'),
  failureModeId: z.string().nullable(),
  failureModeName: z.string().nullable(),
  severity: z.number().int().min(1).max(4),
  split: z.enum(['open', 'held-out']).describe('held-out cases are not to be looked at while fixing'),
  lineage: lineageSchema,
});
export type RegressionCase = z.infer<typeof regressionCaseSchema>;

/** How a run did on the cases of a set; what later runs are held against. */
export const baselineSchema = z.object({
  at: z.string(),
  name: z.string(),
  results: z.array(z.object({ caseId: z.string(), passed: z.boolean().nullable() })),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** One immutable version of a set of cases. */
export const regressionSetSchema = z.object({
  setId: z.string().min(1).max(80),
  version: z.number().int().min(1),
  name: z.string().trim().min(1).max(120),
  note: z.string().max(500),
  cases: z.array(regressionCaseSchema).max(5000),
  baseline: baselineSchema.nullable(),
});
export type RegressionSet = z.infer<typeof regressionSetSchema>;

export const regressionActSchemas = [
  z.object({ type: z.literal('regression.saved'), set: regressionSetSchema }),
  z.object({ type: z.literal('regression.retired'), setId: z.string(), isRetired: z.boolean() }),
] as const;

/** Which failure a case is made of. */
export const failureTargetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('correction'), correctionId: z.string() }),
  z.object({ kind: z.literal('review'), queueId: z.string(), sessionId: z.string() }),
  z.object({ kind: z.literal('finding'), findingId: z.string() }),
  z.object({ kind: z.literal('label'), sessionId: z.string(), labelId: z.string() }),
  z.object({ kind: z.literal('session'), sessionId: z.string(), spanId: z.string().nullable() }),
]);
export type FailureTarget = z.infer<typeof failureTargetSchema>;

/** How the gate takes a drop: as measured, only when it is sure, or already when it is possible (95% interval). */
export const gateRuleSchema = z.enum(['point', 'surely', 'possibly']);
export type GateRule = z.infer<typeof gateRuleSchema>;
