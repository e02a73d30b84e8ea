import { useEffect, useRef, type ReactNode } from 'react';
import { LaneMark } from '../../../components/flag';
import { SafeText } from '../../../components/safe-text';
import { VirtualList, type VirtualListHandle } from '../../../components/virtual-list';
import { cx } from '../../../lib/class-names';
import { formatCount, formatMicroseconds, formatOffset } from '../../../lib/format';
import { useSession } from '../session-context';
import classes from './span-table.module.css';

const sameIndex = (index: number) => index;
const rowHeight = () => 24;
const HEAD = ['#', 'turn', 'lane', 'span', 'start', 'duration', 'status', 'findings'];

/** The timeline's content as rows: for those who cannot see it, and for reading figures off. */
export function SpanTable(): ReactNode {
  const { data, selection, select } = useSession();
  const listRef = useRef<VirtualListHandle>(null);
  const selected = selection.spanId === null ? -1 : (data.indexOf.get(selection.spanId) ?? -1);
  useEffect(() => {
    if (selected !== -1) listRef.current?.scrollToIndex(selected);
  }, [selected]);
  return (
    <div className={classes.table} role="table" aria-label="Spans" aria-rowcount={data.spans.length + 1}>
      <div className={cx(classes.row, classes.head)} role="row">
        {HEAD.map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
      <VirtualList
        ref={listRef}
        role="presentation"
        label="Spans"
        count={data.spans.length}
        estimateSize={rowHeight}
        getKey={sameIndex}

        renderItem={(index) => {
          const span = data.spans[index];
          if (span === undefined) return null;
          return (
            <div
              className={cx(classes.row, index === selected && classes.selected)}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === selected}
              onClick={() => select(span.spanId, { by: 'timeline' })}
            >
              <span role="cell">{formatCount(index + 1)}</span>
              <span role="cell">{span.turnNo > 0 ? span.turnNo : ''}</span>
              <span role="cell">
                <LaneMark lane={span.lane} isSmall />
              </span>
              <span role="cell" className={classes.name}>
                <SafeText text={(span.toolName ?? span.name).slice(0, 80)} />
                <span className={classes.text}>
                  {' '}
                  <SafeText text={span.text.slice(0, 120).replaceAll('\n', ' ')} />
                </span>
              </span>
              <span role="cell">{span.startUs === null ? '' : formatOffset(span.startUs / 1000)}</span>
              <span role="cell">{span.durationUs === null ? '' : formatMicroseconds(span.durationUs)}</span>
              <span role="cell" className={cx(span.status === 'error' && classes.error)}>
                {span.status === 'unset' ? '' : span.status}
              </span>
              <span role="cell">{data.findingsOf.get(span.spanId)?.length ?? ''}</span>
            </div>
          );
        }}
      />
    </div>
  );
}
