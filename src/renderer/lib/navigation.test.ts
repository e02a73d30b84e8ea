import { describe, expect, it } from 'vitest';
import { formatHash, parseHash, type Route } from './navigation';

const routes: Route[] = [
  { screen: 'home' },
  { screen: 'import' },
  { screen: 'overview' },
  { screen: 'signals' },
  { screen: 'signals', signal: 'retry-loop' },
  { screen: 'sessions' },
  {
    screen: 'sessions',
    filter: { signals: ['rephrase-loop'], turnCount: [2, 9], text: '50% & "more" #1?' },
    sort: { key: 'findingCount', descending: true },
  },
  { screen: 'sessions', sort: { key: 'title', descending: false } },
  { screen: 'session', sessionId: 's/0481?#%', spanId: 'a b&c' },
  { screen: 'session', sessionId: 'plain' },
  { screen: 'corrections', clusterId: 'c1', failureModeId: 'none' },
  { screen: 'codebook', version: 3 },
  { screen: 'objectives', objectiveId: 'o-1', tab: 'edit' },
  { screen: 'regression', setId: 's 1', caseId: 'c/2', tab: 'gate' },
  { screen: 'sql' },
  { screen: 'sql', query: "SELECT '100%' AS a -- & more\n" },
];

describe('hash routes', () => {
  it.each(routes.map((route) => [formatHash(route), route] as const))('%s comes back', (hash, route) => {
    expect(parseHash(hash)).toEqual(route);
  });

  it.each([
    ['', 'home'],
    ['#/nowhere', 'home'],
    ['#/session/', 'sessions'],
    ['#/session/%E0%A4%A', 'sessions'],
    ['#/constructor', 'home'],
  ])('%s leads to %s', (hash, screen) => {
    expect(parseHash(hash).screen).toBe(screen);
  });

  it('leaves out what cannot be used', () => {
    expect(parseHash('#/sessions?filter={"turnCount":"x"}&sort=-nothing')).toEqual({ screen: 'sessions' });
    expect(parseHash('#/sessions?filter={bad')).toEqual({ screen: 'sessions' });
    expect(parseHash('#/codebook?version=two')).toEqual({ screen: 'codebook' });
  });
});
