/** Searches for texts: shown while they go on, complete in the end, and anew after an import. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

let engine: TestEngine;
beforeEach(async () => {
  engine = await startEngine();
  await engine.client.workspace.create({ name: 'Searched' });
});
afterEach(async () => {
  await engine.close();
  removeEngine(engine);
});

interface Said {
  session: string;
  /** Minutes since the first message of all. */
  at: number;
  text: string;
}

/** Messages of people, each answered, a line each. */
function write(name: string, said: readonly Said[]): string {
  const path = join(engine.dir, `${name}.jsonl`);
  const rows = said.flatMap(({ session, at, text }) =>
    [text, 'Noted.'].map((words, i) => ({
      conversation_id: session,
      timestamp: new Date(Date.UTC(2026, 8, 1, 0, at, i)).toISOString(),
      role: i === 0 ? 'user' : 'assistant',
      text: words,
    })),
  );
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

/** Asks as a screen does, until all texts were searched: the last answer, and how many were found each time. */
async function askedAgain(text: string) {
  const totals: number[] = [];
  for (;;) {
    const found = await engine.client.session.list({ filter: { text }, isWhole: false });
    totals.push(found.total);
    expect(found.items).toHaveLength(found.total);
    if (found.searched === 1) return { found, totals };
    await sleep(5);
  }
}

test('what a screen sees of a search grows to what the whole search finds', async () => {
  for (const name of ['north', 'south', 'west']) {
    const said = Array.from({ length: 4 }, (_, i): Said => ({
      session: `${name}-${String(i)}`,
      at: i,
      text: i % 2 === 0 ? `The ferry from the ${name} is LATE again` : 'Which gate?',
    }));
    await engine.importFiles(write(name, said));
  }
  const { found, totals } = await askedAgain('is late AGAIN');
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  const whole = await engine.client.session.list({ filter: { text: 'is late AGAIN' } });
  expect(found).toEqual(whole);
  expect(whole).toMatchObject({ total: 6, searched: 1 });
  expect(whole.items.map(({ sessionId }) => sessionId)).toContain('north-2');
  expect(whole.items.find(({ sessionId }) => sessionId === 'west-0')?.match?.excerpt).toBe(
    'The ferry from the west is LATE again',
  );
  const facets = await engine.client.session.facets({ filter: { text: 'is late again' }, isWhole: false });
  expect(facets).toMatchObject({ searched: 1, matching: 6 });
  expect((await engine.client.session.list({ filter: { text: 'no such words' } })).total).toBe(0);
});

test('of a session in several files the first hit is shown, and a later import is searched too', async () => {
  await engine.importFiles(
    write('later', [
      { session: 'shared', at: 9, text: 'Second word of the ferry' },
      { session: 'alone', at: 1, text: 'No ferry today' },
    ]),
  );
  const before = await askedAgain('ferry');
  expect(before.found.total).toBe(2);
  expect(before.found.items.find(({ sessionId }) => sessionId === 'shared')?.match?.excerpt).toContain(
    'Second',
  );

  await engine.importFiles(
    write('earlier', [
      { session: 'shared', at: 2, text: 'First word of the ferry' },
      { session: 'new', at: 3, text: 'The ferry is full' },
    ]),
  );
  const after = await askedAgain('ferry');
  expect(after.found.total).toBe(3);
  const first = after.found.items.find(({ sessionId }) => sessionId === 'shared')?.match;
  expect(first?.excerpt).toContain('First word');
  expect(first?.turnNo).toBe(1);

  // More texts than are held at once, and back to the first.
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) await engine.client.session.list({ filter: { text } });
  expect((await askedAgain('ferry')).found).toEqual(after.found);
});

test('searches for several texts at once each find their own', async () => {
  const words = ['amber', 'birch', 'cedar', 'dune', 'elm', 'fern', 'gorse'];
  await engine.importFiles(
    write(
      'trees',
      words.map((word, i) => ({ session: word, at: i, text: `A ${word}` })),
    ),
  );
  const found = await Promise.all(words.map((word) => askedAgain(word)));
  expect(found.map((one) => one.found.items.map(({ sessionId }) => sessionId))).toEqual(
    words.map((word) => [word]),
  );
});

test('text of several lines is found from one column to the next, and a blank one narrows nothing', async () => {
  await engine.importFiles(write('lines', [{ session: 's', at: 0, text: 'one line\nand another' }]));
  expect((await engine.client.session.list({ filter: { text: 'LINE\nand' } })).total).toBe(1);
  expect((await engine.client.session.list({ filter: { text: '  ' } })).total).toBe(1);
});
