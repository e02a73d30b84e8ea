import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { csvCell, csvCellSql, plainCell } from './csv-cell';

const HARMLESS = [
  '',
  'plain',
  '3 - 2 = 1',
  "it's",
  "'quoted'",
  'a=1',
  '5',
  '~',
  'ａ＝b',
  'naïve',
  'x\n=1',
  '¬',
];
const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  ' =1+1',
  '\t=1',
  '\tx',
  '\rx',
  '\nx',
  '  \u00a0-2',
  '\u200b=1',
  '\u202e@x',
  '\ufeff+1',
  '\u0000=1',
  '\u3000=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  ' ＝1',
  "'=1",
  "''=1",
];

/** The cell without the quotes of CSV. */
const inside = (cell: string): string =>
  cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;

describe('a cell of CSV', () => {
  it('is made text where a spreadsheet would run it, and only there', () => {
    expect(FORMULAS.map((text) => inside(csvCell(text)))).toEqual(FORMULAS.map((text) => `'${text}`));
    expect(HARMLESS.map((text) => inside(csvCell(text)))).toEqual(HARMLESS);
    expect([csvCell(-1), csvCell(null), csvCell(true)]).toEqual(['-1', '', 'true']);
  });

  it('comes back as it was', () => {
    for (const text of [...FORMULAS, ...HARMLESS]) expect(plainCell(inside(csvCell(text)))).toBe(text);
  });

  it('is the same in SQL', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      for (const text of [...FORMULAS, ...HARMLESS]) {
        const reader = await connection.runAndReadAll(
          `SELECT ${csvCellSql('cell')} FROM (SELECT ? AS cell)`,
          [text],
        );
        expect([text, reader.getRowsJson()[0]?.[0]]).toEqual([text, inside(csvCell(text))]);
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });
});
