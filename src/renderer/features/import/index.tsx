/**
 * The import screen: looks at files, says what each is taken for and why, imports them as one import, and says what came
 * of it. Files come through lib/workspace-state.ts (a drop, the command line, the home screen) or are chosen here.
 */
import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { FileSources } from '../../components/file-sources';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SkeletonRows } from '../../components/skeleton';
import { formatBytes, formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { openSessions } from '../../lib/session-query';
import { useWorkspace } from '../../lib/workspace';
import { takeStagedFiles, useWorkspaceState } from '../../lib/workspace-state';
import { onConfirmKey } from './confirm-key';
import { ExtractOffer } from './extract-offer';
import { FileTable } from './file-table';
import { ImportHistory } from './import-history';
import {
  cancelImport,
  dropQueue,
  dropResult,
  forWorkspace,
  inspectFiles,
  startImport,
  useImportState,
} from './import-state';
import { leftOutWords, recordWords } from './import-words';
import { MappingForm } from './mapping-form';
import { ProgressPanel } from './progress-panel';
import { chosenBytes, startInput } from './queue';
import { SourceTable } from './source-table';
import classes from './import.module.css';

/** Takes what waits, whenever something does. */
function useStagedFiles(): void {
  const count = useWorkspaceState((state) => state.stagedFiles.length);
  useEffect(() => {
    if (count > 0) void inspectFiles(takeStagedFiles());
  }, [count]);
}

export function ImportScreen(): ReactNode {
  useStagedFiles();
  const { queue, extracts, leftOut, inspectingCount, job, result } = useImportState();
  const workspace = useWorkspace().data ?? null;
  const path = workspace?.path;
  useEffect(() => {
    if (path !== undefined) forWorkspace(path);
  }, [path]);
  const [mappingHandle, setMappingHandle] = useState<string | null>(null);
  const mapped = queue.find((file) => file.preview.handle === mappingHandle);
  const chosenCount = startInput(queue).length;
  const canStart = chosenCount > 0 && job === null && mapped === undefined;
  const confirm = () => {
    if (canStart) void startImport();
  };
  useShortcuts('Import', [
    {
      keys: 'mod+Enter',
      description: 'Import the chosen files',
      whenTyping: true,
      isDisabled: !canStart,
      run: confirm,
    },
    { keys: 'Escape', description: 'Cancel the import', isDisabled: job === null, run: cancelImport },
  ]);
  if (mapped !== undefined)
    return <MappingForm file={mapped} queue={queue} onClose={() => setMappingHandle(null)} />;
  const isIdle =
    queue.length === 0 && extracts.length === 0 && job === null && result === null && inspectingCount === 0;
  return (
    <div className={classes.screen} onKeyDown={onConfirmKey(confirm)}>
      <HeaderDetail>
        {workspace !== null && <span>{formatPlural(workspace.importCount, 'import')}</span>}
      </HeaderDetail>
      <StatusDetail>
        <span>Drop trace files or a folder anywhere</span>
        {chosenCount > 0 && <KeyHint keys="mod+Enter">import</KeyHint>}
        {job !== null && <KeyHint keys="Escape">cancel</KeyHint>}
      </StatusDetail>
      {job !== null && <ProgressPanel job={job} />}
      {result !== null && job === null && <Result record={result} />}
      {job === null && extracts.map((one) => <ExtractOffer key={one.handle} extract={one} />)}
      {queue.length > 0 && job === null && (
        <section className={classes.queue} aria-label="Files that wait">
          <FileTable queue={queue} onMap={(file) => setMappingHandle(file.preview.handle)} />
          <div className={classes.queueFoot}>
            <span className={classes.dim}>
              {formatPlural(chosenCount, 'file')} of {queue.length} chosen, {formatBytes(chosenBytes(queue))}
              {inspectingCount > 0 && ', looking at more'}
              {leftOut.length > 0 && (
                <span title="Found beside them and no traces; choose such a file by itself to map its fields">
                  {`; left out: ${leftOutWords(leftOut)}`}
                </span>
              )}
            </span>
            <Button onClick={dropQueue}>Leave all out</Button>
            <Button variant="filled" disabled={chosenCount === 0} onClick={() => void startImport()}>
              {chosenCount === 0 ? 'Import' : `Import ${formatPlural(chosenCount, 'file')}`}
            </Button>
          </div>
        </section>
      )}
      {inspectingCount > 0 && queue.length === 0 && (
        <section className={classes.looking} aria-label="Looking at the files">
          <div className={classes.phase}>
            Looking at {formatPlural(inspectingCount, 'file or folder', 'files and folders')}
          </div>
          <SkeletonRows rows={3} label="Looking at the files" />
        </section>
      )}
      {job === null && (
        <FileSources
          title={
            isIdle
              ? 'Drop trace files or a folder anywhere on the window. What each is, its content says.'
              : 'More files:'
          }
          isCompact={!isIdle}
          onFiles={inspectFiles}
        />
      )}
      <ImportHistory />
    </div>
  );
}

/** What came of the import just made. */
function Result({ record }: { record: NonNullable<ReturnType<typeof useImportState>['result']> }): ReactNode {
  return (
    <section className={classes.result} aria-label="What came of the import">
      <div className={classes.resultHead}>
        <h2>{recordWords(record)}</h2>
        <div className={classes.resultButtons}>
          <Button onClick={() => dropResult()}>Put away</Button>
          {record.sessions > 0 && (
            <Button variant="filled" onClick={() => openSessions({ importIds: [record.importId] })}>
              Show the {formatPlural(record.sessions, 'session')}
            </Button>
          )}
        </div>
      </div>
      <SourceTable record={record} />
    </section>
  );
}
