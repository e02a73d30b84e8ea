/** Verdicts on some corrections of the sample, and what they do to the number of those proposed; against a real engine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateSample } from '../../src/engine/sample/generate';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let bench: TestEngine;

beforeEach(async () => {
  bench = await startEngine();
  await bench.client.workspace.create({ name: 'Verdicts' });
  const { files } = generateSample({ seed: 5, sessions: 120 });
  const path = join(bench.dir, 'support.jsonl');
  writeFileSync(path, files.find((file) => file.name.endsWith('.otlp.jsonl'))?.text ?? '');
  await bench.importFiles(path);
});
afterEach(async () => {
  await bench.close();
  removeEngine(bench);
});

async function settled(): Promise<number> {
  for (;;) {
    const { learning, proposed, confirmed } = await bench.client.correction.summary();
    if (learning.problem !== null) throw new Error(learning.problem);
    if (!learning.isLearning) return proposed + confirmed;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('confirmations do not turn the rest into corrections', async () => {
  const before = await settled();
  expect(before).toBeGreaterThan(30);
  const { items } = await bench.client.correction.list({ order: 'score', limit: 15 });
  await bench.client.correction.judge({
    correctionIds: items.map((item) => item.correctionId),
    verdict: 'confirmed',
  });
  await settled();
  const after = await settled();
  expect(Math.abs(after - before)).toBeLessThanOrEqual(0.25 * before);
});
