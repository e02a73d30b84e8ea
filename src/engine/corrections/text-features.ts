// Texts -> rows of a sparse matrix whose cosine says how alike two texts are worded. Owns the vocabulary and the weights.
// Weighting as in Salton & Buckley, "Term-weighting approaches in automatic text retrieval" (1988): sublinear tf, smoothed idf,
// L2 norm; character n-grams stay within word boundaries (Cavnar & Trenkle, "N-gram-based text categorization", 1994).
import { tokenize } from '../../shared/text/tokenize';

/** Compressed sparse rows. Row r holds columns `columns[rowStarts[r] .. rowStarts[r + 1] - 1]`, ascending, with `values` beside them. */
export type SparseMatrix = {
  rowCount: number;
  columnCount: number;
  rowStarts: Int32Array;
  columns: Int32Array;
  values: Float32Array;
};

/** All lengths are in characters (code points) or words; weights are relative. */
export type TextFeatureOptions = {
  /** Longest run of words taken as one feature. */
  wordGramMax: number;
  /** Shortest and longest character n-gram; a max of 0 leaves character features out. */
  charGramMin: number;
  charGramMax: number;
  /** Share of the squared norm that character n-grams get, 0 to 1, where a text has both sorts. */
  charShare: number;
  /** Features in fewer texts than this are dropped. */
  minTextCount: number;
  /** Features in more than this share of the texts are dropped, where there are at least 20 texts. */
  maxTextShare: number;
  /** Upper bound of the vocabulary per sort; the features found in most texts win, ties by name. */
  maxFeatures: number;
};

/** Measured on CLINC150, StackOverflow titles and tweets: see docs/evaluation.md, Clustering. */
export const defaultTextFeatureOptions: TextFeatureOptions = {
  wordGramMax: 2,
  charGramMin: 3,
  charGramMax: 5,
  charShare: 0.8,
  minTextCount: 2,
  maxTextShare: 0.5,
  maxFeatures: 30_000,
};

export type TextFeatures = { matrix: SparseMatrix; vocabulary: string[] };

/** Above this number of texts, `maxTextShare` applies: in a handful every word is in most of them. */
const commonWordFloor = 20;
/** A text is read this far; what follows in a correction is pasted output, not the user's words. */
const maxCharacters = 4_000;

function wordGrams(words: string[], longest: number): string[] {
  const grams: string[] = [];
  for (let i = 0; i < words.length; i++) {
    let gram = '';
    for (let n = 0; n < longest && i + n < words.length; n++) {
      gram = n === 0 ? (words[i] ?? '') : `${gram} ${words[i + n]}`;
      grams.push(gram);
    }
  }
  return grams;
}

function charGrams(words: string[], shortest: number, longest: number): string[] {
  const grams: string[] = [];
  for (const word of words) {
    const padded = Array.from(` ${word} `);
    for (let n = shortest; n <= longest; n++) {
      if (padded.length <= n) {
        grams.push(padded.join(''));
        break;
      }
      for (let i = 0; i + n <= padded.length; i++) grams.push(padded.slice(i, i + n).join(''));
    }
  }
  return grams;
}

type Block = { rows: Map<number, number>[]; names: string[]; textCounts: number[] };

/** Counts grams per text. A gram's number is given at its first appearance, so the order of the texts decides it and nothing else. */
function countGrams(texts: string[][]): Block {
  const numbers = new Map<string, number>();
  const block: Block = { rows: [], names: [], textCounts: [] };
  for (const grams of texts) {
    const row = new Map<number, number>();
    for (const gram of grams) {
      let number = numbers.get(gram);
      if (number === undefined) {
        number = block.names.length;
        numbers.set(gram, number);
        block.names.push(gram);
        block.textCounts.push(0);
      }
      const seen = row.get(number) ?? 0;
      if (seen === 0) block.textCounts[number] = (block.textCounts[number] ?? 0) + 1;
      row.set(number, seen + 1);
    }
    block.rows.push(row);
  }
  return block;
}

/** New column numbers of the grams that stay, in alphabetical order; the rest map to -1. */
function pruneVocabulary(
  block: Block,
  options: TextFeatureOptions,
): { columnOf: Int32Array; kept: number[] } {
  const textCount = block.rows.length;
  const most = textCount >= commonWordFloor ? options.maxTextShare * textCount : textCount;
  const countOf = (gram: number): number => block.textCounts[gram] ?? 0;
  const nameOf = (gram: number): string => block.names[gram] ?? '';
  const byName = (a: number, b: number): number => (nameOf(a) < nameOf(b) ? -1 : 1);
  let kept = block.names
    .map((_, gram) => gram)
    .filter((gram) => countOf(gram) >= options.minTextCount && countOf(gram) <= most);
  if (kept.length > options.maxFeatures) {
    kept.sort((a, b) => countOf(b) - countOf(a) || byName(a, b));
    kept = kept.slice(0, options.maxFeatures);
  }
  kept.sort(byName);
  const columnOf = new Int32Array(block.names.length).fill(-1);
  kept.forEach((gram, column) => (columnOf[gram] = column));
  return { columnOf, kept };
}

type Cell = { column: number; value: number };

/** Sublinear tf times smoothed idf, rows scaled so that their squares sum to `share`. */
function weighRows(block: Block, columnOf: Int32Array, firstColumn: number): Cell[][] {
  const textCount = block.rows.length;
  return block.rows.map((row) => {
    const cells: Cell[] = [];
    for (const [gram, count] of row) {
      const column = columnOf[gram] ?? -1;
      if (column < 0) continue;
      const idf = Math.log((1 + textCount) / (1 + (block.textCounts[gram] ?? 0))) + 1;
      cells.push({ column: column + firstColumn, value: (1 + Math.log(count)) * idf });
    }
    return cells.sort((a, b) => a.column - b.column);
  });
}

function squaredNorm(cells: Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.value * cell.value, 0);
}

/** Joins the blocks of each row with the given shares of the squared norm and packs them. */
function packRows(words: Cell[][], chars: Cell[][], charShare: number, columnCount: number): SparseMatrix {
  const rowCount = words.length;
  const cellCount =
    words.reduce((sum, row) => sum + row.length, 0) + chars.reduce((sum, row) => sum + row.length, 0);
  const matrix: SparseMatrix = {
    rowCount,
    columnCount,
    rowStarts: new Int32Array(rowCount + 1),
    columns: new Int32Array(cellCount),
    values: new Float32Array(cellCount),
  };
  let next = 0;
  for (let r = 0; r < rowCount; r++) {
    const parts = [words[r] ?? [], chars[r] ?? []];
    const norms = parts.map(squaredNorm);
    const shares = [1 - charShare, charShare].map((share, i) => ((norms[i] ?? 0) > 0 ? share : 0));
    const total = (shares[0] ?? 0) + (shares[1] ?? 0);
    parts.forEach((cells, i) => {
      const scale = total > 0 ? Math.sqrt((shares[i] ?? 0) / total / (norms[i] || 1)) : 0;
      for (const cell of cells) {
        matrix.columns[next] = cell.column;
        matrix.values[next] = cell.value * scale;
        next++;
      }
    });
    matrix.rowStarts[r + 1] = next;
  }
  return matrix;
}

/**
 * Turns texts into unit rows (or empty rows, where nothing of a text is in the vocabulary). Deterministic: the same texts in any
 * order get the same vocabulary. `vocabulary[c]` names column c; character n-grams come last and start with `#`.
 */
export function buildTextFeatures(texts: string[], options: Partial<TextFeatureOptions> = {}): TextFeatures {
  const settings = { ...defaultTextFeatureOptions, ...options };
  const words = texts.map((text) => tokenize(text.slice(0, maxCharacters)));
  const wordBlock = countGrams(
    settings.charShare < 1 ? words.map((list) => wordGrams(list, settings.wordGramMax)) : words.map(() => []),
  );
  const withChars = settings.charGramMax > 0 && settings.charShare > 0;
  const charBlock = countGrams(
    words.map((list) => (withChars ? charGrams(list, settings.charGramMin, settings.charGramMax) : [])),
  );
  const wordColumns = pruneVocabulary(wordBlock, settings);
  const charColumns = pruneVocabulary(charBlock, settings);
  const wordRows = weighRows(wordBlock, wordColumns.columnOf, 0);
  const charRows = weighRows(charBlock, charColumns.columnOf, wordColumns.kept.length);
  const vocabulary = [
    ...wordColumns.kept.map((gram) => wordBlock.names[gram] ?? ''),
    ...charColumns.kept.map((gram) => `#${charBlock.names[gram] ?? ''}`),
  ];
  return { matrix: packRows(wordRows, charRows, settings.charShare, vocabulary.length), vocabulary };
}

/** Cosine of two unit rows, by merging their sorted columns. */
export function rowSimilarity(matrix: SparseMatrix, a: number, b: number): number {
  const { rowStarts, columns, values } = matrix;
  let i = rowStarts[a] ?? 0;
  let j = rowStarts[b] ?? 0;
  const endA = rowStarts[a + 1] ?? 0;
  const endB = rowStarts[b + 1] ?? 0;
  let sum = 0;
  while (i < endA && j < endB) {
    const gap = (columns[i] ?? 0) - (columns[j] ?? 0);
    if (gap === 0) sum += (values[i++] ?? 0) * (values[j++] ?? 0);
    else if (gap < 0) i++;
    else j++;
  }
  return sum;
}
