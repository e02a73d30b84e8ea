import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer';
import { learnModes, sortingFeatures } from './sort-further';
import { nearestRows } from './useful-order';

const places = ['Oslo', 'Lima', 'Accra', 'Turin', 'Quito', 'Perth', 'Minsk', 'Davao'];
const texts = [
  ...places.map((place) => `you booked the wrong hotel in ${place}`),
  ...places.map((place) => `the report about ${place} is far too long, shorten it`),
  ...places.map((place) => `undo the change to the ${place} file and restore it`),
];
const truth = texts.map((_, i) => ['hotel', 'length', 'undo'][Math.floor(i / places.length)] ?? '');

async function learn(sorted: readonly number[], out: readonly number[] = []) {
  const pacer = new Pacer();
  const matrix = sortingFeatures(texts);
  const near = await nearestRows(matrix, pacer);
  const modes = texts.map((_, i) => (sorted.includes(i) ? [truth[i] ?? ''] : []));
  return learnModes(
    { matrix, near },
    modes,
    texts.map((_, i) => out.includes(i)),
    pacer,
  );
}

describe('learning to sort', () => {
  it('proposes nothing before anything is sorted, and an order all the same', async () => {
    const { modeIds, order } = await learn([]);
    expect(new Set(modeIds)).toEqual(new Set([null]));
    expect(new Set(order)).toEqual(new Set(texts.keys()));
    // The first three stand for different things: coverage before repetition.
    expect(new Set(order.slice(0, 3).map((row) => truth[row])).size).toBe(3);
  });

  it('proposes from one example each', async () => {
    const { modeIds, probabilities } = await learn([0, 8, 16]);
    expect(modeIds).toEqual(truth);
    expect(Math.min(...probabilities)).toBeGreaterThan(0.5);
  });

  it('leaves what is sorted or set aside out of the order, and gives the same twice', async () => {
    const first = await learn([0, 8], [16, 17]);
    expect(first.order).toHaveLength(texts.length - 4);
    for (const row of [0, 8, 16, 17]) expect(first.order).not.toContain(row);
    expect(await learn([0, 8], [16, 17])).toEqual(first);
  });
});
