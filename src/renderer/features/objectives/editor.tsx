import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Objective } from '../../../shared/model/objective';
import { CheckList } from '../../components/check-list';
import { Kbd } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SplitPanes } from '../../components/split-panes';
import { client } from '../../lib/client';
import { useShortcuts } from '../../lib/keyboard';
import { toastDone } from '../../lib/toast';
import { compactFilter } from '../../lib/session-query';
import {
  draftOf,
  EMPTY_DRAFT,
  isSameDraft,
  keepDraft,
  NEW,
  saveObstacle,
  useKeptDraft,
  type Draft,
} from './draft';
import { FilterChips } from './filter-chips';
import { Preview } from './preview';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

const PANES = [380, 300] as const;

interface EditorProps {
  workspace: string;
  /** Null: a new one. */
  objective: Objective | null;
  onSaved: (objectiveId: string) => void;
}

/** The next version of an objective, beside what it would say of the sessions. */
export function Editor({ workspace, objective, onSaved }: EditorProps): ReactNode {
  const key = `${workspace}\n${objective?.objectiveId ?? NEW}`;
  const saved = objective === null ? EMPTY_DRAFT : draftOf(objective);
  const draft = useKeptDraft(key) ?? saved;
  const edit = (change: Partial<Draft>) => keepDraft(key, { ...draft, ...change });
  return (
    <SplitPanes
      id="objectives.editor"
      direction="row"
      initial={56}
      min={PANES}
      label="the objective and its preview"
      first={
        <Panel title={objective === null ? 'New objective' : `Next version of “${objective.name}”`}>
          <div className={versioned.form}>
            <TextInput
              label="Name"
              placeholder="Refunds are right"
              value={draft.name}
              maxLength={120}
              onChange={(event) => edit({ name: event.currentTarget.value })}
            />
            <Textarea
              label="What success is, in words"
              placeholder="The customer gets the refund that the policy allows, and no other."
              rows={2}
              value={draft.statement}
              maxLength={2000}
              onChange={(event) => edit({ statement: event.currentTarget.value })}
            />
            <div className={classes.field}>
              <span className={versioned.label}>It decides</span>
              <SegmentedControl
                aria-label="What it decides"
                data={[
                  { value: 'intent', label: 'whether users got what they came for' },
                  { value: 'quality', label: 'whether the output is good' },
                ]}
                value={draft.decides}
                onChange={(value) => edit({ decides: value === 'quality' ? 'quality' : 'intent' })}
              />
            </div>
            <div className={classes.field}>
              <span className={versioned.label}>For which sessions</span>
              <FilterChips filter={draft.appliesTo} onChange={(appliesTo) => edit({ appliesTo })} />
            </div>
            <div className={classes.field}>
              <span className={versioned.label}>Checks</span>
              <CheckList
                checks={draft.checks}
                combine={draft.combine}
                onChange={(checks) => edit({ checks })}
                onCombine={(combine) => edit({ combine })}
              />
            </div>
            <SaveRow
              draft={draft}
              objective={objective}
              isChanged={!isSameDraft(draft, saved)}
              onForget={() => keepDraft(key, null)}
              onSaved={(objectiveId) => {
                keepDraft(key, null);
                onSaved(objectiveId);
              }}
            />
          </div>
        </Panel>
      }
      second={<Preview draft={draft} />}
    />
  );
}

interface SaveRowProps {
  draft: Draft;
  objective: Objective | null;
  isChanged: boolean;
  onForget: () => void;
  onSaved: (objectiveId: string) => void;
}

function SaveRow({ draft, objective, isChanged, onForget, onSaved }: SaveRowProps): ReactNode {
  const [note, setNote] = useState('');
  const obstacle = saveObstacle(draft);
  const save = useMutation({
    mutationFn: () =>
      client.objective.save({
        ...draft,
        name: draft.name.trim(),
        statement: draft.statement.trim(),
        appliesTo: compactFilter(draft.appliesTo),
        objectiveId: objective?.objectiveId ?? null,
        note: note.trim(),
      }),
    meta: { doing: 'save the objective' },
    onSuccess: ({ objectiveId, version }) => {
      toastDone(`Saved “${draft.name.trim()}”, version ${version}. Undo takes it back.`);
      onSaved(objectiveId);
    },
  });
  const isReady = isChanged && obstacle === null && !save.isPending;
  useShortcuts('Objective', [
    {
      keys: 'mod+s',
      description: 'Save the objective',
      whenTyping: true,
      isDisabled: !isReady,
      run: () => save.mutate(),
    },
  ]);
  return (
    <div className={classes.saveRow}>
      {objective !== null && (
        <TextInput
          className={classes.grow}
          label="Why this version"
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <Button variant="filled" disabled={!isReady} loading={save.isPending} onClick={() => save.mutate()}>
        {objective === null ? 'Save the objective' : `Save as version ${objective.version + 1}`}
      </Button>
      <Kbd keys="mod+s" />
      {isChanged && <Button onClick={onForget}>Let the changes go</Button>}
      {isChanged && obstacle !== null && <span className={versioned.dim}>{obstacle}</span>}
    </div>
  );
}
