/** A chart's tooltip and how its marks are reached by keys. */
import {
  createContext,
  useContext,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react';

export interface ChartTip {
  show: (target: Element, content: ReactNode) => void;
  hide: () => void;
}

export const ChartTipContext = createContext<ChartTip>({ show: () => undefined, hide: () => undefined });

/** Handlers for a mark that explains itself under the pointer and with the focus. */
export function useTip(): (content: ReactNode) => {
  onPointerEnter: (event: PointerEvent) => void;
  onPointerLeave: () => void;
  onFocus: (event: FocusEvent) => void;
  onBlur: () => void;
} {
  const tip = useContext(ChartTipContext);
  return (content) => ({
    onPointerEnter: (event) => tip.show(event.currentTarget, content),
    onPointerLeave: tip.hide,
    onFocus: (event) => {
      if (event.currentTarget.matches(':focus-visible')) tip.show(event.currentTarget, content);
    },
    onBlur: tip.hide,
  });
}

/**
 * One stop of the Tab key for a whole chart; arrow keys go from mark to mark. `columns` is the length of a row where
 * marks are a grid, 1 for a list from top to bottom, and the number of marks for a row from left to right.
 */
export function useRovingMarks(count: number, columns: number) {
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(count - 1, 0));
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepMark(current, count, columns, event.key);
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    event.currentTarget.querySelector<HTMLElement | SVGElement>(`[data-mark="${next}"]`)?.focus();
  };
  const mark = (index: number) => ({
    'data-mark': index,
    tabIndex: index === current ? 0 : -1,
  });
  return { onKeyDown, mark, setActive };
}

/** The mark an arrow key leads to; null for other keys, and at the edge. */
export function stepMark(current: number, count: number, columns: number, key: string): number | null {
  const last = count - 1;
  const row = Math.max(columns, 1);
  const moves: Partial<Record<string, number>> = {
    ArrowLeft: current - 1,
    ArrowRight: current + 1,
    ArrowUp: current - row,
    ArrowDown: current + row,
    Home: 0,
    End: last,
  };
  const next = moves[key];
  return next === undefined || next < 0 || next > last ? null : next;
}
