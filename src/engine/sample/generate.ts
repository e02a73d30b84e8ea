/**
 * The built-in sample: a support agent's OTLP export and a coding agent's transcripts, with the ground truth of what was
 * planted in them. Seeded and pure: the same options give the same bytes, nothing is read or written.
 * All of it is invented: companies, repositories, models, users.
 */
import { generateCodingSessions } from './coding-agent';
import { type GroundTruth, plantedFailureModes } from './ground-truth';
import { Wording } from './grammar';
import { Rng } from './rng';
import { generateSupportSessions, supportFile } from './support-agent';

export interface SampleFiles {
  /** Names are relative paths with forward slashes. */
  files: { name: string; text: string }[];
  truth: GroundTruth;
}

export interface SampleOptions {
  /** Any integer. */
  seed?: number;
  /** At least 2; about 63 % are support sessions, the rest coding sessions. */
  sessions?: number;
}

export const defaultSampleSeed = 20261005;
export const defaultSampleSessions = 300;

export function generateSample(options: SampleOptions = {}): SampleFiles {
  const seed = options.seed ?? defaultSampleSeed;
  const sessions = options.sessions ?? defaultSampleSessions;
  if (!Number.isInteger(sessions) || sessions < 2)
    throw new RangeError(`sessions must be an integer of at least 2: ${sessions}`);
  const supportCount = Math.round((sessions * 19) / 30);
  const rng = new Rng(seed);
  const wording = new Wording();
  const support = generateSupportSessions(supportCount, rng.fork('support'), wording);
  const coding = generateCodingSessions(sessions - supportCount, rng.fork('coding'), wording);
  const truths = [...support.truths, ...coding.truths];
  return {
    files: [{ name: supportFile, text: support.text }, ...coding.files],
    truth: {
      version: 1,
      seed,
      failureModes: plantedFailureModes,
      sessions: truths.map((truth) => truth.session),
      failures: truths.flatMap((truth) => truth.failures),
      corrections: truths.flatMap((truth) => truth.corrections),
      signals: truths.flatMap((truth) => truth.signals),
      decoys: truths.flatMap((truth) => truth.decoys),
    },
  };
}
