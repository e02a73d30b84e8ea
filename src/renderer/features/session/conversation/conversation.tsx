import { useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { EmptyState } from '../../../components/empty-state';
import { VirtualList, type VirtualListHandle } from '../../../components/virtual-list';
import type { Folds } from '../folds';
import { useSession } from '../session-context';
import type { SessionData } from '../session-data';
import { guessLines } from './excerpt';
import type { ConversationItem } from './rows';
import { FoldRow } from './fold-row';
import { SpanRow } from './span-row';
import classes from './conversation.module.css';

interface ConversationProps {
  folds: Folds;
  /** What is searched for; empty when nothing is. */
  query: string;
}

const LINE_HEIGHT = 19;

/** A row's height before it has been seen. */
function guessHeight(row: ConversationItem, data: SessionData): number {
  const span = row.type === 'span' ? data.spans[row.index] : undefined;
  if (span === undefined) return 28;
  const flags =
    (data.findingsOf.get(span.spanId)?.length ?? 0) + (data.correctionOf.has(span.spanId) ? 1 : 0);
  const lines = span.kind === 'user' || span.kind === 'llm' ? guessLines(span.text) : 2;
  const opens = row.type === 'span' && row.turnNo !== null;
  return 10 + lines * LINE_HEIGHT + flags * 24 + (opens ? 11 : 0);
}

/** The conversation as virtual rows; keeps the selected one in sight when it was selected elsewhere. */
export function Conversation({ folds, query }: ConversationProps): ReactNode {
  const { data, selection } = useSession();
  const listRef = useRef<VirtualListHandle>(null);
  const { spans } = data;
  const { rows } = folds;
  const selectedRow = folds.rowOf.get(selection.rowKey ?? '') ?? -1;

  const scrolledTo = useRef<string | null>(null);
  useEffect(() => {
    if (selection.by === 'conversation' || selectedRow === -1) return;
    // Once for each selection: rows that come or fold later must not pull the list back.
    const target = `${selection.by} ${selection.rowKey ?? ''}`;
    if (scrolledTo.current === target) return;
    scrolledTo.current = target;
    const range = listRef.current?.range();
    const isFar = !range || selectedRow < range.first - 1 || selectedRow > range.last + 1;
    listRef.current?.scrollToIndex(selectedRow, isFar ? 'center' : 'auto');
  }, [selection, selectedRow]);
  useEffect(() => {
    if (selection.by === 'conversation') scrolledTo.current = null;
  }, [selection]);

  // Reckoned once for all rows: the list asks for them again and again.
  const heights = useMemo(() => Float32Array.from(rows, (row) => guessHeight(row, data)), [rows, data]);
  const estimateSize = useCallback((index: number) => heights[index] ?? 28, [heights]);
  const getKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  if (rows.length === 0)
    return (
      <EmptyState title="Nothing was said here">
        The source names this session, but none of its records could be read as a span. See the rejected lines
        on the import screen.
      </EmptyState>
    );
  return (
    <VirtualList
      ref={listRef}
      label="Conversation"
      className={classes.list}
      count={rows.length}
      estimateSize={estimateSize}
      getKey={getKey}
      overscan={10}
      renderItem={(index) => {
        const row = rows[index];
        if (row === undefined) return null;
        const isSelected = index === selectedRow;
        if (row.type !== 'span')
          return <FoldRow fold={row} isSelected={isSelected} onToggle={folds.toggleFold} />;
        const span = spans[row.index];
        return (
          span && (
            <SpanRow
              span={span}
              isFirst={index === 0}
              level={row.level}
              turnNo={row.turnNo}
              isSelected={isSelected}
              isExpanded={folds.expanded.has(span.spanId)}
              query={query}
              onToggle={folds.toggleSpan}
            />
          )
        );
      }}
    />
  );
}
