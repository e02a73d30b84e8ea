#!/usr/bin/env node
/**
 * Fits the weights of src/engine/corrections/correction-model.ts and writes correction-weights.ts. Run by hand:
 *   node scripts/fit-corrections.mjs [../shared/evaldata]
 * Fits on the fit halves of permissively licensed sets alone: EURTAD (Apache-2.0), AB-ReDial (MIT), BookMinder (MIT, labels here).
 * Ridge regression towards the priors: a feature the data does not show keeps the weight set by hand.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { detectionFigures } from './eval/measures.mjs';
import { loadEngine } from './eval/load-engine.mjs';
import { readAbRedial, readBookminder, readEurtad, readEurtadErrorFree } from './eval/labelled-turns.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LABELS = join(ROOT, 'scripts/eval/bookminder-labels.json');
/** Standard deviation of a weight around its prior, in log-odds: small, because the sets are small and not coding sessions. */
const PRIOR_DEVIATION = 0.7;
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
  ],
  deviation: 0.25,
};
/** How much a turn of each set counts. Satisfaction (AB-ReDial) is only related to correction; error-free turns are many. */
const TURN_WEIGHTS = { EURTAD: 1, free: 0.15, 'AB-ReDial': 0.1, BookMinder: 1 };

const data = process.argv[2] ?? join(ROOT, '../shared/evaldata');
if (!existsSync(join(data, 'eurtad'))) {
  console.log('skipped: data absent');
  process.exit(0);
}

/** Rows the model learns from; a user who ignored the error did not correct, so those reactions are left out. */
function fitRows() {
  const weighed = (rows, weight) => rows.map((row) => ({ ...row, weight }));
  return [
    ...weighed(
      readEurtad(data).filter((row) => !row.isIgnored),
      TURN_WEIGHTS.EURTAD,
    ),
    ...weighed(readEurtadErrorFree(data), TURN_WEIGHTS.free),
    ...weighed(readAbRedial(data), TURN_WEIGHTS['AB-ReDial']),
    ...weighed(
      readBookminder(data, LABELS).filter((row) => row.label !== null),
      TURN_WEIGHTS.BookMinder,
    ),
  ].filter((row) => row.half === 'fit' && row.context.turnNo > 1);
}

/** Newton's method on the penalised log-likelihood; returns weights in the order of `prior`, the intercept first and barely held. */
function fitLogistic(rows, prior, deviation) {
  const size = prior.length;
  const precision = prior.map((_, i) => (i === 0 ? 0.01 : 1 / (deviation[i] ?? 1) ** 2));
  let weights = [...prior];
  for (let step = 0; step < 25; step++) {
    const gradient = weights.map((value, i) => precision[i] * (value - prior[i]));
    const hessian = Array.from({ length: size }, (_, i) =>
      Float64Array.from({ length: size }, (_, j) => (i === j ? precision[i] : 0)),
    );
    for (const { x, label, weight } of rows) {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weights[i], 0)));
      for (let i = 0; i < size; i++) {
        if (x[i] === 0) continue;
        gradient[i] += weight * (p - label) * x[i];
        for (let j = 0; j < size; j++) hessian[i][j] += weight * p * (1 - p) * x[i] * x[j];
      }
    }
    const change = solve(hessian, gradient);
    weights = weights.map((value, i) => value - change[i]);
    if (Math.max(...change.map(Math.abs)) < 1e-8) break;
  }
  return weights;
}

/** Gaussian elimination with row exchange. */
function solve(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let c = 0; c < rows.length; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(rows[best][c]) ? c + i : best), c);
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < rows.length; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      if (factor !== 0) for (let k = c; k <= rows.length; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, i) => row[rows.length] / row[i]);
}

/** How much mean F1 may be given up for recall: a proposal too many costs an analyst one key, a missed correction is never seen. */
const F1_GIVEN_UP = 0.02;

/** The lowest threshold whose F1 over the fitted rows (EURTAD and BookMinder counting alike) comes close to the best. */
function chooseThreshold(rows, scores) {
  const tried = Array.from({ length: 80 }, (_, i) => {
    const threshold = 0.1 + i / 100;
    const f1s = ['EURTAD', 'BookMinder'].map((set) => {
      const own = rows.flatMap((row, r) => (row.set === set && !row.dialogue.startsWith('free/') ? [r] : []));
      return detectionFigures(
        own.map((r) => rows[r].label),
        own.map((r) => scores[r] >= threshold),
      ).f1;
    });
    return { threshold, f1: (f1s[0] + f1s[1]) / 2 };
  });
  const best = Math.max(...tried.map(({ f1 }) => f1));
  return tried.find(({ f1 }) => f1 >= best - F1_GIVEN_UP).threshold;
}

const { readTurn, featureNames, priorWeights, priorIntercept } = await loadEngine(
  'scripts/engine-for-eval.mjs',
);
const rows = fitRows().map((row) => {
  const { values } = readTurn(row.context);
  return { ...row, x: [1, ...featureNames.map((name) => values[name] ?? 0)] };
});
const prior = [priorIntercept, ...featureNames.map((name) => priorWeights[name])];
const deviations = [
  0,
  ...featureNames.map((name) => (HELD.features.includes(name) ? HELD.deviation : PRIOR_DEVIATION)),
];
const fitted = fitLogistic(rows, prior, deviations);
const scores = rows.map(
  ({ x }) => 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * fitted[i], 0))),
);
const seen = featureNames.map((_, f) => rows.filter((row) => row.x[f + 1] > 0).length);
const counts = (set) => {
  const own = rows.filter((row) => row.set === set);
  return `${own.filter((row) => row.label).length} of ${own.length}`;
};
const lines = featureNames.map((name, f) => {
  const key = /^\w+$/u.test(name) ? name : `'${name}'`;
  return seen[f] === 0
    ? null
    : `    ${key}: ${Number(fitted[f + 1].toFixed(2))}, // prior ${prior[f + 1].toFixed(1)}, in ${seen[f]} turns`;
});
writeFileSync(
  join(ROOT, 'src/engine/corrections/correction-weights.ts'),
  `// Written by scripts/fit-corrections.mjs; do not edit by hand.
import type { CorrectionWeights } from './correction-model';

export const correctionWeights: CorrectionWeights = {
  provenance:
    'Logistic regression held to hand-set priors (deviation ${PRIOR_DEVIATION}), fitted on the fit halves (by dialogue) of EURTAD (UKPLab, Apache-2.0; ${counts('EURTAD')} turns are corrections), AB-ReDial (Clemenciah, MIT; ${counts('AB-ReDial')} dissatisfied, weight ${TURN_WEIGHTS['AB-ReDial']}) and BookMinder (palimondo, MIT; ${counts('BookMinder')} corrections, labelled by one reader). Features these sets lack keep their prior.',
  threshold: ${Number(chooseThreshold(rows, scores).toFixed(2))},
  intercept: ${fitted[0].toFixed(3)},
  weights: {
${lines.filter(Boolean).join('\n')}
  },
};
`,
);
console.log(
  `fitted on ${rows.length} turns; EURTAD ${counts('EURTAD')}, AB-ReDial ${counts('AB-ReDial')}, BookMinder ${counts('BookMinder')}`,
);
