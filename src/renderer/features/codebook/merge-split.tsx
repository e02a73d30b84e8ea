/** Merging a failure mode into another, and splitting one: each is a version of its own and one step of undo. */
import { Button, Modal, Select, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { FailureMode } from '../../../shared/model/codebook';
import { client } from '../../lib/client';
import { toastDone } from '../../lib/toast';
import classes from './codebook.module.css';

interface MergeSplitProps {
  mode: FailureMode;
  modes: readonly FailureMode[];
  /** Changes that are not saved would be lost to a version made beside them. */
  isBlocked: boolean;
}

export function MergeSplit({ mode, modes, isBlocked }: MergeSplitProps): ReactNode {
  const [shown, setShown] = useState<'merge' | 'split' | null>(null);
  const close = () => setShown(null);
  const why = isBlocked ? 'Save or discard the changes first.' : undefined;
  return (
    <>
      <Button disabled={isBlocked} title={why} onClick={() => setShown('merge')}>
        Merge…
      </Button>
      <Button disabled={isBlocked} title={why} onClick={() => setShown('split')}>
        Split…
      </Button>
      <Modal opened={shown === 'merge'} onClose={close} title={`Merge ${mode.name} into another`} size={460}>
        <MergeForm mode={mode} modes={modes} onDone={close} />
      </Modal>
      <Modal opened={shown === 'split'} onClose={close} title={`Split ${mode.name}`} size={460}>
        <SplitForm mode={mode} onDone={close} />
      </Modal>
    </>
  );
}

type FormProps = { mode: FailureMode; onDone: () => void };

function MergeForm({ mode, modes, onDone }: FormProps & { modes: readonly FailureMode[] }): ReactNode {
  const [intoId, setIntoId] = useState<string | null>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: (into: string) => client.codebook.merge({ fromIds: [mode.id], intoId: into }),
    onSuccess: ({ version }) => {
      toastDone(`Merged, in version ${String(version)}. Undo takes it back.`);
      onDone();
    },
    meta: { doing: 'merge the failure modes' },
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (intoId !== null) mutate(intoId);
      }}
    >
      <Select
        label="Into"
        description="What was sorted under the one counts under the other from the new version on; earlier versions keep both apart."
        data={modes
          .filter((one) => !one.isRetired && one.id !== mode.id)
          .map((one) => ({ value: one.id, label: one.name }))}
        value={intoId}
        onChange={setIntoId}
        searchable
        openOnFocus={false}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={intoId === null} loading={isPending}>
          Merge
        </Button>
      </div>
    </form>
  );
}

function SplitForm({ mode, onDone }: FormProps): ReactNode {
  const [text, setText] = useState('');
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.codebook.split({ failureModeId: mode.id, names }),
    onSuccess: ({ version }) => {
      toastDone(`Split, in version ${String(version)}. Undo takes it back.`);
      onDone();
    },
    meta: { doing: 'split the failure mode' },
  });
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (names.length >= 2) mutate();
      }}
    >
      <Textarea
        label="The parts, one a line"
        description="What was sorted stays under the retired whole until you sort it again; under earlier versions the parts count as the whole."
        value={text}
        rows={4}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={names.length < 2} loading={isPending}>
          Split
        </Button>
      </div>
    </form>
  );
}
