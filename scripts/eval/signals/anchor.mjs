// The upper anchor of a detector: logistic regression over TF-IDF of words and word pairs, fitted with the labels of the fit half of
// the very set it is then reported on. No detector has that: it says how much of the labels the words hold at all.
import { detectionFigures } from '../measures.mjs';

const MIN_TEXTS = 2;
const FOLDS = 5;
/** Inverse variance of a weight around nothing; the intercept is nearly free. */
const PRECISION = 1;
const FREE = 0.01;

function termsOf(tokenize, text) {
  const words = tokenize(text.slice(0, 2000));
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

/** Learns the vocabulary of these texts; gives a function from text to a sparse row of unit length behind an intercept. */
function vectorizer(tokenize, texts) {
  const counts = new Map();
  for (const text of texts)
    for (const term of new Set(termsOf(tokenize, text))) counts.set(term, (counts.get(term) ?? 0) + 1);
  const kept = [...counts].filter(([, count]) => count >= MIN_TEXTS);
  const columnOf = new Map(kept.map(([term], i) => [term, i + 1]));
  const idf = new Map(kept.map(([term, count]) => [term, Math.log((1 + texts.length) / (1 + count)) + 1]));
  const toRow = (text) => {
    const weights = new Map();
    for (const term of termsOf(tokenize, text))
      if (columnOf.has(term)) weights.set(term, (weights.get(term) ?? 0) + 1);
    const entries = [...weights].map(([term, count]) => [
      columnOf.get(term),
      (1 + Math.log(count)) * idf.get(term),
    ]);
    const length = Math.hypot(...entries.map(([, value]) => value)) || 1;
    return {
      columns: [0, ...entries.map(([column]) => column)],
      values: [1, ...entries.map(([, value]) => value / length)],
    };
  };
  return { toRow, size: kept.length + 1 };
}

function fit({ tokenize, fitLogistic }, rows) {
  const { toRow, size } = vectorizer(
    tokenize,
    rows.map((row) => row.text),
  );
  const precision = new Float64Array(size).fill(PRECISION);
  precision[0] = FREE;
  const weights = fitLogistic(
    {
      rows: rows.map((row) => toRow(row.text)),
      labels: rows.map((row) => Number(row.label)),
      rowWeights: rows.map(() => 1),
      prior: new Float64Array(size),
      precision,
    },
    30,
  );
  return (text) => {
    const { columns, values } = toRow(text);
    return columns.reduce((sum, column, i) => sum + weights[column] * values[i], 0);
  };
}

/** The score with the best F1 over rows that were scored by a model that had not seen their group. */
function chooseLimit(engine, rows, foldOf) {
  const scores = rows.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const score = fit(
      engine,
      rows.filter((row) => foldOf(row) !== fold),
    );
    rows.forEach((row, i) => {
      if (foldOf(row) === fold) scores[i] = score(row.text);
    });
  }
  const labels = rows.map((row) => row.label);
  const sorted = [...scores].sort((a, b) => a - b);
  const limits = Array.from({ length: 60 }, (_, i) => sorted[Math.floor((i / 60) * sorted.length)]);
  const f1At = (limit) =>
    detectionFigures(
      labels,
      scores.map((score) => score >= limit),
    ).f1;
  return limits.reduce((best, limit) => (f1At(limit) > f1At(best) ? limit : best), limits[0]);
}

/**
 * `rows` ({ text, label, half, group }) of the report half with `score` and `fires`; null where the fit half has fewer than five
 * positives to learn from.
 */
export function anchored(engine, rows) {
  const known = rows.filter((row) => row.half === 'fit');
  if (known.filter((row) => row.label).length < FOLDS) return null;
  const groups = [...new Set(known.map((row) => row.group))].sort();
  const foldOf = (row) => groups.indexOf(row.group) % FOLDS;
  const limit = chooseLimit(engine, known, foldOf);
  const score = fit(engine, known);
  return rows
    .filter((row) => row.half === 'report')
    .map((row) => ({ ...row, score: score(row.text), fires: score(row.text) >= limit }));
}
