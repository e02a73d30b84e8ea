/** Labels that came with an export are values to choose sessions by, apart from what analysts say. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Labels' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

const observation = (trace: string) => ({
  id: `o-${trace}`,
  trace_id: trace,
  parent_observation_id: null,
  type: 'SPAN',
  name: 'advice',
  start_time: '2026-09-22 10:00:01.000000',
  end_time: '2026-09-22 10:00:02.000000',
  project_id: 'shop',
  input: 'Which soil?',
  output: 'Loam.',
});
const score = (trace: string, name: string, value: number | null, text: string | null, type: string) => ({
  id: `s-${trace}-${name}`,
  trace_id: trace,
  observation_id: null,
  name,
  value,
  string_value: text,
  data_type: type,
  source: 'ANNOTATION',
  timestamp: '2026-09-22 11:00:00.000000',
  project_id: 'shop',
});

test('few values are chosen one by one, scales by tenths of their range', async () => {
  const traces = Array.from({ length: 40 }, (_, i) => `t-${String(i).padStart(2, '0')}`);
  const lines = (records: readonly unknown[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const [observations, scores] = ['observations.jsonl', 'scores.jsonl'].map((name) => join(engine.dir, name));
  writeFileSync(observations ?? '', lines(traces.map(observation)));
  writeFileSync(
    scores ?? '',
    lines(
      traces
        .slice(0, 30)
        .flatMap((trace, i) => [
          score(trace, 'solved', i % 3 === 0 ? 1 : 0, null, 'NUMERIC'),
          score(trace, 'tone', null, i % 2 === 0 ? 'warm' : 'cold', 'CATEGORICAL'),
          score(trace, 'closeness', i / 29, null, 'NUMERIC'),
        ]),
    ),
  );
  await engine.importFiles(observations ?? '', scores ?? '');
  const { labels } = await engine.client.session.facets({ filter: {} });
  const counts = Object.fromEntries(labels.map(({ value, count }) => [value, count]));
  expect(counts).toMatchObject({ 'solved: 0': 20, 'solved: 1': 10, 'tone: cold': 15, 'tone: warm': 15 });
  const scale = labels.filter(({ value }) => value.startsWith('closeness: '));
  expect(scale).toHaveLength(10);
  expect(scale.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  expect(counts['closeness: 0.9 to 1']).toBe(3);

  const chosen = await engine.client.session.list({ filter: { labels: ['solved: 1'] } });
  expect(chosen.total).toBe(10);
  const both = await engine.client.session.list({ filter: { labels: ['solved: 1', 'solved: 0'] } });
  expect(both.total).toBe(30);
  const narrowed = await engine.client.session.facets({ filter: { labels: ['tone: warm'], signals: [] } });
  expect(narrowed.matching).toBe(15);
  expect(narrowed.labels.find(({ value }) => value === 'tone: cold')?.count).toBe(15);
});
