// A logistic model over the features of a turn: what each one weighs, and what it weighs before any data is seen.
import { gramBuckets } from './gram-features';
import type { SparseRow } from './fit-logistic';
import { featureNames, featureOf, namesInOrder, type FeatureName, type TurnFeatures } from './turn-features';

/** Fitted weights in log-odds per unit of the feature. A feature left out weighs what its prior says. */
export type CorrectionWeights = {
  /** Which data, which licence, which split, when. */
  provenance: string;
  /** Score from which a turn is proposed; the lowest that comes within 0.02 of the best F1 on the half that was fitted. */
  threshold: number;
  intercept: number;
  weights: Partial<Record<FeatureName, number>>;
  /** Log-odds per unit of each hashed word or character run, by bucket (gram-features.ts). */
  grams: Float32Array;
  /** What verdicts of this workspace add to `grams`, by the same buckets; nothing where absent. */
  learntGrams?: Float32Array;
};

/**
 * What the weights are pulled to while fitting, set by hand from reading coding sessions and the literature. They stay as they are
 * for features that the permissively licensed labelled sets do not contain (interruption, refused or failed tool calls): in coding
 * sessions those structural marks tell more than the wording. The intercept assumes that one turn in eight corrects something.
 */
export const priorIntercept = -2.4;
export const priorWeights: Record<FeatureName, number> = {
  interrupted: 2.2,
  toolRejected: 2.2,
  toolError: 0.5,
  answersQuestion: -0.6,
  agentAsked: -0.3,
  agentTrouble: 0.3,
  rephrase: 1.2,
  sharesContent: 0.3,
  repeatsVerbatim: 0.8,
  echoesAgent: 0.2,
  question: 0,
  repeatedMarks: 0.6,
  shouting: 0.8,
  troubleThenQuestion: 0,
  negates: 0.3,
  negatesTrouble: 0.3,
  refusesOffer: 0,
  veryShort: 0,
  long: -0.5,
  negation: 1.8,
  wrong: 2.6,
  confusion: 1.9,
  reminder: 2.4,
  repeat: 1.8,
  revert: 2.6,
  redirect: 1.6,
  contrast: 1.0,
  prohibition: 2.2,
  omission: 2.4,
  malfunction: 2.2,
  excess: 2.4,
  complaint: 1.8,
  escalation: 2.2,
  thanks: -1.2,
  approval: -0.9,
  addition: -0.7,
  request: -0.4,
  'negation:weak': 0.9,
  'wrong:weak': 1.0,
  'confusion:weak': 0.5,
  'reminder:weak': 0.4,
  'repeat:weak': 0.7,
  'revert:weak': 0,
  'redirect:weak': 0.6,
  'contrast:weak': 0.4,
  'prohibition:weak': 0.4,
  'omission:weak': 0.6,
  'malfunction:weak': 0.5,
  'excess:weak': 0.2,
  'complaint:weak': 0.2,
  'escalation:weak': 0,
  'thanks:weak': 0,
  'approval:weak': -0.4,
  'addition:weak': -0.2,
  'request:weak': -0.5,
};

/** What a feature weighs in log-odds: fitted where fitted, else by prior. */
export function weightOf(name: FeatureName, model: CorrectionWeights): number {
  return model.weights[name] ?? priorWeights[name];
}

/** Log-odds contributed by each feature that is present, in the order in which a turn is read. */
export function contributions(
  features: TurnFeatures,
  model: CorrectionWeights,
): { name: FeatureName; logOdds: number }[] {
  return [...namesInOrder(features)]
    .filter((name) => featureOf(features, name) > 0)
    .map((name) => ({ name, logOdds: featureOf(features, name) * weightOf(name, model) }));
}

/**
 * How far words and character runs together may move the log-odds. They are learnt from bookings and film talk: what is harmless
 * there ("please", "the file") must not silence an explicit wording elsewhere, nor what is telling there raise an alarm by itself.
 */
const gramRange = { least: -0.5, most: 1 };
/** The same for what was learnt in the workspace itself, from turns like those it is used on: it may say more. */
const learntRange = { least: -2, most: 2 };

function gramSum({ grams }: TurnFeatures, weights: Float32Array, range: typeof gramRange): number {
  let sum = 0;
  for (let i = 0; i < grams.buckets.length; i++)
    sum += (grams.values[i] as number) * (weights[grams.buckets[i] as number] as number);
  return Math.min(range.most, Math.max(range.least, sum));
}

/** Log-odds contributed by the words and character runs. */
export function gramLogOdds(features: TurnFeatures, model: CorrectionWeights): number {
  const learnt = model.learntGrams === undefined ? 0 : gramSum(features, model.learntGrams, learntRange);
  return gramSum(features, model.grams, gramRange) + learnt;
}

const ordered = new WeakMap<CorrectionWeights, readonly number[]>();

/** What each feature weighs, in the order of `featureNames`. */
function weightsInOrder(model: CorrectionWeights): readonly number[] {
  const known = ordered.get(model);
  if (known !== undefined) return known;
  const weights = featureNames.map((name) => weightOf(name, model));
  ordered.set(model, weights);
  return weights;
}

/** Log-odds that the turn corrects the agent. */
export function logOddsOf(features: TurnFeatures, model: CorrectionWeights): number {
  const { values } = features;
  const weights = weightsInOrder(model);
  let logOdds = model.intercept + gramLogOdds(features, model);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value !== 0) logOdds += value * (weights[i] as number);
  }
  return logOdds;
}

/** Probability that the turn corrects the agent, 0 to 1. */
export function probability(features: TurnFeatures, model: CorrectionWeights): number {
  return 1 / (1 + Math.exp(-logOddsOf(features, model)));
}

/** Columns of the model as one vector: the intercept, the named features in their order, the buckets. */
export const modelSize = 1 + featureNames.length + gramBuckets;

/** A turn as a row over the columns of `modelSize`. */
export function sparseRow({ values, grams }: TurnFeatures): SparseRow {
  const columns = [0];
  const numbers = [1];
  values.forEach((value, i) => {
    if (value === 0) return;
    columns.push(1 + i);
    numbers.push(value);
  });
  for (let i = 0; i < grams.buckets.length; i++) {
    columns.push(1 + featureNames.length + (grams.buckets[i] as number));
    numbers.push(grams.values[i] as number);
  }
  return { columns, values: numbers };
}

/** The weights of a model as one vector over the columns of `modelSize`. */
export function vectorOf(model: CorrectionWeights): Float64Array {
  const vector = new Float64Array(modelSize);
  vector[0] = model.intercept;
  featureNames.forEach((name, i) => (vector[1 + i] = weightOf(name, model)));
  vector.set(model.grams, 1 + featureNames.length);
  return vector;
}

/** A model from such a vector; threshold and provenance are taken over. */
export function modelOf(
  vector: Float64Array,
  base: Pick<CorrectionWeights, 'provenance' | 'threshold'>,
): CorrectionWeights {
  return {
    ...base,
    intercept: vector[0] as number,
    weights: Object.fromEntries(featureNames.map((name, i) => [name, vector[1 + i] as number])),
    grams: Float32Array.from(vector.subarray(1 + featureNames.length)),
  };
}

/** Hand-set weights alone, before any data. */
export const priorModel: CorrectionWeights = {
  provenance: 'set by hand',
  threshold: 0.2,
  intercept: priorIntercept,
  weights: priorWeights,
  grams: new Float32Array(gramBuckets),
};
