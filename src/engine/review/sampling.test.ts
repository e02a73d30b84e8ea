import { describe, expect, test } from 'vitest';
import { priorityWeightsSchema, type Sampling } from '../../shared/model/review';
import { estimateShare } from './estimate';
import type { Candidate } from './priority';
import { allocate, drawItems } from './sampling';

const weights = priorityWeightsSchema.parse({});
const factors = { probability: 0, severity: 0, uncertainty: 0, novelty: 0, reach: 0 };
/** 400 sessions; the urgent quarter fails far more often than the rest. */
const candidates: (Candidate & { isCase: boolean })[] = Array.from({ length: 400 }, (_, i) => ({
  sessionId: `s${String(i).padStart(3, '0')}`,
  factors,
  priority: i < 100 ? 0.5 + (i % 10) / 20 : 0.05,
  stratum: i % 4 === 0 ? 'rare' : 'common',
  isCase: i < 100 ? i % 5 !== 0 : i % 10 === 0,
}));
const caseOf = new Map(candidates.map((one) => [one.sessionId, one.isCase]));
const truth = candidates.filter((one) => one.isCase).length / candidates.length;

/** Mean over many seeds of the plain and the corrected share. */
function meanShares(sampling: Sampling): { plain: number; corrected: number } {
  let plain = 0;
  let corrected = 0;
  const seeds = 300;
  for (let seed = 0; seed < seeds; seed++) {
    const items = drawItems(candidates, sampling, 60, seed);
    const estimate = estimateShare(
      items.map((item) => ({ inclusion: item.inclusion, isCase: caseOf.get(item.sessionId) ?? false })),
    );
    plain += (estimate.reviewed.share ?? 0) / seeds;
    corrected += (estimate.corrected?.share ?? 0) / seeds;
  }
  return { plain, corrected };
}

describe('drawing a queue', () => {
  test.each<Sampling>([
    { kind: 'priority', weights },
    { kind: 'random' },
    { kind: 'stratified', by: 'format', allocation: 'equal' },
    { kind: 'top', weights },
  ])('$kind: as many as asked for, each once, the same for the same seed', (sampling) => {
    const items = drawItems(candidates, sampling, 60, 3);
    expect(items).toHaveLength(60);
    expect(new Set(items.map((item) => item.sessionId)).size).toBe(60);
    expect(drawItems([...candidates].reverse(), sampling, 60, 3)).toEqual(items);
    expect(drawItems(candidates, sampling, 1000, 3)).toHaveLength(400);
  });

  test('by priority: urgent sessions come first and are drawn more often, and correcting for it finds the true share', () => {
    const { plain, corrected } = meanShares({ kind: 'priority', weights });
    expect(plain).toBeGreaterThan(truth + 0.2);
    expect(Math.abs(corrected - truth)).toBeLessThan(0.03);
    const items = drawItems(candidates, { kind: 'priority', weights }, 60, 1);
    expect(items.map((item) => item.priority)).toEqual(
      items.map((item) => item.priority).sort((a, b) => b - a),
    );
  });

  test('inclusion probabilities sum to the size of the sample, and are what happens', () => {
    const drawn = new Map<string, number>();
    const inclusion = new Map<string, number>();
    const seeds = 2000;
    for (let seed = 0; seed < seeds; seed++) {
      for (const item of drawItems(candidates, { kind: 'priority', weights }, 60, seed)) {
        drawn.set(item.sessionId, (drawn.get(item.sessionId) ?? 0) + 1);
        inclusion.set(item.sessionId, item.inclusion);
      }
    }
    expect([...inclusion.values()].reduce((sum, one) => sum + one, 0)).toBeCloseTo(60, 6);
    for (const [id, share] of inclusion)
      expect(Math.abs((drawn.get(id) ?? 0) / seeds - share)).toBeLessThan(0.06);
  });

  test('stratified with equal shares over-represents the rare group, and correcting for it finds the true share', () => {
    const { corrected } = meanShares({ kind: 'stratified', by: 'format', allocation: 'equal' });
    expect(Math.abs(corrected - truth)).toBeLessThan(0.03);
  });

  test('the most urgent alone say nothing of the rest', () => {
    const items = drawItems(candidates, { kind: 'top', weights }, 60, 1);
    const estimate = estimateShare(items.map((item) => ({ inclusion: item.inclusion, isCase: true })));
    expect(estimate.reviewed.share).toBe(1);
    expect(estimate.corrected).toBeNull();
  });
});

test('strata get whole places that add up', () => {
  expect(allocate([300, 100], 'proportional', 40)).toEqual([30, 10]);
  expect(allocate([300, 100], 'equal', 40)).toEqual([20, 20]);
  expect(allocate([5, 100], 'equal', 40)).toEqual([5, 35]);
  expect(allocate([1, 1, 98], 'proportional', 10)).toEqual([1, 1, 8]);
  expect(allocate([50, 50, 50], 'equal', 2).reduce((sum, n) => sum + n)).toBe(2);
});

test('a corrected share has a wider interval than a random sample of the same size', () => {
  const uneven = estimateShare(
    Array.from({ length: 100 }, (_, i) => ({ inclusion: i < 50 ? 1 : 0.05, isCase: i % 2 === 0 })),
  );
  expect(uneven.effectiveSize).toBeLessThan(60);
  const width = (share: { low: number | null; high: number | null } | null) =>
    (share?.high ?? 0) - (share?.low ?? 0);
  expect(width(uneven.corrected)).toBeGreaterThan(width(uneven.reviewed));
});
