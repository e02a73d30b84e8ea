/**
 * nonzero-exit: a command ended with an exit code that says it failed.
 * Programs whose code 1 is an answer (grep, diff, test…) are left out by name; codes are read where shells and harnesses write
 * them (POSIX.1-2017, 2.8.2 Exit Status for Commands). Each failed command is one finding.
 */
import { z } from 'zod';
import {
  commandOf,
  environmentFailures,
  isAnsweringCommand,
  isShellCall,
} from '../../../shared/failures/environment-failures';
import { quote, toolOf } from '../../../shared/failures/step';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  keepAnswers: z
    .boolean()
    .default(false)
    .describe(
      'whether code 1 of programs that answer by it (grep: nothing found, diff: they differ, test: false) is told too',
    ),
  quotedCommand: z
    .number()
    .int()
    .min(20)
    .default(80)
    .describe('characters of the command quoted; a matter of reading, not of detection'),
});

/** 128 + 9 and 128 + 15: ended by a signal, as when memory or time ran out. */
const KILLED = new Set([137, 143]);

/** Kinds of failure by which a command never ran. */
const KEPT = new Set(['sandbox-denial', 'guardrail-block', 'timeout']);

function isFailedShell(span: DetectorSpan): boolean {
  return span.status === 'error' && !span.isRewound && isShellCall(span);
}

export default defineDetector({
  id: 'nonzero-exit',
  title: 'Non-zero exit',
  description: 'A command ended with an exit code that says it failed.',
  pillar: 'environment',
  version: '1.1',
  parameters,
  isHint: false,
  inspect({ spans }, { keepAnswers, quotedCommand }) {
    const findings: FindingInput[] = [];
    const failures = environmentFailures(spans);
    for (const span of spans) {
      const failure = failures.get(span.spanId);
      const exitCode = failure?.exitCode ?? null;
      // Without a code: the shell says that it failed, and not that it was kept from running at all.
      const isUnnamed = exitCode === null && isFailedShell(span) && !KEPT.has(failure?.kind ?? '');
      if (exitCode === null && !isUnnamed) continue;
      const command = commandOf(span.input);
      if (!keepAnswers && (exitCode ?? 1) === 1 && command !== null && isAnsweringCommand(command)) continue;
      const what = command === null ? '' : ` (${quote(command, quotedCommand)})`;
      findings.push({
        evidence: [span.spanId],
        turnNo: span.turnNo,
        reason:
          exitCode === null
            ? `${toolOf(span)} failed; the source does not say with which exit code${what}.`
            : `${toolOf(span)} ended with exit code ${String(exitCode)}${what}.`,
        severity: exitCode !== null && KILLED.has(exitCode) ? 3 : 2,
      });
    }
    return findings;
  },
});
