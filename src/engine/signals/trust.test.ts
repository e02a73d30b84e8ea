import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectors } from './registry';
import { measured, readingOf } from './trust';

/** As the tables write it: three decimals without the leading zero. */
function written(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}

describe('what was measured of the detectors', () => {
  const report = readFileSync(new URL('../../../docs/evaluation.md', import.meta.url), 'utf8').split('\n');

  it.each(measured.map((one) => [`${one.signal} on ${one.dataSet}, ${one.unit}`, one] as const))(
    'is in the report: %s',
    (_name, one) => {
      expect(detectors.has(one.signal)).toBe(true);
      const cells = [
        one.signal,
        `${String(one.count)} (${String(one.positives)})`,
        written(one.precision ?? Number.NaN),
        written(one.recall ?? Number.NaN),
        `${written(one.f1 ?? Number.NaN)} (${written(one.low ?? Number.NaN)}–${written(one.high ?? Number.NaN)})`,
      ].join(' | ');
      expect(report.filter((line) => line.includes(`| ${cells} |`))).toHaveLength(1);
    },
  );

  it('has what was read in the report, and calls a hint what was wrong too often', () => {
    for (const id of detectors.keys()) {
      const reading = readingOf(id);
      if (reading === null) continue;
      const rows = report.filter((line) => line.startsWith(`| ${id} |`) && /\| \d+ of \d+ \|/.test(line));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toContain(`${String(reading.right)} of ${String(reading.read)}`);
      if (reading.right / reading.read < 0.6) expect(detectors.get(id)?.isHint).toBe(true);
    }
  });

  it('has no signal switched on with a precision under .6 that is not called a hint', () => {
    for (const one of measured)
      if (one.precision !== null && one.precision < 0.6) expect(detectors.get(one.signal)?.isHint).toBe(true);
  });
});
