// Fits the correction model on labelled rows: the one procedure behind the weights that ship and the figures that are reported.
import { detectionFigures } from './measures.mjs';

/** Standard deviation of a named weight around its prior, in log-odds: small, because the sets are small and not coding sessions. */
export const PRIOR_DEVIATION = 0.7;
/** Precision of the weight of a hashed word or character run around nothing. */
export const GRAM_PRECISION = 2;
/**
 * Held more tightly, because the larger sets are chit-chat and bookings: there people take up each other's words, say no to
 * statements, and "remove that" or "you forgot" is about the matter, not about what an agent did.
 */
const HELD = {
  features: [
    'rephrase',
    'sharesContent',
    'repeatsVerbatim',
    'echoesAgent',
    'veryShort',
    'negation',
    'wrong',
    'reminder',
    'revert',
    'prohibition',
    'omission',
    'malfunction',
    'excess',
    'complaint',
    'escalation',
    'repeat',
  ],
  deviation: 0.25,
};
/** How much a turn of each set counts. The turns of error-free dialogues are many (24,000) and say one thing. */
export const TURN_WEIGHTS = { EURTAD: 1, free: 0.03, 'AB-ReDial': 1.5, BookMinder: 1 };
/** How much mean F1 may be given up for recall: a proposal too many costs an analyst one key, a missed correction is never seen. */
const F1_GIVEN_UP = 0.02;
const FOLDS = 5;

function weightOf(row) {
  return TURN_WEIGHTS[row.dialogue.startsWith('free/') ? 'free' : row.set];
}

/** Rows the model may learn from: a user who let the error pass did not correct, and first turns never do. */
export function learnable(rows) {
  return rows.filter((row) => !row.isIgnored && row.label !== null && row.context.turnNo > 1);
}

function fitOn(engine, rows, rounds) {
  const { priorModel, vectorOf, featureNames, fitLogistic } = engine;
  const prior = vectorOf(priorModel);
  const precision = new Float64Array(prior.length).fill(GRAM_PRECISION);
  precision[0] = 0.01;
  featureNames.forEach((name, i) => {
    const deviation = HELD.features.includes(name) ? HELD.deviation : PRIOR_DEVIATION;
    precision[1 + i] = 1 / deviation ** 2;
  });
  return fitLogistic(
    {
      rows: rows.map((row) => row.sparse),
      labels: rows.map((row) => row.label),
      rowWeights: rows.map(weightOf),
      prior,
      precision,
    },
    rounds,
  );
}

function foldOf(dialogue) {
  let hash = 5381;
  for (let i = 0; i < dialogue.length; i++) hash = (Math.imul(hash, 33) ^ dialogue.charCodeAt(i)) >>> 0;
  return hash % FOLDS;
}

/** The scores of rows with `features` and `sparse`, each by a model that did not see its dialogue; a Map by row. */
function heldOutScores(engine, rows) {
  const scores = new Map();
  for (let fold = 0; fold < FOLDS; fold++) {
    const vector = fitOn(
      engine,
      rows.filter((row) => foldOf(row.dialogue) !== fold),
      12,
    );
    const model = engine.modelOf(vector, { provenance: '', threshold: 0 });
    for (const row of rows)
      if (foldOf(row.dialogue) === fold) scores.set(row, engine.probability(row.features, model));
  }
  return scores;
}

/**
 * The lowest threshold whose F1 on the sets that label corrections (AB-ReDial labels satisfaction), over turns scored by a model that
 * did not see their dialogue, comes close to the best.
 */
function chooseThreshold(engine, rows) {
  const scores = heldOutScores(engine, rows);
  const tried = Array.from({ length: 80 }, (_, i) => {
    const threshold = 0.1 + i / 100;
    const f1s = ['EURTAD', 'BookMinder'].map((set) => {
      const own = rows.filter((row) => row.set === set && !row.dialogue.startsWith('free/'));
      return detectionFigures(
        own.map((row) => row.label),
        own.map((row) => scores.get(row) >= threshold),
      ).f1;
    });
    return { threshold, f1: f1s.reduce((a, b) => a + b) / f1s.length };
  });
  const best = Math.max(...tried.map(({ f1 }) => f1));
  return tried.find(({ f1 }) => f1 >= best - F1_GIVEN_UP).threshold;
}

/** The learnable ones of these rows with what the model reads of them. */
function readRows(engine, given) {
  return learnable(given).map((row) => {
    const features = engine.readTurn(row.context);
    return { ...row, features, sparse: engine.sparseRow(features) };
  });
}

/** Labels and held-out scores of the learnable ones of these rows, with the set of each. */
export function scoredUnseen(engine, given) {
  const rows = readRows(engine, given);
  const scores = heldOutScores(engine, rows);
  return rows.map((row) => ({ set: row.set, label: row.label, score: scores.get(row) }));
}

/** A model fitted on the learnable ones of these rows, its threshold chosen by cross-validation within them. */
export function fitModel(engine, given) {
  const rows = readRows(engine, given);
  const threshold = Number(chooseThreshold(engine, rows).toFixed(2));
  return engine.modelOf(fitOn(engine, rows, 40), { provenance: 'fitted now', threshold });
}
