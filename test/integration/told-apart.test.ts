/** Sessions that files number from 0 or 1 on: those of several files are told apart, and what belongs together stays so. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { removeEngine, startEngine, type TestEngine } from '../support/engine';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

const SUFFIX = /^\d+~[0-9a-f]{6}$/;

/** A table of messages: `count` sessions numbered from `first` on, whose answers name the run; `day` dates them. */
function table(
  run: string,
  count: number,
  { first = 0, day = 0, header = 'session_id,role,content' } = {},
): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const id = String(first + i);
    const at = (minute: number): string =>
      day === 0 ? '' : `,2026-03-${String(day).padStart(2, '0')}T10:${String(minute + 10)}:00Z`;
    return `${id},user,Please do task ${id} now${at(0)}\n${id},assistant,Run ${run} did task ${id} so${at(1)}\n`;
  });
  return `${header}${day === 0 ? '' : ',timestamp'}\n${rows.join('')}`;
}

function sessionsOf(spans: readonly Record<string, unknown>[]): string[] {
  return [...new Set(spans.map((span) => String(span['session_id'])))].sort();
}

describe('two files of one import', () => {
  test('that number their sessions alike have sessions of their own', async () => {
    const paths = [bench.write('run-a.csv', table('a', 3)), bench.write('run-b.csv', table('b', 4))];
    const { spans, sources } = await bench.import(paths);
    expect(sessionsOf(spans)).toHaveLength(7);
    expect(sessionsOf(spans).every((id) => SUFFIX.test(id))).toBe(true);
    for (const { notes, sha256 } of sources)
      expect(notes.map(({ what }) => what)).toEqual([expect.stringContaining(`~${sha256.slice(0, 6)}`)]);
  });

  test('read by a mapping have too, with their labels', async () => {
    const rated = (run: string): string =>
      [0, 1, 2]
        .map(
          (id) =>
            `{"task_id":${String(id)},"q":"Please do it","a":"Run ${run} did ${String(id)}","stars":4}\n`,
        )
        .join('');
    const profile = {
      name: 'runs',
      fields: { session: 'task_id', input: 'q', output: 'a', rating: 'stars' },
    };
    const paths = [bench.write('a.jsonl', rated('a')), bench.write('b.jsonl', rated('b'))];
    const { spans, labels } = await bench.import(paths, { profile });
    expect(sessionsOf(spans)).toHaveLength(6);
    expect(sessionsOf(labels)).toEqual(sessionsOf(spans));
  });

  test.each([
    ['the same content, exported twice', table('a', 3), table('a', 5), 5],
    ['files that are of one time', table('a', 3, { day: 4 }), table('b', 3, { day: 4 }), 3],
    ['pieces of which one goes on where the other ended', table('a', 20), table('b', 20, { first: 18 }), 38],
    ['tables of other columns', table('a', 3), table('b', 3, { header: 'conversation,who,said' }), 3],
  ])('that are %s keep their sessions', async (_, first, second, count) => {
    const paths = [bench.write('first.csv', first), bench.write('second.csv', second)];
    const { spans } = await bench.import(paths);
    expect(sessionsOf(spans).some((id) => id.includes('~'))).toBe(false);
    expect(sessionsOf(spans)).toHaveLength(count);
  });

  test('of one id that is no number share the session', async () => {
    const line = (who: string, text: string): string =>
      `${JSON.stringify({ session_id: '5f0c1d9e-1111-4a2b-9c3d-000000000001', role: who, content: text })}\n`;
    const paths = [
      bench.write('u.jsonl', line('user', 'Where is it?') + line('assistant', 'Here.')),
      bench.write('v.jsonl', line('user', 'And now?') + line('assistant', 'There.')),
    ];
    expect(sessionsOf((await bench.import(paths)).spans)).toHaveLength(1);
  });
});

describe('a workspace', () => {
  let engine: TestEngine;
  beforeEach(async () => {
    engine = await startEngine();
    await engine.client.workspace.create({ name: 'Numbers' });
  });
  afterEach(async () => {
    await engine.close();
    removeEngine(engine);
  });

  test('goes on with the sessions of a file that grew under the ids they were given', async () => {
    const [a, b] = ['a', 'b'].map((run) => join(engine.dir, `run-${run}.csv`)) as [string, string];
    writeFileSync(a, table('a', 3));
    writeFileSync(b, table('b', 3));
    await engine.takeIn(a, b);
    expect((await engine.client.overview.summary()).sessions).toBe(6);
    writeFileSync(a, table('a', 4));
    await engine.takeIn(a);
    expect((await engine.client.overview.summary()).sessions).toBe(7);
  });

  /** Imports tables one after another, and gives how many sessions the workspace holds after each. */
  async function sessionsAfter(...texts: string[]): Promise<number[]> {
    const counts: number[] = [];
    for (const [i, text] of texts.entries()) {
      const path = join(engine.dir, `import-${String(i)}.csv`);
      writeFileSync(path, text);
      await engine.takeIn(path);
      counts.push((await engine.client.overview.summary()).sessions);
    }
    return counts;
  }

  test('keeps sessions of one number apart that came in imports of their own', async () => {
    expect(await sessionsAfter(table('a', 3), table('b', 4), table('c', 2))).toEqual([3, 7, 9]);
    const [latest] = await engine.client.imports.list();
    expect(latest?.sources[0]?.notes.map(({ what }) => what)).toEqual([
      expect.stringMatching(/told apart .*~[0-9a-f]{6}$/),
    ]);
  });

  test('knows the same content again, and goes on with the sessions it has, marked or not', async () => {
    expect(
      await sessionsAfter(table('a', 3), `${table('a', 5)}\n`, table('b', 3), `${table('b', 6)}\n`),
    ).toEqual([3, 5, 8, 11]);
  });

  test.each([
    ['that are of one time', [table('a', 3, { day: 4 }), table('b', 3, { day: 4 })], [3, 3]],
    ['that go on where the others ended', [table('a', 20), table('b', 20, { first: 18 })], [20, 38]],
    ['of days of their own', [table('a', 3, { day: 4 }), table('b', 3, { day: 5 })], [3, 6]],
    ['of other columns', [table('a', 3), table('b', 3, { header: 'conversation,who,said' })], [3, 3]],
  ])('compares imports %s as it compares files', async (_, texts, counts) => {
    expect(await sessionsAfter(...texts)).toEqual(counts);
  });

  test('tells files of one import apart from earlier ones and from one another', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((run) => {
      const path = join(engine.dir, `run-${run}.csv`);
      writeFileSync(path, table(run, 3));
      return path;
    }) as [string, string, string];
    await engine.takeIn(a);
    await engine.takeIn(b, c);
    expect((await engine.client.overview.summary()).sessions).toBe(9);
  });
});
