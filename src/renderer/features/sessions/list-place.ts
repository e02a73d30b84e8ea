/** Where one was in the list when a session was opened from it, so that the way back leads to the same row. In memory. */
export interface ListPlace {
  /** Of which list; in another one the place means nothing. */
  listKey: string;
  index: number;
  scrollTop: number;
}

let left: ListPlace | null = null;

export function rememberPlace(place: ListPlace): void {
  left = place;
}

/** The place in this list, or its beginning. */
export function recallPlace(listKey: string): ListPlace {
  return left?.listKey === listKey ? left : { listKey, index: 0, scrollTop: 0 };
}
