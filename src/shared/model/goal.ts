import { z } from 'zod';

export const goalKinds = ['objective', 'requirement', 'preference', 'profile', 'policy'] as const;
export const goalKindSchema = z.enum(goalKinds);
export type GoalKind = z.infer<typeof goalKindSchema>;

/** A place in a session. */
export const goalPlaceSchema = z.object({
  spanId: z.string(),
  turnNo: z.number().int(),
  position: z.number().int(),
});
export type GoalPlace = z.infer<typeof goalPlaceSchema>;

export const breachSchema = goalPlaceSchema.extend({
  how: z.string().describe('what broke it, in words'),
  turns: z.number().int().describe('turns since it was stated or last recalled'),
  tokens: z.number().int().describe('about as many tokens of text since then: a quarter of the characters'),
  isReminder: z.boolean().describe('the user reminds the agent of it; false where an output was checked'),
});
export type Breach = z.infer<typeof breachSchema>;

/** A line of the goal ledger: what somebody wants of the agent, with the words it comes from. */
export const goalSchema = goalPlaceSchema.extend({
  goalId: z.string().describe('the same at every reading of the same session'),
  kind: goalKindSchema,
  words: z.string(),
  start: z.number().int().describe('of the words in the text of the span'),
  end: z.number().int(),
  checked: z.string().nullable().describe('what is checked, in words; null where it cannot be'),
  served: z.array(goalPlaceSchema).describe('in order, the last place of each turn, at most 100'),
  breaches: z.array(breachSchema),
  lifted: goalPlaceSchema.nullable().describe('where the user took it back or replaced it'),
});
export type Goal = z.infer<typeof goalSchema>;
