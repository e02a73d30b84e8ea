import { describe, expect, it } from 'vitest';
import type { SignalField } from '../../../shared/model/signal';
import { changedParameters, differs, fieldProblem } from './parameter-draft';

const field = (change: Partial<SignalField>): SignalField => ({
  name: 'turns',
  kind: 'integer',
  description: 'turns',
  minimum: 1,
  maximum: 20,
  choices: [],
  default: 3,
  ...change,
});
const words = field({ name: 'words', kind: 'list', default: ['refund'], minimum: null, maximum: null });

describe('parameters being edited', () => {
  it('says what is wrong with a number', () => {
    expect(fieldProblem(field({}), 4)).toBeNull();
    expect(fieldProblem(field({}), '')).toBe('A number is needed here.');
    expect(fieldProblem(field({}), 2.5)).toBe('A whole number is needed here.');
    expect(fieldProblem(field({}), 0)).toBe('No less than 1.');
    expect(fieldProblem(field({}), 21)).toBe('No more than 20.');
    expect(fieldProblem(field({ kind: 'number' }), 2.5)).toBeNull();
  });

  it('keeps only what differs from the detector’s own values', () => {
    expect(changedParameters([field({}), words], { turns: 3, words: ['refund'] })).toEqual({});
    expect(changedParameters([field({}), words], { turns: 5, words: ['refund', 'cancel'] })).toEqual({
      turns: 5,
      words: ['refund', 'cancel'],
    });
  });

  it('compares with what is in force, not with the default', () => {
    expect(differs([field({})], { turns: 5 }, { turns: 5 })).toBe(false);
    expect(differs([field({})], { turns: 3 }, { turns: 5 })).toBe(true);
    expect(differs([field({})], { turns: 3 }, {})).toBe(false);
  });
});
