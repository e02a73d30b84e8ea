#!/usr/bin/env node
/**
 * Fits the weights of the session score and the places of first failures on the fit half of public labelled runs (all
 * MIT) and writes them beside the code:  node scripts/fit-session-score.mjs [--data ../shared/evaldata] [--dry]
 * Every set has an intercept of its own while fitting, so that no input stands in for the set it comes from.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadEngine } from './eval/load-engine.mjs';
import { readAnnotatedFailures, readLabelledSessions } from './eval/signals/labelled-sessions.mjs';
import { inputsFor, printLocations, printScores } from './eval/signals/measure-session-score.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { data: { type: 'string' }, dry: { type: 'boolean', default: false } },
});
const data = values.data ?? join(ROOT, '../shared/evaldata');
const engine = await loadEngine('scripts/engine-for-signals.mjs');
const sessions = readLabelledSessions(engine, data);
if (sessions.length === 0) {
  console.log('skipped: data absent');
  process.exit(0);
}

const round = (value) => Math.round(value * 1000) / 1000;

/** Tried by cross-validation within the fit half, by task; the report half has no say in the choice. */
const PRECISIONS = [1, 3, 6, 20, 60];
/** What a finding is held to say before any outcome is seen: more where it is measured and serious. */
const PRIORS = [
  { hint: 0.05, firm: 0.2 },
  { hint: 0.2, firm: 0.5 },
];
/** A user who corrects the agent is the plainest sign there is; the simulated users of these sets hardly ever do. */
const CORRECTION = 0.8;
const FOLDS = 5;

for (const one of sessions) one.inputs = inputsFor(engine, one.trajectory);
const names = [
  ...engine.figureNames,
  ...[...engine.detectors.keys()].map((id) => `signal:${id}`),
  'signal:correction',
];
const priorOf = (name, prior) => {
  if (name === 'signal:correction') return CORRECTION;
  const detector = engine.detectors.get(name.replace('signal:', ''));
  return detector === undefined ? 0 : detector.isHint ? prior.hint : prior.firm;
};
const sets = [...new Set(sessions.map((one) => one.set))];

function fit(of, { precision, prior }) {
  const row = (one) => [
    ...names.map((name) => one.inputs.get(name) ?? 0),
    // Free of the prior, near enough: a set's own rate is no part of what is shipped.
    ...sets.map((set) => (one.set === set ? 10 : 0)),
  ];
  const found = engine.fitLogistic(
    {
      rows: of.map(row),
      labels: of.map((one) => one.failed),
    },
    {
      intercept: 0,
      weights: [...names.map((name) => priorOf(name, prior)), ...sets.map(() => 0)],
      precision,
      interceptPrecision: 1,
    },
  );
  const weights = new Map(names.map((name, i) => [name, found.weights[i]]));
  return { intercept: interceptFor(of, weights), weights, verdictCount: 0 };
}

/** The intercept under which as many sessions fail as did, over all sets together. */
function interceptFor(of, weights) {
  const wanted = of.filter((one) => one.failed).length;
  let [low, high] = [-10, 10];
  for (let round = 0; round < 60; round++) {
    const intercept = (low + high) / 2;
    const expected = of.reduce(
      (sum, one) => sum + engine.probabilityOf({ intercept, weights }, one.inputs),
      0,
    );
    if (expected < wanted) low = intercept;
    else high = intercept;
  }
  return (low + high) / 2;
}

/** Mean log loss over tasks that were held back, within the sessions given. */
function lossOf(of, choice) {
  const tasks = [...new Set(of.map((one) => one.task))].sort();
  const foldOf = new Map(tasks.map((task, i) => [task, i % FOLDS]));
  let loss = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const held = of.filter((one) => foldOf.get(one.task) === fold);
    const found = fit(
      of.filter((one) => foldOf.get(one.task) !== fold),
      choice,
    );
    for (const one of held) {
      const chance = engine.probabilityOf(found, one.inputs);
      loss -= Math.log(Math.max(1e-9, one.failed ? chance : 1 - chance));
    }
  }
  return loss / of.length;
}

const fitHalf = sessions.filter((one) => one.half === 'fit');
const choices = PRECISIONS.flatMap((precision) =>
  PRIORS.map((prior) => ({ precision, prior, loss: lossOf(fitHalf, { precision, prior }) })),
).sort((a, b) => a.loss - b.loss);
console.log(`tried on the fit half (log loss, ${FOLDS} folds by task):`);
for (const { precision, prior, loss } of choices)
  console.log(`  precision ${precision}, prior ${prior.hint}/${prior.firm}: ${loss.toFixed(4)}`);
const model = fit(fitHalf, choices[0]);
printScores(sessions, {
  'session score': (one) => engine.probabilityOf(model, one.inputs),
  length: (one) => one.trajectory.spans.length,
});

const failures = readAnnotatedFailures(engine, data);
/** Runs of at most this many steps are read step by step. */
const SHORT = 12;
const byIndex = Array.from({ length: SHORT }, () => 0.5);
const byTenth = Array.from({ length: 10 }, () => 0.5);
for (const one of failures.filter((each) => each.half === 'fit')) {
  const steps = one.trajectory.spans.filter((span) => span.kind !== 'user');
  const index = steps.findIndex((span) => one.steps.includes(span.step));
  if (index < 0) continue;
  if (steps.length <= SHORT) byIndex[index]++;
  else byTenth[Math.min(9, Math.floor((index / steps.length) * 10))]++;
}
const shares = (counts) => {
  const total = counts.reduce((sum, one) => sum + one, 0);
  return counts.map((one) => round(one / total)).join(', ');
};
/** Lift of a step with a finding of each severity over any step of the fit half, at least 1. */
const lift = [1, 2, 3, 4].map((severity) => {
  let marked = 0;
  let right = 0;
  let all = 0;
  let truth = 0;
  for (const one of failures.filter((each) => each.half === 'fit')) {
    const at = new Set(
      engine
        .inspectTrajectory(one.trajectory)
        .filter((row) => row[8] === severity)
        .map((row) => row[5]),
    );
    for (const span of one.trajectory.spans.filter((each) => each.kind !== 'user')) {
      const isTrue = one.steps.includes(span.step);
      all++;
      if (isTrue) truth++;
      if (at.has(span.spanId)) marked++;
      if (at.has(span.spanId) && isTrue) right++;
    }
  }
  // Half a step on either side keeps a handful of findings from saying much.
  return Math.max(1, (right + 2 * (truth / all)) / (marked + 2) / (truth / all));
});
const provenance = `${sets.join(', ')} (MIT), fit half: ${sessions.filter((one) => one.half === 'fit').length} sessions; by scripts/fit-session-score.mjs`;
console.log({ byIndex, byTenth, lift });
if (!values.dry) {
  const weights = names.map((name) => `    '${name}': ${round(model.weights.get(name))},`).join('\n');
  writeFileSync(
    join(ROOT, 'src/engine/signals/session-score.data.ts'),
    `/** Weights of the session score; written by scripts/fit-session-score.mjs. */
export const shippedScore: {
  provenance: string;
  intercept: number;
  weights: Readonly<Record<string, number>>;
} = {
  provenance: '${provenance}',
  intercept: ${round(model.intercept)},
  weights: {
${weights}
  },
};
`,
  );
  writeFileSync(
    join(ROOT, 'src/engine/signals/locate-failure.data.ts'),
    `/** Where annotated failures first lie; written by scripts/fit-session-score.mjs. */
export const locationPrior: {
  provenance: string;
  /** Weight of each step of a short run. */
  byIndex: readonly number[];
  /** Weight of a step by the tenth of a longer run it lies in. */
  byTenth: readonly number[];
  /** Factor of a finding of severity 1 to 4. */
  bySeverity: readonly number[];
} = {
  provenance: 'Who&When, AgentRx (MIT), fit half: ${failures.filter((one) => one.half === 'fit').length} failures',
  byIndex: [${shares(byIndex)}],
  byTenth: [${shares(byTenth)}],
  bySeverity: [${lift.map(round).join(', ')}],
};
`,
  );
}
printLocations(engine, failures);
