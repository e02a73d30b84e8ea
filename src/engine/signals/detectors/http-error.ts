/**
 * http-error: a service answered with a status of 400 to 599 (RFC 9110).
 * Reads the status where the words say it is one; a bare number is nothing. Failures of one tool in one turn are one finding.
 */
import { z } from 'zod';
import { defineDetector } from '../detector';
import { failureFindings, majorTimes } from '../environment-detector';

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
  majorTimes,
});

export default defineDetector({
  id: 'http-error',
  title: 'HTTP error',
  description: 'A service answered with a status of 400 to 599.',
  pillar: 'environment',
  version: '1.1',
  parameters,
  isHint: true,
  inspect({ spans }, { minStatus, majorTimes: major }) {
    return failureFindings(spans, ({ httpStatus }) => httpStatus !== null && httpStatus >= minStatus, {
      minTimes: 1,
      majorTimes: major,
      severity: 2,
      say: ({ httpStatus }) => `got HTTP status ${String(httpStatus)}`,
    });
  },
});
