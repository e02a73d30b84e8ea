/**
 * The place of a session within another screen: conversation, timeline and inspector over one selection. The app fills
 * it, so that a screen shows sessions without knowing the session screen.
 */
import { createContext, useContext, type ComponentType, type ReactNode } from 'react';

export interface SessionSlotProps {
  sessionId: string;
  /** The span that is selected; null shows the session as a whole. */
  spanId: string | null;
  /** Told when another span is selected; must stay the same function. */
  onSpan: (spanId: string | null) => void;
}

export const SessionSlotContext = createContext<ComponentType<SessionSlotProps> | null>(null);

export function SessionSlot(props: SessionSlotProps): ReactNode {
  const Session = useContext(SessionSlotContext);
  if (Session === null) throw new Error('The app shows sessions; here is no app.');
  return <Session {...props} />;
}
