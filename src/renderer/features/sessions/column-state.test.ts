import { describe, expect, it } from 'vitest';
import { DEFAULT_SORT } from '../../lib/session-query';
import {
  columnIds,
  DEFAULT_COLUMNS,
  formatView,
  isSameView,
  parseColumns,
  parseView,
  toggleColumn,
  toVisibility,
} from './column-state';

describe('columns', () => {
  it.each([null, '', 'nonsense', '[]', '{"shown":3}', '{"widths":{"title":10}}'])(
    'takes %j for nothing stored',
    (text) => expect(parseColumns(text)).toEqual(DEFAULT_COLUMNS),
  );

  it('leaves out what it does not know and always shows the title', () => {
    const text =
      '{"shown":["model","gone","strip"],"widths":{"model":120.4,"gone":50,"strip":1,"title":99999}}';
    expect(parseColumns(text)).toEqual({ shown: ['title', 'strip', 'model'], widths: { model: 120 } });
  });

  it('does not take widths from a prototype', () => {
    expect(parseColumns('{"shown":[],"__proto__":{"widths":{"title":200}}}').widths).toEqual({});
  });

  it('puts a column into its place and takes it out again', () => {
    const state = { shown: ['title', 'model'] as const, widths: {} };
    const more = toggleColumn(state, 'strip');
    expect(more.shown).toEqual(['title', 'strip', 'model']);
    expect(toggleColumn(more, 'model').shown).toEqual(['title', 'strip']);
    expect(toggleColumn(more, 'title').shown).toEqual(more.shown);
  });

  it('says of every column whether it is shown', () => {
    const visibility = toVisibility(['title', 'model']);
    expect(Object.keys(visibility)).toEqual([...columnIds]);
    expect(columnIds.filter((id) => visibility[id])).toEqual(['title', 'model']);
  });
});

describe('saved views', () => {
  const view = {
    filter: { signals: ['retry-loop'], turnCount: [2, 9] as [number, number] },
    sort: { key: 'findingCount' as const, descending: true },
    columns: { shown: ['title', 'model'] as const, widths: { model: 90 } },
  };

  it('come back as they were saved', () => expect(parseView(formatView(view))).toEqual(view));

  it('are nothing where the text is nothing', () => {
    expect(parseView('')).toBeNull();
    expect(parseView('7')).toBeNull();
  });

  it('keep what makes sense', () => {
    expect(
      parseView('{"filter":{"signals":7},"sort":{"key":"rm -rf"},"columns":{"shown":["model"]}}'),
    ).toEqual({
      filter: {},
      sort: DEFAULT_SORT,
      columns: { shown: ['title', 'model'], widths: {} },
    });
  });

  it('are the same whatever the widths and the order of the filter', () => {
    const other = {
      ...view,
      filter: { turnCount: [2, 9] as [number, number], signals: ['retry-loop'], text: '' },
      columns: { shown: ['title', 'model'] as const, widths: {} },
    };
    expect(isSameView(view, other)).toBe(true);
    expect(isSameView(view, { ...other, sort: DEFAULT_SORT })).toBe(false);
    expect(isSameView(view, { ...other, columns: DEFAULT_COLUMNS })).toBe(false);
  });
});
