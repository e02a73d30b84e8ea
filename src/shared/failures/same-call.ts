/**
 * When a call made again counts as the same attempt: at once, or after other calls with the same result and without having been
 * good already. Two detectors ask: retry-loop tells of such attempts, repeated-reads of what is read again on other occasions.
 */
import type { Step } from './step';

/** Other tool calls allowed between two of them; an agent that polls between other work is not stuck. */
export const GAP_OF_RETRIES = 6;

const WENT_WELL = /\b(?:passed|ok|succeeded|success(?:ful|fully)?)\b/i;
const WENT_WRONG = /\b(?:[1-9]\d* (?:failed|errors?)|fail(?:s|ed|ure)?|error|exception|traceback|not ok)\b/i;

/** A check that is passed again after other work is no call that leads nowhere. */
function wentWell(step: Pick<Step, 'status' | 'text'> & { textTail: string | null }): boolean {
  if (step.status === 'error') return false;
  const text = `${step.text}\n${step.textTail ?? ''}`;
  return WENT_WELL.test(text) && !WENT_WRONG.test(text);
}

/** Whether `again`, made after `gap` other calls, goes on with the attempts before it; `isSame` says that it brought back the same. */
export function isSameAttempt(
  again: Pick<Step, 'status' | 'text'> & { textTail: string | null },
  gap: number,
  isSame: boolean,
  maxGap: number,
): boolean {
  return gap <= maxGap && (gap === 0 || (isSame && !wentWell(again)));
}
