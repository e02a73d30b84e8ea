/** The log: who did what in this workspace and when, the latest first, what was undone among it. */
import { Button, Drawer } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { EmptyState, ErrorState } from '../components/empty-state';
import { Kbd } from '../components/kbd';
import { SafeText } from '../components/safe-text';
import { SkeletonRows } from '../components/skeleton';
import { VirtualList } from '../components/virtual-list';
import { cx } from '../lib/class-names';
import { orpc } from '../lib/client';
import { formatDateTime, formatPlural } from '../lib/format';
import { showDialogue, useDialogue } from '../lib/frame-state';
import { redo, undo } from '../lib/workspace';
import classes from './log-drawer.module.css';

const PAGE = 200;

export function LogDrawer(): ReactNode {
  const isOpen = useDialogue() === 'log';
  return (
    <Drawer
      opened={isOpen}
      onClose={() => showDialogue(null)}
      title="What was done, and by whom"
      position="right"
      size={460}
      classNames={{ content: classes.content ?? '', body: classes.body ?? '' }}
    >
      {isOpen && <Log />}
    </Drawer>
  );
}

function Log(): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const query = useInfiniteQuery(
    orpc.workspace.history.infiniteOptions({
      input: (offset: number) => ({ offset, limit: PAGE }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => {
        const read = pages.reduce((sum, page) => sum + page.items.length, 0);
        return last.items.length > 0 && read < last.total ? read : undefined;
      },
    }),
  );
  if (query.isPending) return <SkeletonRows label="Fetching the log" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const items = query.data.pages.flatMap((page) => page.items);
  const [first] = query.data.pages;
  const turn = async (how: () => Promise<unknown>) => {
    setBusy(true);
    await how();
    setBusy(false);
  };
  if (items.length === 0)
    return (
      <EmptyState title="Nothing was done yet">
        Every verdict, every sorting and every change of the codebook will stand here, with who did it.
      </EmptyState>
    );
  return (
    <div className={classes.column}>
      <div className={classes.bar}>
        <span className={classes.count}>{formatPlural(first?.total ?? 0, 'entry', 'entries')}</span>
        <Button
          disabled={isBusy || first?.canUndo !== true}
          rightSection={<Kbd keys="mod+z" />}
          onClick={() => void turn(undo)}
        >
          Undo
        </Button>
        <Button
          disabled={isBusy || first?.canRedo !== true}
          rightSection={<Kbd keys="mod+shift+z" />}
          onClick={() => void turn(redo)}
        >
          Redo
        </Button>
      </div>
      <div className={classes.list}>
        <VirtualList
          count={items.length + (query.hasNextPage ? 1 : 0)}
          estimateSize={() => 46}
          getKey={(index) => items[index]?.factId ?? 'more'}
          label="What was done"
          renderItem={(index) => {
            const item = items[index];
            if (item === undefined)
              return (
                <button type="button" className={classes.more} onClick={() => void query.fetchNextPage()}>
                  Show earlier ones
                </button>
              );
            return (
              <div className={cx(classes.item, item.isUndone && classes.undone)}>
                <span className={classes.sentence}>
                  <SafeText text={item.sentence} />
                  {item.isUndone && <span className={classes.state}> undone</span>}
                </span>
                <span className={classes.facts}>
                  <SafeText text={item.author} />, {formatDateTime(Date.parse(item.at))}
                </span>
              </div>
            );
          }}
        />
      </div>
    </div>
  );
}
