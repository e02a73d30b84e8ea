/** What was noticed at lines of a source, said once for all of them with the numbers of the first. */

const MAX_SHOWN = 5;

export class NoticedLines {
  readonly #lines = new Map<string, { count: number; first: number[] }>();

  /** Something to say of a line (or row). */
  at(what: string, line: number): void {
    const there = this.#lines.get(what);
    if (!there) this.#lines.set(what, { count: 1, first: [line] });
    else {
      there.count += 1;
      if (there.first.length < MAX_SHOWN) there.first.push(line);
    }
  }

  /** Says all of it. */
  end(note: (what: string, count: number) => void): void {
    for (const [what, { count, first }] of this.#lines) note(`${what} (${linesText(first, count)})`, count);
    this.#lines.clear();
  }
}

/** The numbers of the first of so many lines: `line 3`, `lines 3, 5 and more`. */
export function linesText(first: readonly number[], count: number): string {
  const shown = first.map(String).join(', ');
  return `${count === 1 ? 'line' : 'lines'} ${shown}${count > first.length ? ' and more' : ''}`;
}
