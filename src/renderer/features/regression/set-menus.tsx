import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { MaskItem, outgoingWords, useMasking } from '../../components/mask-choice';
import { client } from '../../lib/client';
import { refreshDerived } from '../../lib/query-client';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import { show } from './set-acts';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

const FORMATS = [
  { format: 'jsonl', title: 'JSON Lines', detail: 'whole; Faultline takes it back in' },
  { format: 'promptfoo', title: 'promptfoo', detail: 'tests with assertions' },
  { format: 'inspect', title: 'Inspect', detail: 'dataset' },
  { format: 'openai-evals', title: 'OpenAI evals', detail: 'samples' },
  { format: 'pytest', title: 'pytest', detail: 'test file' },
  { format: 'vitest', title: 'Vitest', detail: 'test file' },
] as const;
type Format = (typeof FORMATS)[number]['format'];

/** Writes a version of a set to a file, in one of six formats. */
export function SetExport({ setId }: { setId: string }): ReactNode {
  const [isMasked] = useMasking();
  const write = async (format: Format) => {
    try {
      const { handle, name, ...about } = await client.regression.export({ setId, format, redact: isMasked });
      if (await shell.saveFile(handle, name)) toastDone(`Saved the set as ${name}.${outgoingWords(about)}`);
    } catch (error) {
      toastError(error, 'export the set');
    }
  };
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={13} aria-hidden />}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, title, detail }) => (
          <Menu.Item key={format} onClick={() => void write(format)}>
            <span className={versioned.menuItem}>
              {title} <span className={classes.dim}>{detail}</span>
            </span>
          </Menu.Item>
        ))}
        <MaskItem />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Takes sets in that were exported as JSON Lines. */
export async function importSets(): Promise<void> {
  try {
    const files = await shell.pickFiles({ purpose: 'annotations', multiple: true });
    for (const { handle, name } of files) {
      const { setId, version, isNew } = await client.regression.import({ handle });
      toastDone(
        isNew ? `${name}: taken in, version ${version}.` : `${name}: version ${version} is here already.`,
      );
      show({ setId, tab: 'cases' });
    }
    if (files.length > 0) await refreshDerived();
  } catch (error) {
    toastError(error, 'take the set in');
  }
}

/** Asks for the name of a new set. */
export function NewSet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New regression set" size={440}>
      {isOpen && <NewSetForm onClose={onClose} />}
    </Modal>
  );
}

function NewSetForm({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState('');
  const save = useMutation({
    mutationFn: () =>
      client.regression.save({ setId: null, name: name.trim(), note: '', cases: [], baseline: null }),
    meta: { doing: 'make the set' },
    onSuccess: ({ setId }) => {
      toastDone(`Made the set “${name.trim()}”. Undo takes it back.`);
      show({ setId, tab: 'cases' });
      onClose();
    },
  });
  return (
    <form
      className={classes.maker}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') save.mutate();
      }}
    >
      <TextInput
        label="Name"
        value={name}
        maxLength={120}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <div className={versioned.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={save.isPending}>
          Make it
        </Button>
      </div>
    </form>
  );
}
