/**
 * Lists of names of which a bag may have some, each asked for its first. Goes by the bag's own keys, of which there are a
 * few dozen where the lists hold hundreds.
 */
import { writtenOut, type AttributeBag } from './attribute-bag';

interface Seat {
  list: number;
  place: number;
}

/** What a bag has of some lists. */
export interface NamesFound<List extends string> {
  /** The value of the first name of a list that is there and not empty, as `textOf` gives it. */
  text(list: List): string | null;
}

export class NameLists<List extends string> {
  readonly #indexes: Map<List, number>;
  readonly #seats = new Map<string, Seat[]>();

  /** The lists by a name of their own, the first name of each first. */
  constructor(lists: Readonly<Record<List, readonly string[]>>) {
    const named = Object.entries(lists) as [List, readonly string[]][];
    this.#indexes = new Map(named.map(([list], i) => [list, i]));
    for (const [list, [, names]] of named.entries())
      for (const [place, name] of names.entries()) {
        const there = this.#seats.get(name);
        if (!there) this.#seats.set(name, [{ list, place }]);
        else if (!there.some((seat) => seat.list === list)) there.push({ list, place });
      }
  }

  /** All names of all lists. */
  get names(): string[] {
    return [...this.#seats.keys()];
  }

  /** Looks through a bag once, for all lists. */
  in(bag: AttributeBag): NamesFound<List> {
    const places: (number | undefined)[] = [];
    const values: unknown[] = [];
    for (const key of Object.keys(bag)) {
      const seats = this.#seats.get(key);
      if (!seats) continue;
      const value = bag[key];
      if (value === undefined || value === null || value === '') continue;
      for (const { list, place } of seats) {
        if (place >= (places[list] ?? Infinity)) continue;
        places[list] = place;
        values[list] = value;
      }
    }
    return { text: (list) => writtenOut(values[this.#indexes.get(list) ?? -1]) };
  }
}
