import { describe, expect, it } from 'vitest';
import { probability } from './correction-model';
import { correctionWeights } from './correction-weights';
import { adaptWeights } from './learn-corrections';
import { readTurn, type TurnFeatures } from './turn-features';

function read(text: string): TurnFeatures {
  return readTurn({
    text,
    turnNo: 3,
    previousUserText: 'paint the fence',
    agentText: 'The fence is painted.',
    interruptedBefore: false,
    toolRejectedBefore: false,
    toolErrorBefore: false,
  });
}

const colours = ['blue', 'red', 'green', 'grey', 'pink', 'gold'];
const judged = (text: (colour: string) => string, isCorrection: boolean) =>
  colours.map((colour) => ({ features: read(text(colour)), isCorrection }));
const things = ['gate', 'roof', 'wall', 'door', 'shed', 'path', 'lamp', 'bench', 'pond', 'hedge'];
const others = things.flatMap((thing) =>
  [
    'now do the',
    'what does it cost to paint the',
    'no, not the',
    'please also look at the',
    'you forgot the',
  ].map((opening) => read(`${opening} ${thing}`)),
);

describe('adaptWeights', () => {
  it('moves what is worded like the confirmed up and like the rejected down, and nothing without verdicts', () => {
    const learnt = adaptWeights(
      correctionWeights,
      [
        ...judged((colour) => `rather boring, the ${colour} one`, true),
        ...judged((colour) => `splendid work, the ${colour} one`, false),
      ],
      others,
    );
    const [boring, splendid] = [read('rather boring, all of it'), read('splendid work, all of it')];
    const ratio = (model = correctionWeights) => probability(boring, model) / probability(splendid, model);
    expect(probability(boring, learnt)).toBeGreaterThan(probability(boring, correctionWeights));
    expect(ratio(learnt)).toBeGreaterThan(2 * ratio());
    expect(adaptWeights(correctionWeights, [], others)).toBe(correctionWeights);
  });

  it('leaves turns unlike the judged about where they were, however one-sided the verdicts', () => {
    const likely = (model = correctionWeights) =>
      others.filter((one) => probability(one, model) >= correctionWeights.threshold).length;
    expect(likely()).toBeGreaterThan(5);
    for (const isCorrection of [true, false]) {
      const learnt = adaptWeights(
        correctionWeights,
        [1, 2, 3, 4, 5].flatMap(() =>
          judged((colour) => `that is the wrong ${colour}, I said so`, isCorrection),
        ),
        others,
      );
      const moved = others.map((one) =>
        Math.abs(probability(one, learnt) - probability(one, correctionWeights)),
      );
      expect(Math.max(...moved)).toBeLessThan(0.15);
      expect(Math.abs(likely(learnt) - likely())).toBeLessThanOrEqual(likely() / 10);
    }
  });

  it('does not move at all where the verdicts say what was expected of the anchors', () => {
    const learnt = adaptWeights(
      correctionWeights,
      judged((colour) => `the ${colour} one`, false),
      others,
    );
    const drift = others.map((one) => probability(one, learnt) - probability(one, correctionWeights));
    expect(Math.max(...drift.map(Math.abs))).toBeLessThan(0.02);
  });
});
