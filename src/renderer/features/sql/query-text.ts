/** The text of a query as the editor needs it: its lines, the word where a problem is, what is put in where. Pure. */

/** The word or sign at a place, as [start, end); null where there is none. */
export function markedRange(text: string, position: number | null): [number, number] | null {
  if (position === null || text === '') return null;
  const start = Math.min(Math.max(position, 0), text.length - 1);
  const word =
    /^(?:"[^"\n]{0,200}"|[\p{L}\p{N}_]{1,200}|[^\s])/u.exec(text.slice(start, start + 210))?.[0] ?? '';
  return [start, start + Math.max(word.length, 1)];
}

/** Line and column of a place, both from 1. */
export function placeIn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The text with a word in place of what is selected, parted from its neighbours, and where the cursor then is. */
export function withWord(
  text: string,
  [start, end]: readonly [number, number],
  word: string,
): { text: string; cursor: number } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  const gapBefore = before === '' || /[\s(.,]$/u.test(before) ? '' : ' ';
  const gapAfter = after === '' || /^[\s).,;]/u.test(after) ? '' : ' ';
  const put = `${gapBefore}${word}${gapAfter}`;
  return { text: `${before}${put}${after}`, cursor: start + put.length };
}

/** A name as SQL wants it: quoted where it is no plain word. */
export function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
