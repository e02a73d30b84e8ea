import { IconChevronRight } from '@tabler/icons-react';
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from '../lib/class-names';
import { formatCount } from '../lib/format';
import { jsonRows, PAGE, type JsonRow } from '../lib/json-rows';
import { SafeText } from './safe-text';
import { TextView } from './text-view';
import { VirtualList, type VirtualListHandle } from './virtual-list';
import classes from './json-tree.module.css';

interface JsonTreeProps {
  value: unknown;
  /** What it is, for screen readers: `Input`. */
  label: string;
  /** Levels that are open at first. */
  openDepth?: number;
}

const ROW_HEIGHT = 20;
const LINE_LENGTH = 140;

/** JSON as a tree of virtual rows. Arrows move, right and left open and close, Enter does either. */
export function JsonTree({ value, label, openDepth = 2 }: JsonTreeProps): ReactNode {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('');
  const listRef = useRef<VirtualListHandle>(null);
  const rows = useMemo(
    () => jsonRows(value, { toggled, shown, openDepth }),
    [value, toggled, shown, openDepth],
  );
  const index = Math.max(
    rows.findIndex((row) => row.path === current),
    0,
  );

  const setOpen = (row: JsonRow, isOpen: boolean) => setToggled(new Map(toggled).set(row.path, isOpen));
  const act = (row: JsonRow) => {
    setCurrent(row.path);
    if (row.kind === 'more') setShown(new Map(shown).set(row.value, (shown.get(row.value) ?? PAGE) + PAGE));
    else if (row.count > 0) setOpen(row, !row.isOpen);
    else if (isLong(row)) {
      const next = new Set(unfolded);
      if (!next.delete(row.path)) next.add(row.path);
      setUnfolded(next);
    }
  };
  const go = (to: number) => {
    const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    if (next === undefined) return;
    setCurrent(next.path);
    listRef.current?.scrollToIndex(rows.indexOf(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[index];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const acts: Partial<Record<string, () => void>> = {
      ArrowDown: () => go(index + 1),
      ArrowUp: () => go(index - 1),
      ArrowRight: () => (row.count > 0 && !row.isOpen ? setOpen(row, true) : go(index + 1)),
      ArrowLeft: () => (row.isOpen ? setOpen(row, false) : go(parentOf(rows, index))),
      Enter: () => act(row),
      ' ': () => act(row),
    };
    const run = acts[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <div className={classes.tree} role="tree" aria-label={label} tabIndex={0} onKeyDown={onKeyDown}>
      <VirtualList
        ref={listRef}
        role="presentation"
        label={label}
        count={rows.length}
        estimateSize={() => ROW_HEIGHT}
        getKey={(at) => rows[at]?.path ?? at}
        renderItem={(at) => {
          const row = rows[at];
          return (
            row && (
              <Row
                row={row}
                isCurrent={at === index}
                isUnfolded={unfolded.has(row.path)}
                onAct={() => act(row)}
              />
            )
          );
        }}
      />
    </div>
  );
}

function parentOf(rows: readonly JsonRow[], index: number): number {
  const depth = rows[index]?.depth ?? 0;
  return rows.findLastIndex((row, at) => at < index && row.depth < depth);
}

function isLong(row: JsonRow): boolean {
  return row.kind === 'string' && (row.value.length > LINE_LENGTH || row.value.includes('\n'));
}

interface RowProps {
  row: JsonRow;
  isCurrent: boolean;
  isUnfolded: boolean;
  onAct: () => void;
}

function Row({ row, isCurrent, isUnfolded, onAct }: RowProps): ReactNode {
  const canOpen = row.count > 0;
  return (
    <div
      className={cx(classes.row, isCurrent && classes.current)}
      style={{ paddingLeft: 6 + Math.min(row.depth, 24) * 14 }}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isCurrent}
      aria-expanded={canOpen ? row.isOpen : undefined}
      onClick={(event) => {
        // Selecting text to copy is no click.
        if (window.getSelection()?.isCollapsed !== false || canOpen) onAct();
        event.stopPropagation();
      }}
    >
      <span className={classes.chevron}>
        {canOpen && <IconChevronRight size={12} className={cx(row.isOpen && classes.open)} aria-hidden />}
      </span>
      {row.kind === 'more' ? (
        <span className={classes.more}>
          show {formatCount(Math.min(row.count, PAGE))} more of {formatCount(row.count)}
        </span>
      ) : (
        <span className={classes.content}>
          {row.label !== null && (
            <>
              <span className={classes.label}>
                <SafeText text={row.label.slice(0, 300)} />
              </span>
              <span className={classes.colon}>: </span>
            </>
          )}
          <Value row={row} isUnfolded={isUnfolded} />
        </span>
      )}
    </div>
  );
}

function Value({ row, isUnfolded }: { row: JsonRow; isUnfolded: boolean }): ReactNode {
  if (row.isEmbedded)
    return (
      <>
        <span className={classes.count}>JSON in a text, {formatCount(row.count)} inside</span>{' '}
        {!row.isOpen && (
          <span className={classes.string}>
            <SafeText text={row.value.slice(0, LINE_LENGTH)} />
          </span>
        )}
      </>
    );
  switch (row.kind) {
    case 'object':
      return <span className={classes.count}>{row.count === 0 ? '{}' : `{${formatCount(row.count)}}`}</span>;
    case 'array':
      return <span className={classes.count}>{row.count === 0 ? '[]' : `[${formatCount(row.count)}]`}</span>;
    case 'string':
      if (isUnfolded)
        return (
          <div className={classes.long}>
            <TextView text={row.value} isMono />
          </div>
        );
      return (
        <span className={cx(classes.string, isLong(row) && classes.folded)}>
          "<SafeText text={row.value.slice(0, LINE_LENGTH).split('\n', 1)[0] ?? ''} />"
          {isLong(row) && <span className={classes.count}> {formatCount(row.value.length)} characters</span>}
        </span>
      );
    case 'number':
    case 'boolean':
    case 'null':
    case 'more':
      return <span className={classes[row.kind]}>{row.value}</span>;
  }
}
