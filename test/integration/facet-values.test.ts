/** A facet lists its most frequent values; the others are found by a part of their name, counted the same way. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FACET_VALUES } from '../../src/shared/contract/session';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Facets' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

const pad = (n: number): string => String(n).padStart(2, '0');

test('values beyond those listed are found by name, whatever the case, and counted as the facet counts', async () => {
  const rows = Array.from({ length: 70 }, (_, i) =>
    ['Where is my order?', 'On its way.'].map((text, at) => ({
      conversation_id: `c-${pad(i)}`,
      timestamp: new Date(Date.UTC(2026, 8, 1, i, at)).toISOString(),
      role: at === 0 ? 'user' : 'assistant',
      text,
      user_id: `person-${pad(i)}`,
      feature: i < 4 ? 'Zone 99%' : `area ${pad(i)}`,
      cohort: i % 2 === 0 ? 'even' : 'odd',
    })),
  ).flat();
  const path = join(engine.dir, 'Rows-of-people.jsonl');
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await engine.importFiles(path);

  const { features } = await engine.client.session.facets({ filter: {} });
  expect(features).toHaveLength(FACET_VALUES);
  const listed = new Set(features.map(({ value }) => value));
  expect(listed.has('area 69')).toBe(false);

  const { session } = engine.client;
  const found = await session.facetValues({ facet: 'features', find: ' AREA 6' });
  expect(found.map(({ value }) => value)).toEqual(Array.from({ length: 10 }, (_, i) => `area ${60 + i}`));
  expect(await session.facetValues({ facet: 'features', find: '9%' })).toEqual([
    { value: 'Zone 99%', label: 'Zone 99%', count: 4 },
  ]);
  // Other facets narrow it, its own choice does not.
  const filter = { cohorts: ['odd'], features: ['area 08'] };
  expect(await session.facetValues({ facet: 'features', find: 'zone', filter })).toMatchObject([
    { count: 2 },
  ]);
  expect(await session.facetValues({ facet: 'userIds', find: 'PERSON-69' })).toMatchObject([{ count: 1 }]);
  expect(await session.facetValues({ facet: 'sourceIds', find: 'rows-of' })).toMatchObject([
    { label: 'Rows-of-people.jsonl', count: 70 },
  ]);
  expect(await session.facetValues({ facet: 'labels', find: 'x' })).toEqual([]);
});
