import { expect, test } from 'vitest';
import { textOf, type AttributeBag } from './attribute-bag';
import { NameLists } from './name-lists';

const lists = {
  user: ['user.id', 'metadata.user', 'shared'],
  cohort: ['cohort', 'shared', 'user.id'],
} as const;

test('each list gives its first name that a bag has, as reading them one by one does', () => {
  const bags: AttributeBag[] = [
    {},
    { 'metadata.user': 'b', 'user.id': 'a', other: 'x' },
    { 'user.id': '', shared: 7, 'metadata.user': null },
    { 'user.id': { nested: true }, shared: 'hidden' },
    { cohort: false, shared: ['list'] },
  ];
  const known = new NameLists(lists);
  for (const bag of bags) {
    const found = known.in(bag);
    expect([found.text('user'), found.text('cohort')]).toEqual([
      textOf(bag, lists.user),
      textOf(bag, lists.cohort),
    ]);
  }
});
