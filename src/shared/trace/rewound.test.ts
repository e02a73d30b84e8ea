import { describe, expect, it } from 'vitest';
import { rewoundIds, type TreeNode } from './rewound';

/** `child<parent`, capitals carry the conversation on, `#key` joins lines of one message. */
function tree(text: string, scope = 's'): TreeNode[] {
  return text.split(' ').map((entry) => {
    const [, id = '', parentId = null, messageKey] = /^(\w+)(?:<(\w+))?(?:#(\w+))?$/.exec(entry) ?? [];
    return {
      id,
      parentId: parentId ?? null,
      scope,
      carries: /[A-Z]/.test(id),
      ...(messageKey === undefined ? {} : { messageKey }),
    };
  });
}
const left = (text: string): string => [...rewoundIds(tree(text))].join(' ');

describe('branches that were left', () => {
  it.each([
    ['a straight line', 'A B<A C<B', ''],
    ['an edit', 'A B<A C<B D<A', 'B C'],
    ['an edit twice', 'A B<A C<A D<A', 'B C'],
    ['an edit within a branch that was left', 'A B<A C<B D<B E<A', 'B C D'],
    ['results of parallel calls', 'A C1<A#m r1<C1 C2<C1#m r2<C2 D<r2', ''],
    ['parallel calls that hang on the prompt', 'A C1<A#m C2<A#m r1<C1 r2<C2 D<r1', ''],
    ['progress and hook lines', 'A p<A q<p B<A h<B', ''],
    ['local commands after all', 'x A<x B<A c<x d<c', ''],
    ['two windows on one session', 'A B<A C<A D<B E<C', ''],
    ['several roots', 'A B<A C D<C', ''],
  ])('%s', (_, text, expected) => {
    expect(left(text)).toBe(expected);
  });

  it('compares within one scope only', () => {
    expect([...rewoundIds([...tree('A B<A'), ...tree('C<A', 'other'), ...tree('D<B')])]).toEqual([]);
  });

  it('leaves circles and unknown parents alone', () => {
    expect(left('A<C B<A C<B D<gone E<D F<D')).toBe('E');
  });
});
