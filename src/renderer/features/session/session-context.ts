/** What the parts of the session screen share, so that it need not pass through every row. */
import { createContext, useContext } from 'react';
import type { FailureMode } from '../../../shared/model/codebook';
import type { CorrectionActs } from './correction-acts';
import type { Select, Selection } from './selection';
import type { SessionData } from './session-data';

export interface SessionContextValue {
  data: SessionData;
  selection: Selection;
  select: Select;
  acts: CorrectionActs;
  /** Titles of signals by id. */
  signalTitles: ReadonlyMap<string, string>;
  failureModes: { assignable: readonly FailureMode[]; names: ReadonlyMap<string, string> };
}

export const SessionContext = createContext<SessionContextValue | null>(null);

export function useSession(): SessionContextValue {
  const value = useContext(SessionContext);
  if (value === null) throw new Error('Parts of the session screen live within it.');
  return value;
}
