import { z } from 'zod';

/** How like the messages of a session are to the request it was opened with. Lexical: other words for a thing look like drift. */
export const sessionDriftSchema = z.object({
  points: z
    .array(
      z.object({
        spanId: z.string(),
        position: z.number().int(),
        turnNo: z.number().int(),
        speaker: z.enum(['user', 'agent']),
        similarity: z
          .number()
          .min(0)
          .max(1)
          .describe('share of the poorer text’s weighted telling words both have'),
      }),
    )
    .describe('messages with at least three telling words, in order; at most 400, evenly taken'),
  openingSpanId: z.string().nullable(),
  early: z
    .number()
    .nullable()
    .describe('mean over the first third of the agent’s points; null with fewer than three'),
  late: z.number().nullable().describe('mean over the last third'),
});
export type SessionDrift = z.infer<typeof sessionDriftSchema>;
