import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placeMeasured, scoreAhead, scoreCalibration, scoreMeasured } from './session-score-trust.data';

/** As the tables write it: three decimals without the leading zero. */
const written = (value: number): string => value.toFixed(3).replace(/^(-?)0\./, '$1.');

/** Cells of the table rows of the report, without padding. */
const rows = readFileSync(new URL('../../../docs/evaluation.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('*', '')),
  );
const rowsOf = (...cells: readonly string[]): string[][] =>
  rows.filter((row) => cells.every((cell) => row.includes(cell)));

describe('the figures the screens show of the session score', () => {
  it.each(scoreMeasured.map((one) => [one.set, one] as const))('are in the report: %s', (set, one) => {
    for (const [order, { auc, low, high, top10, top20 }] of [
      ['session score', one.score],
      ['length', one.length],
    ] as const) {
      const area = `${written(auc)} (${written(low)}–${written(high)})`;
      const found = rowsOf(set, order, String(one.sessions), String(one.failed), area);
      expect(found).toHaveLength(1);
      expect(found[0]).toEqual(expect.arrayContaining([written(top10), written(top20)]));
    }
  });

  it.each(placeMeasured.map((one) => [`${one.set}, ${one.method}`, one] as const))(
    'are in the report: place of a failure in %s',
    (_name, one) => {
      const found = `${written(one.step)} (${written(one.low)}–${written(one.high)})`;
      expect(rowsOf(one.set, one.method, String(one.failures), found, written(one.three))).toHaveLength(1);
    },
  );

  it('hold every labelled session of the report half once in the calibration', () => {
    for (const { from, to, sessions, failed } of scoreCalibration)
      expect(rowsOf(`${written(from)} to ${written(to)}`, String(sessions), String(failed))).toHaveLength(1);
    const counted = scoreMeasured.reduce((sum, one) => sum + one.sessions, 0);
    const binned = scoreCalibration.reduce((sum, one) => sum + one.sessions, 0);
    expect(binned).toBeGreaterThanOrEqual(counted);
  });

  it('say that the score is ahead of order by length', () => {
    expect(scoreAhead.score).toBeGreaterThan(scoreAhead.length);
    for (const one of scoreMeasured) expect(one.score.auc).toBeGreaterThan(one.length.auc);
  });
});
