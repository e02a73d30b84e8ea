import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { Kbd } from '../../../components/kbd';
import { EmptyState } from '../../../components/empty-state';
import { VirtualList, type VirtualListHandle } from '../../../components/virtual-list';
import { formatCount } from '../../../lib/format';
import { useSession } from '../session-context';
import { guessLines } from './excerpt';
import { FoldRow } from './fold-row';
import type { ConversationItem } from './rows';
import { SpanRow } from './span-row';
import classes from './conversation.module.css';

interface ConversationProps {
  rows: readonly ConversationItem[];
  expanded: ReadonlySet<string>;
  query: string;
  onToggleSpan: (spanId: string) => void;
  onToggleFold: (key: string, isOpen: boolean) => void;
}

const LINE_HEIGHT = 19;

/** The conversation as virtual rows; keeps the selected one in sight when it was selected elsewhere. */
export function Conversation({
  rows,
  expanded,
  query,
  onToggleSpan,
  onToggleFold,
}: ConversationProps): ReactNode {
  const { data, selection } = useSession();
  const listRef = useRef<VirtualListHandle>(null);
  const { spans } = data;
  const selectedRow = rows.findIndex((row) => row.key === selection.rowKey);

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

  const estimateSize = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row?.type !== 'span') return 28;
      const span = spans[row.index];
      if (span === undefined) return 28;
      const flags =
        (data.findingsOf.get(span.spanId)?.length ?? 0) + (data.correctionOf.has(span.spanId) ? 1 : 0);
      const lines = span.kind === 'user' || span.kind === 'llm' ? guessLines(span.text) : 1.6;
      return 10 + lines * LINE_HEIGHT + flags * 24 + (row.turnNo === null ? 0 : 11);
    },
    [rows, spans, data.findingsOf, data.correctionOf],
  );
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
      getKey={(index) => rows[index]?.key ?? index}
      overscan={10}
      renderItem={(index) => {
        const row = rows[index];
        if (row === undefined) return null;
        const isSelected = index === selectedRow;
        if (row.type !== 'span')
          return <FoldRow fold={row} isSelected={isSelected} onToggle={onToggleFold} />;
        const span = spans[row.index];
        return (
          span && (
            <SpanRow
              span={span}
              level={row.level}
              turnNo={row.turnNo}
              isSelected={isSelected}
              isExpanded={expanded.has(span.spanId)}
              query={query}
              onToggle={onToggleSpan}
            />
          )
        );
      }}
    />
  );
}

interface SearchBarProps {
  query: string;
  /** 0-based place of the selected span among the matches; -1 when it is none of them. */
  place: number;
  matchCount: number;
  isLoading: boolean;
  cutCount: number;
  onQuery: (query: string) => void;
  onStep: (step: 1 | -1) => void;
  onClose: () => void;
}

/** The line to search in the session with. Enter goes to the next match, Shift Enter back, Escape leaves. */
export function SearchBar(props: SearchBarProps): ReactNode {
  const { query, place, matchCount, isLoading, cutCount, onQuery, onStep, onClose } = props;
  const found =
    query.trim() === ''
      ? ''
      : `${place === -1 ? '' : `${formatCount(place + 1)} of `}${formatCount(matchCount)}`;
  return (
    <div className={classes.search}>
      <input
        className={classes.input}
        value={query}
        autoFocus
        placeholder="Search in this session"
        aria-label="Search in this session"
        spellCheck={false}
        onChange={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span role="status" className={classes.found}>
        {found}
        {isLoading && ' so far'}
      </span>
      {cutCount > 0 && !isLoading && (
        <span title="Longer texts are searched in their first 20,000 characters.">
          {formatCount(cutCount)} very long {cutCount === 1 ? 'text' : 'texts'} only in part
        </span>
      )}
      <span className={classes.keys}>
        <Kbd keys="Enter" /> next <Kbd keys="Escape" /> close
      </span>
    </div>
  );
}
