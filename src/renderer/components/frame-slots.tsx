/**
 * The places in the frame that belong to the screen shown: after the breadcrumb in the header, and in the status line.
 * A screen renders into them; when it goes, they are empty again.
 */
import { createContext, useContext, type ReactNode } from 'react';
import { createPortal } from 'react-dom';

export interface FrameSlots {
  header: HTMLElement | null;
  status: HTMLElement | null;
}

export const FrameSlotsContext = createContext<FrameSlots>({ header: null, status: null });

/** After the screen's name in the header: an id, the totals. */
export function HeaderDetail({ children }: { children: ReactNode }): ReactNode {
  const { header } = useContext(FrameSlotsContext);
  return header === null ? null : createPortal(children, header);
}

/** The left part of the status line: where one is, and the keys that matter now. */
export function StatusDetail({ children }: { children: ReactNode }): ReactNode {
  const { status } = useContext(FrameSlotsContext);
  return status === null ? null : createPortal(children, status);
}
