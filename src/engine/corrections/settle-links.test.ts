import { expect, test } from 'vitest';
import { settleLinks, type SaidLink } from './settle-links';

const must = (...correctionIds: string[]): SaidLink => ({ correctionIds, link: 'must' });
const cannot = (...correctionIds: string[]): SaidLink => ({ correctionIds, link: 'cannot' });

test('what does not contradict all holds', () => {
  const said = [must('a', 'b'), cannot('b', 'c'), must('c', 'd'), cannot('a', 'd')];
  expect(settleLinks(said)).toEqual({ kept: said, contradicted: [] });
});

test('of the same pair the later statement holds', () => {
  expect(settleLinks([must('a', 'b'), cannot('b', 'a')])).toEqual({
    kept: [cannot('b', 'a')],
    contradicted: [must('a', 'b')],
  });
  expect(settleLinks([cannot('a', 'b'), must('a', 'b')]).contradicted).toEqual([cannot('a', 'b')]);
});

test('a chain contradicts as well, and its oldest link gives way', () => {
  const chain = [must('a', 'b'), must('b', 'c'), cannot('a', 'c')];
  expect(settleLinks(chain)).toEqual({
    kept: [must('b', 'c'), cannot('a', 'c')],
    contradicted: [must('a', 'b')],
  });
  expect(
    settleLinks([cannot('a', 'd'), must('a', 'b'), must('c', 'd'), must('b', 'c')]).contradicted,
  ).toEqual([cannot('a', 'd')]);
});

test('a set of several is held against each pair of another', () => {
  expect(settleLinks([cannot('a', 'b', 'c'), must('x', 'c', 'a')]).contradicted).toEqual([
    cannot('a', 'b', 'c'),
  ]);
  expect(settleLinks([must('a', 'b', 'c'), cannot('c', 'x', 'b')]).contradicted).toEqual([
    must('a', 'b', 'c'),
  ]);
  expect(settleLinks([cannot('a', 'x'), must('a', 'b', 'c')]).contradicted).toEqual([]);
});
