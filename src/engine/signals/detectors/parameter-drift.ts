/**
 * parameter-drift: the same tool is tried again and again with other arguments, and none of them works.
 * Plano Signals (arXiv 2604.00356) counts variants alone; calling a tool with other arguments is what tools are for, so here the
 * calls must have failed or brought back nothing. A shell runs many programs: there the program must be the same.
 */
import { z } from 'zod';
import { commandOf, isAnsweringCommand } from '../../../shared/failures/environment-failures';
import { payloadFault } from '../../../shared/failures/payload-fault';
import { isToolCall, toolOf } from '../../../shared/failures/step';
import { quietTools } from '../../../shared/failures/tools.data';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minCalls: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('calls of the tool in a row without a success (Plano Signals, arXiv 2604.00356: 3 or more)'),
  minVariants: z
    .number()
    .int()
    .min(2)
    .default(2)
    .describe('different arguments among them (Plano Signals: 2 or more)'),
  headLength: z
    .number()
    .int()
    .min(20)
    .default(200)
    .describe('characters in which an error text must start, as in silent-tool-failure'),
});

const quiet = new Set(quietTools);

const LEADING = /^(?:\s*(?:cd\s+\S+\s*(?:&&|;)|sudo|time|env|\w+=\S*)\s*)*/;

/** What is being tried: the tool, and in a shell its program with the first word after it. */
function triedWith(span: DetectorSpan): string {
  const tool = toolOf(span);
  if (span.pillar !== 'environment') return tool;
  const command = commandOf(span.input)?.slice(0, 300);
  if (command === undefined) return tool;
  return `${tool} ${command.replace(LEADING, '').split(/\s+/, 2).join(' ')}`;
}

function isFailed(span: DetectorSpan, headLength: number): boolean {
  if (span.status === 'error') {
    const command = span.pillar === 'environment' ? commandOf(span.input) : null;
    return command === null || !isAnsweringCommand(command);
  }
  if (span.status === 'rejected' || span.status === 'interrupted' || span.pillar === 'environment')
    return false;
  if (span.status === 'unset' && span.text === '') return false;
  return payloadFault(span, headLength) !== null;
}

interface Run {
  calls: DetectorSpan[];
  variants: Set<string>;
  isShell: boolean;
}

function describe({ calls, variants }: Run, tried: string): FindingInput {
  const last = calls[calls.length - 1] as DetectorSpan;
  return {
    evidence: [last.spanId, ...calls.slice(0, -1).map((call) => call.spanId)],
    turnNo: last.turnNo,
    reason: `${tried} was tried ${String(calls.length)} times with ${String(variants.size)} different arguments, and none of them worked.`,
    severity: calls.length >= 5 ? 3 : 2,
  };
}

export default defineDetector({
  id: 'parameter-drift',
  title: 'Parameter drift',
  description: 'A tool is tried with one set of arguments after another, and none of them works.',
  pillar: 'tools',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { minCalls, minVariants, headLength }) {
    const findings: FindingInput[] = [];
    const open = new Map<string, { run: Run; tried: string }>();
    const close = (key: string): void => {
      const found = open.get(key);
      open.delete(key);
      if (found && found.run.calls.length >= minCalls && found.run.variants.size >= minVariants)
        findings.push(describe(found.run, found.tried));
    };
    for (const span of spans) {
      if (!isToolCall(span) || span.callHash === null) continue;
      const failed = isFailed(span, headLength);
      if (failed && quiet.has(toolOf(span).toLowerCase())) continue;
      if (!failed && open.size === 0) continue;
      const tried = triedWith(span);
      const key = `${span.agentId ?? ''}|${String(span.turnNo)}|${tried}`;
      if (!failed) {
        close(key);
        // What is done between two runs of a program (an edit, an installation) makes the next run another attempt.
        if (span.pillar === 'environment')
          for (const [other, { run }] of [...open]) if (run.isShell) close(other);
        continue;
      }
      const run: Run = open.get(key)?.run ?? {
        calls: [],
        variants: new Set<string>(),
        isShell: span.pillar === 'environment',
      };
      run.calls.push(span);
      run.variants.add((run.isShell ? commandOf(span.input) : null) ?? span.callHash);
      open.set(key, { run, tried });
    }
    for (const key of [...open.keys()]) close(key);
    return findings;
  },
});
