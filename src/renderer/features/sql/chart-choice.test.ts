import { describe, expect, it } from 'vitest';
import { axisTitle, chooseChart, figureOf, kindsFor, pointsOf } from './chart-choice';

const columns = (...types: [string, string][]) => types.map(([name, type]) => ({ name, type }));

describe('the chart of a result', () => {
  it('is a line over time, bars by words, a scatter of figures', () => {
    expect(chooseChart(columns(['day', 'TIMESTAMP'], ['n', 'BIGINT']))).toEqual({ kind: 'line', x: 0, y: 1 });
    expect(chooseChart(columns(['tool', 'VARCHAR'], ['calls', 'BIGINT'], ['errors', 'BIGINT']))).toEqual({
      kind: 'bar',
      x: 0,
      y: 1,
    });
    expect(
      chooseChart(columns(['turns', 'BIGINT'], ['errors', 'HUGEINT'], ['session_id', 'VARCHAR'])),
    ).toEqual({ kind: 'scatter', x: 0, y: 1 });
  });

  it('is none without figures, or with nothing to set them against', () => {
    expect(chooseChart(columns(['title', 'VARCHAR']))).toBeNull();
    expect(chooseChart(columns(['count_star()', 'BIGINT']))).toBeNull();
    expect(chooseChart(columns(['signals', 'VARCHAR[]'], ['n', 'BIGINT']))).toBeNull();
    expect(kindsFor({ name: 'signals', type: 'VARCHAR[]' })).toEqual([]);
  });

  it('draws ids only where there is nothing better', () => {
    expect(chooseChart(columns(['session_id', 'VARCHAR'], ['turn_no', 'INTEGER'], ['n', 'INTEGER']))).toEqual(
      {
        kind: 'bar',
        x: 0,
        y: 2,
      },
    );
  });
});

describe('points', () => {
  const shape = columns(['day', 'DATE'], ['n', 'HUGEINT']);

  it('of a line go by the axis, and say what they leave out', () => {
    const rows = [
      ['2026-01-03', '12345678901234567890'],
      ['2026-01-01', 4],
      [null, 3],
      ['2026-01-02', null],
    ];
    const { points, withoutFigure, beyond } = pointsOf(
      { columns: shape, rows },
      { kind: 'line', x: 0, y: 1 },
    );
    expect(points.map((point) => point.row)).toEqual([1, 0]);
    expect(points[0]).toEqual({ row: 1, x: Date.UTC(2026, 0, 1), y: 4 });
    expect([withoutFigure, beyond]).toEqual([2, 0]);
  });

  it('of bars are no more than can be told apart', () => {
    const rows = Array.from({ length: 70 }, (_, index) => [`d${index}`, index]);
    const { points, beyond } = pointsOf({ columns: shape, rows }, { kind: 'bar', x: 0, y: 1 });
    expect([points.length, beyond]).toEqual([60, 10]);
  });

  it('read times as UTC', () => {
    expect(figureOf('2026-01-02 03:04:05.25', 'time')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 250));
    expect(figureOf('2026-01-02 03:04:05+02', 'time')).toBe(Date.UTC(2026, 0, 2, 1, 4, 5));
    expect(figureOf('not a time', 'time')).toBeNull();
  });
});

describe('an axis', () => {
  it('says its unit where the column has one', () => {
    expect(axisTitle({ name: 'duration_ms', type: 'DOUBLE' })).toBe('duration_ms (milliseconds)');
    expect(axisTitle({ name: 'day', type: 'TIMESTAMP' })).toBe('day (UTC)');
    expect(axisTitle({ name: 'calls', type: 'BIGINT' })).toBe('calls');
  });
});
