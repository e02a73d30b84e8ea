import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Source } from '../../../shared/model/source';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { visible } from '../../lib/visible-text';
import classes from './import.module.css';

const PAGE = 200;

interface RejectsDialogueProps {
  importId: string;
  /** Null while it is closed. */
  source: Source | null;
  onClose: () => void;
}

/** The lines that could not be read, each with its number, the reason and the beginning of what stands there. */
export function RejectsDialogue({ importId, source, onClose }: RejectsDialogueProps): ReactNode {
  return (
    <Modal
      opened={source !== null}
      onClose={onClose}
      size={920}
      title={
        source === null
          ? ''
          : `${formatPlural(source.rejected, 'rejected line')} of ${visible(source.name, 80)}`
      }
    >
      {source !== null && <Rejects importId={importId} source={source} />}
    </Modal>
  );
}

function Rejects({ importId, source }: { importId: string; source: Source }): ReactNode {
  const { sourceId } = source;
  const rejects = useInfiniteQuery(
    orpc.imports.rejects.infiniteOptions({
      input: (offset: number) => ({ importId, sourceId, offset, limit: PAGE }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => {
        const have = pages.reduce((sum, page) => sum + page.items.length, 0);
        return have < last.total && last.items.length > 0 ? have : undefined;
      },
      meta: { changesWith: 'imports' },
    }),
  );
  const items = rejects.data?.pages.flatMap((page) => page.items) ?? [];
  const total = rejects.data?.pages[0]?.total ?? 0;
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    estimateSize: () => 62,
    getScrollElement: () => scrollRef.current,
    overscan: 8,
    useFlushSync: false,
  });
  const virtualItems = virtualizer.getVirtualItems();
  const lastSeen = virtualItems.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = rejects;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastSeen > items.length - 40) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastSeen, items.length]);
  if (rejects.isPending) return <SkeletonRows rows={6} label="Fetching the lines" />;
  if (rejects.isError) return <ErrorState error={rejects.error} onRetry={() => void rejects.refetch()} />;
  return (
    <>
      {total < source.rejected && (
        <p className={classes.dim}>
          Of {formatCount(source.rejected)} rejected lines, {formatCount(total)} are kept with their text.
        </p>
      )}
      <div ref={scrollRef} className={classes.rejects} role="list" aria-label="Rejected lines" tabIndex={0}>
        <div className={classes.space} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {virtualItems.map((item) => {
            const reject = items[item.index];
            return (
              reject !== undefined && (
                <div
                  key={item.key}
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  className={classes.reject}
                  role="listitem"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <div className={classes.rejectHead}>
                    <span className={classes.line}>line {formatCount(reject.line)}</span>
                    <SafeText text={reject.reason.slice(0, 600)} />
                    {reject.byteOffset !== null && (
                      <span className={classes.offset}>byte {formatCount(reject.byteOffset)}</span>
                    )}
                  </div>
                  {reject.excerpt !== '' && (
                    <div className={classes.excerpt}>
                      <SafeText text={reject.excerpt.slice(0, 600)} />
                    </div>
                  )}
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}
