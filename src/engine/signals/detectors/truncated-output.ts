/**
 * truncated-output: an answer that was cut off: the provider says so (finish reason), or the text ends inside a word, a
 * sentence or a code block though the call is said to have ended well, or nothing is said of it.
 * Reasons by provider: OpenAI `length`, Anthropic `max_tokens`, Google `MAX_TOKENS`, OpenAI Responses `max_output_tokens`.
 */
import { z } from 'zod';
import { quote } from '../../../shared/conversation/conversation';
import { contentWords } from '../../../shared/text/function-words';
import { readWords } from '../../../shared/text/phrases';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  finishReasons: z
    .array(z.string())
    .default([
      'length',
      'max_tokens',
      'MAX_TOKENS',
      'max_output_tokens',
      'model_length',
      'max_length',
      'model_context_window_exceeded',
      'token_limit',
    ])
    .describe('reasons providers give for a call that ran into its limit (their documentation)'),
  minCharacters: z
    .number()
    .int()
    .min(1)
    .default(200)
    .describe(
      'characters a text needs before its end is looked at; short texts often end without a mark (own choice)',
    ),
});

const stops = new Set([
  'stop',
  'end_turn',
  'STOP',
  'completed',
  'stop_sequence',
  'tool_use',
  'tool_calls',
  'tool-calls',
]);
const sentenceEnd =
  /[.!?:;\u2026\u3002\uff01\uff1f\u061f)\]}>"'\u201d\u2019\u00bb*_`|~=\-\p{Extended_Pictographic}\ufe0f\d]\s*$/u;

/** How the text ends in the middle of something; null where it does not. */
function cutEnd(span: DetectorSpan): string | null {
  const tail = (span.textTail ?? span.text).trimEnd();
  if (span.textLength <= span.text.length && tail.split('```').length % 2 === 0) return 'inside a code block';
  if (/[,(\u2013\u2014]$/u.test(tail)) return `with “${tail.slice(-1)}”`;
  if (sentenceEnd.test(tail)) return null;
  const words = readWords(tail.slice(-600)).folded;
  const last = words.at(-1);
  if (last === undefined || words.length < 20) return null;
  // Lists, headings and signatures end without a mark; a sentence does not.
  const line = tail.slice(tail.lastIndexOf('\n') + 1);
  if (line.length < 25 || /^\s*(?:[-*\u2022#|]|\d+[.)])/u.test(line)) return null;
  if (contentWords([last]).length === 0) return `with “${quote(last, 20)}”`;
  const others = words.slice(0, -1);
  const begun =
    last.length >= 3 && !others.includes(last) ? others.find((word) => word.startsWith(last)) : undefined;
  return begun === undefined ? null : `with “${quote(last, 20)}”, the beginning of “${quote(begun, 30)}”`;
}

export default defineDetector({
  id: 'truncated-output',
  title: 'Truncated output',
  description: 'An answer was cut off before its end.',
  pillar: 'llm',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { finishReasons, minCharacters }) {
    const limits = new Set(finishReasons);
    return spans.flatMap((span): FindingInput[] => {
      if (span.kind !== 'llm' || span.isRewound) return [];
      if (span.finishReason !== null && limits.has(span.finishReason))
        return [
          {
            evidence: [span.spanId],
            turnNo: span.turnNo,
            reason: `The call ended with “${span.finishReason}” after ${span.outputTokens === null ? `${String(span.textLength)} characters` : `${String(span.outputTokens)} tokens`}.`,
            severity: 3,
          },
        ];
      const saysComplete = span.finishReason !== null && stops.has(span.finishReason);
      if (
        saysComplete ||
        span.textLength < minCharacters ||
        span.status === 'interrupted' ||
        span.status === 'error'
      )
        return [];
      const cut = cutEnd(span);
      if (cut === null) return [];
      return [
        {
          evidence: [span.spanId],
          turnNo: span.turnNo,
          reason: `The text of ${String(span.textLength)} characters ends ${cut}.`,
          severity: 2,
        },
      ];
    });
  },
});
