/**
 * silent-abandonment: the user left without a word, for good or for a long pause after which the talk is of something else,
 * and nothing shows that the last answer was taken. What is a long pause comes from the user's own habits, else from the
 * workspace's. Every session ends with some answer, so an end alone is not enough: something in the answer or before it must
 * speak against it. No public rule to follow (Plano Signals names it as its gap); a hint.
 */
import { z } from 'zod';
import {
  asksSomething,
  conversationOf,
  inWords,
  quote,
  speechOf,
  type Exchange,
} from '../../../shared/conversation/conversation';
import { acknowledgement } from '../../../shared/lexicon/acknowledgement.data';
import { admitsTrouble } from '../../../shared/lexicon/agent-claims.data';
import { dissatisfaction } from '../../../shared/lexicon/dissatisfaction.data';
import { frustration } from '../../../shared/lexicon/frustration.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { refusal } from '../../../shared/lexicon/refusal.data';
import { restatement } from '../../../shared/lexicon/restatement.data';
import { compilePhrases, findPhrase, readWords } from '../../../shared/text/phrases';
import { likenessOf, readAsked } from '../../../shared/text/rephrase';
import { defineDetector, type DetectorSpan, type FindingInput, type WorkspaceContext } from '../detector';

const parameters = z.object({
  minTurns: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('turns a session needs; a single question with its answer shows no habit of going on'),
  minPauseMinutes: z
    .number()
    .min(0)
    .default(30)
    .describe(
      'minutes a pause must last whatever the habits (30 minutes: the usual time-out that parts sessions in web analytics)',
    ),
  pauseFactor: z
    .number()
    .min(1)
    .default(3)
    .describe(
      'times the long pause of the user or the workspace (nine in ten are shorter) that counts as leaving (own choice)',
    ),
  maxShared: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'share of the new turn’s telling words that the turn or the answer before it has, at most, for a change of topic',
    ),
});
type Limits = z.output<typeof parameters>;

const taken = phraseSet(acknowledgement);
const trouble = phraseSet(admitsTrouble, refusal);
const handedOver = compilePhrases([
  'transfer* (you|to|the call|your)',
  'connect* you',
  '(leite|verbinde) sie',
  'vous (transfere|mets en relation)',
  '(transferir|transfiero|transfere) ',
]);
const unhappy = phraseSet(dissatisfaction, frustration, restatement);

/** Reports of the client by which an answer was used as it is, or after changes. */
const USED: ReadonlySet<string> = new Set(['client.accept', 'client.copy', 'client.send']);
const TAKEN_UP: ReadonlySet<string> = new Set([...USED, 'client.edit']);

/** What speaks against the last answer; null where nothing does. */
function doubt({ user, answer, work }: Exchange<DetectorSpan>): { said: string; span: DetectorSpan } | null {
  const complaint = findPhrase(unhappy, speechOf(user).words);
  if (complaint) {
    const { prose } = speechOf(user);
    return {
      said: `the user’s last words were “${quote(prose.slice(complaint.start, complaint.end), 60)}”`,
      span: user,
    };
  }
  if (answer === null) return null;
  const { prose: ending, words } = speechOf(answer);
  const admitted = findPhrase(trouble, ending.length <= 400 ? words : readWords(ending.slice(0, 400)));
  if (admitted)
    return {
      said: `the agent’s last answer says “${quote(ending.slice(admitted.start, admitted.end), 60)}”`,
      span: answer,
    };
  const lastTool = work.findLast((span) => span.kind === 'tool');
  if (lastTool?.status === 'error')
    return { said: `the last call (${lastTool.toolName ?? lastTool.name}) had failed`, span: lastTool };
  return null;
}

function wordsOfTime(pause: number | null): string {
  return pause === null ? '' : ` of ${inWords(pause)}`;
}

function leftForGood(last: Exchange<DetectorSpan>, spans: readonly DetectorSpan[]): FindingInput | null {
  if (last.answer === null || findPhrase(taken, speechOf(last.user).words) !== null) return null;
  // What a client or the program still records after the answer shows how it was taken.
  if (
    spans.some(
      (span) =>
        span.kind === 'event' && TAKEN_UP.has(span.operation ?? '') && span.position > last.user.position,
    )
  )
    return null;
  // Handed over, the user goes on elsewhere.
  if (findPhrase(handedOver, speechOf(last.answer).words) !== null) return null;
  const reason = doubt(last);
  if (reason === null) return null;
  const open = asksSomething(last.answer.text) ? ' and its question was never answered' : '';
  return {
    evidence:
      reason.span === last.answer
        ? [last.answer.spanId, last.user.spanId]
        : [last.answer.spanId, reason.span.spanId],
    turnNo: last.user.turnNo,
    reason: `The session ends after ${String(last.index + 1)} turns with an answer nobody took up: ${reason.said}${open}.`,
    severity: 3,
  };
}

/** The client says that the person left an answer lying, and nothing later says that it was used after all. */
function givenUp(spans: readonly DetectorSpan[]): FindingInput[] {
  return spans.flatMap((span): FindingInput[] => {
    if (span.kind !== 'event' || span.operation !== 'client.abandon') return [];
    const isUsed = spans.some(
      (one) =>
        one.kind === 'event' &&
        one.parentSpanId === span.parentSpanId &&
        one.position > span.position &&
        USED.has(one.operation ?? ''),
    );
    if (isUsed) return [];
    return [
      {
        evidence: span.parentSpanId === null ? [span.spanId] : [span.spanId, span.parentSpanId],
        turnNo: span.turnNo,
        reason: 'The client reports that the user left this answer without using it.',
        severity: 3,
      },
    ];
  });
}

function longPause(
  before: Exchange<DetectorSpan>,
  next: Exchange<DetectorSpan>,
  limits: Limits,
  userId: string | null,
  workspace: WorkspaceContext,
): number | null {
  const from = before.answer?.endMs ?? before.answer?.startMs ?? null;
  if (from === null || next.user.startMs === null) return null;
  const pause = next.user.startMs - from;
  const habit = workspace.pauseOf(userId) ?? workspace.pause;
  const needed = Math.max(limits.minPauseMinutes * 60_000, (habit?.longMs ?? 0) * limits.pauseFactor);
  return pause >= needed ? pause : null;
}

export default defineDetector({
  id: 'silent-abandonment',
  title: 'Silent abandonment',
  description: 'The user left, or came back with something else, after an answer that was not taken up.',
  pillar: 'user',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans, userId, workspace }, limits) {
    const exchanges = conversationOf(spans);
    const last = exchanges.at(-1);
    const findings = givenUp(spans);
    if (!last || exchanges.length < limits.minTurns) return findings;
    const idf = (word: string): number => workspace.idf(word);
    exchanges.slice(0, -1).forEach((before, i) => {
      const next = exchanges[i + 1] as Exchange<DetectorSpan>;
      const pause = longPause(before, next, limits, userId, workspace);
      if (pause === null || before.answer === null) return;
      const { prose, words } = speechOf(next.user);
      if (words.folded.length < 4 || findPhrase(taken, words) !== null) return;
      const asked = readAsked(prose, idf);
      const shared = Math.max(
        likenessOf(readAsked(before.user.text, idf), asked, null).repeated,
        likenessOf(readAsked(before.answer.text, idf), asked, null).repeated,
      );
      if (asked.stems.size < 3 || shared > limits.maxShared) return;
      findings.push({
        evidence: [before.answer.spanId, next.user.spanId],
        turnNo: before.user.turnNo,
        reason: `After this answer came a pause${wordsOfTime(pause)}, then the user spoke of something else (${String(Math.round(shared * 100))}% of the telling words shared).`,
        severity: 2,
      });
    });
    const end = leftForGood(last, spans);
    if (end && !findings.some((one) => one.turnNo === end.turnNo)) findings.push(end);
    return findings;
  },
});
