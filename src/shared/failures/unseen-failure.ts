/**
 * What an answer makes of a call that brought back nothing or an error in words: whether something else made it good, whether the
 * answer passes it on, and whether it owns up to it. Two detectors ask, of which one tells: silent-tool-failure where an answer
 * builds on the failure unaware, unmarked-tool-error elsewhere.
 */
import { asksSomething, speechOf } from '../conversation/conversation';
import { announcesStep } from '../lexicon/agent-claims.data';
import { phraseSet } from '../lexicon/phrase-lists';
import { contentWords } from '../text/function-words';
import { findPhrase } from '../text/phrases';
import { tokenize } from '../text/tokenize';
import { ownsUp } from './owning-up.data';
import { payloadFault, type PayloadFault } from './payload-fault';
import { isAnswer, toolFamily, type Step } from './step';

/** What came back was cut, and says so. */
const CUT_SHORT =
  /(\[|\(|<|\u2026|\.\.\.)\s{0,3}((output|response|result|content|text|data) )?truncated\b[^\n]{0,80}$|response (is )?too (large|long)[^\n]{0,80}$/i;
const SAYS_CUT =
  /truncat|incomplete|partial|cut off|too (large|long)|abgeschnitten|unvollst|tronqu|incomplet/i;

interface Silence extends PayloadFault {
  isOwned: (answer: string) => boolean;
}

function silenceOf(span: Step, headLength: number): Silence | null {
  const fault = payloadFault(span, headLength);
  if (fault !== null) return { ...fault, isOwned: (answer) => ownsUp.test(answer) };
  if (span.textLength > span.text.length || !CUT_SHORT.test(span.text.slice(-200))) return null;
  return {
    what: 'a payload cut short',
    isError: false,
    isBroken: true,
    isOwned: (answer) => SAYS_CUT.test(answer),
  };
}

/**
 * Whether the same tool, or its like (search_direct, search_onestop), brings back something between the call and the answer, or any
 * other something that the answer passes on: the agent builds on that instead.
 */
function isMadeGood(spans: readonly Step[], from: number, answer: Step, head: number): boolean {
  const call = spans[from] as Step;
  for (let i = from + 1; i < spans.length; i++) {
    const next = spans[i] as Step;
    if (next === answer) return false;
    if (next.kind !== call.kind || next.isRewound || next.agentId !== call.agentId) continue;
    if (next.status === 'error' || next.text.trim() === '' || payloadFault(next, head) !== null) continue;
    if (toolFamily(next) === toolFamily(call) || relays(answer.text, next)) return true;
  }
  return false;
}

/** The answer passes on what the payload says beyond what was asked, in its own words. */
function relays(answer: string, { text, input }: Step): boolean {
  const asked = new Set(tokenize(input ?? ''));
  const said = new Set(contentWords(tokenize(text.slice(0, 600))).filter((word) => !asked.has(word)));
  const passedOn = new Set(contentWords(tokenize(answer.slice(0, 1200))).filter((word) => said.has(word)));
  return passedOn.size >= Math.max(3, said.size * 0.3);
}

/** Characters of an answer that is nothing but a question. */
const QUESTION_LENGTH = 200;

/** Who asks back instead of answering builds on nothing. */
function asksBack(answer: string): boolean {
  return answer.length <= QUESTION_LENGTH && asksSomething(answer);
}

const announcing = phraseSet(announcesStep);

/** Characters of a message that does no more than announce the next step. */
const ANNOUNCEMENT_LENGTH = 200;

/** "Let me try another way.": nothing is answered yet. */
function isAnnouncement(step: Step): boolean {
  if (step.textLength > ANNOUNCEMENT_LENGTH) return false;
  const { words } = speechOf(step);
  const match = findPhrase(announcing, words);
  return match !== null && match.from <= 2;
}

/** The first answer after place `at` in the same turn that does more than announce a step; null when there is none. */
function realAnswer<S extends Step>(steps: readonly S[], at: number): S | null {
  const call = steps[at] as S;
  for (let i = at + 1; i < steps.length; i++) {
    const next = steps[i] as S;
    if (next.agentId !== call.agentId) continue;
    if (next.turnNo !== call.turnNo) return null;
    if (isAnswer(next) && !isAnnouncement(next)) return next;
  }
  return null;
}

/** A call that failed in silence and the answer that follows it. */
export interface UnseenFailure<S extends Step> {
  fault: PayloadFault;
  answer: S;
  /** The answer mentions it. */
  isOwned: boolean;
}

/**
 * The failure of the call at place `at` that the next answer builds on; null where the payload is sound, nobody answers, another call
 * makes it good, or the answer passes on what the payload says. An error in words must start within `headLength` characters.
 */
export function unseenFailure<S extends Step>(
  steps: readonly S[],
  at: number,
  headLength: number,
): UnseenFailure<S> | null {
  const call = steps[at] as S;
  const found = silenceOf(call, headLength);
  if (found === null) return null;
  const answer = realAnswer(steps, at);
  // Where the agent says nothing after it, it builds on nothing.
  if (answer === null || isMadeGood(steps, at, answer, headLength)) return null;
  const isOwned = found.isOwned(answer.text);
  if (!found.isError && (isOwned || asksBack(answer.text))) return null;
  if (relays(answer.text, call)) return null;
  return { fault: found, answer, isOwned };
}

/** How a reason says whether the answer mentions it. */
export function mentionOf(isOwned: boolean): string {
  return isOwned ? 'the agent mentions it' : 'the next answer does not mention it';
}
