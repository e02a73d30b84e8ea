/**
 * http-error: a service answered with a status of 400 to 599 (RFC 9110).
 * Reads the status where the words say it is one; a bare number is nothing. Failures of one tool in one turn are one finding.
 */
import { z } from 'zod';
import { evidenceOf, failureGroups, failureSentence } from '../../../shared/failures/environment-failures';
import { defineDetector } from '../detector';

const parameters = z.object({
  minStatus: z
    .number()
    .int()
    .min(400)
    .max(599)
    .default(400)
    .describe(
      'lowest HTTP status told; 500 leaves out what the caller did wrong (RFC 9110: 4xx client, 5xx server)',
    ),
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
  id: 'http-error',
  title: 'HTTP error',
  description: 'A service answered with a status of 400 to 599.',
  pillar: 'environment',
  version: '1.0',
  parameters,
  isHint: true,
  inspect({ spans }, { minStatus, majorTimes }) {
    return failureGroups(
      spans,
      (failure) => failure.httpStatus !== null && failure.httpStatus >= minStatus,
    ).map((group) => ({
      evidence: evidenceOf(group),
      turnNo: group.steps[0]?.turnNo ?? 0,
      reason: failureSentence(group, `got HTTP status ${String(group.failure.httpStatus)}`),
      severity: group.steps.length >= majorTimes ? 3 : 2,
    }));
  },
});
