import { z } from 'zod';

/** A free code: a few words that one person, reading, put on a correction. It is its own name. */
export const codeSchema = z.string().trim().min(1).max(80);

/** A free code with where it occurs and the failure mode it was put under. */
export const codeUseSchema = z.object({
  code: codeSchema,
  count: z.number().int().describe('corrections with it, neither rejected nor set aside'),
  sessions: z.number().int(),
  authors: z.array(z.string()),
  failureModeId: z.string().nullable().describe('null: not put under any yet'),
});
export type CodeUse = z.infer<typeof codeUseSchema>;
