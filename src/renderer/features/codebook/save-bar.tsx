import { Button, TextInput } from '@mantine/core';
import { useState, type ReactNode, type RefObject } from 'react';
import { Kbd } from '../../components/kbd';
import { formatPlural } from '../../lib/format';
import { toastDone } from '../../lib/toast';
import { obstacle } from './draft';
import type { DraftState } from './use-draft';
import classes from './save-bar.module.css';

interface SaveBarProps {
  state: DraftState;
  noteRef: RefObject<HTMLInputElement | null>;
  onCompare: (version: number) => void;
}

/** While there are changes: what they are called, saving them as a new version, or letting them go. */
export function SaveBar({ state, noteRef, onCompare }: SaveBarProps): ReactNode {
  const [note, setNote] = useState('');
  const { draft, changed, current } = state;
  if (draft === null || changed.length === 0) return null;
  const problem = obstacle(draft);
  const mayNotSave = problem !== null || state.isBehind;
  const carryOver = () => {
    const contested = state.carryOver();
    toastDone(
      contested.length === 0
        ? 'Your changes are laid over the newest version. Look through them and save.'
        : `Laid over the newest version. Both of you changed ${contested.join(', ')}; yours is kept.`,
    );
  };
  return (
    <div className={classes.bar}>
      <form
        className={classes.line}
        onSubmit={(event) => {
          event.preventDefault();
          if (mayNotSave) return;
          state.save(note.trim());
          setNote('');
        }}
      >
        <b>{formatPlural(changed.length, 'failure mode')} changed</b>
        <TextInput
          ref={noteRef}
          className={classes.note}
          aria-label="What this version changes"
          placeholder="What this version changes, in a sentence"
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button onClick={state.discard}>Let go of the changes</Button>
        <Button
          type="submit"
          variant="filled"
          loading={state.isSaving}
          disabled={mayNotSave}
          rightSection={<Kbd keys="mod+s" />}
        >
          Save as version {(current.data?.version ?? draft.base.version) + 1}
        </Button>
      </form>
      {problem !== null && <div className={classes.problem}>{problem}</div>}
      {(state.conflict !== null || state.isBehind) && current.data !== undefined && (
        <div className={classes.conflict} role="alert">
          <span>
            {state.conflict ??
              `${current.data.author} saved version ${current.data.version} since you began from version ${draft.base.version}.`}
          </span>
          {state.isBehind && (
            <>
              <Button onClick={() => onCompare(current.data.version)}>See what changed</Button>
              <Button onClick={carryOver}>Lay my changes over it</Button>
            </>
          )}
        </div>
      )}
    </div>
  );
}
