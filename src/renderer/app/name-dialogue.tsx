import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type SubmitEvent, type ReactNode } from 'react';
import { client } from '../lib/client';
import { showDialogue, useDialogue } from '../lib/frame-state';
import { enterWorkspace } from '../lib/workspace';
import classes from './name-dialogue.module.css';

const KINDS = {
  'new-workspace': {
    title: 'New workspace',
    label: 'Name',
    advice: 'A folder on this machine that keeps the imports and everything you do.',
    button: 'Make it',
    call: (name: string) => client.workspace.create({ name }),
  },
  'save-as': {
    title: 'Copy the workspace',
    label: 'Name of the copy',
    advice: 'You go on in the copy; the one that is open now stays as it is.',
    button: 'Copy it',
    call: (name: string) => client.workspace.saveAs({ name }),
  },
};

/** Asks for the name of a new workspace, or of a copy. */
export function NameDialogue(): ReactNode {
  const dialogue = useDialogue();
  const kind = dialogue === 'new-workspace' || dialogue === 'save-as' ? dialogue : null;
  return (
    <Modal
      opened={kind !== null}
      onClose={() => showDialogue(null)}
      title={kind === null ? '' : KINDS[kind].title}
      size={440}
    >
      {kind !== null && <NameForm kind={kind} />}
    </Modal>
  );
}

function NameForm({ kind }: { kind: keyof typeof KINDS }): ReactNode {
  const { label, advice, button, call } = KINDS[kind];
  const [name, setName] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsBusy(true);
    void enterWorkspace(() => call(name.trim())).then((isOpen) => {
      setIsBusy(false);
      if (isOpen) showDialogue(null);
    });
  };
  return (
    <form onSubmit={onSubmit} className={classes.form}>
      <TextInput
        label={label}
        description={advice}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={80}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={() => showDialogue(null)}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isBusy} disabled={name.trim() === ''}>
          {button}
        </Button>
      </div>
    </form>
  );
}
