/**
 * result-contradicts-claim: a call failed, nothing made it good, and the answer of the same turn reports success.
 * Looks at calls that act, at checks (tests, builds, type checks) and at the last call before the answer; a failure on the way
 * that the agent worked around is none. The words of success and of owning up are data (shared/failures/owning-up.data.ts).
 */
import { z } from 'zod';
import {
  commandOf,
  environmentFailures,
  isAnsweringCommand,
} from '../../../shared/failures/environment-failures';
import { failureLineOf } from '../../../shared/failures/failure-line';
import { claimsSuccess, ownsUp } from '../../../shared/failures/owning-up.data';
import { payloadFault } from '../../../shared/failures/payload-fault';
import { isAnswer, isToolCall, quote, toolOf } from '../../../shared/failures/step';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which an error text must start, as in silent-tool-failure'),
  readingTools: z
    .array(z.string())
    .default([
      'get',
      'list',
      'search',
      'find',
      'read',
      'view',
      'fetch',
      'lookup',
      'query',
      'grep',
      'glob',
      'check',
      'think',
      'calculate',
    ])
    .describe(
      'first words of tools that only read: their failure counts only right before the answer, named after common tools',
    ),
});

/** A command whose outcome is what is claimed: tests, builds, checks, deliveries. */
const CHECK =
  /\b(test|tests|pytest|jest|vitest|mocha|cargo|gradle|mvn|make|build|tsc|pyright|mypy|eslint|ruff|lint|typecheck|compile|git (commit|push|merge|rebase)|deploy|publish|migrate|install)\b/i;

/** What must succeed later for the failure to be made good. */
function subjectOf(span: DetectorSpan): { subject: string; isCheck: boolean } {
  const command = span.pillar === 'environment' ? commandOf(span.input) : null;
  if (command === null) return { subject: toolOf(span), isCheck: false };
  const found = CHECK.exec(command.slice(0, 300));
  return { subject: found === null ? toolOf(span) : found[0].toLowerCase(), isCheck: found !== null };
}

interface Open {
  span: DetectorSpan;
  place: number;
  isActing: boolean;
}

class Failures {
  readonly open = new Map<string, Open>();
  calls = 0;

  constructor(
    readonly failed: (span: DetectorSpan) => boolean,
    readonly reading: ReadonlySet<string>,
  ) {}

  take(span: DetectorSpan): void {
    this.calls += 1;
    const { subject, isCheck } = subjectOf(span);
    if (!this.failed(span)) {
      this.open.delete(subject);
      return;
    }
    const first = /^[a-z]+/i.exec(toolOf(span))?.[0].toLowerCase() ?? '';
    const isActing = isCheck || (span.pillar !== 'environment' && !this.reading.has(first));
    this.open.set(subject, { span, place: this.calls, isActing });
  }

  /** The failures that still stand when the answer is given. */
  standing(): DetectorSpan[] {
    return [...this.open.values()]
      .filter((one) => one.isActing || one.place === this.calls)
      .map((one) => one.span);
  }

  clear(): void {
    this.open.clear();
    this.calls = 0;
  }
}

function describe(failed: readonly DetectorSpan[], answer: DetectorSpan): FindingInput {
  const first = failed[0] as DetectorSpan;
  const claim = claimsSuccess.exec(answer.text);
  const near = Math.max(0, (claim?.index ?? 0) - 30);
  // Not in the middle of a word.
  const from = near === 0 ? 0 : near + (/^\S*\s*/u.exec(answer.text.slice(near))?.[0].length ?? 0);
  return {
    evidence: [answer.spanId, ...failed.map((span) => span.spanId)],
    turnNo: answer.turnNo,
    reason: `The answer reports success (“${quote(answer.text.slice(from), 80)}”) although ${toolOf(first)} had failed${failed.length > 1 ? ` and ${String(failed.length - 1)} more` : ''} and was not made good: ${quote(first.statusMessage ?? first.text, 80)}`,
    severity: 4,
  };
}

/** The last answer in words of each turn, by its position; what comes before it in the turn is on the way. */
function lastAnswers(spans: readonly DetectorSpan[]): ReadonlySet<number> {
  const last = new Map<number, number>();
  for (const span of spans) if (span.agentId === null && isAnswer(span)) last.set(span.turnNo, span.position);
  return new Set(last.values());
}

export default defineDetector({
  id: 'result-contradicts-claim',
  title: 'Result contradicts claim',
  description: 'The agent reports success after a call that failed and was not made good.',
  pillar: 'tools',
  version: '1.2',
  parameters,
  isHint: true,
  inspect({ spans }, { headLength, readingTools }) {
    const failures = environmentFailures(spans);
    const isFailed = (span: DetectorSpan): boolean => {
      if (span.status === 'error' || (failures.get(span.spanId)?.exitCode ?? null) !== null) {
        const command = span.pillar === 'environment' ? commandOf(span.input) : null;
        return command === null || !isAnsweringCommand(command);
      }
      if (span.status === 'rejected') return false;
      if (span.pillar === 'environment') return span.status === 'unset' && failureLineOf(span) !== null;
      return payloadFault(span, headLength)?.isError === true;
    };
    const state = new Failures(isFailed, new Set(readingTools));
    const ends = lastAnswers(spans);
    const findings: FindingInput[] = [];
    let turnNo = -1;
    for (const span of spans) {
      if (span.agentId !== null) continue;
      if (span.turnNo !== turnNo) {
        turnNo = span.turnNo;
        state.clear();
      }
      if (isToolCall(span)) state.take(span);
      if (!ends.has(span.position) || state.open.size === 0) continue;
      const standing = state.standing();
      // What ends in a colon announces the next step; it is no report.
      if (span.text.trimEnd().endsWith(':')) continue;
      if (standing.length === 0 || !claimsSuccess.test(span.text) || ownsUp.test(span.text)) continue;
      findings.push(describe(standing, span));
    }
    return findings;
  },
});
