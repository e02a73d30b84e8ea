/** Says an error in words: what happened, and what the person can do. Never a stack, never a code alone. */
import { ORPCError } from '@orpc/client';

export interface Explanation {
  title: string;
  /** What it was about; empty when the title says all. */
  detail: string;
  advice: string;
  code: string;
}

const ADVICE: Partial<Record<string, string>> & { FAILED: string } = {
  NO_WORKSPACE: 'Open or create a workspace on the Home screen.',
  NOT_FOUND: 'It may have gone with its import. Go back to the list and choose again.',
  LOCKED: 'Close it there, then try again.',
  BAD_INPUT: 'Change the input and try again.',
  FAILED: 'Try again. If it happens again, restart the engine: the journal keeps everything you did.',
};

function detailOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  if ('detail' in data && typeof data.detail === 'string') return data.detail;
  if ('holder' in data && typeof data.holder === 'string') return `Held by ${data.holder}.`;
  return '';
}

/** Whether the title says already what an error was about. */
function isSaid(data: unknown, title: string): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const holder = 'holder' in data && typeof data.holder === 'string' ? data.holder : null;
  return detailOf(data) === title || (holder !== null && holder !== '' && title.includes(holder));
}

export function explainError(error: unknown): Explanation {
  if (error instanceof ORPCError) {
    const code = String(error.code);
    const title = error.message === '' ? 'The engine refused this.' : error.message;
    const detail = detailOf(error.data as unknown);
    const told = isSaid(error.data as unknown, title) ? '' : detail;
    // What is wrong with an input, and who has a workspace, says itself what to do, where it is more than a sentence.
    const says = code === 'BAD_INPUT' ? `${title} ${told}`.trim() : code === 'LOCKED' ? title : '';
    const saysWhatToDo = /[.!?]\s+\S/u.test(says);
    return { title, detail: told, advice: saysWhatToDo ? '' : (ADVICE[code] ?? ADVICE.FAILED), code };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    title: 'The engine did not answer.',
    detail,
    advice: 'Wait a moment and try again, or restart the engine. Nothing in the journal is lost.',
    code: 'NO_ANSWER',
  };
}

/** Whether an error means that somebody gave up waiting, which needs no message. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
