import { useTable, type Header, type Row, type Updater } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  memo,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
  type Ref,
} from 'react';
import type { SessionRow } from '../../../shared/model/session';
import { cx } from '../../lib/class-names';
import type { SessionQuery } from '../../lib/session-query';
import type { SessionSort } from '../../lib/navigation';
import { toVisibility, type ColumnState } from './column-state';
import { sessionColumns, sessionTableFeatures, type SessionTableMeta } from './session-columns';
import type { SessionPages } from './session-pages';
import classes from './session-table.module.css';

export interface SessionTableHandle {
  scrollToRow(index: number): void;
  /** Rows that fit on the screen, for the page keys. */
  pageLength(): number;
  scrollTop(): number;
  focus(): void;
}

interface SessionTableProps {
  query: SessionQuery;
  columns: ColumnState;
  onColumnsChange: (columns: ColumnState) => void;
  onSortChange: (sort: SessionSort) => void;
  meta: SessionTableMeta;
  /** The row the keys act on. */
  activeIndex: number;
  onOpen: (session: SessionRow, index: number) => void;
  pages: SessionPages;
  /** The first and the last row in sight. */
  onRangeChange: (first: number, last: number) => void;
  initialScrollTop: number;
  /** In place of rows, when there are none. */
  empty: ReactNode;
  ref: Ref<SessionTableHandle>;
}

type Features = typeof sessionTableFeatures;
const ROW_HEIGHT = 34;
/** With a line for where the text was found. */
const MATCH_ROW_HEIGHT = 52;
const HEADER_HEIGHT = 30;

/** The sessions as a table: rows in sight alone are in the page, and pages in sight alone are fetched. */
export function SessionTable(props: SessionTableProps): ReactNode {
  const { query, columns, pages, meta, activeIndex, onOpen, onRangeChange, initialScrollTop, empty, ref } =
    props;
  const scrollRef = useRef<HTMLDivElement>(null);

  const table = useTable({
    features: sessionTableFeatures,
    columns: sessionColumns,
    data: pages.rows,
    getRowId: (row) => row.sessionId,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    columnResizeMode: 'onChange',
    meta,
    state: {
      columnVisibility: useMemo(() => toVisibility(columns.shown), [columns.shown]),
      columnSizing: useMemo(() => columns.widths as Record<string, number>, [columns.widths]),
      sorting: useMemo(() => [{ id: query.sort.key, desc: query.sort.descending }], [query.sort]),
    },
    onColumnSizingChange: (updater) => {
      const widths = apply(updater, columns.widths as Record<string, number>);
      props.onColumnsChange({ ...columns, widths });
    },
    onSortingChange: (updater) => {
      const [first] = apply(updater, [{ id: query.sort.key, desc: query.sort.descending }]);
      // Only columns the engine can sort by let themselves be sorted.
      if (first !== undefined)
        props.onSortChange({ key: first.id as SessionSort['key'], descending: first.desc });
    },
  });

  const isSearch = (query.filter.text ?? '') !== '';
  const rowHeight = isSearch ? MATCH_ROW_HEIGHT : ROW_HEIGHT;
  const virtualizer = useVirtualizer({
    count: pages.total,
    estimateSize: () => rowHeight,
    getScrollElement: () => scrollRef.current,
    overscan: 12,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    initialOffset: initialScrollTop,
    useFlushSync: false,
    onChange: (instance) => {
      const seen = instance.range;
      if (seen !== null) onRangeChange(seen.startIndex, seen.endIndex);
    },
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useImperativeHandle(ref, () => ({
    scrollToRow: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
    pageLength: () =>
      Math.max(Math.floor(((scrollRef.current?.clientHeight ?? 0) - HEADER_HEIGHT) / rowHeight) - 1, 1),
    scrollTop: () => scrollRef.current?.scrollTop ?? 0,
    focus: () => scrollRef.current?.focus({ preventScroll: true }),
  }));

  const rows = table.getRowModel().rows;
  const rowAt = useMemo(
    () => new Map(pages.places.map((place, index) => [place, rows[index]])),
    [pages.places, rows],
  );
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const widths = Object.fromEntries(
    headers.map((header) => [`--w-${header.column.id}`, `${header.getSize()}px`]),
  ) as CSSProperties;
  const shownKey = columns.shown.join(' ');
  return (
    <div
      ref={scrollRef}
      className={classes.scroll}
      role="grid"
      tabIndex={0}
      aria-label="Sessions"
      aria-rowcount={pages.total + 1}
      aria-activedescendant={rowAt.get(activeIndex) === undefined ? undefined : `session-row-${activeIndex}`}
      aria-busy={pages.isStale}
      data-stale={pages.isStale || undefined}
      onScroll={(event) =>
        event.currentTarget.toggleAttribute('data-scrolled', event.currentTarget.scrollLeft > 0)
      }
    >
      <div className={classes.table} style={{ ...widths, minWidth: table.getTotalSize() }}>
        <div className={classes.head} role="row" aria-rowindex={1} style={{ height: HEADER_HEIGHT }}>
          {headers.map((header) => (
            <HeaderCell key={header.id} header={header} sort={query.sort} />
          ))}
        </div>
        <div className={classes.body} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => (
            <div
              key={item.key}
              id={`session-row-${item.index}`}
              className={cx(classes.row, item.index === activeIndex && classes.active)}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === activeIndex}
              style={{
                height: rowHeight,
                transform: `translateY(${item.start - HEADER_HEIGHT}px)`,
              }}
            >
              <RowCells
                row={rowAt.get(item.index)}
                index={item.index}
                shownKey={shownKey}
                meta={meta}
                onOpen={onOpen}
              />
            </div>
          ))}
        </div>
      </div>
      {pages.total === 0 && !pages.isPending && empty}
    </div>
  );
}

function apply<T>(updater: Updater<T>, before: T): T {
  return typeof updater === 'function' ? (updater as (old: T) => T)(before) : updater;
}

function HeaderCell({
  header,
  sort,
}: {
  header: Header<Features, SessionRow>;
  sort: SessionSort;
}): ReactNode {
  const { column } = header;
  const isSorted = column.getIsSorted();
  const words = column.columnDef.meta?.words;
  const title = typeof column.columnDef.header === 'string' ? column.columnDef.header : column.id;
  const order = sort.descending ? 'descending' : 'ascending';
  return (
    <div
      className={cx(
        classes.cell,
        classes.headCell,
        column.columnDef.meta?.isNumber === true && classes.number,
      )}
      style={{ width: `var(--w-${column.id})` }}
      data-column={column.id}
      role="columnheader"
      aria-sort={isSorted === false ? 'none' : order}
    >
      {column.getCanSort() ? (
        <button
          type="button"
          className={classes.sort}
          title={words}
          onClick={column.getToggleSortingHandler()}
        >
          {title}
          {isSorted === 'asc' && <IconArrowUp size={12} aria-hidden />}
          {isSorted === 'desc' && <IconArrowDown size={12} aria-hidden />}
        </button>
      ) : (
        <span className={classes.unsorted} title={words}>
          {title}
        </span>
      )}
      {column.getCanResize() && (
        <span
          className={cx(classes.resize, column.getIsResizing() && classes.resizing)}
          onMouseDown={header.getResizeHandler()}
          onTouchStart={header.getResizeHandler()}
          onDoubleClick={() => column.resetSize()}
          aria-hidden
        />
      )}
    </div>
  );
}

interface RowCellsProps {
  row: Row<Features, SessionRow> | undefined;
  index: number;
  /** Cells are made anew when other columns are shown or the names of signals arrive, and else stay as they are. */
  shownKey: string;
  meta: SessionTableMeta;
  onOpen: (session: SessionRow, index: number) => void;
}

const RowCells = memo(function RowCells({ row, index, onOpen }: RowCellsProps): ReactNode {
  if (row === undefined) return <span className={classes.waiting} />;
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    // Somebody who marks words in a row wants to copy them.
    if (window.getSelection()?.type === 'Range') return;
    event.preventDefault();
    onOpen(row.original, index);
  };
  return (
    <div className={classes.cells} role="presentation" onClick={open}>
      {row.getVisibleCells().map((cell) => {
        const { cell: template, meta } = cell.column.columnDef;
        return (
          <div
            key={cell.id}
            className={cx(classes.cell, meta?.isNumber === true && classes.number)}
            style={{ width: `var(--w-${cell.column.id})` }}
            data-column={cell.column.id}
            role="gridcell"
          >
            {typeof template === 'function' ? (template(cell.getContext()) as ReactNode) : null}
          </div>
        );
      })}
    </div>
  );
});
