import { expect, it } from 'vitest';
import { proposeFields } from './field-rules';

const seen = (columns: Record<string, unknown[]>) =>
  Object.entries(columns).map(([path, values]) => ({ path, values }));

it('a party is who speaks where its words are those of two sides, and not where they are names of guests', () => {
  const party = (words: string[]): unknown =>
    proposeFields(seen({ party: words, words: words.map((_, i) => `Sentence ${String(i)}.`) }), words.length)
      .role;
  expect(party(['caller', 'helper', 'caller', 'helper'])).toBe('party');
  expect(party(['Green', 'Labour', 'Green', 'Liberal'])).toBeUndefined();
});

it('what stands below feedback is the rating, whatever its own name, where nothing is called one', () => {
  const columns = {
    'inputs.question': ['Is loom 1 free?', 'Is loom 2 free?'],
    'outputs.answer': ['Yes.', 'No.'],
    'feedback.note': ['seen by two people', 'seen by one'],
    'feedback.correctness': [1, 0],
  };
  expect(proposeFields(seen(columns), 2)).toMatchObject({
    input: 'inputs.question',
    output: 'outputs.answer',
    rating: 'feedback.correctness',
  });
  expect(proposeFields(seen({ ...columns, stars: [4, 5] }), 2).rating).toBe('stars');
});
