/**
 * The detectors against the sample's ground truth: what was planted must be found, what only looks like it must not.
 * The sample is written by the same people as the detectors, so these figures show that they work, not how well they do on
 * anybody's traces (docs/evaluation.md).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GroundTruth } from '../../src/engine/sample/ground-truth';
import { generateSample } from '../../src/engine/sample/generate';
import { writeSample } from '../../src/engine/sample/write-sample';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let workbench: TestEngine;
let truth: GroundTruth;
const found = new Map<string, Set<string>>();

beforeAll(async () => {
  workbench = await startEngine();
  await workbench.client.workspace.create({ name: 'Truth' });
  const dir = join(workbench.dir, 'traces');
  const files = await writeSample(dir);
  rmSync(files.pop() ?? '');
  await workbench.importFiles(dir);
  ({ truth } = generateSample());
  for (let offset = 0; ; offset += 10_000) {
    const { items, total } = await workbench.client.signal.findings({ offset, limit: 10_000 });
    for (const item of items) {
      const turns = found.get(item.signal) ?? new Set();
      found.set(item.signal, turns.add(`${item.sessionId} ${String(item.turnNo)}`));
    }
    if (offset + 10_000 >= total) break;
  }
}, 600_000);
afterAll(async () => {
  await workbench.close();
  removeEngine(workbench);
});

/** Turns in which a signal was planted (or is harmlessly there), by session and turn. */
function planted(signal: string): Set<string> {
  const turns = truth.signals.filter((one) => one.signal === signal && one.isRewound !== true);
  // A refused call is an interruption to the detector, and a correction in its tool result to the truth.
  const refused = truth.corrections.filter(
    (one) => signal === 'user-interruption' && one.via === 'tool-rejection' && one.isRewound !== true,
  );
  // Asking once more is a loop to the detector, and to the truth only from the second time on.
  const repeated = truth.sessions.flatMap(({ sessionId, turns: all }) =>
    all
      .filter((turn) => signal === 'rephrase-loop' && turn.class === 'rephrase' && turn.isRewound !== true)
      .map((turn) => ({ sessionId, turnNo: turn.turnNo })),
  );
  return new Set([...turns, ...refused, ...repeated].map((one) => `${one.sessionId} ${String(one.turnNo)}`));
}

/** What a report of a signal may rightly stand at: its own turns, and for repeats also corrections that repeat the request. */
function acceptable(signal: string): Set<string> {
  const repeats = truth.sessions.flatMap(({ sessionId, turns }) =>
    turns
      .filter((turn) => signal === 'rephrase-loop' && turn.class === 'correction')
      .map((turn) => `${sessionId} ${String(turn.turnNo)}`),
  );
  return new Set([...planted(signal), ...repeats]);
}

// Lowest figures accepted, by turn: far enough below what was measured that a change of wording does not break the build.
test.each([
  { signal: 'tool-error', precision: 0.95, recall: 0.95 },
  { signal: 'user-interruption', precision: 0.9, recall: 0.9 },
  { signal: 'retry-loop', precision: 0.9, recall: 0.9 },
  { signal: 'silent-tool-failure', precision: 0.9, recall: 0.7 },
  // Requests put in quite other words are missed: the detector is a hint (docs/evaluation.md).
  { signal: 'rephrase-loop', precision: 0.6, recall: 0.1 },
  { signal: 'correction', precision: 0.5, recall: 0.5 },
])('$signal is found where it was planted', ({ signal, precision, recall }) => {
  const expected = planted(signal);
  const reported = found.get(signal) ?? new Set<string>();
  const right = acceptable(signal);
  const hits = [...reported].filter((turn) => right.has(turn)).length;
  const recalled = [...reported].filter((turn) => expected.has(turn)).length;
  console.log(
    `${signal}: precision ${(hits / reported.size).toFixed(2)} of ${String(reported.size)}, recall ${(recalled / expected.size).toFixed(2)} of ${String(expected.size)}`,
  );
  expect(expected.size).toBeGreaterThan(0);
  expect(hits / reported.size).toBeGreaterThanOrEqual(precision);
  expect(recalled / expected.size).toBeGreaterThanOrEqual(recall);
});
