import { Modal } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from '../components/empty-state';
import { SkeletonRows } from '../components/skeleton';
import { cx } from '../lib/class-names';
import { orpc } from '../lib/client';
import { showDialogue, useDialogue } from '../lib/frame-state';
import classes from './offline-badge.module.css';

/** Says that nothing leaves the machine, and shows on demand what was found when the engine looked just now. */
export function OfflineBadge(): ReactNode {
  const isOpen = useDialogue() === 'offline';
  const evidence = useQuery(orpc.app.offline.queryOptions({ staleTime: 0 }));
  const broken = evidence.data?.filter((item) => !item.holds) ?? [];
  const state = evidence.isSuccess ? (broken.length === 0 ? 'good' : 'bad') : 'unknown';
  const words = {
    good: 'Offline: network blocked',
    bad: `Offline: ${broken.length} of ${evidence.data?.length ?? 0} checks fail`,
    unknown: 'Offline: not checked yet',
  };
  return (
    <>
      <button type="button" className={classes.badge} onClick={() => showDialogue('offline')}>
        <span className={cx(classes.dot, classes[state])} aria-hidden />
        {words[state]}
      </button>
      <Modal
        opened={isOpen}
        onClose={() => showDialogue(null)}
        title="What keeps everything on this machine"
        size={640}
      >
        {evidence.isPending && <SkeletonRows rows={5} label="Looking" />}
        {evidence.isError && <ErrorState error={evidence.error} onRetry={() => void evidence.refetch()} />}
        {evidence.isSuccess && (
          <ul className={classes.list} tabIndex={-1} data-autofocus>
            {evidence.data.map((item) => (
              <li key={item.what} className={classes.item}>
                <span className={item.holds ? classes.holds : classes.fails}>
                  {item.holds ? (
                    <IconCheck size={16} aria-label="holds" />
                  ) : (
                    <IconX size={16} aria-label="fails" />
                  )}
                </span>
                <span>
                  <span className={classes.what}>{item.what}</span>
                  <span className={classes.found}>{item.found}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Modal>
    </>
  );
}
