/** Sorts the cards keys act on as a failure mode found by its letters: for codebooks of more than nine. */
import { Modal, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '../../lib/class-names';
import { formatPlural } from '../../lib/format';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { modesByLetters } from './modes-by-letters';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './mode-picker.module.css';

export function ModePicker({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const close = () => table.setDialogue(null);
  const cards = table.targets.length === 1 ? 'this card' : formatPlural(table.targets.length, 'card');
  return (
    <Modal
      opened={table.dialogue === 'pick-mode'}
      onClose={close}
      title={table.isAdding ? `A further failure mode on ${cards}` : `Sort ${cards} as`}
      size={440}
    >
      <Picker table={table} act={act} onDone={close} />
    </Modal>
  );
}

function Picker({ table, act, onDone }: { table: Table; act: TableActs; onDone: () => void }): ReactNode {
  const [letters, setLetters] = useState('');
  const [marked, setMarked] = useState(0);
  const found = modesByLetters(table.modes.modes, letters);
  const at = Math.min(marked, found.length - 1);
  const take = (id: string | undefined) => {
    if (id === undefined) return;
    onDone();
    act.assignTo(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take(found[at]?.id);
    else if (event.key === 'ArrowDown') setMarked(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setMarked(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        aria-label="Letters of the failure mode"
        placeholder="Its letters, then Enter"
        role="combobox"
        aria-expanded
        aria-controls="modes-found"
        aria-activedescendant={found[at] === undefined ? undefined : `found-${found[at].id}`}
        value={letters}
        onChange={(event) => {
          setLetters(event.currentTarget.value);
          setMarked(0);
        }}
        onKeyDown={onKeyDown}
        data-autofocus
      />
      <ul id="modes-found" className={classes.list} role="listbox" aria-label="Failure modes">
        {found.map((mode, index) => (
          <li key={mode.id} role="none">
            <button
              id={`found-${mode.id}`}
              type="button"
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              className={cx(classes.mode, index === at && classes.marked)}
              title={visible(mode.definition, 400)}
              onClick={() => take(mode.id)}
            >
              <SafeText text={mode.name} />
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className={classes.none}>No failure mode has these letters.</p>}
    </>
  );
}
