import { Button, FileButton, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { Fragment, useState, type ReactNode } from 'react';
import type { CodebookFormat } from '../../../shared/contract/codebook';
import { MaskItem, outgoingWords, useMasking } from '../../components/mask-choice';
import { client, orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { withStarter } from './draft';
import type { DraftState } from './use-draft';
import classes from './codebook.module.css';

/** Takes failure modes of a built-in starter into the draft, all or one by one. */
export function StarterMenu({
  state,
  onTaken,
}: {
  state: DraftState;
  onTaken: (id: string) => void;
}): ReactNode {
  const starters = useQuery(orpc.codebook.starters.queryOptions({ meta: { changesWith: 'imports' } }));
  const { draft } = state;
  if (draft === null) return null;
  const known = new Set(draft.modes.map((mode) => mode.id));
  return (
    <Menu position="bottom-end" width={340}>
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={13} aria-hidden />}>Add from a starter</Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {starters.data?.map((starter) => {
          const missing = starter.failureModes.filter((mode) => !known.has(mode.id));
          return (
            <Fragment key={starter.id}>
              <Menu.Label>{starter.title}</Menu.Label>
              <Menu.Label className={classes.menuNote}>
                {starter.source} {starter.licence}
              </Menu.Label>
              {missing.length === 0 && (
                <Menu.Label className={classes.menuNote}>All of them are in the codebook.</Menu.Label>
              )}
              {missing.length > 1 && (
                <Menu.Item onClick={() => state.edit(withStarter(draft, missing))}>
                  All {formatPlural(missing.length, 'failure mode')}
                </Menu.Item>
              )}
              {missing.map((mode) => (
                <Menu.Item
                  key={mode.id}
                  title={visible(mode.definition, 400)}
                  onClick={() => {
                    state.edit(withStarter(draft, [mode]));
                    onTaken(mode.id);
                  }}
                >
                  <SafeText text={mode.name} />
                </Menu.Item>
              ))}
            </Fragment>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Takes the failure modes of a JSON or CSV file into the draft; those whose id or name is there already are left out. */
export function CodebookImport({
  state,
  onTaken,
}: {
  state: DraftState;
  onTaken: (id: string) => void;
}): ReactNode {
  const { draft } = state;
  if (draft === null) return null;
  const take = async (file: File | null) => {
    if (file === null) return;
    try {
      const read = await client.codebook.read({ name: file.name, text: await file.text() });
      const ids = new Set(draft.modes.map((mode) => mode.id));
      const names = new Set(draft.modes.map((mode) => mode.name.trim().toLowerCase()));
      const missing = read.filter((mode) => !ids.has(mode.id) && !names.has(mode.name.trim().toLowerCase()));
      const [first] = missing;
      if (first !== undefined) {
        state.edit(withStarter(draft, missing));
        onTaken(first.id);
      }
      toastDone(
        `Took ${formatPlural(missing.length, 'failure mode')} of ${file.name} into the draft${missing.length < read.length ? `; ${String(read.length - missing.length)} were there already` : ''}.`,
      );
    } catch (error) {
      toastError(error, `read ${file.name}`);
    }
  };
  return (
    <FileButton accept=".json,.csv" onChange={(file) => void take(file)}>
      {(props) => <Button {...props}>Take in a file</Button>}
    </FileButton>
  );
}

/** Writes the shown version to a file. A draft is not in it. */
export function CodebookExport({ version }: { version: number | undefined }): ReactNode {
  const [isMasked] = useMasking();
  const [isBusy, setBusy] = useState(false);
  const save = async (format: CodebookFormat) => {
    setBusy(true);
    try {
      const { handle, name, redaction } = await client.codebook.export({
        format,
        redact: isMasked,
        ...(version === undefined ? {} : { version }),
      });
      if (await shell.saveFile(handle, name))
        toastDone(`Saved the codebook as ${name}.${outgoingWords({ redaction })}`);
    } catch (error) {
      toastError(error, 'export the codebook');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button loading={isBusy} rightSection={<IconChevronDown size={13} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('markdown')}>Markdown, to read</Menu.Item>
        <Menu.Item onClick={() => void save('html')}>HTML, a page of its own</Menu.Item>
        <Menu.Item onClick={() => void save('csv')}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => void save('json')}>JSON, for programs</Menu.Item>
        <MaskItem />
      </Menu.Dropdown>
    </Menu>
  );
}
