/** What was measured of each detector on labelled data; the figures are written by scripts/eval.mjs, as docs/evaluation.md has them. */
import type { Reading, Trust } from '../../shared/model/signal';
import { readFindings } from './trust-read.data';
import { userMeasured } from './trust-user.data';
import { workMeasured } from './trust-work.data';

/** Every measurement, those of users' turns first. */
export const measured: readonly (Trust & { signal: string })[] = [...userMeasured, ...workMeasured];

const bySignal = new Map<string, Trust[]>();
for (const { signal, ...trust } of measured) bySignal.set(signal, [...(bySignal.get(signal) ?? []), trust]);

/** Measurements of a signal, one per data set; empty where nobody could measure it. */
export function trustOf(signal: string): Trust[] {
  return bySignal.get(signal) ?? [];
}

/** What reading its findings came to; null where none were read. */
export function readingOf(signal: string): Reading | null {
  return readFindings[signal] ?? null;
}
