import { describe, expect, it } from 'vitest';
import { filterChips, timeRangeWords, toggleValue, turnRangeWords, withoutPart } from './filter-edits';

const asIs = (_facet: string, value: string) => value;
const midnight = (day: number) => new Date(2026, 2, day).getTime();

describe('filter edits', () => {
  it('adds a value and takes it out again', () => {
    const once = toggleValue({ models: ['a'] }, 'models', 'b');
    expect(once).toEqual({ models: ['a', 'b'] });
    expect(toggleValue(once, 'models', 'a')).toEqual({ models: ['b'] });
  });

  it('leaves no empty list behind', () => {
    expect(toggleValue({ text: 'x', signals: ['s'] }, 'signals', 's')).toEqual({ text: 'x' });
    expect(withoutPart({ text: 'x', turnCount: [1, 2] }, 'turnCount')).toEqual({ text: 'x' });
  });
});

describe('filter chips', () => {
  it('has one for every value, each taking back only itself', () => {
    const filter = {
      text: 'x',
      models: ['a', 'b'],
      flags: ['no-times' as const],
      correction: 'any' as const,
    };
    const chips = filterChips(filter, asIs);
    expect(chips.map((chip) => `${chip.title}: ${chip.value}`)).toEqual([
      'Corrections: any',
      'Model: a',
      'Model: b',
      'Odd in the record: no times',
    ]);
    expect(chips[1]?.without).toEqual({ ...filter, models: ['b'] });
    expect(chips[3]?.without).toEqual({ text: 'x', models: ['a', 'b'], correction: 'any' });
  });

  it('says nothing of an empty filter', () => expect(filterChips({}, asIs)).toEqual([]));

  it('calls values by their names', () => {
    const chips = filterChips({ signals: ['s1'] }, (facet, value) => `${facet}/${value}`);
    expect(chips[0]?.value).toBe('signals/s1');
  });
});

describe('ranges in words', () => {
  it('says whole days as days, the last one within', () => {
    expect(timeRangeWords([midnight(13), midnight(14)])).toBe('2026-03-13');
    expect(timeRangeWords([midnight(13), midnight(16)])).toBe('2026-03-13 to 2026-03-15');
  });

  it('says other times to the minute', () => {
    expect(timeRangeWords([midnight(13) + 60_000, midnight(14)])).toBe(
      '2026-03-13 00:01 to 2026-03-14 00:00',
    );
  });

  it('says one number as one number', () => {
    expect(turnRangeWords([3, 3])).toBe('3');
    expect(turnRangeWords([3, 1200])).toBe('3 to 1,200');
  });
});
