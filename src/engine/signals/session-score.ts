/**
 * The session score: how probable it is that a session failed its user, from its findings and its shape, by a logistic
 * model whose every part can be read. Pure. Weights are in session-score.data.ts; scripts/fit-session-score.mjs fits them.
 */
import { fitLogistic, sigmoid, type LogisticFit } from '../../shared/stats/logistic';
import type { ScorePart } from '../../shared/contract/signal';
import { shippedScore } from './session-score.data';

/** The model in force: a weight per input; inputs without one say nothing. */
export interface ScoreModel {
  intercept: number;
  weights: ReadonlyMap<string, number>;
  /** Verdicts of the analyst it was fitted on beyond the shipped weights; 0 for the shipped ones. */
  verdictCount: number;
}

export const shippedModel: ScoreModel = {
  intercept: shippedScore.intercept,
  weights: new Map(Object.entries(shippedScore.weights)),
  verdictCount: 0,
};

/** Inputs of one session by name; those of value 0 may be left out. */
export type ScoreInputs = ReadonlyMap<string, number>;

/** Probability that the session failed. */
export function probabilityOf(model: ScoreModel, inputs: ScoreInputs): number {
  let odds = model.intercept;
  for (const [name, value] of inputs) odds += value * (model.weights.get(name) ?? 0);
  return sigmoid(odds);
}

/** What an input is, for people: the same words for all of a kind, and the spans to look at. */
export type Described = Pick<ScorePart, 'title' | 'detail' | 'spanIds'>;

/** What every input adds to the log-odds, the weightiest first; inputs that add next to nothing are left out. */
export function explain(
  model: ScoreModel,
  inputs: ScoreInputs,
  describe: (name: string, value: number) => Described,
): ScorePart[] {
  return [...inputs]
    .map(([name, value]) => {
      const weight = model.weights.get(name) ?? 0;
      const signal = name.startsWith('signal:') ? name.slice('signal:'.length) : null;
      return { name, signal, value, weight, contribution: value * weight, ...describe(name, value) };
    })
    .filter((part) => Math.abs(part.contribution) >= 0.005)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

/** How tightly a refit holds on to the shipped weights: about as much as ten sessions say of an input. */
const REFIT_PRECISION = 4;

/** The model fitted on verdicts, starting from the one given; inputs it does not know start at nothing. */
export function refit(
  from: ScoreModel,
  sessions: readonly { inputs: ScoreInputs; failed: boolean }[],
): ScoreModel {
  const names = [
    ...new Set([...from.weights.keys(), ...sessions.flatMap((one) => [...one.inputs.keys()])]),
  ].sort();
  const fit: LogisticFit = fitLogistic(
    {
      rows: sessions.map((one) => names.map((name) => one.inputs.get(name) ?? 0)),
      labels: sessions.map((one) => one.failed),
    },
    {
      intercept: from.intercept,
      weights: names.map((name) => from.weights.get(name) ?? 0),
      precision: REFIT_PRECISION,
      interceptPrecision: 0.05,
    },
  );
  return {
    intercept: fit.intercept,
    weights: new Map(names.map((name, i) => [name, fit.weights[i] ?? 0])),
    verdictCount: sessions.length,
  };
}

/** Whether there are enough verdicts of both kinds to refit on. */
export function isEnough(failed: number, succeeded: number): boolean {
  const { minVerdicts, minOfEachKind } = refitRule;
  return failed + succeeded >= minVerdicts && Math.min(failed, succeeded) >= minOfEachKind;
}

/** When the score is refitted: enough sessions that the rarer kind says something (ten events per strong input is the usual rule of thumb). */
export const refitRule = { minVerdicts: 30, minOfEachKind: 8 } as const;
