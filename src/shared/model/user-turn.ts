import { z } from 'zod';
import { correctionKindSchema } from './correction';

/** What a person does with a turn. The order is that of the filter on screen: what corrects comes in the middle. */
export const userActSchema = z.enum([
  'new-request',
  'follow-up',
  'answer',
  'correction-with-fix',
  'correction-without-fix',
  'rephrase',
  'clarification',
  'revert-request',
  'direction-change',
  'complaint',
  'escalation',
  'positive-feedback',
]);
export type UserAct = z.infer<typeof userActSchema>;

/** The acts that reject, repair or redirect what the agent did. */
export const correctiveActs: ReadonlySet<UserAct> = new Set<UserAct>([
  'correction-with-fix',
  'correction-without-fix',
  'rephrase',
  'clarification',
  'revert-request',
  'direction-change',
  'complaint',
  'escalation',
]);

/** How the acts are said on screen, and what each means. */
export const userActWords: Record<UserAct, { title: string; definition: string }> = {
  'new-request': {
    title: 'new request',
    definition: 'Asks for something that does not build on what came before.',
  },
  'follow-up': {
    title: 'follow-up',
    definition: 'Goes on from what the agent did, which is accepted as it is.',
  },
  answer: { title: 'answer to the agent', definition: 'Answers a question the agent asked.' },
  'correction-with-fix': {
    title: 'correction with the fix',
    definition: 'Says or implies that something is wrong and gives what it should have been.',
  },
  'correction-without-fix': {
    title: 'correction without a fix',
    definition: 'Says that something is wrong and leaves it to the agent to find out what would be right.',
  },
  rephrase: { title: 'rephrase', definition: 'Puts the same request again in the same or other words.' },
  clarification: {
    title: 'clarification',
    definition: 'Makes clear what had been asked, or asks what the agent meant by its answer.',
  },
  'revert-request': { title: 'revert request', definition: 'Asks to take back what the agent did.' },
  'direction-change': {
    title: 'change of direction',
    definition: 'Gives up the way taken so far and asks for another, without calling it wrong.',
  },
  complaint: {
    title: 'complaint',
    definition: 'Expresses displeasure and names nothing that could be put right.',
  },
  escalation: { title: 'escalation', definition: 'Asks for a person, a superior, or another channel.' },
  'positive-feedback': {
    title: 'positive feedback',
    definition: 'Thanks, praises or approves, and asks for nothing more.',
  },
};

/** A user turn classed. `probability` is that of the turn correcting the agent, whatever its act. */
export const userTurnSchema = z.object({
  sessionId: z.string(),
  spanId: z.string(),
  turnNo: z.number().int(),
  text: z.string().describe('cut at 2,000 characters'),
  act: userActSchema,
  probability: z.number().min(0).max(1),
  cue: z.object({ text: z.string(), start: z.number().int(), end: z.number().int() }).nullable(),
  cueKind: z.string(),
  kind: correctionKindSchema,
  correctsTurnNo: z
    .number()
    .int()
    .nullable()
    .describe('turn of the agent that is corrected; null when none is'),
  correctsSpanId: z.string().nullable().describe('the span within it, where it can be told'),
});
export type UserTurn = z.infer<typeof userTurnSchema>;
