/**
 * A Claude Code session that was resumed under a new session id begins with a copy of the first one: what was said once counts
 * once, in one import and over several in any order.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportRecord } from '../../src/shared/model/source';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const FOLDER = fileURLToPath(new URL('../fixtures/formats/claude-code/forked', import.meta.url));
const idOf = (end: string): string => `5e550000-0000-4000-8000-0000000000${end}`;
/** The first session, the one resumed from it, and the one resumed from that. */
const [FIRST, SECOND, THIRD] = ['a1', 'b2', 'c3'].map(idOf) as [string, string, string];
const file = (sessionId: string): string => join(FOLDER, `${sessionId}.jsonl`);

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Forks' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

/** Imports files, without looking for signals. */
async function take(...paths: string[]): Promise<ImportRecord> {
  const files = paths.map((path) => ({ handle: engine.grant(path) }));
  for await (const event of await engine.client.imports.start({ files }))
    if (event.type === 'done') return event.record;
  throw new Error('The import ended without a record.');
}

/** Per session: what people said, how many spans there are, what it is a fork of, and whether it is marked. */
async function picture(): Promise<Record<string, unknown>> {
  const { items } = await engine.client.session.list({ limit: 10 });
  const sessions = await Promise.all(
    items.map(async ({ sessionId }) => {
      const { session, turns, fork } = await engine.client.session.outline({ sessionId });
      return [
        sessionId.slice(-2),
        {
          said: turns.map((turn) => turn.userText),
          spans: session.spanCount,
          tokens: session.outputTokens,
          origin: fork?.originSessionId.slice(-2) ?? null,
          copied: fork?.copiedSpanCount ?? 0,
          isMarked: session.flags.includes('fork'),
        },
      ] as const;
    }),
  );
  return Object.fromEntries(sessions);
}

const notes = (record: ImportRecord): (readonly [string, string, number])[] =>
  record.sources.flatMap((source) =>
    source.notes
      .filter(({ what }) => what.includes('copied from session'))
      .map(({ what, count }) => [source.name.slice(-8, -6), what, count] as const),
  );

const WHOLE = {
  a1: {
    said: ['Convert the soup recipe to metric.', 'No, two cups are 480 ml.'],
    spans: 6,
    tokens: 60,
    origin: null,
    copied: 0,
    isMarked: false,
  },
  b2: { said: ['Now the bread recipe.'], spans: 2, tokens: 20, origin: 'a1', copied: 6, isMarked: true },
  c3: { said: ['And the cake.'], spans: 2, tokens: 20, origin: 'b2', copied: 8, isMarked: true },
};

describe('sessions that begin as a copy of another', () => {
  test('count what they copied once, in one import, whatever the order of files', async () => {
    const record = await take(file(THIRD), file(FIRST), file(SECOND));
    expect(await picture()).toEqual(WHOLE);
    expect(notes(record).toSorted()).toEqual([
      [
        'b2',
        `span copied from session ${FIRST} into its fork ${SECOND}, counted there alone (lines 1, 2, 4, 5, 6 and more)`,
        6,
      ],
      [
        'c3',
        `span copied from session ${FIRST} into its fork ${THIRD}, counted there alone (lines 1, 2, 4, 5, 6 and more)`,
        6,
      ],
      [
        'c3',
        `span copied from session ${SECOND} into its fork ${THIRD}, counted there alone (lines 7, 8)`,
        2,
      ],
    ]);
  });

  test('count it once over several imports', async () => {
    await take(file(FIRST));
    await take(file(SECOND));
    await take(file(THIRD));
    expect(await picture()).toEqual(WHOLE);
  });

  test('leave what an earlier import brought where it is, also when that was the copy', async () => {
    await take(file(SECOND));
    await take(file(FIRST), file(THIRD));
    expect(await picture()).toEqual({
      b2: {
        said: [...WHOLE.a1.said, ...WHOLE.b2.said],
        spans: 8,
        tokens: 80,
        origin: null,
        copied: 0,
        isMarked: false,
      },
      c3: { ...WHOLE.c3, origin: 'b2', copied: 8 },
    });
  });

  test('are the same once the index is made anew', async () => {
    await take(file(SECOND));
    await take(file(THIRD), file(FIRST));
    const before = await picture();
    const path = (await engine.client.workspace.current())?.path ?? '';
    await engine.client.workspace.close();
    rmSync(join(path, 'index.duckdb'));
    rmSync(join(path, 'index.duckdb.wal'), { force: true });
    await engine.client.workspace.open({ handle: engine.grant(path) });
    expect(await picture()).toEqual(before);
  });
});

test('an import says each span and session once, though several of its files hold it', async () => {
  const delegating = fileURLToPath(new URL('../fixtures/formats/claude-code/delegating', import.meta.url));
  const record = await take(FOLDER, delegating);
  const { items } = await engine.client.session.list({ limit: 10 });
  expect(record.sessions).toBe(items.length);
  expect(record.spans).toBe(items.reduce((sum, session) => sum + session.spanCount, 0));
  expect(record.sources.reduce((sum, source) => sum + source.sessions, 0)).toBeGreaterThan(items.length);
  const [listed] = await engine.client.imports.list();
  expect(listed).toMatchObject({ spans: record.spans, sessions: record.sessions });
});
