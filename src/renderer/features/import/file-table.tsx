import { Button, Checkbox } from '@mantine/core';
import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';
import { UPLOAD_FOLDER } from '../../../shared/model/upload-folder';
import { cx } from '../../lib/class-names';
import { formatBytes } from '../../lib/format';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { FormatSelect, sureness } from './format-select';
import { editQueue } from './import-state';
import {
  detected,
  formatOf,
  MAPPED_FORMAT,
  obstacle,
  setChosen,
  setFormat,
  withoutFiles,
  type QueuedFile,
} from './queue';
import classes from './import.module.css';

/** Of a row whose reason takes no more than two lines; longer ones are as high as they need. */
const ROW_HEIGHT = 46;

/** The folder of an upload, and that of what came at once in it. */
const UPLOADED = new RegExp(`^.*[/\\\\]${UPLOAD_FOLDER}[^/\\\\]+[/\\\\][^/\\\\]+[/\\\\]`, 'u');

interface FileTableProps {
  queue: readonly QueuedFile[];
  onMap: (file: QueuedFile) => void;
}

/** A row per file that waits: what it is taken for, why, and what can be done about it. */
export function FileTable({ queue, onMap }: FileTableProps): ReactNode {
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: queue.length,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => queue[index]?.preview.handle ?? index,
    getScrollElement: () => scrollRef.current,
    overscan: 10,
    useFlushSync: false,
  });
  const able = queue.filter((file) => obstacle(file) === null);
  const chosen = able.filter((file) => file.isChosen);
  return (
    <div className={classes.files} role="table" aria-label="Files to import" aria-rowcount={queue.length + 1}>
      <div className={cx(classes.fileRow, classes.fileHead)} role="row">
        <span role="columnheader">
          <Checkbox
            aria-label="Choose all files"
            checked={able.length > 0 && chosen.length === able.length}
            indeterminate={chosen.length > 0 && chosen.length < able.length}
            disabled={able.length === 0}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              editQueue((files) =>
                setChosen(
                  files,
                  files.map((file) => file.preview.handle),
                  isOn,
                ),
              );
            }}
          />
        </span>
        <span role="columnheader">File</span>
        <span role="columnheader" className={classes.number}>
          Size
        </span>
        <span role="columnheader">Read as</span>
        <span role="columnheader">Why</span>
        <span />
      </div>
      <div ref={scrollRef} className={classes.fileScroll} tabIndex={-1}>
        <div className={classes.space} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const file = queue[item.index];
            return (
              file !== undefined && (
                <div
                  key={file.preview.handle}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={classes.placed}
                  role="presentation"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <FileRow file={file} index={item.index} onMap={onMap} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface FileRowProps {
  file: QueuedFile;
  index: number;
  onMap: (file: QueuedFile) => void;
}

function FileRow({ file, index, onMap }: FileRowProps): ReactNode {
  const { preview } = file;
  const { handle } = preview;
  const problem = obstacle(file);
  return (
    <div
      className={cx(classes.fileRow, problem === 'unreadable' && classes.broken)}
      role="row"
      aria-rowindex={index + 2}
    >
      <span role="cell">
        <Checkbox
          aria-label={`Import ${visible(preview.name)}`}
          checked={file.isChosen && problem === null}
          disabled={problem !== null}
          onChange={(event) => {
            const isOn = event.currentTarget.checked;
            editQueue((files) => setChosen(files, [handle], isOn));
          }}
        />
      </span>
      <span role="cell" className={classes.fileName} title={visible(preview.path, 1000)}>
        <span className={classes.cut}>
          <SafeText text={preview.name.slice(0, 300)} />
        </span>
        <span className={classes.filePath}>
          <SafeText text={folderOf(preview.path, preview.name).slice(-500)} />
        </span>
      </span>
      <span role="cell" className={classes.number}>
        {formatBytes(preview.bytes)}
        {preview.compression !== 'none' && <span className={classes.packed}>{preview.compression}</span>}
      </span>
      <span role="cell">
        {preview.bytes > 0 && (
          <FormatSelect
            file={file}
            onChange={(format) => editQueue((files) => setFormat(files, handle, format))}
          />
        )}
      </span>
      <span role="cell" className={classes.why}>
        <Why file={file} />
        {formatOf(file) === MAPPED_FORMAT && problem !== 'unreadable' && (
          <Button
            size="compact-xs"
            variant={problem === null ? 'default' : 'filled'}
            onClick={() => onMap(file)}
          >
            {problem === null ? 'Change the mapping' : 'Map its fields'}
          </Button>
        )}
      </span>
      <button
        type="button"
        className={classes.drop}
        aria-label={`Leave out ${visible(preview.name)}`}
        title="Leave this file out"
        onClick={() => editQueue((files) => withoutFiles(files, [handle]))}
      >
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}

/** Why the file is taken for what it is, or why it cannot be taken at all. */
function Why({ file }: { file: QueuedFile }): ReactNode {
  const { preview } = file;
  if (obstacle(file) === 'unreadable')
    return (
      <span className={classes.problem}>
        <IconAlertTriangle size={14} aria-hidden /> <SafeText text={preview.problem ?? ''} />
      </span>
    );
  if (preview.alreadyImported)
    return <span className={classes.cut}>The same bytes are in this workspace already</span>;
  if (file.profile !== null && formatOf(file) === MAPPED_FORMAT)
    return (
      <span className={classes.cut}>
        by the mapping “<SafeText text={file.profile.name} />”
      </span>
    );
  if (file.format !== null) return <span className={classes.cut}>chosen by you</span>;
  const found = detected(file);
  if (found === null) return <span className={classes.cut}>no known format</span>;
  if (found.format === MAPPED_FORMAT)
    return (
      <span className={classes.cut}>
        <SafeText text={found.reason} />
      </span>
    );
  return (
    <>
      <span className={classes.confidence} title="How sure the format is that the file is its own">
        {sureness(found.confidence)}
      </span>
      <span className={classes.cut} title={visible(found.reason)}>
        <SafeText text={found.reason} />
      </span>
      {preview.problem !== null && (
        <span className={classes.problem} title={visible(preview.problem)}>
          <IconAlertTriangle size={14} aria-hidden />
        </span>
      )}
    </>
  );
}

/** Where a file lies; of one that came through the browser, what is below the folder it was put into. */
function folderOf(path: string, name: string): string {
  const uploaded = UPLOADED.exec(path);
  if (uploaded) return folderOf(path.slice(uploaded[0].length), name) || 'from the browser';
  return path.endsWith(name) ? path.slice(0, -name.length).replace(/[/\\]$/u, '') : path;
}
