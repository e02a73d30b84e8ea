import { Button, TextInput } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { GrantedFile } from '../../../shared/desktop';
import { client } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { enterWorkspace } from '../../lib/workspace';
import { setWorkspaceState } from '../../lib/workspace-state';
import { SafeText } from '../../components/safe-text';
import type { RecentWorkspace } from './recent-workspaces';
import { suggestName } from './workspace-name';
import classes from './home.module.css';

interface WaitingFilesProps {
  files: readonly GrantedFile[];
  recent: readonly RecentWorkspace[];
}

const LISTED = 6;

/** `2 files and 1 folder`. */
function kindsOf(files: readonly GrantedFile[]): string {
  const folders = files.filter((file) => file.kind === 'folder').length;
  const rest = files.length - folders;
  return [rest > 0 ? formatPlural(rest, 'file') : '', folders > 0 ? formatPlural(folders, 'folder') : '']
    .filter((words) => words !== '')
    .join(' and ');
}

/** Files that were dropped while no workspace was open: they get one, under a name that is proposed. */
export function WaitingFiles({ files, recent }: WaitingFilesProps): ReactNode {
  const [openedAt] = useState(() => Date.now());
  const suggestion = suggestName(
    files,
    recent.map((workspace) => workspace.name),
    openedAt,
  );
  const [typed, setTyped] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const name = typed ?? suggestion;
  const enter = (open: () => ReturnType<typeof client.workspace.create>) => {
    setIsBusy(true);
    void enterWorkspace(open).finally(() => setIsBusy(false));
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== '') enter(() => client.workspace.create({ name: name.trim() }));
  };
  const present = recent.filter((workspace) => workspace.exists).slice(0, 3);
  return (
    <section className={classes.card} aria-label="Files that wait">
      <div className={classes.cardHead}>
        <h2>{kindsOf(files)} to import</h2>
      </div>
      <ul className={classes.waiting}>
        {files.slice(0, LISTED).map((file) => (
          <li key={file.handle}>
            {file.kind === 'folder' ? (
              <IconFolder size={15} aria-hidden />
            ) : (
              <IconFile size={15} aria-hidden />
            )}
            <SafeText text={file.name.slice(0, 200)} />
          </li>
        ))}
        {files.length > LISTED && <li className={classes.facts}>and {files.length - LISTED} more</li>}
      </ul>
      <form className={classes.make} onSubmit={onSubmit}>
        <TextInput
          className={classes.makeName}
          label="Into a new workspace, a folder on this machine, called"
          value={name}
          maxLength={80}
          autoFocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" loading={isBusy} disabled={name.trim() === ''}>
          Make it and go on
        </Button>
        <Button onClick={() => setWorkspaceState({ stagedFiles: [] })}>Cancel</Button>
      </form>
      {present.length > 0 && (
        <div className={classes.instead}>
          <span>or into</span>
          {present.map((workspace) => (
            <button
              key={workspace.id}
              type="button"
              className={classes.textButton}
              title={workspace.path}
              disabled={isBusy}
              onClick={() => enter(() => client.workspace.openRecent({ id: workspace.id }))}
            >
              {workspace.name}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
