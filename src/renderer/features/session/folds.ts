/** What is folded and unfolded in the conversation, and the rows that come of it. */
import { useMemo, useState } from 'react';
import {
  conversationRows,
  revealSpan,
  type ConversationItem,
  type ConversationView,
} from './conversation/rows';
import type { Selection } from './selection';
import type { SessionData } from './session-data';

export interface Folds {
  rows: readonly ConversationItem[];
  /** Row by key: span id, or the fold's own key. */
  rowOf: ReadonlyMap<string, number>;
  foldsTools: boolean;
  /** Spans whose whole text is shown. */
  expanded: ReadonlySet<string>;
  toggleFold: (key: string, isOpen: boolean) => void;
  toggleTools: () => void;
  toggleSpan: (spanId: string) => void;
}

/** Opens whatever hides a span that is selected. */
export function useFolds(data: SessionData, selection: Selection): Folds {
  const { spans, agents, indexOf } = data;
  const [view, setView] = useState<ConversationView>({ toggled: new Map(), foldTools: false });
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState<Selection | null>(null);
  const rows = useMemo(() => conversationRows(spans, agents, indexOf, view), [spans, agents, indexOf, view]);
  const rowOf = useMemo(() => new Map(rows.map((row, index) => [row.key, index])), [rows]);
  const { spanId, rowKey } = selection;
  const index = spanId === null ? undefined : indexOf.get(spanId);
  if (selection !== revealed && index !== undefined) {
    setRevealed(selection);
    // A selected fold is a row of its own: its first span need not be seen.
    if (rowKey === spanId && !rowOf.has(rowKey ?? ''))
      setView(revealSpan(spans, agents, indexOf, view, index));
  }
  return {
    rows,
    rowOf,
    foldsTools: view.foldTools,
    expanded,
    toggleFold: (key, isOpen) => setView({ ...view, toggled: new Map(view.toggled).set(key, isOpen) }),
    toggleTools: () => {
      // What was opened by hand is forgotten: the key means all of them.
      const kept = [...view.toggled].filter(([key]) => !key.startsWith('tools:'));
      setView({ toggled: new Map(kept), foldTools: !view.foldTools });
    },
    toggleSpan: (id) => {
      const next = new Set(expanded);
      if (!next.delete(id)) next.add(id);
      setExpanded(next);
    },
  };
}
