/** A facet lists its most frequent values; the others are found by a part of their name, counted the same way. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FACET_VALUES, type Facets } from '../../src/shared/contract/session';
import type { SessionFilter } from '../../src/shared/model/session';
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

/** What of a filter chooses a facet's values. */
const choosing = {
  formats: 'formats',
  sources: 'sourceIds',
  features: 'features',
  cohorts: 'cohorts',
  users: 'userIds',
  signals: 'signals',
  scoreTenths: 'scoreTenths',
  userActs: 'userActs',
  flags: 'flags',
  errorPillars: 'errorPillars',
} as const satisfies Partial<Record<keyof Facets, keyof SessionFilter>>;

test('each count is that of the sessions listed when the value is chosen, whatever else narrows them', async () => {
  const said = ['Where is my order?', 'On its way.', 'No, that is wrong. I said the blue one.', 'Sorry.'];
  const rows = Array.from({ length: 12 }, (_, i) =>
    said.slice(0, i % 3 === 0 ? 4 : 2).map((text, at) => ({
      conversation_id: `c-${pad(i)}`,
      timestamp: new Date(Date.UTC(2026, 8, 1 + i, 0, at)).toISOString(),
      role: at % 2 === 0 ? 'user' : 'assistant',
      text: i === 5 ? `${text} parcel` : text,
      user_id: `person-${String(i % 4)}`,
      feature: i < 4 ? 'search' : 'orders',
      cohort: i % 2 === 0 ? 'even' : 'odd',
    })),
  ).flat();
  const path = join(engine.dir, 'conversations.jsonl');
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await engine.importFiles(path);
  for await (const event of await engine.client.signal.run({})) if (event.type === 'done') break;
  const { session } = engine.client;

  const filters: SessionFilter[] = [
    {},
    { cohorts: ['odd'], features: ['orders'] },
    { correction: 'any', userIds: ['person-0', 'person-1'] },
    { text: 'PARCEL' },
    { turnCount: [2, 4], userActs: ['new-request'] },
  ];
  let compared = 0;
  for (const filter of filters) {
    const facets = await session.facets({ filter });
    expect(facets.matching).toBe((await session.list({ filter, limit: 1 })).total);
    expect(facets.total).toBe(12);
    for (const [facet, key] of Object.entries(choosing) as [keyof typeof choosing, keyof SessionFilter][])
      for (const { value, count } of facets[facet]) {
        const chosen = { ...filter, [key]: [value] };
        expect([facet, value, (await session.list({ filter: chosen, limit: 1 })).total]).toEqual([
          facet,
          value,
          count,
        ]);
        compared++;
      }
    for (const { value, count } of facets.corrections) {
      const chosen = { ...filter, correction: value } as SessionFilter;
      expect((await session.list({ filter: chosen, limit: 1 })).total).toBe(count);
    }
    const days = facets.startMs.bins;
    expect(days.reduce((sum, bin) => sum + bin.count, 0)).toBe(12);
    expect(days.reduce((sum, bin) => sum + bin.matching, 0)).toBe(facets.matching);
  }
  expect(compared).toBeGreaterThan(40);
});
