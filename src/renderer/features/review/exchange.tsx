/** What goes to a colleague and what comes back: the queue as a packed workspace, the reviews as JSON Lines. */
import { Button, Menu } from '@mantine/core';
import {
  IconArchive,
  IconArrowsExchange,
  IconDownload,
  IconFileExport,
  IconUpload,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type DragEvent, type ReactNode } from 'react';
import type { QueueSummary } from '../../../shared/contract/review';
import type { GrantedFile } from '../../../shared/desktop';
import { MaskItem, outgoingWords, useMasking } from '../../components/mask-choice';
import { client, orpc } from '../../lib/client';
import { formatBytes, formatPlural } from '../../lib/format';
import { navigate } from '../../lib/navigation';
import { droppedFiles, shell } from '../../lib/shell';
import { toastDone, toastError } from '../../lib/toast';
import classes from './review.module.css';

/** Takes in reviews of colleagues; says what was new, what was known, and on how many items reviewers differ now. */
export function useMerge() {
  const merge = useMutation({
    mutationFn: async (files: readonly GrantedFile[]) => {
      const taken = { added: 0, known: 0, disputed: 0 };
      for (const file of files) {
        const one = await client.review.merge({ handle: file.handle });
        taken.added += one.added;
        taken.known += one.known;
        taken.disputed = one.disputed;
      }
      return taken;
    },
    onSuccess: ({ added, known, disputed }, files) =>
      toastDone(
        `${files.map((file) => file.name).join(', ')}: ${formatPlural(added, 'fact')} added, ${known} known already. ${
          disputed === 0
            ? 'Reviewers agree on every verdict.'
            : `${formatPlural(disputed, 'disagreement')} to settle.`
        }`,
      ),
    meta: { doing: 'take in the reviews' },
  });
  const pick = () => {
    shell
      .pickFiles({ purpose: 'annotations', multiple: true })
      .then((files) => files.length > 0 && merge.mutate(files))
      .catch((error: unknown) => toastError(error, 'take in the reviews'));
  };
  return { take: (files: readonly GrantedFile[]) => merge.mutate(files), pick, isPending: merge.isPending };
}

/** A part of the screen onto which files of reviews can be dropped. */
export function MergeTarget({ children }: { children: ReactNode }): ReactNode {
  const merge = useMerge();
  const [isOver, setIsOver] = useState(false);
  const holds = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <div
      className={isOver ? classes.dropOver : classes.dropTarget}
      onDragOver={(event) => {
        if (!holds(event)) return;
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        if (!holds(event)) return;
        event.preventDefault();
        droppedFiles(event.dataTransfer)
          .then((files) => shell.grantDropped(files))
          .then((files) => merge.take(files))
          .catch((error: unknown) => toastError(error, 'take in the reviews'));
      }}
    >
      {children}
    </div>
  );
}

export function MergeButton(): ReactNode {
  const merge = useMerge();
  return (
    <Button leftSection={<IconUpload size={14} />} loading={merge.isPending} onClick={merge.pick}>
      Take in reviews
    </Button>
  );
}

/** Sends a queue out, its reviews back, or puts it away. */
export function QueueMenu({ queue }: { queue: QueueSummary }): ReactNode {
  const { queueId } = queue;
  const [isMasked] = useMasking();
  const save = async (file: { handle: string; name: string; bytes: number }, what: string, masked = '') => {
    if (await shell.saveFile(file.handle, file.name))
      toastDone(`${file.name}: ${what}, ${formatBytes(file.bytes)}.${masked}`);
  };
  const sendOut = useMutation({
    mutationFn: async () => {
      const file = await client.review.exportQueue({ queueId, redact: isMasked });
      await save(file, formatPlural(queue.itemCount, 'session'), outgoingWords(file));
    },
    meta: { doing: 'export the queue' },
  });
  const sendBack = useMutation({
    mutationFn: async () => {
      const file = await client.review.exportReviews({ queueId });
      await save(file, formatPlural(file.rows, 'fact'));
    },
    meta: { doing: 'export the reviews' },
  });
  const archive = useMutation(
    orpc.review.archiveQueue.mutationOptions({
      onSuccess: () => {
        toastDone(`${queue.isArchived ? 'Took out again' : 'Put away'}: ${queue.name}.`);
        navigate({ screen: 'review' });
      },
      meta: { doing: 'put the queue away' },
    }),
  );
  return (
    <Menu position="bottom-end" width={330}>
      <Menu.Target>
        <Button
          leftSection={<IconArrowsExchange size={14} />}
          loading={sendOut.isPending || sendBack.isPending}
        >
          Exchange
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileExport size={15} />} onClick={() => sendOut.mutate()}>
          Export the queue for a colleague
          <div className={classes.dim}>its sessions and codebook as a packed workspace, without reviews</div>
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => sendBack.mutate()}>
          Export the reviews
          <div className={classes.dim}>JSON Lines, to be taken in where the queue came from</div>
        </Menu.Item>
        <MaskItem />
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconArchive size={15} />}
          onClick={() => archive.mutate({ queueId, isArchived: !queue.isArchived })}
        >
          {queue.isArchived ? 'Take the queue out again' : 'Put the queue away'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
