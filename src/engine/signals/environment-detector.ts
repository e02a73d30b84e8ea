/**
 * The detectors of failures in an agent's surroundings differ in the kind they look for and the words they say of it: this is
 * what they have in common. Failures of one tool in one turn are one finding, however often it was tried. The words that tell a
 * kind are data with their sources (shared/failures/environment-failures.data.ts).
 */
import { z } from 'zod';
import {
  evidenceOf,
  failureGroups,
  failureSentence,
  type EnvironmentFailure,
} from '../../shared/failures/environment-failures';
import type { EnvironmentFailureKind } from '../../shared/failures/environment-failures.data';
import { defineDetector, type Detector, type FindingInput } from './detector';

/** From how many failures within a turn a finding is major. */
export const majorTimes = z
  .number()
  .int()
  .min(2)
  .default(3)
  .describe(
    'failures within a turn that make it major (Plano Signals, arXiv 2604.00356: a tool retried 3 times or more)',
  );

const parameters = z.object({
  minTimes: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('failures of one tool within a turn that are worth a finding; one is a fact worth knowing'),
  majorTimes,
});

type Told = {
  /** After the tool's name: "ran out of time". */
  say: (failure: EnvironmentFailure) => string;
  minTimes: number;
  majorTimes: number;
  /** Of a single failure. */
  severity: 1 | 2;
};

/** The failures for which `matches` holds as findings, one for each tool and turn. */
export function failureFindings(
  spans: Parameters<Detector['inspect']>[0]['spans'],
  matches: (failure: EnvironmentFailure) => boolean,
  { say, minTimes, majorTimes: major, severity }: Told,
): FindingInput[] {
  return failureGroups(spans, matches)
    .filter((group) => group.steps.length >= minTimes)
    .map((group) => ({
      evidence: evidenceOf(group),
      turnNo: group.steps[0]?.turnNo ?? 0,
      reason: failureSentence(group, say(group.failure)),
      severity: group.steps.length >= major ? 3 : severity,
    }));
}

/** A detector of one kind of failure; `said` goes after the tool's name. */
export function environmentDetector(about: {
  id: EnvironmentFailureKind;
  title: string;
  description: string;
  version: string;
  isHint: boolean;
  said: string;
  /** Of a single failure; 2 by default. */
  severity?: 1 | 2;
}): Detector<typeof parameters> {
  const { said, severity = 2, ...rest } = about;
  return defineDetector({
    ...rest,
    pillar: 'environment',
    parameters,
    inspect: ({ spans }, limits) =>
      failureFindings(spans, ({ kind }) => kind === about.id, { ...limits, severity, say: () => said }),
  });
}
