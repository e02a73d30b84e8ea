/** The line by which a program in a shell says that it failed, where no exit code is written down. Owns no wording. */
import { commandOf, isShellCall, isShowingCommand } from './environment-failures';
import { failureLines } from './shell-failures.data';
import type { Step } from './step';

/** A line of what a shell printed that says a program failed, at the start or the end; null where a file was looked at. */
export function failureLineOf(step: Step & { textTail: string | null }): string | null {
  if (!isShellCall(step) || isShowingCommand(commandOf(step.input) ?? '')) return null;
  for (const text of [step.text, step.textTail ?? '']) {
    const at = text.search(failureLines);
    if (at >= 0) return text.slice(at).trimStart().split('\n', 1)[0] ?? '';
  }
  return null;
}
