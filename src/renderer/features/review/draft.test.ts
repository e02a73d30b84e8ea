import { describe, expect, test } from 'vitest';
import { choose, EMPTY_DRAFT, fieldName, fieldsOf, reviewOf, sayReview, type Offers } from './draft';

const offers: Offers = {
  modes: [
    { id: 'm1', name: 'Wrong date', severity: 3 },
    { id: 'm2', name: 'Refusal', severity: 2 },
  ],
  selectedSpanId: 'span-7',
  likelySpanId: null,
};

describe('the verdict by keys', () => {
  test('a whole review, field by field', () => {
    let draft = choose(EMPTY_DRAFT, 'intent', 2, offers);
    draft = choose(draft, 'missed', 4, offers);
    draft = choose(draft, 'missed', 2, offers);
    draft = choose(draft, 'quality', 1, offers);
    draft = choose(draft, 'modes', 1, offers);
    draft = choose(draft, { severityOf: 'm1' }, 4, offers);
    draft = choose(draft, 'first', 1, offers);
    expect(reviewOf(draft)).toEqual({
      intent: 'missed',
      quality: 'met',
      missed: ['goal', 'autonomy'],
      failureModes: [{ failureModeId: 'm1', severity: 4 }],
      firstSpanId: 'span-7',
      expected: '',
      note: '',
    });
    expect(fieldsOf(draft).map(fieldName)).toContain('severity-m1');
  });

  test('a mode comes with the severity of the codebook, and goes with the same key', () => {
    const draft = choose(EMPTY_DRAFT, 'modes', 2, offers);
    expect(draft.failureModes).toEqual([{ failureModeId: 'm2', severity: 2 }]);
    expect(choose(draft, 'modes', 2, offers).failureModes).toEqual([]);
  });

  test('values a field does not have change nothing', () => {
    for (const field of ['intent', 'quality', 'missed', 'modes', 'first', 'note'] as const)
      expect(choose(EMPTY_DRAFT, field, 9, offers)).toBe(EMPTY_DRAFT);
    expect(choose(EMPTY_DRAFT, 'first', 2, offers)).toBe(EMPTY_DRAFT);
    expect(choose(EMPTY_DRAFT, { severityOf: 'm1' }, 5, offers)).toBe(EMPTY_DRAFT);
  });

  test('nothing is sent before something was said of the intent; who met it missed nothing', () => {
    expect(reviewOf(EMPTY_DRAFT)).toBeNull();
    const missed = choose(choose(EMPTY_DRAFT, 'intent', 2, offers), 'missed', 1, offers);
    const met = choose(missed, 'intent', 1, offers);
    expect(reviewOf(met)?.missed).toEqual([]);
    expect(fieldsOf(met)).not.toContain('missed');
    const review = reviewOf(missed);
    expect(review && sayReview(review)).toBe('missed (immediate request)');
  });
});
