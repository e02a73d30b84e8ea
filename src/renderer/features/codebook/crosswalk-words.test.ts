import { expect, test } from 'vitest';
import { importSentence, shownLinks, type Link } from './crosswalk-words';

const link = (fromName: string, fromSet: string, toName: string, toSet: string): Link => ({
  fromId: fromName,
  toId: toName,
  relation: 'same',
  fromName,
  fromSet,
  toName,
  toSet,
  isBuiltIn: true,
  isChanged: false,
});
const links = [
  link('Drift', 'Production', 'Derailment', 'MAST'),
  link('Wrong tool', 'Production', 'Tool choice', 'TRAIL'),
];

test('links are found by words at either end, and by set', () => {
  expect(shownLinks(links, '', null)).toEqual(links);
  expect(shownLinks(links, ' TOOL trail ', null)).toEqual([links[1]]);
  expect(shownLinks(links, '', 'MAST')).toEqual([links[0]]);
  expect(shownLinks(links, 'tool', 'MAST')).toEqual([]);
});

test('what became of the links of a file is said', () => {
  expect(importSentence('links.csv', { added: 2, changed: 0, known: 31 })).toBe(
    'Links of links.csv: 2 added, 31 there already. Undo takes that back.',
  );
  expect(importSentence('links.csv', { added: 0, changed: 0, known: 3 })).toBe(
    'Links of links.csv: 3 there already.',
  );
  expect(importSentence('links.csv', { added: 0, changed: 0, known: 0 })).toBe('links.csv holds no link.');
});
