/**
 * goal-misalignment: the agent says that it is done, and the user's next words, or the next run of a tool, say otherwise.
 * What a tool had reported before the claim is another signal (result-contradicts-claim). Wording lists in five languages.
 */
import { z } from 'zod';
import { conversationOf, quote, speechOf, type Exchange } from '../../../shared/conversation/conversation';
import { admitsTrouble, completionClaim } from '../../../shared/lexicon/agent-claims.data';
import { dissatisfaction } from '../../../shared/lexicon/dissatisfaction.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { exitCodeOf } from '../../../shared/failures/environment-failures';
import { restatement } from '../../../shared/lexicon/restatement.data';
import { revertRequest } from '../../../shared/lexicon/revert-request.data';
import { findPhrase, type PhraseMatch } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  checksAfter: z
    .number()
    .int()
    .min(0)
    .default(3)
    .describe(
      'tool calls of the next turn in which a failing check still speaks against the claim (own choice)',
    ),
  maxWords: z
    .number()
    .int()
    .min(1)
    .default(120)
    .describe('words of the user’s next turn beyond which its wording is not read'),
});
type Limits = z.output<typeof parameters>;

const claims = phraseSet(completionClaim);
const hedges = phraseSet(admitsTrouble);
const against = phraseSet(dissatisfaction, restatement, revertRequest);
const runs = /bash|shell|exec|terminal|command|test|check|build|lint/iu;
const check =
  /\b(?:test|pytest|vitest|jest|mocha|tox|lint|tsc|build|compile|check|make|cargo|gradle|mvn|verify|run)\b/iu;

function claimIn(answer: DetectorSpan): PhraseMatch | null {
  const { words } = speechOf(answer);
  const claim = findPhrase(claims, words);
  return claim === null || findPhrase(hedges, words) !== null ? null : claim;
}

function contradiction(
  next: Exchange<DetectorSpan>,
  limits: Limits,
): { span: DetectorSpan; said: string } | null {
  const { words, prose } = speechOf(next.user);
  const objection = words.folded.length > limits.maxWords ? null : findPhrase(against, words);
  if (objection)
    return {
      span: next.user,
      said: `the user answered “${quote(prose.slice(objection.start, objection.end), 60)}”`,
    };
  const calls = next.work.filter((span) => span.kind === 'tool').slice(0, limits.checksAfter);
  const failed = calls.find(
    (span) =>
      (span.status === 'error' || (exitCodeOf(span) ?? 0) !== 0) &&
      runs.test(span.toolName ?? span.name) &&
      check.test(`${span.toolName ?? ''} ${(span.input ?? '').slice(0, 300)}`),
  );
  return failed ? { span: failed, said: `the next check (${failed.toolName ?? failed.name}) failed` } : null;
}

export default defineDetector({
  id: 'goal-misalignment',
  title: 'Goal misalignment',
  description: 'The agent says that it is done; the user or the next check says otherwise.',
  pillar: 'llm',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, limits) {
    const exchanges = conversationOf(spans);
    return exchanges.slice(0, -1).flatMap(({ answer, index }): FindingInput[] => {
      const next = exchanges[index + 1];
      if (answer === null || !next) return [];
      const claim = claimIn(answer);
      if (claim === null) return [];
      const objection = contradiction(next, limits);
      if (objection === null) return [];
      const { prose } = speechOf(answer);
      return [
        {
          evidence: [answer.spanId, objection.span.spanId],
          turnNo: answer.turnNo,
          reason: `The agent claimed “${quote(prose.slice(claim.start, claim.end), 60)}”, but ${objection.said}.`,
          severity: 4,
        },
      ];
    });
  },
});
