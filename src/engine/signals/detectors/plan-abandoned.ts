/**
 * plan-abandoned: steps the agent had set itself were never done: items of its to-do list still open when the session ends
 * or the next list leaves them out, and numbered steps it announced of which nothing is heard again. The second is told by
 * telling words alone and therefore looked at only where the agent then said that it was done.
 */
import { z } from 'zod';
import { proseOf, quote, speechOf } from '../../../shared/conversation/conversation';
import { announcedSteps, isPlanTool, stepsOfCall, type PlanStep } from '../../../shared/conversation/plans';
import { completionClaim } from '../../../shared/lexicon/agent-claims.data';
import { phraseSet } from '../../../shared/lexicon/phrase-lists';
import { findPhrase } from '../../../shared/text/phrases';
import { readAsked } from '../../../shared/text/rephrase';
import { defineDetector, type DetectorSpan, type FindingInput } from '../detector';

const parameters = z.object({
  minSteps: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe('numbered steps that make a plan; two are an aside (own choice)'),
  minWords: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('telling words a step needs to be looked for in what follows'),
  maxFound: z
    .number()
    .min(0)
    .max(1)
    .default(0.34)
    .describe(
      'share of a step’s telling words found in what follows, up to which it counts as never begun (own choice)',
    ),
});
type Limits = z.output<typeof parameters>;

const claims = phraseSet(completionClaim);

function isMain(span: DetectorSpan): boolean {
  return span.agentId === null && !span.isRewound;
}

function openItems(steps: readonly PlanStep[]): PlanStep[] {
  return steps.filter((step) => !step.isDone);
}

/** The agent's last to-do list, where items are open though it has given its last answer. */
function inList(spans: readonly DetectorSpan[]): FindingInput[] {
  const call = spans.findLast((span) => span.kind === 'tool' && isMain(span) && isPlanTool(span.toolName));
  if (!call) return [];
  const steps = stepsOfCall(call.input);
  const open = openItems(steps);
  const last = spans.findLast(
    (span) =>
      isMain(span) && (span.kind === 'llm' || span.status === 'interrupted' || span.status === 'rejected'),
  );
  // Who was stopped by a person has abandoned nothing.
  if (
    open.length === 0 ||
    !last ||
    last.kind !== 'llm' ||
    last.position < call.position ||
    last.status === 'interrupted'
  )
    return [];
  return [
    {
      evidence: [call.spanId, last.spanId],
      turnNo: call.turnNo,
      reason: `${String(open.length)} of ${String(steps.length)} items of the agent’s to-do list were still open at its last answer, first “${quote(open[0]?.text ?? '', 60)}”.`,
      severity: open.length === steps.length ? 3 : 2,
    },
  ];
}

const fileName = /(?<![\w/.-])[\w/.-]*\b(\w[\w-]*(?:\.\w+)*\.[a-z]\w{0,7})\b(?![\w/])/giu;
const address = /\bhttps?:\/\/\S+/giu;
/** "e.g." and "i.e." look like files. */
const SHORTEST_FILE = 5;

/** The files a step names, without their folders. */
function filesOf(step: string): string[] {
  return [...step.replaceAll(address, '').matchAll(fileName)]
    .map((match) => match[1] ?? '')
    .filter((file) => file.length >= SHORTEST_FILE);
}

/** Announced steps of which nothing follows, though the agent then claims to be done. */
function inText(
  spans: readonly DetectorSpan[],
  limits: Limits,
  idf: (word: string) => number,
): FindingInput[] {
  const findings: FindingInput[] = [];
  spans.forEach((span, at) => {
    if (span.kind !== 'llm' || !isMain(span) || !/^\s*1[.)]/mu.test(span.text)) return;
    const steps = announcedSteps(span.text, limits.minSteps);
    if (steps.length === 0) return;
    const later = spans.slice(at + 1).filter((one) => isMain(one) && one.kind !== 'user');
    const turn = later.filter((one) => one.turnNo === span.turnNo);
    const claim = turn.findLast((one) => one.kind === 'llm' && one.text !== '');
    if (
      !claim ||
      !turn.some((one) => one.kind === 'tool') ||
      findPhrase(claims, speechOf(claim).words) === null
    )
      return;
    const after = later.slice(0, 200);
    const done = new Set<number>();
    for (const one of after)
      for (const stem of readAsked(
        `${proseOf(one.text)} ${(one.input ?? '').slice(0, 400)}`,
        idf,
      ).stems.keys())
        done.add(stem);
    const missing = steps.filter((step) => {
      const files = filesOf(step);
      // A file that is touched or spoken of later has not been forgotten; its words alone may be those of another.
      if (files.length > 0)
        return !after.some((one) =>
          files.some((file) => one.text.includes(file) || one.input?.includes(file)),
        );
      const stems = [...readAsked(step, idf).stems.keys()];
      return (
        stems.length >= limits.minWords &&
        stems.filter((stem) => done.has(stem)).length <= limits.maxFound * stems.length
      );
    });
    if (missing.length === 0) return;
    findings.push({
      evidence: [span.spanId, claim.spanId],
      turnNo: span.turnNo,
      reason: `Of ${String(steps.length)} announced steps nothing is heard again of ${String(missing.length)} though the agent says it is done, first “${quote(missing[0] ?? '', 60)}”.`,
      severity: 2,
    });
  });
  return findings;
}

export default defineDetector({
  id: 'plan-abandoned',
  title: 'Plan abandoned',
  description: 'To-do items or announced steps were never done.',
  pillar: 'llm',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans, workspace }, limits) {
    return [...inList(spans), ...inText(spans, limits, (word) => workspace.idf(word))];
  },
});
