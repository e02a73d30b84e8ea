#!/usr/bin/env node
/**
 * Fits the weights of src/engine/corrections/correction-model.ts and writes correction-weights.data.ts. Run by hand:
 *   node scripts/fit-corrections.mjs [../shared/evaldata]
 * Fits on permissively licensed sets alone: EURTAD (Apache-2.0), AB-ReDial (MIT), BookMinder (MIT, labels here). What ships is fitted
 * on both halves; the figures of docs/evaluation.md come from the same procedure on one half, reported on the other.
 * Ridge regression towards the priors: a feature the data does not show keeps the weight set by hand.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { fitModel, GRAM_PRECISION, learnable, PRIOR_DEVIATION, TURN_WEIGHTS } from './eval/fit-model.mjs';
import { loadEngine } from './eval/load-engine.mjs';
import { readPermissive } from './eval/labelled-turns.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LABELS = join(ROOT, 'scripts/eval/bookminder-labels.json');

const data = process.argv[2] ?? join(ROOT, '../shared/evaldata');
if (!existsSync(join(data, 'eurtad'))) {
  console.log('skipped: data absent');
  process.exit(0);
}
const engine = await loadEngine('scripts/engine-for-eval.mjs');
const rows = learnable(readPermissive(data, LABELS));
const model = fitModel(engine, rows);

const counts = (set) => {
  const own = rows.filter((row) => row.set === set);
  return `${own.filter((row) => row.label).length} of ${own.length}`;
};
const provenance = `Logistic regression held to hand-set priors (deviation ${PRIOR_DEVIATION}; hashed words and character runs around 0 with precision ${GRAM_PRECISION}), fitted on EURTAD (UKPLab, Apache-2.0; ${counts('EURTAD')} turns are corrections; those of error-free dialogues weigh ${TURN_WEIGHTS.free}), AB-ReDial (Clemenciah, MIT; ${counts('AB-ReDial')} dissatisfied, weight ${TURN_WEIGHTS['AB-ReDial']}) and BookMinder (palimondo, MIT; ${counts('BookMinder')} corrections, labelled by one reader).`;
const largest = model.grams.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const scale = Number((largest / 127).toPrecision(4));
const bytes = Buffer.from(Int8Array.from(model.grams, (value) => Math.round(value / scale)).buffer).toString(
  'base64',
);
const lines = engine.featureNames.map((name) => {
  const key = /^\w+$/u.test(name) ? name : `'${name}'`;
  return `    ${key}: ${Number(model.weights[name].toFixed(2))}, // prior ${engine.priorModel.weights[name].toFixed(1)}`;
});
writeFileSync(
  join(ROOT, 'src/engine/corrections/correction-weights.data.ts'),
  `// Written by scripts/fit-corrections.mjs; do not edit by hand.
import type { CorrectionWeights } from './correction-model';

export const fittedWeights: Omit<CorrectionWeights, 'grams'> = {
  provenance:
    ${JSON.stringify(provenance).replaceAll("'", "\\'").replace(/^"|"$/gu, "'")},
  threshold: ${model.threshold},
  intercept: ${model.intercept.toFixed(3)},
  weights: {
${lines.join('\n')}
  },
};

/** Log-odds by bucket of gram-features.ts: signed bytes in units of \`scale\`. */
export const fittedGrams = {
  scale: ${scale},
  bytes:
    '${bytes}',
};
`,
);
console.log(
  `fitted on ${rows.length} turns; EURTAD ${counts('EURTAD')}, AB-ReDial ${counts('AB-ReDial')}, BookMinder ${counts('BookMinder')}; threshold ${model.threshold}`,
);
