import { expect, test } from 'vitest';
import { namesApart } from './names-apart';

test('a name that is the only one stands alone', () => {
  expect(namesApart(['/x/a.jsonl', '/x/b.jsonl'])).toEqual(['a.jsonl', 'b.jsonl']);
});

test('files of one name have as many folders before it as tell them apart', () => {
  expect(namesApart(['/x/mon/a.jsonl', '/x/tue/a.jsonl', '/y/tue/a.jsonl', 'b.jsonl'])).toEqual([
    'mon/a.jsonl',
    'x/tue/a.jsonl',
    'y/tue/a.jsonl',
    'b.jsonl',
  ]);
});

test('a path that ends as another does is told by what it has', () => {
  expect(namesApart(['a.jsonl', 'x/a.jsonl'])).toEqual(['a.jsonl', 'x/a.jsonl']);
});

test('the same path twice is one file', () => {
  expect(namesApart(['/x/a.jsonl', '/x/a.jsonl', 'C:\\traces\\a.jsonl'])).toEqual([
    'x/a.jsonl',
    'x/a.jsonl',
    'traces/a.jsonl',
  ]);
});
