import { describe, expect, it } from 'vitest';
import type { Trust } from '../../../shared/model/signal';
import { trustSummary } from './trust-words';

const measured = (change: Partial<Trust>): Trust => ({
  dataSet: 'Set A',
  unit: 'user turn',
  count: 1200,
  positives: 40,
  precision: 0.714,
  recall: 0.2,
  f1: 0.31,
  auc: null,
  low: null,
  high: null,
  baseline: 'always',
  baselineF1: null,
  baselineAuc: null,
  ...change,
});

describe('what was measured, in a line', () => {
  it('says that nothing was', () => {
    expect(trustSummary([], null)).toBe('not measured');
  });

  it('says how many were right where findings were only read', () => {
    const reading = { right: 8, read: 24, low: 0.18, high: 0.53, fails: '' };
    expect(trustSummary([], reading)).toBe('8 of 24 right when read [.18, .53]');
    expect(trustSummary([measured({})], reading)).toBe('precision .71, recall .20 (Set A, n 1,200)');
  });

  it('says how far several are apart', () => {
    const small = measured({ dataSet: 'Set B', positives: 3, count: 9000, precision: 0.1 });
    expect(trustSummary([small, measured({})], null)).toBe(
      'precision .10 to .71, recall .20 (2 data sets, n 10,200)',
    );
  });

  it('says of one set which it is', () => {
    expect(trustSummary([measured({})], null)).toBe('precision .71, recall .20 (Set A, n 1,200)');
  });

  it('says the area under the curve where there is no threshold', () => {
    expect(trustSummary([measured({ precision: null, recall: null, f1: null, auc: 0.8 })], null)).toBe(
      'AUC .80 (Set A, n 1,200)',
    );
  });
});
