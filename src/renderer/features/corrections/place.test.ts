import { describe, expect, test } from 'vitest';
import {
  clusterTitle,
  filterOf,
  likeOf,
  likePile,
  narrowingOf,
  NOT_NARROWED,
  placeOf,
  type Place,
} from './place';

const at = (cluster: string, failureModeId: string | null = null): Place => ({
  cluster,
  failureModeId,
  code: null,
  lassoed: null,
});

describe('what is on the table', () => {
  test('is the first cluster until something is chosen that there is', () => {
    expect(placeOf({ screen: 'corrections' }, ['c1', 'c2'], null)).toEqual(at('c1'));
    expect(placeOf({ screen: 'corrections' }, [], null).cluster).toBe('unsorted');
    expect(placeOf({ screen: 'corrections', clusterId: 'c2' }, ['c1', 'c2'], null).cluster).toBe('c2');
    expect(placeOf({ screen: 'corrections', clusterId: 'gone' }, ['c1'], null).cluster).toBe('c1');
    expect(placeOf({ screen: 'corrections', clusterId: 'rejected' }, ['c1'], null).cluster).toBe('rejected');
  });

  test('never mixes the rejected and the set aside with the rest', () => {
    expect(filterOf(at('c1'), '')).toEqual({
      states: ['proposed', 'confirmed'],
      isSetAside: false,
      clusterId: 'c1',
    });
    expect(filterOf(at('rejected'), '')).toEqual({ states: ['rejected'] });
    expect(filterOf(at('unsorted'), ' fee ')).toMatchObject({ failureModeId: 'none', text: 'fee' });
  });

  test('of a failure mode is taken from all clusters', () => {
    expect(filterOf(at('c1', 'm'), '')).not.toHaveProperty('clusterId');
  });

  test('is narrowed to kinds and acts in any pile', () => {
    expect(
      filterOf(at('rejected'), 'fee', {
        kinds: ['facts'],
        acts: ['rephrase', 'complaint'],
        groups: [{ by: 'source', value: 'a.jsonl' }],
      }),
    ).toEqual({
      states: ['rejected'],
      text: 'fee',
      kinds: ['facts'],
      acts: ['rephrase', 'complaint'],
      groups: [{ by: 'source', value: 'a.jsonl' }],
    });
  });

  test('may be a free code, in all clusters and failure modes', () => {
    expect(filterOf({ ...at('c1', 'm'), code: 'wrong file' }, '')).toEqual({
      states: ['proposed', 'confirmed'],
      isSetAside: false,
      code: 'wrong file',
    });
  });

  test('is what was lassoed, whatever the cluster', () => {
    expect(filterOf({ ...at('c1', 'm'), lassoed: ['a'] }, '')).toMatchObject({ correctionIds: ['a'] });
    expect(filterOf({ ...at('c1'), lassoed: ['a'] }, '')).not.toHaveProperty('clusterId');
  });

  test('may be what is worded alike', () => {
    expect(likeOf(likePile('a:b'))).toBe('a:b');
    expect(likeOf('c1')).toBeNull();
    expect(placeOf({ screen: 'corrections', clusterId: likePile('x') }, [], null).cluster).toBe('like:x');
  });
});

test('a cluster is called by its name, else by its words', () => {
  const cluster = { name: null, keywords: ['fee', 'limit', 'over', 'said', 'more'], isOutliers: false };
  expect(clusterTitle(cluster)).toBe('fee, limit, over, said');
  expect(clusterTitle({ ...cluster, name: 'Fees' })).toBe('Fees');
  expect(clusterTitle({ ...cluster, keywords: [], isOutliers: true })).toBe('Fits no cluster');
});

test('an address may narrow the cards to a group of sessions', () => {
  expect(narrowingOf({ screen: 'corrections' })).toEqual(NOT_NARROWED);
  expect(narrowingOf({ screen: 'corrections', groupBy: 'model', group: '' }).groups).toEqual([
    { by: 'model', value: '' },
  ]);
});
