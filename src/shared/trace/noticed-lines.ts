/** What was noticed at lines of a source, said once for all of them with the numbers of the first. */

const MAX_SHOWN = 5;

export class NoticedLines {
  readonly #lines = new Map<string, { count: number; first: number[]; details: Set<string> }>();

  /** Something to say of a line (or row); of the details, which may differ from line to line, the first are said. */
  at(what: string, line: number, detail?: string): void {
    const there = this.#lines.get(what) ?? { count: 0, first: [], details: new Set() };
    this.#lines.set(what, there);
    there.count += 1;
    if (there.first.length < MAX_SHOWN) there.first.push(line);
    if (detail !== undefined && there.details.size < MAX_SHOWN) there.details.add(detail);
  }

  /** Says all of it. */
  end(note: (what: string, count: number) => void): void {
    for (const [what, { count, first, details }] of this.#lines) {
      const said = details.size === 0 ? what : `${what}: ${[...details].join(', ')}`;
      note(`${said} (${linesText(first, count)})`, count);
    }
    this.#lines.clear();
  }
}

/** The numbers of the first of so many lines: `line 3`, `lines 3, 5 and more`. */
export function linesText(first: readonly number[], count: number): string {
  const shown = first.map(String).join(', ');
  return `${count === 1 ? 'line' : 'lines'} ${shown}${count > first.length ? ' and more' : ''}`;
}
