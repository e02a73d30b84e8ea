import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../shared/model/check';
import { CHECK_KINDS, checkObstacle, checkSentence, newCheck } from './check-words';

describe('checks in words', () => {
  it('offers every kind that the engine knows', () => {
    const known = checkSchema.options.map((option) => option.shape.kind.value);
    expect(CHECK_KINDS.map(({ kind }) => kind).toSorted()).toEqual(known.toSorted());
  });

  it.each(CHECK_KINDS.map(({ kind }) => kind))(
    'a new %s lacks something exactly when it cannot be saved',
    (kind) => {
      const check = newCheck(kind);
      if (checkObstacle(check) === null) expect(checkSchema.safeParse(check).success).toBe(true);
      expect(checkSentence(check)).not.toBe('');
    },
  );

  it('says bounds, arguments and severities', () => {
    const tool = newCheck('tool');
    expect(
      checkSentence({ ...tool, kind: 'tool', tool: 'pay', least: 0, most: 0, status: 'any', arguments: [] }),
    ).toBe('pay is never called');
    expect(
      checkSentence({
        kind: 'tool',
        tool: 'pay',
        least: 1,
        most: 2,
        status: 'ok',
        arguments: [{ path: 'sum', operator: 'at-most', value: '40' }],
      }),
    ).toBe('pay is called between 1 and 2 times without an error, where sum is at most “40”');
    expect(checkSentence({ kind: 'finding', signal: 'retry-loop', isPresent: false, severity: 3 })).toBe(
      'there is no finding of retry-loop of severity 3 or more',
    );
    expect(checkSentence({ kind: 'number', of: 'costUsd', least: null, most: 0.5 })).toBe(
      'cost in US dollars: at most 0.5',
    );
  });

  it('says what is contradictory', () => {
    expect(
      checkObstacle({ kind: 'tool', tool: 'pay', least: 3, most: 1, status: 'any', arguments: [] }),
    ).toBe('At most is less than at least.');
  });
});
