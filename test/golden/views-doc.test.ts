/**
 * docs/views.md is made from the documented views and the types their columns have: this fails where the page is not what
 * they are. `npm run docs:views` writes it anew.
 */
import { join } from 'node:path';
import { format as prettify } from 'prettier';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const page = join(import.meta.dirname, '../../docs/views.md');
let bench: TestEngine;

beforeAll(async () => {
  bench = await startEngine();
  await bench.client.workspace.create({ name: 'Views' });
});
afterAll(async () => {
  await bench.close();
  removeEngine(bench);
});

const cell = (text: string) => text.replaceAll('|', '\\|');

test('docs/views.md says what the views are', async () => {
  const views = await bench.client.sql.views();
  expect(
    views.flatMap((view) => view.columns).filter(({ type, meaning }) => type === '' || meaning === ''),
  ).toEqual([]);
  const parts = [
    '# The views',
    '<!-- Made by `npm run docs:views` from src/engine/report/views.data.ts and the views themselves. -->',
    'What the SQL screen and [`faultline sql`](cli.md#sql) can ask: DuckDB’s SQL, one SELECT at a time, read-only. These names and columns stay as they are; tables behind them may change. Times are epoch milliseconds, and timestamps in UTC. What the source does not say is null.',
    views.map((view) => `- [\`${view.name}\`](#${view.name}): ${view.grain}`).join('\n'),
    ...views.flatMap((view) => [
      `## ${view.name}`,
      `${view.grain.charAt(0).toUpperCase()}${view.grain.slice(1)}.`,
      [
        '| column | type | meaning |',
        '|---|---|---|',
        ...view.columns.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${cell(meaning)} |`),
      ].join('\n'),
    ]),
  ];
  const text = await prettify(parts.join('\n\n'), {
    parser: 'markdown',
    printWidth: 110,
    proseWrap: 'preserve',
  });
  await expect(text).toMatchFileSnapshot(page);
});
