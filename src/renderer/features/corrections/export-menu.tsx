/** Writes what was found and said to a file, and takes annotations of others back in. */
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconFileImport } from '@tabler/icons-react';
import { Fragment, useState, type ReactNode } from 'react';
import { exportFormats, exportKinds } from '../../../shared/contract/report';
import { MaskItem, outgoingWords, useMasking } from '../../components/mask-choice';
import { client } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { refreshDerived } from '../../lib/query-client';
import { shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import { importSentence } from './import-sentence';
import classes from './export-menu.module.css';

type Kind = (typeof exportKinds)[number];
type Format = (typeof exportFormats)[number];

const KIND_TITLES: Record<Kind, { title: string; detail: string }> = {
  corrections: { title: 'Corrections', detail: 'with state, cluster and failure modes' },
  annotations: { title: 'Annotations', detail: 'what reviewers said, to take in elsewhere' },
  findings: { title: 'Findings', detail: 'signals with their evidence' },
  sessions: { title: 'Sessions', detail: 'one row each' },
};
const FORMAT_TITLES: Record<Format, string> = { jsonl: 'JSONL', csv: 'CSV', parquet: 'Parquet' };

async function exportAs(kind: Kind, format: Format, redact: boolean): Promise<void> {
  const { handle, name, rows, ...about } = await client.report.export({ kind, format, redact });
  if (await shell.saveFile(handle, name))
    toastDone(`Saved ${formatPlural(rows, 'row')} as ${name}.${outgoingWords(about)}`);
}

async function takeIn(): Promise<void> {
  const files = await shell.pickFiles({ purpose: 'annotations', multiple: true });
  for (const file of files) {
    const result = await client.report.importAnnotations({ handle: file.handle });
    toastDone(`${file.name}: ${importSentence(result)}`);
  }
  if (files.length > 0) await refreshDerived();
}

export function ExportMenu(): ReactNode {
  const [isMasked] = useMasking();
  const [isBusy, setBusy] = useState(false);
  const run = async (doing: string, work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toastError(error, doing);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" width={330}>
      <Menu.Target>
        <Button loading={isBusy} rightSection={<IconChevronDown size={13} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {exportKinds.map((kind) => (
          <Fragment key={kind}>
            <Menu.Label>
              {KIND_TITLES[kind].title}: {KIND_TITLES[kind].detail}
            </Menu.Label>
            <div className={classes.formats}>
              {exportFormats.map((format) => (
                <Menu.Item
                  key={format}
                  aria-label={`Export ${kind} as ${FORMAT_TITLES[format]}`}
                  onClick={() => void run(`export the ${kind}`, () => exportAs(kind, format, isMasked))}
                >
                  {FORMAT_TITLES[format]}
                </Menu.Item>
              ))}
            </div>
          </Fragment>
        ))}
        <MaskItem />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconFileImport size={15} aria-hidden />}
          onClick={() => void run('take the annotations in', takeIn)}
        >
          Take annotations back in (JSONL)
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
