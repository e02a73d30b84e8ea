/** Which span is selected: one state shared by conversation, timeline and inspector, and kept in the address. */
import { useCallback, useEffect, useState } from 'react';
import { navigate } from '../../lib/navigation';

export interface Selection {
  spanId: string | null;
  /** The row of the conversation: the span's own, or the fold it was reached by. */
  rowKey: string | null;
  /** Chosen among the span's findings; null where the span itself was chosen. */
  findingId: string | null;
  /** Where it was chosen: the other parts bring it into view. */
  by: 'conversation' | 'timeline' | 'keys' | 'address';
}

/** Null selects nothing: the inspector shows the session. */
export type Select = (spanId: string | null, how?: Partial<Omit<Selection, 'spanId'>>) => void;

/** The address follows after a pause: browsers allow only so many changes of it in a row. */
const ADDRESS_DELAY_MS = 400;

/** `tell` is told of each change, in place of the address; it must stay the same function. */
export function useSelection(
  sessionId: string,
  fromAddress: string | undefined,
  tell?: (spanId: string | null) => void,
): [Selection, Select] {
  const [selection, setSelection] = useState<Selection>({
    spanId: fromAddress ?? null,
    rowKey: fromAddress ?? null,
    findingId: null,
    by: 'address',
  });
  const select = useCallback<Select>((spanId, how = {}) => {
    setSelection({ rowKey: spanId, findingId: null, by: 'keys', ...how, spanId });
  }, []);

  // Back, forward or a link within the session.
  const [seen, setSeen] = useState(fromAddress);
  if (fromAddress !== seen) {
    setSeen(fromAddress);
    if (fromAddress !== undefined && fromAddress !== selection.spanId)
      setSelection({ spanId: fromAddress, rowKey: fromAddress, findingId: null, by: 'address' });
  }
  const { spanId } = selection;
  useEffect(() => {
    if (spanId === (fromAddress ?? null)) return;
    if (tell !== undefined) {
      tell(spanId);
      return;
    }
    const timer = window.setTimeout(
      () =>
        navigate({ screen: 'session', sessionId, ...(spanId === null ? {} : { spanId }) }, { replace: true }),
      ADDRESS_DELAY_MS,
    );
    return () => window.clearTimeout(timer);
  }, [sessionId, spanId, fromAddress, tell]);
  return [selection, select];
}
