import { expect, test } from 'vitest';
import type { Goal } from '../../../../shared/model/goal';
import { standingAt } from './standing';

const place = (turnNo: number) => ({ spanId: `s${String(turnNo)}`, turnNo, position: turnNo * 10 });
const goal: Goal = {
  ...place(2),
  goalId: 's2:0',
  kind: 'requirement',
  words: 'Answer in German.',
  start: 0,
  end: 17,
  checked: 'answers in German',
  served: [place(3), place(6)],
  breaches: [{ ...place(5), how: 'the answer is in English', turns: 3, tokens: 90, isReminder: false }],
  lifted: place(8),
};

test.each([
  [1, 'later', null, 0],
  [2, 'open', null, 0],
  [3, 'served', 3, 0],
  [5, 'broken', 3, 1],
  [7, 'served', 6, 1],
  [8, 'lifted', 6, 1],
  [null, 'lifted', 6, 1],
])('at turn %s it is %s', (turnNo, state, served, breaches) => {
  const standing = standingAt(goal, turnNo);
  expect(standing.state).toBe(state);
  expect(standing.served?.turnNo ?? null).toBe(served);
  expect(standing.breaches.length).toBe(breaches);
});
