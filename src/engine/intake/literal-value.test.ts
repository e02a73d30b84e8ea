import { expect, test } from 'vitest';
import { LITERAL_START, literalValue } from './literal-value';

test.each<[string, string, unknown]>([
  ['a dict of Python', `{'role': 'user', 'content': "it's", 'ok': True, 'no': None, 'n': -1.5e3}`, { role: 'user', content: "it's", ok: true, no: null, n: -1500 }],
  ['escapes', String.raw`{'a': 'x\n\'y\' \u00e9 \x41'}`, { a: "x\n'y' é A" }],
  ['tuples and sets', `{'a': (1, 2), 'b': {'x', 'y'}, 'c': (3,)}`, { a: [1, 2], b: ['x', 'y'], c: [3] }],
  ['texts that pprint broke', `{'a': 'one '\n      'two',\n 'b': ('three '\n 'four')}`, { a: 'one two', b: 'three four' }],
  ['an object of a class', `Message(role='user', content='hi', at=datetime.datetime(2026, 3, 1, 10, 0, 5, 120, tzinfo=datetime.timezone.utc))`, { role: 'user', content: 'hi', at: '2026-03-01T10:00:05.000120Z' }],
  ['an enumeration and an id', `{'role': <Role.USER: 'user'>, 'id': UUID('0a1b')}`, { role: 'user', id: '0a1b' }],
  ['an ordered dict', `{'a': OrderedDict([('x', 1), ('y', 2)])}`, { a: { x: 1, y: 2 } }],
  ['an array of NumPy in a dict', `{'calls': array([{'id': 'c1'}], dtype=object), 'n': np.float64(0.5)}`, { calls: [{ id: 'c1' }], n: 0.5 }],
  ['an object of JavaScript', `{\n  role: 'user',\n  'content-type': "a",\n  at: 2026-03-01T10:00:00.000Z,\n  gone: undefined\n}`, { role: 'user', 'content-type': 'a', at: '2026-03-01T10:00:00.000Z', gone: null }],
  ['a class and a map of JavaScript', `Span { name: 'x', tags: Map(1) { 'k' => 1 }, ids: Set(2) { 1, 2 } }`, { name: 'x', tags: { k: 1 }, ids: [1, 2] }],
  ['large integers', `{'ns': 1790000000000000001}`, { ns: '1790000000000000001' }],
])('%s', (_, text, value) => {
  expect(LITERAL_START.test(text)).toBe(true);
  expect(literalValue(text, 256)).toEqual({ value, cut: null });
}); // prettier-ignore

test.each<[string, string, unknown, string]>([
  ['an object too deep for it', `{ a: { b: [Object] } }`, { a: { b: null } }, '[Object]'],
  ['the rest of a list', `{ a: [ 1, 2, ... 98 more items ] }`, { a: [1, 2] }, '... 98 more items'],
  ['the rest of a text', `{ a: 'abc'... 20 more characters }`, { a: 'abc' }, '... 20 more characters'],
  ['an object without a repr', `{'a': <Thing object at 0x7f>}`, { a: null }, '<Thing object at 0x7f>'],
])('what the program left out is told: %s', (_, text, value, cut) => {
  expect(literalValue(text, 256)).toEqual({ value, cut });
});

test.each([`{'a': 'b'`, `{'a' 'b': }`, `{'a': 'b'} and more`, `{a b}`, '['.repeat(300)])(
  '%s is none',
  (text) => {
    expect(literalValue(text, 256)).toBeNull();
  },
);
