import { expect, test } from 'vitest';
import { frameRows } from './json-frame';

const rows = [
  { name: 'a', tokens: 3 },
  { name: 'b', tokens: null },
];

test.each<[string, unknown]>([
  ['columns', { name: { 0: 'a', 1: 'b' }, tokens: { 0: 3, 1: null } }],
  ['span ids as the index', { name: { '00000000000000a1': 'a', '00000000000000a2': 'b' }, tokens: { '00000000000000a1': 3, '00000000000000a2': null } }],
  ['index', { 0: rows[0], 1: rows[1] }],
  ['split', { columns: ['name', 'tokens'], index: [0, 1], data: [['a', 3], ['b', null]] }],
  ['a table of Weights & Biases', { columns: ['name', 'tokens'], data: [['a', 3], ['b', null]], ncols: 2, nrows: 2 }],
  ['table', { schema: { fields: [{ name: 'name' }], pandas_version: '1.4.0' }, data: rows }],
])('a frame written by %s', (_, value) => {
  expect(frameRows(value)).toEqual(rows);
}); // prettier-ignore

test.each<[string, unknown]>([
  ['a list', rows],
  ['columns of other indexes', { name: { 0: 'a', 1: 'b' }, tokens: { 0: 3 } }],
  ['objects of named fields', { info: { id: 1 }, data: { id: 2 } }],
  ['one object of numbers', { counts: { 0: 3 } }],
  ['a page of an API', { data: [{ id: 'x' }], meta: {} }],
  ['rows of other lengths than their names', { columns: ['a', 'b'], data: [[1, 2], [3]] }],
  ['rows without names', { columns: [], index: [], data: [] }],
])('%s is none', (_, value) => {
  expect(frameRows(value)).toBeNull();
});
