import { Button, Checkbox, FileButton, Menu, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft, IconChevronDown } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import type { MappingProfile } from '../../../shared/model/source';
import { client, orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import { SafeText } from '../../components/safe-text';
import { onConfirmKey } from './confirm-key';
import { FieldList } from './field-list';
import { editQueue } from './import-state';
import { parseProfile, shortcoming } from './mapping-profile';
import { MappingPreview } from './mapping-preview';
import { MappingTargets } from './mapping-targets';
import { alike, hasKnownShape, setProfile, type QueuedFile } from './queue';
import classes from './mapping.module.css';

interface MappingFormProps {
  file: QueuedFile;
  queue: readonly QueuedFile[];
  onClose: () => void;
}

const PANES = [420, 380] as const;

/** Says which field of an unknown file means what, and shows what comes of it. */
export function MappingForm({ file, queue, onClose }: MappingFormProps): ReactNode {
  const { handle } = file.preview;
  const guess = useQuery(orpc.imports.guessMapping.queryOptions({ input: { handle } }));
  if (guess.isPending) return <SkeletonRows rows={14} label="Looking at the fields" />;
  if (guess.isError) return <ErrorState error={guess.error} onRetry={() => void guess.refetch()} />;
  return (
    <MappingEditor
      file={file}
      queue={queue}
      guess={guess.data}
      initial={file.profile ?? guess.data.profile}
      onClose={onClose}
    />
  );
}

interface MappingEditorProps extends MappingFormProps {
  guess: Parameters<typeof FieldList>[0]['guess'];
  initial: MappingProfile;
}

function MappingEditor({ file, queue, guess, initial, onClose }: MappingEditorProps): ReactNode {
  const { handle, name } = file.preview;
  const [profile, setEdited] = useState(initial);
  const others = alike(queue, file);
  // Of files nothing is known of but their ending, a person has to say that they are the same.
  const [isForAll, setIsForAll] = useState(hasKnownShape(file));
  const [settled] = useDebouncedValue(profile, 250);
  const preview = useQuery(
    orpc.imports.previewMapping.queryOptions({
      input: { handle, profile: settled },
      placeholderData: keepPreviousData,
    }),
  );
  const missing = shortcoming(profile);
  const use = () => {
    if (missing !== null) return;
    const handles = [handle, ...(isForAll ? others.map((other) => other.preview.handle) : [])];
    editQueue((files) => setProfile(files, handles, profile));
    onClose();
  };
  useShortcuts('Mapping', [
    { keys: 'mod+Enter', description: 'Use this mapping', whenTyping: true, run: use },
    { keys: 'Escape', description: 'Back to the files', run: onClose },
  ]);
  return (
    <div className={classes.screen} onKeyDown={onConfirmKey(use)}>
      <div className={classes.bar}>
        <button type="button" className={classes.back} aria-label="Back to the files" onClick={onClose}>
          <IconArrowLeft size={16} aria-hidden />
        </button>
        <h2 className={classes.title}>
          Mapping of <SafeText text={name.slice(0, 300)} />
        </h2>
        <Profiles profile={profile} onChange={setEdited} guessed={guess.profile} />
        <div className={classes.end}>
          {others.length > 0 && (
            <Checkbox
              label={`also for ${formatPlural(others.length, 'other file')} of this kind`}
              checked={isForAll}
              onChange={(event) => setIsForAll(event.currentTarget.checked)}
            />
          )}
          <Button variant="filled" disabled={missing !== null} title={missing ?? undefined} onClick={use}>
            Use this mapping
          </Button>
        </div>
      </div>
      <div className={classes.body}>
        <SplitPanes
          id="import.mapping"
          direction="row"
          initial={42}
          min={PANES}
          canStack
          label="mapping and preview"
          first={<MappingTargets profile={profile} fields={guess.fields} onChange={setEdited} />}
          second={
            <div className={classes.right}>
              <MappingPreview preview={preview} profile={profile} />
              <FieldList guess={guess} profile={profile} />
            </div>
          }
        />
      </div>
    </div>
  );
}

async function exportProfile(profile: MappingProfile): Promise<void> {
  try {
    const { handle, name } = await client.imports.exportProfile({ ...profile, name: profile.name.trim() });
    if (await shell.saveFile(handle, name)) toastDone(`Saved the mapping as ${name}.`);
  } catch (error) {
    toastError(error, 'save the mapping as a file');
  }
}

interface ProfilesProps {
  profile: MappingProfile;
  guessed: MappingProfile;
  onChange: (profile: MappingProfile) => void;
}

/** Mappings kept in the workspace: take one, or keep this one under its name. */
function Profiles({ profile, guessed, onChange }: ProfilesProps): ReactNode {
  const profiles = useQuery(orpc.imports.profiles.queryOptions());
  const save = useMutation(
    orpc.imports.saveProfile.mutationOptions({
      meta: { doing: 'save the mapping' },
      onSuccess: () => toastDone('The mapping is kept in this workspace.'),
    }),
  );
  const takeFile = async (file: File | null) => {
    if (file === null) return;
    try {
      const taken = parseProfile(await file.text());
      onChange(taken);
      toastDone(`Took the mapping “${taken.name}” from ${file.name}.`);
    } catch (error) {
      toastError(error, 'take the mapping');
    }
  };
  const known = profiles.data ?? [];
  const isKnown = known.some((one) => one.name === profile.name.trim());
  return (
    <div className={classes.profiles}>
      <Select
        className={classes.load}
        placeholder="Take a saved one"
        aria-label="Take a saved mapping"
        value={null}
        data={[
          { value: '', label: 'as proposed' },
          ...known.map((one) => ({ value: one.name, label: one.name })),
        ]}
        onChange={(value) => {
          const chosen = value === '' ? guessed : known.find((one) => one.name === value);
          if (chosen !== undefined) onChange(chosen);
        }}
      />
      <TextInput
        className={classes.profileName}
        aria-label="Name of the mapping"
        value={profile.name}
        maxLength={80}
        onChange={(event) => onChange({ ...profile, name: event.currentTarget.value })}
      />
      <Button
        loading={save.isPending}
        disabled={profile.name.trim() === ''}
        onClick={() => save.mutate({ ...profile, name: profile.name.trim() })}
      >
        {isKnown ? 'Replace' : 'Save'}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={13} aria-hidden />}>File</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={profile.name.trim() === ''} onClick={() => void exportProfile(profile)}>
            Save the mapping as a file
          </Menu.Item>
          <FileButton accept=".json" onChange={(file) => void takeFile(file)}>
            {(props) => (
              <Menu.Item {...props} closeMenuOnClick={false}>
                Take a mapping from a file
              </Menu.Item>
            )}
          </FileButton>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
