#!/usr/bin/env node
/**
 * Fits the ranker of steps (where a session first went wrong) on the fit half of annotated failed runs (MIT), imported as the
 * workbench imports them:  node scripts/fit-failure-place.mjs [--data ../shared/evaldata] [--dry]
 * A conditional logit: within a run, the step at fault against all others. How tightly weights are held at nothing is chosen by
 * cross-validation over runs within the fit half; the report half is never looked at here.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadModules, readFailedRuns } from './eval/signals/imported-runs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { data: { type: 'string' }, dry: { type: 'boolean', default: false } },
});
const data = values.data ?? join(ROOT, '../shared/evaldata');
if (!existsSync(data)) {
  console.log('skipped: data absent');
  process.exit(0);
}
const engine = await loadModules();
const names = engine.stepFeatureNames;
const runs = (await readFailedRuns(engine, data))
  .filter((one) => one.half === 'fit')
  .map((one) => {
    const steps = engine.stepFeatures(one.trajectory, one.findings);
    return {
      set: one.set,
      rows: steps.map((step) => names.map((name) => step.features[name] ?? 0)),
      truth: steps.map((step) => one.truth.includes(step.span.spanId)),
    };
  })
  .filter((one) => one.truth.includes(true));

/** Chances of the steps of a run under weights. */
function chances(rows, weights) {
  const scores = rows.map((row) => row.reduce((sum, value, i) => sum + value * weights[i], 0));
  const highest = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - highest));
  const total = raised.reduce((sum, one) => sum + one, 0);
  return raised.map((one) => one / total);
}

/** Gradient ascent with a step per weight that halves where it overshoots: the sum of log chances of the true steps, held at 0. */
function fit(of, precision) {
  const weights = names.map(() => 0);
  const gradientOf = () => {
    const gradient = weights.map((weight) => -precision * weight);
    for (const { rows, truth } of of) {
      const chance = chances(rows, weights);
      const right = chance.reduce((sum, one, i) => sum + (truth[i] ? one : 0), 0);
      rows.forEach((row, i) => {
        const pull = (truth[i] ? chance[i] / right : 0) - chance[i];
        for (let j = 0; j < row.length; j++) if (row[j] !== 0) gradient[j] += pull * row[j];
      });
    }
    return gradient;
  };
  const step = names.map(() => 0.05);
  let before = names.map(() => 0);
  for (let round = 0; round < 400; round++) {
    const gradient = gradientOf();
    for (let j = 0; j < names.length; j++) {
      // Resilient steps (Riedmiller & Braun 1993): the sign of the slope alone decides.
      const turned = gradient[j] * before[j];
      step[j] =
        turned > 0 ? Math.min(0.5, step[j] * 1.2) : turned < 0 ? Math.max(1e-6, step[j] * 0.5) : step[j];
      if (turned < 0) gradient[j] = 0;
      weights[j] += Math.sign(gradient[j]) * step[j];
    }
    before = gradient;
    if (step.every((one) => one < 1e-5)) break;
  }
  return weights;
}

const FOLDS = 5;
function foundOf(of, weights) {
  return of.filter(({ rows, truth }) => {
    const chance = chances(rows, weights);
    return truth[chance.indexOf(Math.max(...chance))];
  }).length;
}
const sets = [...new Set(runs.map((one) => one.set))];
const tried = [0.5, 1, 2, 4, 8].map((precision) => {
  const found = new Map(sets.map((set) => [set, 0]));
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit(
      runs.filter((_, i) => i % FOLDS !== fold),
      precision,
    );
    for (const set of sets)
      found.set(
        set,
        found.get(set) +
          foundOf(
            runs.filter((one, i) => i % FOLDS === fold && one.set === set),
            weights,
          ),
      );
  }
  const sizeOf = (set) => runs.filter((one) => one.set === set).length;
  const mean = sets.reduce((sum, set) => sum + found.get(set) / sizeOf(set), 0) / sets.length;
  return { precision, mean, found };
});
for (const { precision, mean, found } of tried)
  console.log(
    `precision ${precision}: mean of the sets ${mean.toFixed(3)}, ${[...found].map(([set, n]) => `${set} ${n} of ${runs.filter((one) => one.set === set).length}`).join(', ')}`,
  );
// Of equals the tightest.
const best = tried.reduce((a, b) => (b.mean >= a.mean ? b : a));
const weights = fit(runs, best.precision);
const lines = names.map((name, i) => `    ${name}: ${Math.round(weights[i] * 1000) / 1000},`).join('\n');
console.log(`precision ${best.precision}\n${lines}`);
if (!values.dry)
  writeFileSync(
    join(ROOT, 'src/engine/signals/locate-failure.data.ts'),
    `/** Weights of the ranker of steps; written by scripts/fit-failure-place.mjs. */
export const placeWeights: { provenance: string; weights: Readonly<Record<string, number>> } = {
  provenance: '${sets.join(', ')} (MIT), fit half: ${runs.length} failed runs; by scripts/fit-failure-place.mjs',
  weights: {
${lines}
  },
};
`,
  );
process.exit(0);
