import { describe, expect, it } from 'vitest';
import { jsonPreview, jsonRows, PAGE, parseJson, type JsonView } from './json-rows';

const closed: JsonView = { toggled: new Map(), shown: new Map(), openDepth: 0 };
const open: JsonView = { ...closed, openDepth: 9 };

function parse(text: string): unknown {
  const parsed = parseJson(text);
  if (!parsed.isJson) throw new Error('not JSON');
  return parsed.value;
}

describe('json rows', () => {
  it('shows the root alone while all is closed', () => {
    expect(jsonRows(parse('{"a":{"b":1}}'), closed)).toMatchObject([
      { path: '', kind: 'object', count: 1, isOpen: false },
    ]);
  });

  it('walks in order, with paths that cannot collide', () => {
    const rows = jsonRows(parse('{"a/b":{"c":null},"a":[true,"x"],"~more":2}'), open);
    expect(rows.map((row) => [row.depth, row.path, row.kind, row.value])).toEqual([
      [0, '', 'object', ''],
      [1, '/a~1b', 'object', ''],
      [2, '/a~1b/c', 'null', 'null'],
      [1, '/a', 'array', ''],
      [2, '/a/0', 'boolean', 'true'],
      [2, '/a/1', 'string', 'x'],
      [1, '/~0more', 'number', '2'],
    ]);
  });

  it('opens what was opened by hand and closes what was closed', () => {
    const value = parse('{"a":{"b":1},"c":{"d":1}}');
    const view: JsonView = { ...closed, openDepth: 1, toggled: new Map([['/a', true]]) };
    expect(jsonRows(value, view).map((row) => row.path)).toEqual(['', '/a', '/a/b', '/c']);
    expect(jsonRows(value, { ...view, toggled: new Map([['', false]]) })).toHaveLength(1);
  });

  it('shows a page of a long list, and more on demand', () => {
    const value = parse(`[${Array.from({ length: 250 }, (_, index) => index).join()}]`);
    const rows = jsonRows(value, open);
    expect(rows).toHaveLength(1 + PAGE + 1);
    expect(rows.at(-1)).toMatchObject({ kind: 'more', count: 150, value: '' });
    expect(jsonRows(value, { ...open, shown: new Map([['', 2 * PAGE]]) })).toHaveLength(1 + 2 * PAGE + 1);
  });

  it('offers JSON inside a string, closed at first', () => {
    const value = parse('{"arguments":"{\\"date\\":\\"2026-03-13\\"}","note":"[no"}');
    expect(jsonRows(value, open)[1]).toMatchObject({
      kind: 'string',
      isEmbedded: true,
      isOpen: false,
      count: 1,
    });
    const rows = jsonRows(value, { ...open, toggled: new Map([['/arguments', true]]) });
    expect(rows[2]).toMatchObject({ path: '/arguments/date', value: '2026-03-13' });
    expect(rows.at(-1)).toMatchObject({ isEmbedded: false, value: '[no' });
  });

  it('is not moved by hostile keys and depth', () => {
    const rows = jsonRows(parse('{"__proto__":{"polluted":1},"constructor":1}'), open);
    expect(rows.map((row) => row.label)).toEqual([null, '__proto__', 'polluted', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const deep = parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(jsonRows(deep, { ...open, openDepth: 1e9 }).length).toBeLessThan(100);
    expect(jsonPreview(deep).length).toBeLessThan(70);
  });

  it('is no tree where there is nothing to open', () => {
    for (const text of ['', 'hello', '12', '"x"', '{broken', '[1,]'])
      expect(parseJson(text).isJson).toBe(false);
  });

  it('previews in a few words', () => {
    expect(jsonPreview({ date: '2026-03-13', seats: [1, 2] })).toBe('{date: "2026-03-13", seats: [1, 2]}');
    expect(jsonPreview({ text: 'x'.repeat(500) }, 20)).toHaveLength(21);
  });
});
