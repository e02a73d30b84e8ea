import { describe, expect, test } from 'vitest';
import type { Act, Fact } from '../../shared/model/journal';
import type { ForeignFact, Queue, Review } from '../../shared/model/review';
import { Projection } from './projection';

const queue: Queue = {
  queueId: 'q1',
  name: 'First pass',
  filter: {},
  sampling: { kind: 'random' },
  seed: 1,
  frameSize: 10,
  codebookVersion: 1,
  objective: null,
  reviewers: ['Ada', 'Ben'],
  reviewsPerItem: 2,
  isBlind: true,
  items: [],
};
const review = (intent: Review['intent']): Review => ({
  intent,
  quality: null,
  missed: [],
  failureModes: [],
  firstSpanId: null,
  expected: '',
  note: '',
});
const completed = (
  reviewer: string,
  sessionId: string,
  intent: Review['intent'],
): Extract<Act, { type: 'review.completed' }> => ({
  type: 'review.completed',
  queueId: 'q1',
  sessionId,
  reviewer,
  review: review(intent),
  codebookVersion: 1,
  seconds: 30,
});
let count = 0;
const fact = (act: Act, at = '2026-05-01T00:00:00Z'): Fact => {
  count += 1;
  return { seq: count, factId: `f${String(count)}`, at, author: 'Ada', act, previous: '', hash: '' };
};
const merged = (...facts: ForeignFact[]): Act => ({ type: 'review.merged', facts, sourceName: 'ben.jsonl' });
const foreign = (factId: string, at: string, act: ForeignFact['act']): ForeignFact => ({
  factId,
  at,
  author: 'Ben',
  act,
});

describe('reviews of colleagues', () => {
  const files = [
    merged(foreign('b1', '2026-05-02T00:00:00Z', completed('Ben', 's1', 'missed'))),
    merged(
      foreign('b2', '2026-05-03T00:00:00Z', completed('Ben', 's1', 'met')),
      foreign('b3', '2026-05-03T00:01:00Z', completed('Ben', 's2', 'missed')),
    ),
    merged(foreign('c1', '2026-05-02T12:00:00Z', completed('Cleo', 's1', 'missed'))),
  ];
  const orders = [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [1, 2, 0],
  ];

  test.each(orders)('merge to the same in order %i %i %i: the later word of each reviewer', (...order) => {
    const state = Projection.replay([
      fact({ type: 'review.queued', queue }),
      fact(completed('Ada', 's1', 'met')),
      ...order.map((i) => fact(files[i] as Act)),
    ]);
    const said = [...state.reviews.values()]
      .map((one) => `${one.reviewer} ${one.sessionId} ${one.review?.intent ?? ''}`)
      .sort();
    expect(said).toEqual(['Ada s1 met', 'Ben s1 met', 'Ben s2 missed', 'Cleo s1 missed']);
  });

  test('are one act: a single undo takes a whole file back, and redo brings it again', () => {
    const state = new Projection();
    const taken = fact(files[1] as Act);
    for (const one of [fact({ type: 'review.queued', queue }), fact(completed('Ada', 's1', 'met')), taken])
      state.apply(one);
    state.apply(fact({ type: 'act.undone', factId: taken.factId }));
    expect([...state.reviews.values()].map((one) => one.reviewer)).toEqual(['Ada']);
    state.apply(fact({ type: 'act.redone', factId: taken.factId }));
    expect(state.reviews.size).toBe(3);
  });
});

test('an item given back is open again, and a settlement can be taken back', () => {
  const settled = (intent: Review['intent'] | null, at: string) =>
    fact(
      {
        type: 'review.settled',
        queueId: 'q1',
        sessionId: 's1',
        review: intent === null ? null : review(intent),
        codebookVersion: 1,
      },
      at,
    );
  const state = Projection.replay([
    fact({ type: 'review.queued', queue }),
    fact(completed('Ada', 's1', 'met')),
    fact({ type: 'review.returned', queueId: 'q1', sessionId: 's1', reviewer: 'Ada' }),
    settled('missed', '2026-05-04T00:00:00Z'),
  ]);
  expect([...state.reviews.values()][0]).toMatchObject({ state: 'open', review: null });
  expect(state.settlements).toHaveLength(1);
  state.apply(settled(null, '2026-05-05T00:00:00Z'));
  expect(state.settlements).toHaveLength(0);
});
