import { useVirtualizer } from '@tanstack/react-virtual';
import { useImperativeHandle, useRef, type ReactNode, type Ref } from 'react';
import { cx } from '../lib/class-names';
import classes from './virtual-list.module.css';

export interface VirtualListHandle {
  /** `auto` scrolls no further than needed for the item to be seen. */
  scrollToIndex(index: number, align?: 'start' | 'center' | 'end' | 'auto'): void;
  /** The first and the last item in sight. */
  range(): { first: number; last: number } | null;
  focus(): void;
}

interface VirtualListProps {
  count: number;
  /** Pixels; a fair guess is enough, items are measured when they are first shown. */
  estimateSize: (index: number) => number;
  /**
   * Stable over re-ordering and folding, so that measured heights stay with their items. Give the same function while the
   * items are the same (useCallback): with a new one all heights are added up anew.
   */
  getKey: (index: number) => string | number;
  renderItem: (index: number) => ReactNode;
  /** What the list is, for screen readers. */
  label: string;
  role?: 'list' | 'feed' | 'listbox' | 'tree' | 'presentation';
  overscan?: number;
  className?: string | undefined;
  ref?: Ref<VirtualListHandle>;
}

/** A scrolling list of which only what is in sight is in the page. Items may be of any height. */
export function VirtualList(props: VirtualListProps): ReactNode {
  const {
    count,
    estimateSize,
    getKey,
    renderItem,
    label,
    role = 'list',
    overscan = 6,
    className,
    ref,
  } = props;
  const scrollRef = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count,
    estimateSize,
    getItemKey: getKey,
    getScrollElement: () => scrollRef.current,
    overscan,
    paddingStart: 4,
    paddingEnd: 12,
    scrollPaddingStart: 8,
    scrollPaddingEnd: 8,
    useFlushSync: false,
  });
  useImperativeHandle(ref, () => ({
    scrollToIndex: (index, align = 'auto') => virtualizer.scrollToIndex(index, { align }),
    range: () =>
      virtualizer.range && { first: virtualizer.range.startIndex, last: virtualizer.range.endIndex },
    focus: () => scrollRef.current?.focus({ preventScroll: true }),
  }));
  const items = virtualizer.getVirtualItems();
  return (
    <div
      ref={scrollRef}
      className={cx(classes.scroll, className)}
      role={role}
      aria-label={label}
      tabIndex={-1}
    >
      <div className={classes.space} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => (
          <div
            key={item.key}
            ref={virtualizer.measureElement}
            data-index={item.index}
            className={classes.item}
            role={role === 'list' ? 'listitem' : 'presentation'}
            aria-setsize={role === 'list' ? count : undefined}
            aria-posinset={role === 'list' ? item.index + 1 : undefined}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {renderItem(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
