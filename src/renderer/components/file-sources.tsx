import { Button, TextInput } from '@mantine/core';
import { IconFiles, IconFolder } from '@tabler/icons-react';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { GrantedFile } from '../../shared/desktop';
import { isAbort } from '../lib/errors';
import { shell } from '../lib/shell';
import classes from './file-sources.module.css';

interface FileSourcesProps {
  onFiles: (files: GrantedFile[]) => void | Promise<void>;
  /** Said above the buttons; the whole window takes what is dropped. */
  title: string;
  /** Less room, where there is something else to look at. */
  isCompact?: boolean;
}

/** The ways to name files and folders besides dropping them: dialogues, and in the browser a path that is typed. */
export function FileSources({ onFiles, title, isCompact = false }: FileSourcesProps): ReactNode {
  const [busy, setBusy] = useState<'files' | 'folder' | 'path' | null>(null);
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (from: NonNullable<typeof busy>, ask: () => Promise<GrantedFile[]>) => {
    const typed = path;
    setBusy(from);
    setProblem(null);
    try {
      const files = await ask();
      if (files.length > 0) {
        await onFiles(files);
        // The next path may have been typed in the meantime.
        setPath((now) => (now === typed ? '' : now));
      }
    } catch (error) {
      // The shell says it in a sentence, and it belongs to what was typed or chosen here.
      if (!isAbort(error)) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(null);
    }
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (path.trim() !== '') void take('path', async () => [await shell.grantPath(path.trim())]);
  };
  return (
    <div className={isCompact ? classes.compact : classes.zone}>
      <div className={classes.title}>{title}</div>
      <div className={classes.buttons}>
        <Button
          leftSection={<IconFiles size={15} />}
          loading={busy === 'files'}
          onClick={() => void take('files', () => shell.pickFiles({ purpose: 'traces', multiple: true }))}
        >
          Choose files
        </Button>
        <Button
          leftSection={<IconFolder size={15} />}
          loading={busy === 'folder'}
          onClick={() => void take('folder', () => shell.pickFolder())}
        >
          Choose a folder
        </Button>
        {shell.canTypePath && (
          <form className={classes.path} onSubmit={onSubmit}>
            <TextInput
              className={classes.field}
              classNames={{ input: classes.mono }}
              placeholder="or type a path on this machine"
              aria-label="Path of a file or folder on this machine"
              value={path}
              onChange={(event) => {
                setPath(event.currentTarget.value);
                setProblem(null);
              }}
              spellCheck={false}
              autoComplete="off"
            />
            {path.trim() !== '' && (
              <Button type="submit" loading={busy === 'path'}>
                Take it
              </Button>
            )}
          </form>
        )}
      </div>
      {problem !== null && (
        <div className={classes.problem} role="alert">
          {problem}
        </div>
      )}
    </div>
  );
}
