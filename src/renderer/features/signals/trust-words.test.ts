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
    expect(trustSummary([])).toBe('not measured');
  });

  it('says how far several are apart', () => {
    const small = measured({ dataSet: 'Set B', positives: 3, count: 9000, precision: 0.1 });
    expect(trustSummary([small, measured({})])).toBe(
      'precision .10 to .71, recall .20 (2 data sets, n 10,200)',
    );
  });

  it('says of one set which it is', () => {
    expect(trustSummary([measured({})])).toBe('precision .71, recall .20 (Set A, n 1,200)');
  });

  it('says the area under the curve where there is no threshold', () => {
    expect(trustSummary([measured({ precision: null, recall: null, f1: null, auc: 0.8 })])).toBe(
      'AUC .80 (Set A, n 1,200)',
    );
  });
});
