/** The row the keys act on: moving it, opening it, and coming back to it. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import type { SessionRow } from '../../../shared/model/session';
import type { Shortcut } from '../../lib/keyboard';
import { navigate } from '../../lib/navigation';
import { recallPlace, rememberPlace } from './list-place';
import type { SessionPages } from './session-pages';
import type { SessionTableHandle } from './session-table';

export interface ActiveRow {
  index: number;
  initialScrollTop: number;
  tableRef: RefObject<SessionTableHandle | null>;
  open: (session: SessionRow, index: number) => void;
  shortcuts: Shortcut[];
}

/** `listKey` stands for the filter and the order; in another list the first row is the active one. */
export function useActiveRow(listKey: string, pages: SessionPages): ActiveRow {
  const [place, setPlace] = useState(() => recallPlace(listKey));
  const [firstKey, setFirstKey] = useState<string | null>(listKey);
  const tableRef = useRef<SessionTableHandle>(null);
  const last = Math.max(pages.total - 1, 0);
  // Until the first page has come there is no last row to be held back by.
  const index = Math.min(place.listKey === listKey ? place.index : 0, pages.isPending ? Infinity : last);
  if (firstKey !== null && firstKey !== listKey) setFirstKey(null);
  useEffect(() => {
    if (firstKey === null) tableRef.current?.scrollToRow(0);
  }, [listKey, firstKey]);

  const moveTo = (next: number) => {
    const within = Math.min(Math.max(next, 0), last);
    setPlace({ listKey, index: within, scrollTop: 0 });
    tableRef.current?.scrollToRow(within);
  };
  const open = useCallback(
    (session: SessionRow, at: number) => {
      rememberPlace({ listKey, index: at, scrollTop: tableRef.current?.scrollTop() ?? 0 });
      const spanId = session.match?.spanId;
      navigate({
        screen: 'session',
        sessionId: session.sessionId,
        ...(spanId === undefined ? {} : { spanId }),
      });
    },
    [listKey],
  );
  const openActive = () => {
    const session = pages.rows[pages.places.indexOf(index)];
    if (session !== undefined) open(session, index);
  };
  const page = () => tableRef.current?.pageLength() ?? 10;
  const shortcuts: Shortcut[] = [
    { keys: ['j', 'ArrowDown'], description: 'Next row', run: () => moveTo(index + 1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous row', run: () => moveTo(index - 1) },
    { keys: ['Enter', 'o'], description: 'Open the session', run: openActive },
    { keys: 'PageDown', description: 'A page down', run: () => moveTo(index + page()), isHidden: true },
    { keys: 'PageUp', description: 'A page up', run: () => moveTo(index - page()), isHidden: true },
    { keys: 'Home', description: 'First row', run: () => moveTo(0), isHidden: true },
    { keys: 'End', description: 'Last row', run: () => moveTo(last), isHidden: true },
  ];
  return { index, initialScrollTop: place.scrollTop, tableRef, open, shortcuts };
}
