import { describe, expect, it } from 'vitest';
import { tokenize } from '../../shared/text/tokenize';
import { buildTextFeatures, type SparseMatrix } from './text-features';

function rowSimilarity({ rowStarts, columns, values }: SparseMatrix, a: number, b: number): number {
  const cells = new Map<number, number>();
  for (let i = rowStarts[a] ?? 0; i < (rowStarts[a + 1] ?? 0); i++)
    cells.set(columns[i] ?? -1, values[i] ?? 0);
  let sum = 0;
  for (let i = rowStarts[b] ?? 0; i < (rowStarts[b + 1] ?? 0); i++)
    sum += (cells.get(columns[i] ?? -1) ?? 0) * (values[i] ?? 0);
  return sum;
}

describe('tokenize', () => {
  it('lowers, composes and keeps apostrophes inside words', () => {
    expect(tokenize('Don’t  STOP, naïve Zoe\u0308!')).toEqual(["don't", 'stop', 'naïve', 'zoë']);
  });

  it('cuts scripts without spaces into pairs', () => {
    expect(tokenize('修正して file')).toEqual(['修正', '正し', 'して', 'file']);
    expect(tokenize('ไม่ถูก').length).toBeGreaterThan(2);
  });

  it('reads any other script by words', () => {
    expect(tokenize('Нет, это неверно')).toEqual(['нет', 'это', 'неверно']);
    expect(tokenize('لا هذا خطأ')).toHaveLength(3);
    expect(tokenize('… — !!')).toEqual([]);
  });

  it('reads text of plain characters as any other', () => {
    for (const text of [
      "It's NOT the 'x_1' I`d asked\tfor: don''t",
      '',
      " 'tis 3rd--4'5 a'b'c_d' ",
      '\0\x7f|~^',
    ])
      expect([...tokenize(text), 'é']).toEqual(tokenize(`${text} é`));
  });
});

describe('buildTextFeatures', () => {
  const texts = [
    'use the staging table',
    'the staging table please',
    'write shorter answers',
    'answers should be shorter',
    '',
  ].map(tokenize);

  it('gives unit rows, and an empty one for an empty text', () => {
    const { matrix, vocabulary } = buildTextFeatures(texts, { minTextCount: 1 });
    expect(vocabulary).toHaveLength(matrix.columnCount);
    for (let r = 0; r < 4; r++) expect(rowSimilarity(matrix, r, r)).toBeCloseTo(1, 5);
    expect(rowSimilarity(matrix, 4, 4)).toBe(0);
  });

  it('puts texts on the same matter nearer to each other', () => {
    const { matrix } = buildTextFeatures(texts, { minTextCount: 1 });
    expect(rowSimilarity(matrix, 0, 1)).toBeGreaterThan(2 * rowSimilarity(matrix, 0, 2));
    expect(rowSimilarity(matrix, 2, 3)).toBeGreaterThan(2 * rowSimilarity(matrix, 1, 3));
  });

  it('names the same vocabulary whatever the order of the texts', () => {
    const forward = buildTextFeatures(texts, { minTextCount: 1 }).vocabulary;
    expect(buildTextFeatures([...texts].reverse(), { minTextCount: 1 }).vocabulary).toEqual(forward);
  });

  it('prunes rare features and caps the vocabulary', () => {
    const { vocabulary } = buildTextFeatures(texts, { charShare: 0 });
    expect(vocabulary).toContain('staging table');
    expect(vocabulary).not.toContain('write');
    expect(buildTextFeatures(texts, { minTextCount: 1, maxFeatures: 5 }).vocabulary).toHaveLength(10);
  });

  it('works without texts', () => {
    expect(buildTextFeatures([]).matrix).toMatchObject({ rowCount: 0, columnCount: 0 });
  });
});
