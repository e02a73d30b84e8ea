/** An import that is alone with its sessions takes a shorter way into the index than several at once: both give the same rows. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completeImports } from '../../src/engine/open-workspace';
import { indexImports, type IndexedImport } from '../../src/engine/trajectory/index-imports';
import { rulesInForce } from '../../src/engine/trajectory/pillar-rules';
import { openDatabase } from '../../src/engine/workspace/duckdb';
import { applySchema } from '../../src/engine/workspace/index-schema';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

/** Sub-agents, traces without user messages, times out of order, labels: whatever places and turns depend on. */
const FILES = [
  'otlp/collector.jsonl',
  'otlp/openinference.jsonl',
  'codex/rollout.jsonl',
  'langfuse/events.jsonl',
  'langfuse/legacy-observations.jsonl',
  'openai-agents',
  'inspect-ai',
];

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

/** Every row of every table, after the imports were indexed in these groups. */
async function rowsOf(dir: string, groups: readonly (readonly IndexedImport[])[]): Promise<unknown> {
  const db = await openDatabase({ path: ':memory:', allowedDirs: [dir] });
  try {
    await db.transaction(applySchema);
    for (const group of groups) await indexImports(db, group, rulesInForce(new Map()));
    const tables = await db.all<{ name: string }>(
      'SELECT table_name AS name FROM duckdb_tables() ORDER BY name',
    );
    const rows = tables.map(async ({ name }) => [
      name,
      (
        await db.all<{ row: string }>(`SELECT to_json(t)::VARCHAR AS row FROM "${name}" AS t ORDER BY row`)
      ).map(({ row }) => row),
    ]);
    return Object.fromEntries(await Promise.all(rows)) as unknown;
  } finally {
    await db.close();
  }
}

test('imports give the same rows one by one and all at once', async () => {
  const { path } = await engine.client.workspace.create({ name: 'Alone' });
  for (const name of FILES)
    await engine.takeIn(fileURLToPath(new URL(`../fixtures/formats/${name}`, import.meta.url)));
  await engine.close();
  const dir = join(path, 'imports');
  const imports = await completeImports(dir, new Set());
  expect(imports).toHaveLength(FILES.length);
  const apart = await rowsOf(
    dir,
    imports.map((one) => [one]),
  );
  expect(apart).toEqual(await rowsOf(dir, [imports]));
});
