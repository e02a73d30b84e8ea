import { Button, Modal } from '@mantine/core';
import { IconChevronRight, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ShownImport } from '../../../shared/model/source';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatBytes, formatCount, formatDateTime, formatDuration, formatPlural } from '../../lib/format';
import { refreshAll } from '../../lib/query-client';
import { openSessions } from '../../lib/session-query';
import { toastDone } from '../../lib/toast';
import { SafeText } from '../../components/safe-text';
import { dropResult } from './import-state';
import { SourceTable } from './source-table';
import classes from './import.module.css';

/** The imports of the workspace, latest first; each opens to its files and can be taken out again. */
export function ImportHistory(): ReactNode {
  const imports = useQuery(orpc.imports.list.queryOptions());
  const [openId, setOpenId] = useState<string | null>(null);
  const [removing, setRemoving] = useState<ShownImport | null>(null);
  const remove = useMutation(
    orpc.imports.remove.mutationOptions({
      meta: { doing: 'remove the import' },
      onSuccess: async (_done, { importId }) => {
        dropResult(importId);
        toastDone('The import was removed. Undo brings it back.');
        await refreshAll();
      },
    }),
  );
  if (imports.isPending) return <SkeletonRows rows={4} label="Fetching the imports" />;
  if (imports.isError) return <ErrorState error={imports.error} onRetry={() => void imports.refetch()} />;
  if (imports.data.length === 0) return null;
  return (
    <section className={classes.history} aria-label="Imports of this workspace">
      <h2>Imports of this workspace</h2>
      {imports.data.map((record) => (
        <HistoryItem
          key={record.importId}
          record={record}
          isOpen={openId === record.importId}
          onToggle={() => setOpenId(openId === record.importId ? null : record.importId)}
          onRemove={() => setRemoving(record)}
        />
      ))}
      <Modal
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title="Remove this import?"
        size={440}
      >
        {removing !== null && (
          <div className={classes.ask}>
            <p>
              What it brought in, {formatPlural(removing.sessions, 'session')} of{' '}
              {formatPlural(removing.files.count, 'file')}, leaves the lists and the figures. What you did
              with it stays in the journal, and undo brings all of it back. The files themselves are not
              touched.
            </p>
            <div className={classes.askButtons}>
              <Button onClick={() => setRemoving(null)}>Cancel</Button>
              <Button
                variant="filled"
                loading={remove.isPending}
                onClick={() =>
                  remove.mutate({ importId: removing.importId }, { onSettled: () => setRemoving(null) })
                }
              >
                Remove it
              </Button>
            </div>
          </div>
        )}
      </Modal>
    </section>
  );
}

interface HistoryItemProps {
  record: ShownImport;
  isOpen: boolean;
  onToggle: () => void;
  onRemove: () => void;
}

function HistoryItem({ record, isOpen, onToggle, onRemove }: HistoryItemProps): ReactNode {
  const { files } = record;
  const [first] = record.sources;
  const name = files.count === 1 && first !== undefined ? first.name : formatPlural(files.count, 'file');
  const notRead = files.failed + files.unrecognised;
  return (
    <div className={classes.historyItem}>
      <div className={classes.historyHead}>
        <button type="button" className={classes.historyFold} aria-expanded={isOpen} onClick={onToggle}>
          <IconChevronRight size={14} className={cx(classes.chevron, isOpen && classes.turned)} aria-hidden />
          <span className={classes.historyAt}>{formatDateTime(record.at)}</span>
          <span className={classes.cut}>
            <SafeText text={name.slice(0, 300)} />
          </span>
        </button>
        <span className={classes.historyFacts}>
          <span>{formatBytes(files.bytes)}</span>
          <span>{formatPlural(record.spans, 'span')}</span>
          {notRead > 0 && <span className={classes.warn}>{formatPlural(notRead, 'file')} not read</span>}
          {files.rejected > 0 && <span className={classes.warn}>{formatCount(files.rejected)} rejected</span>}
          <span>{formatDuration(record.durationMs)}</span>
        </span>
        <button
          type="button"
          className={classes.textButton}
          onClick={() => openSessions({ importIds: [record.importId] })}
        >
          {formatPlural(record.sessions, 'session')}
        </button>
        <button
          type="button"
          className={classes.drop}
          aria-label={`Remove the import of ${formatDateTime(record.at)}`}
          title="Remove (can be undone)"
          onClick={onRemove}
        >
          <IconTrash size={14} aria-hidden />
        </button>
      </div>
      {isOpen && <SourceTable record={record} />}
    </div>
  );
}
