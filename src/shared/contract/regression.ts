import { z } from 'zod';
import { checkResultSchema } from '../model/check';
import { shareSchema } from '../model/codebook';
import {
  failureTargetSchema,
  gateRuleSchema,
  regressionCaseSchema,
  regressionSetSchema,
} from '../model/regression';
import { incompleteField } from '../model/signal-coverage';
import { base, handleSchema } from './base';
import { redactField, redactionReportSchema } from './redaction';

export const regressionSetSummarySchema = z.object({
  setId: z.string(),
  name: z.string(),
  version: z.number().int(),
  note: z.string(),
  isRetired: z.boolean(),
  at: z.string(),
  author: z.string(),
  caseCount: z.number().int(),
  heldOutCount: z.number().int(),
  baseline: z
    .object({ name: z.string(), at: z.string(), passed: z.number().int(), n: z.number().int() })
    .nullable(),
  versions: z.array(
    z.object({
      version: z.number().int(),
      at: z.string(),
      author: z.string(),
      note: z.string(),
      caseCount: z.number().int(),
    }),
  ),
});
export type RegressionSetSummary = z.infer<typeof regressionSetSummarySchema>;

const briefCaseSchema = z.object({ caseId: z.string(), name: z.string() });
export const setDifferenceSchema = z.object({
  added: z.array(briefCaseSchema),
  removed: z.array(briefCaseSchema),
  changed: z.array(
    briefCaseSchema.extend({
      fields: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
    }),
  ),
});
export type SetDifference = z.infer<typeof setDifferenceSchema>;

export const gateVerdictSchema = z.object({
  setId: z.string(),
  setName: z.string(),
  version: z.number().int(),
  isOpen: z.boolean().describe('whether the run passes the gate'),
  reason: z.string(),
  maxDrop: z.number(),
  rule: gateRuleSchema,
  baselineName: z.string().nullable(),
  expected: shareSchema.describe('pass rate of the baseline; all passing where there is none'),
  passed: shareSchema.describe('of the matched cases'),
  drop: z.number().nullable(),
  dropLow: z.number().nullable(),
  dropHigh: z.number().nullable(),
  unmatched: z.number().int(),
  undecided: z.number().int(),
  cases: z.array(
    z.object({
      caseId: z.string(),
      name: z.string(),
      failureModeName: z.string().nullable(),
      severity: z.number().int(),
      split: regressionCaseSchema.shape.split,
      sessionId: z.string().nullable(),
      matchedBy: z.enum(['case id', 'session id', 'wording']).nullable(),
      similarity: z.number(),
      passed: z.boolean().nullable(),
      before: z.boolean().nullable(),
      results: z.array(checkResultSchema),
      sourcePath: z.string(),
      line: z.number().int(),
    }),
  ),
});
export type GateVerdict = z.infer<typeof gateVerdictSchema>;

export const verificationSchema = z.object({
  beforeSessions: z.number().int(),
  afterSessions: z.number().int(),
  rows: z.array(
    z.object({
      kind: z.enum(['signal', 'failure-mode', 'objective']),
      id: z.string(),
      name: z.string(),
      before: shareSchema.describe('sessions with it; of an objective, sessions that fail it'),
      after: shareSchema,
      comparison: z
        .object({ difference: z.number(), low: z.number(), high: z.number(), p: z.number() })
        .nullable()
        .describe('after less before; p adjusted for the number of rows'),
    }),
  ),
  pairs: z.array(
    z.object({
      beforeId: z.string(),
      afterId: z.string(),
      title: z.string(),
      beforeFindings: z.number().int(),
      afterFindings: z.number().int(),
    }),
  ),
});
export type Verification = z.infer<typeof verificationSchema>;

const fileSchema = z.object({ handle: handleSchema, name: z.string(), bytes: z.number() });
const setFormatSchema = z.enum(['jsonl', 'promptfoo', 'inspect', 'openai-evals', 'pytest', 'vitest']);
const whichSet = z.object({ setId: z.string(), version: z.number().int().optional() });

export const regression = {
  sets: base.output(z.array(regressionSetSummarySchema)),
  get: base.input(whichSet).output(regressionSetSchema),
  /** A case made of a failure, with what could be left out of it and which cases of the set are nearly the same. */
  draft: base
    .input(
      z.object({
        target: failureTargetSchema,
        setId: z.string().nullable().default(null),
        heldOutShare: z.number().min(0).max(1).default(0.2),
      }),
    )
    .output(
      z.object({
        draft: regressionCaseSchema,
        droppable: z.array(z.number().int()).describe('messages the expectation does not need'),
        reasons: z.array(z.object({ turnNo: z.number().int(), reason: z.string() })),
        alike: z.array(z.object({ caseId: z.string(), name: z.string(), similarity: z.number() })),
      }),
    ),
  /** Saves the next version; without an id a new set. */
  save: base
    .input(regressionSetSchema.omit({ setId: true, version: true }).extend({ setId: z.string().nullable() }))
    .output(z.object({ setId: z.string(), version: z.number().int() })),
  retire: base.input(z.object({ setId: z.string(), isRetired: z.boolean() })).output(z.null()),
  difference: base
    .input(z.object({ setId: z.string(), from: z.number().int(), to: z.number().int() }))
    .output(setDifferenceSchema),
  duplicates: base
    .input(whichSet)
    .output(z.array(z.object({ first: z.string(), second: z.string(), similarity: z.number() }))),
  export: base
    .input(whichSet.extend({ format: setFormatSchema, redact: redactField }))
    .output(fileSchema.extend({ incomplete: incompleteField, redaction: redactionReportSchema.nullable() })),
  /** Takes a set in that was exported as JSON Lines; a version that is known already adds nothing. */
  import: base
    .input(z.object({ handle: handleSchema }))
    .output(z.object({ setId: z.string(), version: z.number().int(), isNew: z.boolean() })),
  /** Holds a run against a set: `set` by id or name, or by a file exported as JSON Lines. */
  gate: base
    .input(
      z.object({
        set: z.string().optional(),
        handle: handleSchema.optional(),
        version: z.number().int().optional(),
        importIds: z.array(z.string()).nullable().default(null),
        maxDrop: z.number().min(0).max(1).default(0.02),
        rule: gateRuleSchema.default('point'),
        baselineHandle: handleSchema.optional().describe('a set file whose baseline is used instead'),
      }),
    )
    .output(gateVerdictSchema),
  /** The verdict as JUnit XML or Markdown. */
  gateReport: base
    .input(z.object({ verdict: gateVerdictSchema, format: z.enum(['junit', 'markdown']) }))
    .output(z.object({ text: z.string() })),
  /** Makes how a run did the baseline: a new version of the set. */
  recordBaseline: base
    .input(z.object({ setId: z.string(), name: z.string().min(1).max(120), verdict: gateVerdictSchema }))
    .output(z.object({ version: z.number().int() })),
  verify: base.input(z.object({ before: z.string(), after: z.string() })).output(verificationSchema),
};
