/** Where one is in the pile: the card that keys act on, and the cards picked besides. Pure, but for the hooks at the end. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Correction } from '../../../shared/model/correction';

interface Spot {
  /** The pile it was in; in another pile it means nothing. */
  pile: string;
  id: string | null;
  /** Where it was, for when it has left the pile. */
  index: number;
}

/** The place of a card; where it has gone, that of the one that took its place. -1 in an empty pile. */
export function placeInPile(
  items: readonly Correction[],
  spot: { id: string | null; index: number },
): number {
  const found = spot.id === null ? -1 : items.findIndex((item) => item.correctionId === spot.id);
  return found >= 0 ? found : Math.min(spot.index, items.length - 1);
}

/** The next card that is not sorted, beginning again at the top; the next of any kind where all are. */
export function nextUnsorted(
  items: readonly Correction[],
  from: number,
  justSorted: ReadonlySet<string>,
): number {
  const isOpen = (item: Correction) =>
    item.failureModeIds.length === 0 &&
    item.state !== 'rejected' &&
    !item.isSetAside &&
    !justSorted.has(item.correctionId);
  const after = items.findIndex((item, index) => index > from && isOpen(item));
  if (after >= 0) return after;
  const before = items.findIndex(isOpen);
  return before >= 0 ? before : Math.min(from + 1, items.length - 1);
}

/** All cards from one to the other, in the order of the pile. */
export function rangeOf(items: readonly Correction[], from: number, to: number): string[] {
  return items.slice(Math.min(from, to), Math.max(from, to) + 1).map((item) => item.correctionId);
}

export interface Cursor {
  index: number;
  current: Correction | null;
  goTo: (index: number) => void;
  /** Goes to a card that may not be in the pile yet. */
  seek: (correctionId: string, pile: string) => void;
  /** The card that is looked for and not among those read so far. */
  isSeeking: boolean;
}

export function useCursor(pile: string, items: readonly Correction[], askedId: string | null): Cursor {
  const [kept, setSpot] = useState<Spot>({ pile: '', id: null, index: 0 });
  const spot = kept.pile === pile ? kept : { pile, id: askedId, index: 0 };
  const index = placeInPile(items, spot);
  const current = items[index] ?? null;
  return {
    index,
    current,
    goTo: (next) => {
      const place = Math.max(Math.min(next, items.length - 1), 0);
      setSpot({ pile, id: items[place]?.correctionId ?? null, index: place });
    },
    seek: (id, inPile) => setSpot({ pile: inPile, id, index: 0 }),
    isSeeking: spot.id !== null && spot.index === 0 && current?.correctionId !== spot.id,
  };
}

export interface Picks {
  ids: ReadonlySet<string>;
  toggle: (correctionIds: readonly string[]) => void;
  replace: (correctionIds: readonly string[]) => void;
  clear: () => void;
}

/** The cards picked; none in another pile, but what is lassoed comes picked. */
export function usePicks(pile: string, lassoed: readonly string[] | null): Picks {
  const [kept, setKept] = useState<{ pile: string; ids: ReadonlySet<string> }>({ pile: '', ids: new Set() });
  const atFirst = useMemo(() => new Set(lassoed ?? []), [lassoed]);
  const ids = kept.pile === pile ? kept.ids : atFirst;
  return {
    ids,
    toggle: (correctionIds) => {
      const next = new Set(ids);
      for (const id of correctionIds) if (!next.delete(id)) next.add(id);
      setKept({ pile, ids: next });
    },
    replace: (correctionIds) => setKept({ pile, ids: new Set(correctionIds) }),
    clear: () => setKept({ pile, ids: new Set() }),
  };
}

const WRITE_MS = 300;

/** Tells the address of where one is, a moment after one has come to rest: browsers refuse an address at every key. */
export function useWrittenAddress(write: (correctionId: string) => void, correctionId: string | null): void {
  const latest = useRef(write);
  useEffect(() => {
    latest.current = write;
  });
  useEffect(() => {
    if (correctionId === null) return;
    const timer = window.setTimeout(() => latest.current(correctionId), WRITE_MS);
    return () => window.clearTimeout(timer);
  }, [correctionId]);
}
