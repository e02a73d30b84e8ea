/**
 * Tables in CSV that grew since their last import: rows may hold line breaks in quotes, and may have been cut off where the file ended.
 * Whatever the place, what both imports hold is what one import of the whole file holds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Bench } from '../fuzz/intake-harness';
import { removeEngine, startEngine } from '../support/engine';
import { expectEqual } from '../support/grown-files';
import type { MappingProfileInput } from '../../src/shared/model/source';

const bench = new Bench();
afterAll(() => {
  bench.remove();
});

interface Written {
  delimiter?: string;
  end?: string;
  mark?: string;
}

/** The rows of a table as programs write them: what needs quotes has them. */
function rowTexts(
  rows: readonly (readonly string[])[],
  { delimiter = ',', end = '\n', mark = '' }: Written = {},
): string[] {
  const field = (text: string): string =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row, i) => (i === 0 ? mark : '') + row.map(field).join(delimiter) + end);
}

function tableText(rows: readonly (readonly string[])[]): string {
  return rowTexts(rows).join('');
}

const MANY = Array.from({ length: 24 }, (_, i) => i);

/** What people say: over several lines, with quotes, with what looks like the beginning of another row. */
function saidOf(i: number, end = '\n'): string {
  const said = [
    `question ${String(i)}`,
    `first${end}second of ${String(i)}${end}`,
    `the "word" of ${String(i)}`,
    `one, two; three${end}u1,user,x`,
  ];
  return said[i % said.length] ?? '';
}

const talk = (end?: string): string[][] => [
  ['id', 'who', 'what', 'talk', 'size'],
  ...MANY.map((i) => [
    `m${String(i)}`,
    i % 2 === 0 ? 'user' : 'assistant',
    saidOf(i, end),
    `t${String(i % 5)}`,
    `${String(i)}" wide`,
  ]),
];
const pairs = [
  ['q', 'a', 'stars'],
  ...MANY.map((i) => [saidOf(i), `answer ${String(i)}\nto it`, String(i % 5)]),
];

const TALK: MappingProfileInput = {
  name: 'talk',
  fields: { role: 'who', text: 'what', session: 'talk', span: 'id' },
};
const PAIRS: MappingProfileInput = { name: 'pairs', fields: { input: 'q', output: 'a', rating: 'stars' } };

const MAPPED: Record<string, [rows: string[], profile: MappingProfileInput]> = {
  'with line feeds': [rowTexts(talk()), TALK],
  'with returns and line feeds': [rowTexts(talk('\r\n'), { end: '\r\n' }), TALK],
  'with a mark of the byte order': [rowTexts(talk(), { mark: '\ufeff', delimiter: ';' }), TALK],
  'with tabs and blank rows': [rowTexts(talk(), { delimiter: '\t', end: '\n\n' }), TALK],
  'without ids, numbered by their rows': [rowTexts(pairs), PAIRS],
};

/** Bytes until the ends of some rows, and until somewhere in the rows that follow them. */
function cutsAround(rows: readonly string[]): { ends: number[]; within: number[] } {
  const ends = [1, 7, 12, 18].map((count) => Buffer.byteLength(rows.slice(0, count).join('')));
  return { ends, within: ends.map((end, i) => end + 5 + 6 * i) };
}

describe('mapped tables, cut after a row or within one, hold what the whole table holds', () => {
  test.each(Object.entries(MAPPED))('%s', async (name, [rows, profile]) => {
    const options = { profile, limits: { continueOverlap: 0 } };
    const path = bench.write(`${name.replaceAll(' ', '-')}.csv`, rows.join(''));
    const { ends, within } = cutsAround(rows);
    expect(await expectEqual(bench, path, ends, options)).toBe(ends.length);
    await expectEqual(bench, path, within, options);
  });

  test('by SQL and by the record function', async () => {
    const rows = rowTexts(pairs);
    const path = bench.write('sql.csv', rows.join(''));
    const limits = { continueOverlap: 0, twinFromBytes: 0 };
    const { ends } = cutsAround(rows);
    expect(await expectEqual(bench, path, ends, { profile: PAIRS, limits })).toBe(ends.length);
  });
});

test('only the rows that are new are read, with their lines and a rejected one among them', async () => {
  const options = { profile: TALK, limits: { continueOverlap: 0 } };
  const text = tableText(talk());
  const lines = text.split('\n').length - 1;
  const before = await bench.import([bench.write('new.csv', text)], options);
  bench.write('new.csv', `${text}m90,user,"over\ntwo lines",t0,1\n\nm91\nm92,assistant,yes,t0,2`);
  const after = await bench.import([bench.path('new.csv')], { ...options, known: before.sources });
  expect(after.sources[0]).toMatchObject({ lines: 5, records: 2, blank: 1, rejected: 1 });
  expect(after.sources[0]?.notes[0]?.what).toBe(
    `${String(Buffer.byteLength(text))} bytes known from an earlier import; read on from line ${String(lines + 1)}`,
  );
  expect(after.rejects).toMatchObject([{ line: lines + 4 }]);
  expect(after.spans.map((span) => [span['span_id'], Number(span['line'])])).toEqual([
    ['m90', lines + 1],
    ['m92', lines + 5],
  ]);
});

test('a last row without its end is no row yet where fields are missing, and one where programs leave out empty ones', async () => {
  const options = { profile: TALK };
  const cut = await bench.import(
    [bench.write('cut.csv', 'id,who,what,talk,size\nm1,user,one,t0,1\nm2,assistant,two')],
    options,
  );
  expect(cut.sources[0]).toMatchObject({ records: 1, rejected: 1 });
  expect(cut.rejects).toMatchObject([{ line: 3, reason: 'the file ends inside this row' }]);
  const ragged = 'id,who,what,talk,size\nm1,user,one,t0\nm2,assistant,two,t0';
  const left = await bench.import([bench.write('ragged.csv', ragged)], options);
  expect(left.sources[0]).toMatchObject({ records: 2, rejected: 0 });
});

test('a quote that was never closed is read anew from where it was opened', async () => {
  const options = { profile: TALK, limits: { continueOverlap: 0 } };
  const text = 'id,who,what,talk,size\nm1,user,one,t0,1\nm2,assistant,"two\nm3,user,three,t0,3\n';
  const before = await bench.import([bench.write('open.csv', text)], options);
  expect(before.sources[0]).toMatchObject({ records: 2, rejected: 1 });
  bench.write('open.csv', `${text}and more",t0,2\nm4,user,four,t0,4\n`);
  const after = await bench.import([bench.path('open.csv')], { ...options, known: before.sources });
  expect(after.sources[0]).toMatchObject({ records: 2, rejected: 0 });
  expect(after.spans.map((span) => [span['span_id'], span['text']])).toEqual([
    ['m2', 'two\nm3,user,three,t0,3\nand more'],
    ['m4', 'four'],
  ]);
});

/** Observations of Langfuse whose inputs repeat what was said before, in rows of the export. */
function observations(count: number): string[][] {
  const said = (turn: number): object[] =>
    Array.from({ length: turn }, (_, i) => [
      { role: 'user', content: `question ${String(i)},\n"quoted"` },
      { role: 'assistant', content: `answer ${String(i)}` },
    ]).flat();
  return [
    [
      'id',
      'trace_id',
      'start_time',
      'end_time',
      'project_id',
      'parent_observation_id',
      'type',
      'name',
      'level',
      'session_id',
      'input',
      'output',
    ],
    ...Array.from({ length: count }, (_, i) => {
      const messages = said(Math.floor(i / 3) + 1);
      const at = (second: number): string =>
        new Date(Date.UTC(2026, 8, 22, 10, 0, i * 10 + second)).toISOString().slice(0, -1).replace('T', ' ');
      return [
        `o-${String(i)}`,
        `lf-${String(i)}`,
        at(0),
        at(4),
        'garden',
        '',
        'GENERATION',
        'adviser',
        'DEFAULT',
        `visit-${String(i % 3)}`,
        JSON.stringify(messages.slice(0, -1)),
        JSON.stringify(messages.at(-1)),
      ];
    }),
  ];
}

test('observations of Langfuse make the same turns as the whole table', async () => {
  const rows = observations(12);
  const turnsOf = async (...pieces: number[]): Promise<unknown> => {
    const engine = await startEngine();
    try {
      await engine.client.workspace.create({ name: 'Grown' });
      const path = join(engine.dir, 'observations.csv');
      let lines = 0;
      for (const count of pieces) {
        // Longer than what is read once more of a file that grew.
        const padded = [
          ...rows.slice(0, 1),
          ...Array.from({ length: 5 }, (_, i) => padding(i)),
          ...rows.slice(1, count + 1),
        ];
        writeFileSync(path, tableText(padded));
        lines = (await engine.importFiles(path)).sources[0]?.lines ?? 0;
      }
      const { turns } = await engine.client.session.outline({ sessionId: 'visit-1' });
      const { sessions, spans } = await engine.client.overview.summary();
      return {
        lines,
        held: { sessions, spans, turns: turns.map(({ turnNo, userText }) => [turnNo, userText]) },
      };
    } finally {
      await engine.close();
      removeEngine(engine);
    }
  };
  const padding = (i: number): string[] => {
    const [first = []] = observations(1).slice(1);
    return first.map((field, at) =>
      at < 2
        ? `${field}-pad${String(i)}`
        : at === 9
          ? 'elsewhere'
          : at === 10
            ? 'x'.repeat(1_000_000)
            : field,
    );
  };
  const grown = (await turnsOf(7, 12)) as { lines: number; held: unknown };
  const whole = (await turnsOf(12)) as { lines: number; held: unknown };
  expect(grown.held).toEqual(whole.held);
  expect(grown.lines).toBeLessThan(whole.lines);
});
