/** An import of more files than are told at once: its figures are of all, and what wants a look is told first. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOLD_FILES } from '../../src/shared/contract/import';
import { urgencyOf, type ShownImport } from '../../src/shared/model/source';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Many files' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

test('a list of imports tells the first files of many, and the others page by page', async () => {
  const count = TOLD_FILES + 7;
  const folder = join(engine.dir, 'many');
  mkdirSync(folder);
  const said = (session: string, role: string, second: number) =>
    JSON.stringify({
      conversation_id: session,
      timestamp: new Date(Date.UTC(2026, 8, 1, 0, 0, second)).toISOString(),
      role,
      text: `Where is parcel ${session}?`,
    });
  for (let i = 0; i < count; i++) {
    const session = String(i).padStart(4, '0');
    const lines = [said(session, 'user', 0), said(session, 'assistant', 1)];
    // Of the last ones, one is broken in part.
    if (i === count - 2) lines.push('{"conversation_id": "cut');
    writeFileSync(join(folder, `f${session}.jsonl`), lines.map((line) => `${line}\n`).join(''));
  }
  const handle = engine.grant(folder);
  let record: ShownImport | undefined;
  for await (const event of await engine.client.imports.start({ files: [{ handle }], withAllFiles: false }))
    if (event.type === 'done') ({ record } = event);
  const figures = { count, imported: count, duplicate: 0, unrecognised: 0, failed: 0, rejected: 1 };
  expect(record).toMatchObject({ files: figures, sessions: count });
  expect(record?.sources).toHaveLength(TOLD_FILES);
  expect(record?.sources[0]).toMatchObject({ rejected: 1 });

  const [listed] = await engine.client.imports.list();
  expect(listed).toMatchObject({ files: figures, sessions: count });
  expect(listed?.sources).toHaveLength(TOLD_FILES);
  expect(listed?.sources.filter(({ rejected }) => rejected > 0)).toHaveLength(1);

  const { importId = '' } = listed ?? {};
  const further = await engine.client.imports.sources({ importId, offset: TOLD_FILES, limit: TOLD_FILES });
  expect(further).toMatchObject({ total: count });
  const told = new Set([...(listed?.sources ?? []), ...further.items].map(({ path }) => path));
  expect(told.size).toBe(count);
  const { items } = await engine.client.imports.sources({ importId, limit: 1_000 });
  expect(items.map(urgencyOf)).toEqual(items.map(urgencyOf).toSorted((a, b) => a - b));
  expect(items.map(({ bytes }) => bytes).reduce((sum, bytes) => sum + bytes, 0)).toBe(listed?.files.bytes);
});
