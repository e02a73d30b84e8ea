/**
 * The place of a session within another screen: conversation, timeline and inspector over one selection. The app fills
 * it, so that a screen shows sessions without knowing the session screen.
 */
import { createContext, useContext, type ReactNode } from 'react';

export interface SessionSlotProps {
  sessionId: string;
  /** The span that is selected; null shows the session as a whole. */
  spanId: string | null;
  /** Told when another span is selected; must stay the same function. */
  onSpan: (spanId: string | null) => void;
}

export const SessionSlotContext = createContext<((props: SessionSlotProps) => ReactNode) | null>(null);

export function SessionSlot(props: SessionSlotProps): ReactNode {
  const show = useContext(SessionSlotContext);
  if (show === null) throw new Error('The app shows sessions; here is no app.');
  return show(props);
}
