/**
 * premature-ending: the agent stopped before it had done what it said it would: its last words of a turn announce a step
 * that never came, or the run ends on a failed call without a word. Stops by a person or by a limit are other signals.
 */
import { z } from 'zod';
import { asksSomething, quote } from '../../../shared/conversation/conversation';
import { announcesStep, courtesy } from '../../../shared/lexicon/agent-claims.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { findPhrase, readWords } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  tailCharacters: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe(
      'characters at the end of a message within which an announcement is the last word (own choice)',
    ),
  minToolCalls: z
    .number()
    .int()
    .min(0)
    .default(1)
    .describe(
      'tool calls the session must have; an agent without tools announces what it will say, not do (seen in support chats)',
    ),
});

const announcing = phraseSet(announcesStep);
const polite = phraseSet(courtesy);

function isMain(span: DetectorSpan): boolean {
  return span.agentId === null && !span.isRewound;
}

/** The announcement a message ends with; null where it ends otherwise. */
function announcement(span: DetectorSpan, tailCharacters: number): string | null {
  const text = (span.textTail ?? span.text).trimEnd();
  if (asksSomething(text) || span.textLength === 0) return null;
  // The last sentence: what stands before it has been overtaken.
  const tail = text.slice(-tailCharacters);
  const start = Math.max(...['. ', '! ', '? ', '\n'].map((mark) => tail.lastIndexOf(mark, tail.length - 2)));
  if (start < 0 && text.length > tailCharacters) return null;
  const sentence = tail.slice(start + 1).trim();
  const words = readWords(sentence);
  if (findPhrase(announcing, words, 3) === null || findPhrase(polite, words) !== null) return null;
  return sentence;
}

/** What the main agent did, and where a person or the end of the record cut in. */
function endings(spans: readonly DetectorSpan[]): { last: DetectorSpan; next: DetectorSpan | null }[] {
  const found: { last: DetectorSpan; next: DetectorSpan | null }[] = [];
  let last: DetectorSpan | null = null;
  for (const span of spans) {
    if (!isMain(span) || span.kind === 'chain' || span.kind === 'agent') continue;
    const isUser = span.kind === 'user' && span.origin !== 'harness';
    if (isUser && last !== null) found.push({ last, next: span });
    last = isUser
      ? null
      : span.kind === 'event' || span.kind === 'system' || span.kind === 'user'
        ? span.status === 'interrupted' || span.name === 'interruption'
          ? null
          : last
        : span;
  }
  if (last !== null) found.push({ last, next: null });
  return found;
}

function describeEnding(
  { last, next }: { last: DetectorSpan; next: DetectorSpan | null },
  tailCharacters: number,
): FindingInput | null {
  const evidence: FindingInput['evidence'] = next ? [last.spanId, next.spanId] : [last.spanId];
  const whereTo = next ? 'the next word is the user’s' : 'the record ends';
  if (last.kind === 'llm' && last.status !== 'interrupted' && last.status !== 'error') {
    const said = announcement(last, tailCharacters);
    if (said === null) return null;
    return {
      evidence,
      turnNo: last.turnNo,
      reason: `The agent announced “${quote(said)}” and did nothing more: ${whereTo}.`,
      severity: 3,
    };
  }
  if (next === null && last.kind === 'tool' && last.status === 'error')
    return {
      evidence,
      turnNo: last.turnNo,
      reason: `The run ends on a failed call of ${last.toolName ?? last.name}, without a word of the agent after it.`,
      severity: 3,
    };
  return null;
}

export default defineDetector({
  id: 'premature-ending',
  title: 'Premature ending',
  description: 'The agent stopped before it had done what it said it would.',
  pillar: 'llm',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { tailCharacters, minToolCalls }) {
    let toolCalls = 0;
    for (const span of spans) if (span.kind === 'tool' && isMain(span)) toolCalls++;
    if (toolCalls < minToolCalls) return [];
    return endings(spans).flatMap((ending) => describeEnding(ending, tailCharacters) ?? []);
  },
});
