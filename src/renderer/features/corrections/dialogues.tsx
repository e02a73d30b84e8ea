import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { formatPlural } from '../../lib/format';
import type { Table } from './use-table';
import classes from './dialogues.module.css';

/** Asks for the name of a cluster, or of a new failure mode. */
export function Dialogues({ table }: { table: Table }): ReactNode {
  const close = () => table.setDialogue(null);
  return (
    <>
      <Modal opened={table.dialogue === 'name-cluster'} onClose={close} title="Name the cluster" size={440}>
        {table.cluster !== null && <ClusterName table={table} onDone={close} />}
      </Modal>
      <Modal opened={table.dialogue === 'new-mode'} onClose={close} title="New failure mode" size={480}>
        <NewMode table={table} onDone={close} />
      </Modal>
    </>
  );
}

interface FormProps {
  table: Table;
  onDone: () => void;
}

function ClusterName({ table, onDone }: FormProps): ReactNode {
  const { cluster, acts } = table;
  const [name, setName] = useState(cluster?.name ?? '');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (cluster !== null) acts.name(cluster.clusterId, name.trim() === '' ? null : name.trim());
        onDone();
      }}
    >
      <TextInput
        label="Name"
        description="What these corrections have in common. Empty shows its words again."
        placeholder={cluster?.keywords.slice(0, 4).join(', ') ?? ''}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={120}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled">
          Name it
        </Button>
      </div>
    </form>
  );
}

function NewMode({ table, onDone }: FormProps): ReactNode {
  const { targets, acts, modes } = table;
  const [name, setName] = useState('');
  const [definition, setDefinition] = useState('');
  const wanted = name.trim();
  const isTaken = modes.modes.some((mode) => mode.name.trim().toLowerCase() === wanted.toLowerCase());
  const add = (assignTo: readonly string[]) => {
    if (wanted === '' || isTaken) return;
    acts.addMode(wanted, definition.trim(), assignTo);
    onDone();
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        add(targets);
      }}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={120}
        error={isTaken && wanted !== '' ? 'There is a failure mode of this name.' : undefined}
        data-autofocus
      />
      <Textarea
        label="Definition"
        description="One sentence is enough for now; the codebook has room for the rest."
        value={definition}
        onChange={(event) => setDefinition(event.currentTarget.value)}
        maxLength={4000}
        autosize={false}
        rows={3}
      />
      <div className={classes.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        {targets.length > 0 && (
          <Button disabled={wanted === '' || isTaken} onClick={() => add([])}>
            Only add it
          </Button>
        )}
        <Button type="submit" variant="filled" disabled={wanted === '' || isTaken}>
          {targets.length === 0
            ? 'Add it'
            : targets.length === 1
              ? 'Add it and sort this card'
              : `Add it and sort ${formatPlural(targets.length, 'card')}`}
        </Button>
      </div>
    </form>
  );
}
