/**
 * Error texts of tools in formats that have no flag for failure: a shell's complaint, a Python traceback, a time-out.
 * Looks only at how a text begins or at lines a shell or interpreter itself writes, so that a file which merely
 * mentions an error is not taken for one. Linear patterns on a bounded head.
 */
import { firstLine, type ToolEnd } from './agent-log';

const HEAD_LENGTH = 4000;
const STARTS =
  /^\W{0,4}(error:|error\b[ :(]|exception:|fatal:|fatal error|failed to |traceback \(most recent call last\)|command timed out|execution timed out|usage error|invalid (parameter|argument|option))/i;
const SHELL =
  /^(?:-?(?:\/\S{1,40}\/)?(?:ba|z|da)?sh: )(?:line \d{1,7}: )?.{0,200}(?:command not found|No such file or directory|Permission denied|syntax error|not found)/m;
const TRACEBACK = /^Traceback \(most recent call last\):/m;
const TIMED_OUT = /^(?:EXECUTION|COMMAND) TIMED OUT\b/m;

/** What a text says of a failure: its kind, or null when it does not say that the call failed. */
export function errorKind(text: string): 'error_text' | 'shell' | 'traceback' | 'timeout' | null {
  const head = text.slice(0, HEAD_LENGTH);
  const start = head.trimStart().slice(0, 80);
  if (TIMED_OUT.test(head)) return 'timeout';
  if (TRACEBACK.test(head)) return 'traceback';
  if (STARTS.test(start)) return 'error_text';
  return SHELL.test(head) ? 'shell' : null;
}

/** The end of a call of which only the text is known: `unset` where the text reports no failure. */
export function textEnd(text: string): ToolEnd {
  const kind = errorKind(text);
  if (kind === null) return { status: 'unset' };
  const line = kind === 'traceback' ? lastLine(text) : firstLine(text);
  return { status: 'error', statusMessage: line, errorType: kind };
}

/** The last line of a text that says something: where a traceback names its exception. */
function lastLine(text: string): string {
  const end = text.trimEnd();
  return end
    .slice(end.lastIndexOf('\n') + 1)
    .trim()
    .slice(0, 500);
}
