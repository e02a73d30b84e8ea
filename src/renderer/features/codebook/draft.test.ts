import { describe, expect, test } from 'vitest';
import type { Codebook, FailureMode } from '../../../shared/model/codebook';
import {
  changedIds,
  draftOf,
  inOrder,
  obstacle,
  possibleParents,
  rebased,
  withMode,
  withNewMode,
  withoutNewMode,
  withStarter,
} from './draft';

function mode(id: string, change: Partial<FailureMode> = {}): FailureMode {
  return {
    id,
    name: id.toUpperCase(),
    definition: '',
    include: '',
    exclude: '',
    severity: 2,
    pillar: null,
    parentId: null,
    color: null,
    examples: [],
    source: '',
    isRetired: false,
    ...change,
  };
}

function book(version: number, failureModes: FailureMode[]): Codebook {
  return { version, at: '2026-01-01T00:00:00Z', author: 'somebody', note: '', failureModes };
}

describe('a draft', () => {
  const draft = draftOf(book(1, [mode('a'), mode('b')]));

  test('knows what it changes, and no longer when that is taken back', () => {
    expect(changedIds(draft)).toEqual([]);
    const changed = withMode(draft, 'b', { severity: 4 });
    expect(changedIds(changed)).toEqual(['b']);
    expect(changedIds(withMode(changed, 'b', { severity: 2 }))).toEqual([]);
  });

  test('gives new failure modes ids of their own', () => {
    const first = withNewMode(draft, 'Lost  Context!');
    expect(first.id).toBe('lost-context');
    expect(withNewMode(first.draft, 'Lost context').id).toBe('lost-context-2');
    expect(withNewMode(draft, '忘れた').id).toBe('mode');
    expect(changedIds(withoutNewMode(first.draft, first.id))).toEqual([]);
    expect(withoutNewMode(draft, 'a').modes).toHaveLength(2);
  });

  test('takes from a starter only what is not there', () => {
    const taken = withStarter(draft, [mode('a', { name: 'Other' }), mode('c')]);
    expect(taken.modes.map((one) => one.name)).toEqual(['A', 'B', 'C']);
  });

  test('says what stands in the way of saving it', () => {
    expect(obstacle(draft)).toBeNull();
    expect(obstacle(withMode(draft, 'a', { name: ' b' }))).toMatch(/Two failure modes/u);
    expect(obstacle(withMode(draft, 'a', { name: 'B', isRetired: true }))).toBeNull();
    expect(obstacle(withMode(draft, 'a', { name: ' ' }))).toMatch(/no name/u);
  });

  test('is laid over a newer version, with what both changed named', () => {
    const mine = withNewMode(withMode(draft, 'a', { severity: 4 }), 'Mine').draft;
    const newer = book(2, [mode('a', { definition: 'theirs' }), mode('b', { severity: 1 }), mode('theirs')]);
    const { draft: next, contested } = rebased(mine, newer);
    expect(contested).toEqual(['A']);
    expect(next.base.version).toBe(2);
    expect(next.modes.map((one) => one.id)).toEqual(['a', 'b', 'theirs', 'mine']);
    expect(next.modes.find((one) => one.id === 'a')).toMatchObject({ severity: 4, definition: '' });
    expect(next.modes.find((one) => one.id === 'b')).toMatchObject({ severity: 1 });
  });
});

describe('the list', () => {
  test('puts each below the one it belongs to, the retired last', () => {
    const modes = [mode('x', { isRetired: true }), mode('child', { parentId: 'top' }), mode('top')];
    expect(inOrder(modes).map(({ mode: one, depth }) => [one.id, depth])).toEqual([
      ['top', 0],
      ['child', 1],
      ['x', 0],
    ]);
  });

  test('lists everything once, circles too', () => {
    const circle = [mode('a', { parentId: 'b' }), mode('b', { parentId: 'a' })];
    expect(inOrder(circle).map(({ mode: one }) => one.id)).toEqual(['a', 'b']);
  });

  test('offers no parent that is below', () => {
    const modes = [mode('a'), mode('b', { parentId: 'a' }), mode('c', { parentId: 'b' }), mode('d')];
    expect(possibleParents(modes, 'a').map((one) => one.id)).toEqual(['d']);
  });
});
