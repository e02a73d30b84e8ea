import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { SqlColumn, SqlResult } from '../../../shared/contract/sql';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatHash } from '../../lib/navigation';
import { columnKind, valueText } from './chart-choice';
import classes from './result-table.module.css';

export interface Cell {
  row: number;
  column: number;
}

interface ResultTableProps {
  result: SqlResult;
  /** The cell whose whole value is shown. */
  cell: Cell | null;
  onCell: (cell: Cell) => void;
}

const ROW_HEIGHT = 27;
const HEADER_HEIGHT = 40;
/** Characters of a value shown in its cell; the whole is shown below the table. */
const CELL_LENGTH = 160;
/** Columns in the page; a wider result goes out whole by the export. */
export const MOST_COLUMNS = 200;
/** Rows that are looked at for the width of a column. */
const SAMPLE = 200;
const NUMBERS_WIDTH = 56;

/** A result with its types: rows in sight alone are in the page; arrow keys go from cell to cell. */
export function ResultTable({ result, cell, onCell }: ResultTableProps): ReactNode {
  const scrollRef = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => result.columns.slice(0, MOST_COLUMNS), [result.columns]);
  const widths = useMemo(() => widthsOf(columns, result.rows), [columns, result.rows]);
  const total = NUMBERS_WIDTH + widths.reduce((sum, width) => sum + width, 0);
  const virtualizer = useVirtualizer({
    count: result.rows.length,
    estimateSize: () => ROW_HEIGHT,
    getScrollElement: () => scrollRef.current,
    overscan: 12,
    scrollMargin: HEADER_HEIGHT,
    scrollPaddingStart: HEADER_HEIGHT,
    useFlushSync: false,
  });
  const row = cell?.row;
  useEffect(() => {
    if (row !== undefined) virtualizer.scrollToIndex(row, { align: 'auto' });
  }, [row, virtualizer]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepCell(cell ?? { row: 0, column: 0 }, event.key, result.rows.length, columns.length);
    if (next === null) return;
    event.preventDefault();
    onCell(next);
  };
  return (
    <div
      ref={scrollRef}
      className={classes.scroll}
      role="grid"
      tabIndex={0}
      aria-label="Result"
      aria-rowcount={result.rows.length + 1}
      aria-colcount={columns.length}
      onKeyDown={onKeyDown}
    >
      <div className={classes.table} style={{ minWidth: total }}>
        <div className={classes.head} role="row" aria-rowindex={1} style={{ height: HEADER_HEIGHT }}>
          <span className={classes.number} style={{ width: NUMBERS_WIDTH }} />
          {columns.map((column, index) => (
            <div
              key={index}
              className={cx(classes.headCell, columnKind(column) === 'number' && classes.right)}
              style={{ width: widths[index] }}
              role="columnheader"
              title={`${column.name}: ${column.type}`}
            >
              <span className={classes.name}>
                <SafeText text={column.name.slice(0, CELL_LENGTH)} />
              </span>
              <span className={classes.type}>{column.type}</span>
            </div>
          ))}
        </div>
        <div className={classes.body} role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className={cx(classes.row, item.index === row && classes.active)}
              role="row"
              aria-rowindex={item.index + 2}
              style={{ height: ROW_HEIGHT, transform: `translateY(${item.start - HEADER_HEIGHT}px)` }}
            >
              <span className={classes.number} style={{ width: NUMBERS_WIDTH }}>
                {item.index + 1}
              </span>
              {columns.map((column, index) => (
                <div
                  key={index}
                  className={cx(
                    classes.cell,
                    columnKind(column) === 'number' && classes.right,
                    item.index === row && index === cell?.column && classes.chosen,
                  )}
                  style={{ width: widths[index] }}
                  role="gridcell"
                  aria-selected={item.index === row && index === cell?.column}
                  onClick={() => onCell({ row: item.index, column: index })}
                >
                  <Value columns={columns} values={result.rows[item.index] ?? []} index={index} />
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** An id of a session leads to it; beside the id of a span, to that span. */
function Value({
  columns,
  values,
  index,
}: {
  columns: readonly SqlColumn[];
  values: readonly unknown[];
  index: number;
}): ReactNode {
  const value = values[index];
  if (value === null || value === undefined) return <span className={classes.null}>null</span>;
  const text = valueText(value);
  const shown = (
    <SafeText text={text.length > CELL_LENGTH ? `${text.slice(0, CELL_LENGTH).toWellFormed()}…` : text} />
  );
  if (columns[index]?.name !== 'session_id' || text === '') return shown;
  const spanId = values[columns.findIndex(({ name }) => name === 'span_id')];
  const span = typeof spanId === 'string' && spanId !== '' ? { spanId } : {};
  return (
    <a className={classes.link} href={formatHash({ screen: 'session', sessionId: text, ...span })}>
      {shown}
    </a>
  );
}

/** The cell an arrow key leads to; null for other keys, and at the edge. */
function stepCell({ row, column }: Cell, key: string, rows: number, columns: number): Cell | null {
  const moves: Partial<Record<string, Cell>> = {
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    PageUp: { row: Math.max(row - 20, 0), column },
    PageDown: { row: Math.min(row + 20, rows - 1), column },
    Home: { row: 0, column },
    End: { row: rows - 1, column },
  };
  const next = moves[key];
  const isInside =
    next !== undefined && next.row >= 0 && next.row < rows && next.column >= 0 && next.column < columns;
  return isInside ? next : null;
}

/** Pixels, by the longest of the first values; a character is about 7 wide. */
function widthsOf(columns: readonly SqlColumn[], rows: readonly (readonly unknown[])[]): number[] {
  return columns.map((column, index) => {
    const lengths = rows.slice(0, SAMPLE).map((row) => valueText(row[index] ?? 'null').length);
    const longest = Math.max(column.name.length, Math.min(column.type.length, 14), ...lengths);
    return Math.min(Math.max(longest * 7.4 + 26, 64), 420);
  });
}
