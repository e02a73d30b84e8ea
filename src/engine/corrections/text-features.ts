// Texts -> rows of a sparse matrix whose cosine says how alike two texts are worded. Owns the vocabulary and the weights.
// Weighting as in Salton & Buckley, "Term-weighting approaches in automatic text retrieval" (1988): sublinear tf, smoothed idf,
// L2 norm; character n-grams stay within word boundaries (Cavnar & Trenkle, "N-gram-based text categorization", 1994), so each
// different word is cut into them once.

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
  /** Longest run of words taken as one feature: 1 or 2. */
  wordGramMax: 1 | 2;
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
  charShare: 0.5,
  minTextCount: 2,
  maxTextShare: 0.5,
  maxFeatures: 30_000,
};

export type TextFeatures = { matrix: SparseMatrix; vocabulary: string[] };

/** Above this number of texts, `maxTextShare` applies: in a handful every word is in most of them. */
const commonWordFloor = 20;
/** From so many numbers on, sorting them one by one into place is slower than the built-in sort. */
const longestStretch = 24;
/** A text is read this many words far; what follows in a correction is pasted output, not the user's words. */
const maxWords = 600;

/** Names get numbers in the order of their appearance. */
class Numbering {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.#numbers.set(name, number);
      this.names.push(name);
    }
    return number;
  }
}

/** What is counted: for each text the numbers of its grams, with repetition. */
type Grams = { names: string[]; starts: Int32Array; numbers: Int32Array };

function numberWords(texts: readonly (readonly string[])[]): Grams {
  const numbering = new Numbering();
  const starts = new Int32Array(texts.length + 1);
  texts.forEach((words, i) => (starts[i + 1] = (starts[i] ?? 0) + Math.min(words.length, maxWords)));
  const numbers = new Int32Array(starts[texts.length] ?? 0);
  let next = 0;
  for (const words of texts)
    for (let i = 0; i < words.length && i < maxWords; i++) numbers[next++] = numbering.of(words[i] ?? '');
  return { names: numbering.names, starts, numbers };
}

/** Adds each two neighbouring words as a gram of its own. */
function withPairs(words: Grams): Grams {
  const textCount = words.starts.length - 1;
  const names = words.names.slice();
  const starts = new Int32Array(textCount + 1);
  const numbers = new Int32Array(2 * words.numbers.length);
  const pairs = new Map<number, number>();
  let next = 0;
  for (let t = 0; t < textCount; t++) {
    const end = words.starts[t + 1] as number;
    for (let i = words.starts[t] as number; i < end; i++) {
      const word = words.numbers[i] as number;
      numbers[next++] = word;
      if (i + 1 >= end) continue;
      const following = words.numbers[i + 1] as number;
      const key = word * words.names.length + following;
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = names.length;
        pairs.set(key, pair);
        names.push(`${words.names[word] ?? ''} ${words.names[following] ?? ''}`);
      }
      numbers[next++] = pair;
    }
    starts[t + 1] = next;
  }
  return { names, starts, numbers: numbers.slice(0, next) };
}

function charGramsOf(word: string, shortest: number, longest: number, numbering: Numbering): number[] {
  const padded = Array.from(` ${word} `);
  const grams: number[] = [];
  for (let n = shortest; n <= longest; n++) {
    if (padded.length <= n) {
      grams.push(numbering.of(padded.join('')));
      break;
    }
    for (let i = 0; i + n <= padded.length; i++) grams.push(numbering.of(padded.slice(i, i + n).join('')));
  }
  return grams;
}

function numberCharGrams(words: Grams, options: TextFeatureOptions): Grams {
  const numbering = new Numbering();
  const ofWord = words.names.map((word) =>
    charGramsOf(word, options.charGramMin, options.charGramMax, numbering),
  );
  const textCount = words.starts.length - 1;
  const starts = new Int32Array(textCount + 1);
  let total = 0;
  for (const word of words.numbers) total += ofWord[word]?.length ?? 0;
  const numbers = new Int32Array(total);
  let next = 0;
  for (let t = 0; t < textCount; t++) {
    for (let i = words.starts[t] as number; i < (words.starts[t + 1] as number); i++)
      for (const gram of ofWord[words.numbers[i] as number] ?? []) numbers[next++] = gram;
    starts[t + 1] = next;
  }
  return { names: numbering.names, starts, numbers };
}

/** In how many texts each gram is. */
function countTexts(grams: Grams): Int32Array {
  const counts = new Int32Array(grams.names.length);
  const seenIn = new Int32Array(grams.names.length).fill(-1);
  for (let t = 0; t + 1 < grams.starts.length; t++) {
    for (let i = grams.starts[t] as number; i < (grams.starts[t + 1] as number); i++) {
      const gram = grams.numbers[i] as number;
      if (seenIn[gram] === t) continue;
      seenIn[gram] = t;
      counts[gram] = (counts[gram] as number) + 1;
    }
  }
  return counts;
}

type Vocabulary = { columnOf: Int32Array; kept: number[]; idf: Float64Array };

/** Column numbers of the grams that stay, in alphabetical order; the rest map to -1. */
function chooseVocabulary(grams: Grams, options: TextFeatureOptions): Vocabulary {
  const textCount = grams.starts.length - 1;
  const counts = countTexts(grams);
  const most = textCount >= commonWordFloor ? options.maxTextShare * textCount : textCount;
  const countOf = (gram: number): number => counts[gram] ?? 0;
  const nameOf = (gram: number): string => grams.names[gram] ?? '';
  const byName = (a: number, b: number): number => (nameOf(a) < nameOf(b) ? -1 : 1);
  let kept: number[] = [];
  counts.forEach((count, gram) => {
    if (count >= options.minTextCount && count <= most) kept.push(gram);
  });
  if (kept.length > options.maxFeatures) {
    kept.sort((a, b) => countOf(b) - countOf(a) || byName(a, b));
    kept = kept.slice(0, options.maxFeatures);
  }
  kept.sort(byName);
  const columnOf = new Int32Array(grams.names.length).fill(-1);
  kept.forEach((gram, column) => (columnOf[gram] = column));
  const idf = Float64Array.from(kept, (gram) => Math.log((1 + textCount) / (1 + countOf(gram))) + 1);
  return { columnOf, kept, idf };
}

/** Sorts a short stretch in place, as rows of words are. */
function sortStretch(numbers: Int32Array, from: number, to: number): void {
  if (to - from > longestStretch) {
    numbers.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const number = numbers[i] as number;
    let at = i;
    for (; at > from && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}

/** Cells of all texts, sublinear tf times smoothed idf. */
function weigh(grams: Grams, { columnOf, idf }: Vocabulary): SparseMatrix {
  const rowCount = grams.starts.length - 1;
  const rowStarts = new Int32Array(rowCount + 1);
  const columns = new Int32Array(grams.numbers.length);
  const values = new Float32Array(grams.numbers.length);
  const counts = new Int32Array(idf.length);
  let next = 0;
  for (let t = 0; t < rowCount; t++) {
    const first = next;
    for (let i = grams.starts[t] as number; i < (grams.starts[t + 1] as number); i++) {
      const column = columnOf[grams.numbers[i] as number] as number;
      if (column < 0) continue;
      if (counts[column] === 0) columns[next++] = column;
      counts[column] = (counts[column] as number) + 1;
    }
    sortStretch(columns, first, next);
    for (let i = first; i < next; i++) {
      const column = columns[i] as number;
      const count = counts[column] as number;
      values[i] = (count === 1 ? 1 : 1 + Math.log(count)) * (idf[column] as number);
      counts[column] = 0;
    }
    rowStarts[t + 1] = next;
  }
  return { rowCount, columnCount: idf.length, rowStarts, columns, values };
}

function rowNorm({ values, rowStarts }: SparseMatrix, r: number): number {
  let sum = 0;
  const end = rowStarts[r + 1] as number;
  for (let i = rowStarts[r] as number; i < end; i++) sum += (values[i] as number) ** 2;
  return sum;
}

/** Rows of one sort alone, scaled to length 1 in place; rows without cells stay empty. */
function scaleRows(matrix: SparseMatrix): SparseMatrix {
  const { rowCount, rowStarts, values } = matrix;
  for (let r = 0; r < rowCount; r++) {
    const scale = scaleFor(1, 1, rowNorm(matrix, r));
    const end = rowStarts[r + 1] as number;
    for (let i = rowStarts[r] as number; i < end; i++) values[i] = (values[i] as number) * scale;
  }
  return matrix;
}

/** Factor that gives a row of this squared norm its share of the whole. */
function scaleFor(share: number, total: number, norm: number): number {
  return total > 0 ? Math.sqrt(share / total / (norm || 1)) : 0;
}

/** Appends a row of `from`, scaled, at cell `next` of `to`; returns where it ends. */
function appendRow(
  from: SparseMatrix,
  r: number,
  to: SparseMatrix,
  next: number,
  shift: number,
  scale: number,
): number {
  let at = next;
  const end = from.rowStarts[r + 1] as number;
  for (let i = from.rowStarts[r] as number; i < end; i++, at++) {
    to.columns[at] = (from.columns[i] as number) + shift;
    to.values[at] = (from.values[i] as number) * scale;
  }
  return at;
}

/** Joins two sorts of columns of each row; the second gets this share of the squared norm, where a row has both. */
export function joinRows(words: SparseMatrix, chars: SparseMatrix, charShare: number): SparseMatrix {
  const { rowCount } = words;
  const cellCount = (words.rowStarts[rowCount] ?? 0) + (chars.rowStarts[rowCount] ?? 0);
  const joined: SparseMatrix = {
    rowCount,
    columnCount: words.columnCount + chars.columnCount,
    rowStarts: new Int32Array(rowCount + 1),
    columns: new Int32Array(cellCount),
    values: new Float32Array(cellCount),
  };
  let next = 0;
  for (let r = 0; r < rowCount; r++) {
    const [wordNorm, charNorm] = [rowNorm(words, r), rowNorm(chars, r)];
    const wordPart = wordNorm > 0 ? 1 - charShare : 0;
    const charPart = charNorm > 0 ? charShare : 0;
    const total = wordPart + charPart;
    next = appendRow(words, r, joined, next, 0, scaleFor(wordPart, total, wordNorm));
    next = appendRow(chars, r, joined, next, words.columnCount, scaleFor(charPart, total, charNorm));
    joined.rowStarts[r + 1] = next;
  }
  return joined;
}

const nothing = (texts: number): Grams => ({
  names: [],
  starts: new Int32Array(texts + 1),
  numbers: new Int32Array(0),
});

/**
 * Turns texts, given as their words, into unit rows (or empty rows, where nothing of a text is in the vocabulary). Deterministic: the
 * same texts in any order get the same vocabulary. `vocabulary[c]` names column c; character n-grams come last and start with `#`.
 */
export function buildTextFeatures(
  texts: readonly (readonly string[])[],
  options: Partial<TextFeatureOptions> = {},
): TextFeatures {
  const settings = { ...defaultTextFeatureOptions, ...options };
  const words = numberWords(texts);
  const hasChars = settings.charGramMax > 0 && settings.charShare > 0;
  const wordGrams =
    settings.charShare >= 1 ? nothing(texts.length) : settings.wordGramMax > 1 ? withPairs(words) : words;
  const charGrams = hasChars ? numberCharGrams(words, settings) : nothing(texts.length);
  const wordColumns = chooseVocabulary(wordGrams, settings);
  const charColumns = chooseVocabulary(charGrams, settings);
  const wordRows = weigh(wordGrams, wordColumns);
  const matrix = hasChars
    ? joinRows(wordRows, weigh(charGrams, charColumns), settings.charShare)
    : scaleRows(wordRows);
  const vocabulary = [
    ...wordColumns.kept.map((gram) => wordGrams.names[gram] ?? ''),
    ...charColumns.kept.map((gram) => `#${charGrams.names[gram] ?? ''}`),
  ];
  return { matrix, vocabulary };
}
