import { expect, test } from 'vitest';
import { shownLinks, type Link } from './crosswalk-words';

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
