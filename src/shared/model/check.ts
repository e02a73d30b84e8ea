import { z } from 'zod';

/** A tool name, `*` standing for any characters. */
const toolPatternSchema = z.string().min(1).max(200);

/** A condition on one argument of a call; `path` is dotted, `items.0.id`. */
export const argumentConditionSchema = z.object({
  path: z.string().min(1).max(300),
  operator: z.enum(['equals', 'contains', 'matches', 'at-least', 'at-most', 'exists', 'absent']),
  value: z.string().max(2000).default(''),
});
export type ArgumentCondition = z.infer<typeof argumentConditionSchema>;

export const sessionNumbers = [
  'durationMs',
  'costUsd',
  'inputTokens',
  'outputTokens',
  'turnCount',
  'spanCount',
  'toolCallCount',
  'toolErrorCount',
  'findingCount',
  'correctionCount',
] as const;
export type SessionNumber = (typeof sessionNumbers)[number];

/**
 * A rule that decides something about one session: passed, failed, or undecided where the session does not say.
 * Objectives are made of them, and every regression case carries one.
 */
export const checkSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('tool'),
      tool: toolPatternSchema,
      least: z.number().int().min(0).default(1).describe('calls at least'),
      most: z.number().int().min(0).nullable().default(null).describe('calls at most; null: any number'),
      status: z.enum(['any', 'ok', 'error']).default('any'),
      arguments: z.array(argumentConditionSchema).max(10).default([]),
    })
    .describe('how often a tool is called, and with what'),
  z
    .object({ kind: z.literal('order'), tools: z.array(toolPatternSchema).min(2).max(10) })
    .describe('tools are called one after the other, with anything in between'),
  z
    .object({
      kind: z.literal('text'),
      of: z.enum(['user', 'agent', 'final', 'tool']).describe('final: the agent’s last words'),
      operator: z.enum(['contains', 'contains-not', 'matches', 'matches-not']),
      value: z.string().min(1).max(2000).describe('plain text, or an RE2 pattern for matches'),
      isCaseSensitive: z.boolean().default(false),
    })
    .describe('what is said, or must not be'),
  z
    .object({
      kind: z.literal('number'),
      of: z.enum(sessionNumbers),
      least: z.number().nullable().default(null),
      most: z.number().nullable().default(null),
    })
    .describe('a figure of the session within bounds'),
  z
    .object({
      kind: z.literal('finding'),
      signal: z.string().min(1).max(100),
      isPresent: z.boolean(),
      severity: z.number().int().min(1).max(4).default(1).describe('only findings at least as grave'),
    })
    .describe('a signal is there, or is not'),
  z
    .object({
      kind: z.literal('label'),
      name: z.string().min(1).max(200).describe('name of the score or feedback, * for any characters'),
      least: z.number().nullable().default(null),
      most: z.number().nullable().default(null),
      text: z.string().max(500).nullable().default(null).describe('the value as text must equal this'),
    })
    .describe('feedback or a score that came with the export; sessions without it are undecided'),
  z
    .object({ kind: z.literal('verdict') })
    .describe('what reviewers decided; sessions nobody reviewed are undecided'),
  z
    .object({ kind: z.literal('sql'), query: z.string().min(1).max(20_000) })
    .describe('a SELECT that gives session_id, passed and optionally reason'),
  z
    .object({
      kind: z.literal('judge'),
      rubric: z.string().min(1).max(8000).describe('what the local judge is asked to decide'),
    })
    .describe('a model on this machine; sessions it did not judge are undecided'),
]);
export type Check = z.infer<typeof checkSchema>;
export type CheckKind = Check['kind'];

/** What a check says of one session. */
export const checkResultSchema = z.object({
  check: z.number().int().describe('0-based place of the check'),
  passed: z.boolean().nullable().describe('null: the session does not say'),
  spanId: z.string().nullable().describe('the span that decided it, where there is one'),
  reason: z.string(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** How several checks decide together; undecided where the decided ones do not settle it. */
export function combineChecks(results: readonly (boolean | null)[], mode: 'all' | 'any'): boolean | null {
  const settling = mode === 'any';
  if (results.includes(settling)) return settling;
  return results.length === 0 || results.includes(null) ? null : !settling;
}
