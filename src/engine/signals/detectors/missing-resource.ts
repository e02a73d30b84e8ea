/**
 * missing-resource: a file, command, module, record or address that the agent relied on is not there.
 * The words that tell it are data with their sources (shared/failures/environment-failures.data.ts); failures of one tool in
 * one turn are one finding.
 */
import { z } from 'zod';
import { evidenceOf, failureGroups, failureSentence } from '../../../shared/failures/environment-failures';
import { defineDetector } from '../detector';

const parameters = z.object({
  minTimes: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('failures of one tool within a turn that are worth a finding; one is a fact worth knowing'),
  majorTimes: z
    .number()
    .int()
    .min(2)
    .default(3)
    .describe(
      'failures within a turn that make it major (Plano Signals, arXiv 2604.00356: a tool retried 3 times or more)',
    ),
});

export default defineDetector({
  id: 'missing-resource',
  title: 'Missing resource',
  description: 'A file, command, record or address that the agent relied on is not there.',
  pillar: 'environment',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { minTimes, majorTimes }) {
    return failureGroups(spans, (failure) => failure.kind === 'missing-resource')
      .filter((group) => group.steps.length >= minTimes)
      .map((group) => ({
        evidence: evidenceOf(group),
        turnNo: group.steps[0]?.turnNo ?? 0,
        reason: failureSentence(group, 'asked for something that is not there'),
        severity: group.steps.length >= majorTimes ? 3 : 1,
      }));
  },
});
