import { describe, expect, it } from 'vitest';
import { formatHash, parseHash } from './navigation';
import { compactFilter, DEFAULT_SORT, sessionsRoute } from './session-query';

describe('session query', () => {
  it('drops what restricts nothing', () => {
    expect(compactFilter({ text: '', models: [], signals: ['retry-loop'], turnCount: [1, 3] })).toEqual({
      signals: ['retry-loop'],
      turnCount: [1, 3],
    });
  });

  it('says nothing of the usual list in the address', () => {
    expect(formatHash(sessionsRoute({ filter: { models: [] }, sort: DEFAULT_SORT }))).toBe('#/sessions');
  });

  it('comes back from the address as it went in', () => {
    const route = sessionsRoute({
      filter: { features: ['a & b=c?#', 'ü'], startMs: [1, 2] },
      sort: { key: 'findingCount', descending: true },
    });
    expect(parseHash(formatHash(route))).toEqual(route);
  });
});
