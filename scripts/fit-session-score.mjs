#!/usr/bin/env node
/**
 * Fits the weights of the session score on the fit half of public labelled runs (all MIT), imported as the workbench imports
 * them, and writes them beside the code:  node scripts/fit-session-score.mjs [--data ../shared/evaldata] [--more folder] [--dry]
 * The folder holds further runs of the same kinds, named in docs/evaluation.md; the weights that ship were fitted with it.
 * Every set has an intercept of its own while fitting, so that no input stands in for the set it comes from. The report half is
 * never looked at here: scripts/eval.mjs does that.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { areaUnderCurve } from './eval/measures.mjs';
import { loadModules, readOutcomeRuns } from './eval/signals/imported-runs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { data: { type: 'string' }, more: { type: 'string' }, dry: { type: 'boolean', default: false } },
});
const data = values.data ?? join(ROOT, '../shared/evaldata');
if (!existsSync(data)) {
  console.log('skipped: data absent');
  process.exit(0);
}

const engine = await loadModules();
const runs = (await readOutcomeRuns(engine, data, values.more ?? null)).filter((one) => one.half === 'fit');

/**
 * What is held before any outcome is seen, in log-odds. Counts share one value, which is chosen below: more done, and more gone
 * back on, is more that can be wrong. Flags and signals by how plainly they say that the user was not served.
 */
const FLAGS = { endsInError: 0.8, unresolvedErrors: 0.3, lateToolErrors: 0.2, interruptions: 0.4 };
const PLAIN = new Set([
  'correction',
  'explicit-negative-feedback',
  'frustration',
  'goal-misalignment',
  'immediate-undo',
  'premature-ending',
  'result-contradicts-claim',
  'silent-abandonment',
  'step-limit',
  'truncated-output',
  'user-interruption',
]);
/** They say as much of a good session (a policy kept, a person fetched), or repeat what the counts say (length). */
const NEUTRAL = new Set(['escalation', 'refusal', 'outlier', 'self-repetition', 'reasoning-drift']);
const names = [
  ...engine.figureNames,
  ...[...engine.detectors.keys()].map((id) => `signal:${id}`),
  'signal:correction',
];

function priorOf(name, choice) {
  if (engine.countNames.includes(name)) return choice.count;
  if (Object.hasOwn(FLAGS, name)) return FLAGS[name];
  const signal = name.replace('signal:', '');
  if (NEUTRAL.has(signal)) return 0;
  if (PLAIN.has(signal)) return choice.plain;
  return engine.detectors.get(signal)?.isHint === false ? 0.15 : 0.05;
}

/** Tried by leaving one set out, and by folds of tasks; more held tightly than loosely, for the sets are few and small. */
const CHOICES = [3, 10, 30, 100, 300].flatMap((precision) =>
  [0, 0.15, 0.3, 0.45].flatMap((count) => [0.2, 0.4, 0.6].map((plain) => ({ precision, count, plain }))),
);
const FOLDS = 5;
/** A set of more sessions than this says no more than one of so many. */
const MOST_PER_SET = 50;
/** Fewer of either kind make no curve. */
const LEAST_OF_KIND = 5;

const bySet = new Map();
for (const one of runs) bySet.set(one.set, [...(bySet.get(one.set) ?? []), one]);
const importanceOf = (one) => Math.min(1, MOST_PER_SET / bySet.get(one.set).length);

/** Weights by name. A figure that would tell against failing is held at nothing: in so few sessions that is chance. */
function fit(of, choice) {
  const sets = [...new Set(of.map((one) => one.set))];
  const free = new Set(names);
  for (;;) {
    const used = names.filter((name) => free.has(name));
    const found = engine.fitLogistic(
      {
        // A set's own rate is free of the prior, near enough: it is no part of what is shipped.
        rows: of.map((one) => [
          ...used.map((name) => one.inputs.get(name) ?? 0),
          ...sets.map((set) => (one.set === set ? 30 : 0)),
        ]),
        labels: of.map((one) => one.failed),
        importance: of.map(importanceOf),
      },
      {
        intercept: 0,
        weights: [...used.map((name) => priorOf(name, choice)), ...sets.map(() => 0)],
        precision: choice.precision,
        interceptPrecision: 1,
      },
    );
    const below = used.filter((name, i) => found.weights[i] < 0 && engine.figureNames.includes(name));
    if (below.length === 0) {
      const weights = new Map(names.map((name) => [name, 0]));
      used.forEach((name, i) => weights.set(name, found.weights[i]));
      return { intercept: interceptFor(of, weights), weights, verdictCount: 0 };
    }
    for (const name of below) free.delete(name);
  }
}

/** The intercept under which as many sessions fail as did, all sets weighing as while fitting. */
function interceptFor(of, weights) {
  const total = (chance) => of.reduce((sum, one) => sum + importanceOf(one) * chance(one), 0);
  const wanted = total((one) => (one.failed ? 1 : 0));
  let [low, high] = [-10, 10];
  for (let round = 0; round < 60; round++) {
    const intercept = (low + high) / 2;
    if (total((one) => engine.probabilityOf({ intercept, weights }, one.inputs)) < wanted) low = intercept;
    else high = intercept;
  }
  return (low + high) / 2;
}

function aucOf(of, score) {
  return areaUnderCurve(
    of.map((one) => one.failed),
    of.map(score),
  );
}

const measured = [...bySet.values()].filter((of) => {
  const failed = of.filter((one) => one.failed).length;
  return Math.min(failed, of.length - failed) >= LEAST_OF_KIND;
});

/** Log-odds of every session by weights that never saw its task. */
function heldOut(choice) {
  const tasks = [...new Set(runs.map((one) => one.task))].sort();
  const foldOf = new Map(tasks.map((task, i) => [task, i % FOLDS]));
  const odds = new Map();
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = fit(
      runs.filter((one) => foldOf.get(one.task) !== fold),
      choice,
    );
    for (const one of runs) {
      if (foldOf.get(one.task) !== fold) continue;
      const chance = engine.probabilityOf(model, one.inputs);
      odds.set(one, Math.log(chance / (1 - chance)));
    }
  }
  return odds;
}

/** Whether other runs of the task changed the same: told by comparing sessions, so it is weighed beside all the rest. */
const TRIALS = 'otherTrials';

/**
 * By how much held-out log-odds must be drawn in to be no surer than they are right (Platt 1999; the intercepts of the sets are
 * their own), and what other runs of a task weigh beside them. Counts go together, so that added up they would be too sure of
 * themselves.
 */
function slopeOf(odds) {
  const sets = [...bySet.keys()];
  const found = engine.fitLogistic(
    {
      rows: runs.map((one) => [
        odds.get(one),
        one.inputs.get(TRIALS) ?? 0,
        ...sets.map((set) => (one.set === set ? 10 : 0)),
      ]),
      labels: runs.map((one) => one.failed),
      importance: runs.map(importanceOf),
    },
    { intercept: 0, weights: [1, 0, ...sets.map(() => 0)], precision: 1, interceptPrecision: 1 },
  );
  return { slope: Math.min(1, Math.max(0.05, found.weights[0])), trials: Math.max(0, found.weights[1]) };
}

/** AUC of each set by weights that never saw it, and by weights that never saw the task. */
function judge(choice) {
  const left = measured.map((of) => {
    // A set of the same tasks is left out with it.
    const tasks = new Set(of.map((one) => one.task));
    const kin = new Set(runs.filter((one) => tasks.has(one.task)).map((one) => one.set));
    const model = fit(
      runs.filter((one) => !kin.has(one.set)),
      choice,
    );
    return aucOf(of, (one) => engine.probabilityOf(model, one.inputs));
  });
  const scores = heldOut(choice);
  const folded = measured.map((of) => aucOf(of, (one) => scores.get(one)));
  const mean = [...left, ...folded].reduce((sum, one) => sum + one, 0) / (2 * measured.length);
  return { ...choice, left, folded, mean };
}

const short = (list) => list.map((one) => one.toFixed(3)).join(' ');
console.log(`fit half: ${measured.map((of) => `${of[0].set} ${of.length}`).join(', ')}; AUC by set`);
console.log(`length:   ${short(measured.map((of) => aucOf(of, (one) => one.length)))}`);
const judged = CHOICES.map(judge).sort((a, b) => b.mean - a.mean);
for (const { precision, count, plain, left, folded, mean } of judged)
  console.log(
    `precision ${precision}, counts ${count}, plain signals ${plain}: set left out ${short(left)}, tasks left out ${short(folded)}, mean ${mean.toFixed(4)}`,
  );
const odds = heldOut(judged[0]);
const { slope, trials } = slopeOf(odds);
const withTrials = (one) => slope * odds.get(one) + trials * (one.inputs.get(TRIALS) ?? 0);
console.log(`slope ${slope.toFixed(3)}, other runs of the task ${trials.toFixed(3)}`);
console.log(`tasks left out, with other runs: ${short(measured.map((of) => aucOf(of, withTrials)))}`);
const drawnIn = new Map([...fit(runs, judged[0]).weights].map(([name, weight]) => [name, weight * slope]));
drawnIn.set(TRIALS, trials);
const model = { weights: drawnIn, intercept: interceptFor(runs, drawnIn) };
const round = (value) => Math.round(value * 1000) / 1000;
const weights = [TRIALS, ...names]
  .map((name) => `    '${name}': ${round(model.weights.get(name))},`)
  .join('\n');
console.log(`intercept ${round(model.intercept)}\n${weights}`);
if (!values.dry)
  writeFileSync(
    join(ROOT, 'src/engine/signals/session-score.data.ts'),
    `/** Weights of the session score; written by scripts/fit-session-score.mjs. */
export const shippedScore: {
  provenance: string;
  intercept: number;
  weights: Readonly<Record<string, number>>;
} = {
  provenance:
    '${[...bySet.keys()].join(', ')} (MIT), fit half: ${runs.length} sessions; by scripts/fit-session-score.mjs',
  intercept: ${round(model.intercept)},
  weights: {
${weights}
  },
};
`,
  );
process.exit(0);
