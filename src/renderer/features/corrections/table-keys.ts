/** The keys of the sorting table. Says what each does; the doing is handed in. */
import type { RefObject } from 'react';
import { useShortcuts, type Shortcut } from '../../lib/keyboard';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Sorting by the number of a failure mode: the card or the picks, and with Shift the whole table. */
function digitKeys(table: Table, act: TableActs, hasCard: boolean): Shortcut[] {
  return [
    ...DIGITS.map((digit) => ({
      keys: String(digit),
      description: digit === 1 ? 'Sort as failure mode 1 to 9 and go on' : `Sort as failure mode ${digit}`,
      isHidden: digit > 1,
      isDisabled: !hasCard,
      run: () => act.assign(digit - 1),
    })),
    ...DIGITS.map((digit) => ({
      keys: `shift+${digit}`,
      description:
        digit === 1
          ? 'Sort all that is not sorted yet on the table as failure mode 1 to 9'
          : `Sort the whole table as failure mode ${digit}`,
      isHidden: digit > 1,
      isDisabled: !hasCard,
      run: () => {
        const mode = table.modes.modes[digit - 1];
        if (mode !== undefined) act.assignPile(mode.id);
      },
    })),
  ];
}

export function useTableKeys(
  table: Table,
  act: TableActs,
  searchRef: RefObject<HTMLInputElement | null>,
): void {
  const hasCard = table.cursor.current !== null;
  const hasCluster = table.cluster !== null;
  const shortcuts: Shortcut[] = [
    { keys: ['j', 'ArrowDown'], description: 'Next card', run: () => act.step(1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous card', run: () => act.step(-1) },
    ...digitKeys(table, act, hasCard),
    {
      keys: '0',
      description: 'Sort as a failure mode found by its letters',
      isDisabled: !hasCard,
      run: () => table.setDialogue('pick-mode'),
    },
    {
      keys: 'a',
      description: 'Add a further failure mode: a, then its number, or 0 and its letters',
      isDisabled: !hasCard,
      run: () => table.setAdding(!table.isAdding),
    },
    {
      keys: 'p',
      description: 'Sort as proposed and go on',
      isDisabled: !hasCard,
      run: act.takeProposal,
    },
    {
      keys: 'c',
      description: 'Confirm, or take that back',
      isDisabled: !hasCard,
      run: () => act.judge('confirmed'),
    },
    {
      keys: 'r',
      description: 'Reject: no correction, or take that back',
      isDisabled: !hasCard,
      run: () => act.judge('rejected'),
    },
    { keys: 'x', description: 'Set aside, or back on the table', isDisabled: !hasCard, run: act.setAside },
    { keys: 'v', description: 'Pick this card, or not', isDisabled: !hasCard, run: act.pickCurrent },
    {
      keys: 'f',
      description: 'Write a free code on it',
      isDisabled: !hasCard,
      run: () => table.setDialogue('code'),
    },
    { keys: 'shift+f', description: 'The free codes, or back to the failure modes', run: table.switchCodes },
    {
      keys: 't',
      description: 'Picked cards belong together',
      isDisabled: !hasCard,
      run: () => act.link('must'),
    },
    {
      keys: 'shift+t',
      description: 'Picked cards do not belong together',
      isDisabled: !hasCard,
      run: () => act.link('cannot'),
    },
    { keys: ['g g', 'shift+g'], description: 'More like this', isDisabled: !hasCard, run: act.showAlike },
    { keys: ['o', 'Enter'], description: 'Open its session', isDisabled: !hasCard, run: act.open },
    { keys: ']', description: 'Next cluster, or part of an opened one', run: () => act.stepCluster(1) },
    { keys: '[', description: 'Previous cluster or part', run: () => act.stepCluster(-1) },
    {
      keys: 'e',
      description: 'Name the cluster',
      isDisabled: !hasCluster,
      run: () => table.setDialogue('name-cluster'),
    },
    {
      keys: 'i',
      description: 'Look into the cluster: its parts, or fold them away',
      isDisabled: !hasCluster && table.chosen?.part == null,
      run: act.toggleParts,
    },
    {
      keys: 'n',
      description: 'Make this part a cluster of its own',
      isDisabled: table.chosen?.part == null,
      run: act.partToCluster,
    },
    { keys: 's', description: 'Split the cluster', isDisabled: !hasCluster, run: act.split },
    {
      keys: 'm',
      description:
        table.markedId === null ? 'Mark the cluster to be merged' : 'Merge the marked cluster into this one',
      isDisabled: !hasCluster,
      run: act.mark,
    },
    {
      keys: 'l',
      description: 'Choose on the map with a lasso',
      run: () => table.setLassoing(!table.isLassoing),
    },
    { keys: '+', description: 'New failure mode', run: () => table.setDialogue('new-mode') },
    { keys: '/', description: 'Search what users said', run: () => searchRef.current?.select() },
    { keys: 'Escape', description: 'Leave picks, lasso or search', run: act.leave },
  ];
  useShortcuts('Corrections', shortcuts);
}
