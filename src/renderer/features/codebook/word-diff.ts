/** What changed between two texts, word by word. Pure. */

export interface DiffPiece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond this many pairs of words the texts are shown one after the other. */
const MOST_CELLS = 400_000;

/** Fewer words than these in common between two changes are no common ground. */
const LEAST_SAME = 3;

function wordsOf(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

/** Words taken out and put in, in reading order; neighbours of a kind are one piece. */
export function wordDiff(before: string, after: string): DiffPiece[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  const pieces: DiffPiece[] = [];
  const add = (kind: DiffPiece['kind'], text: string) => {
    const last = pieces.at(-1);
    if (text === '') return;
    if (last?.kind === kind) last.text += text;
    else pieces.push({ kind, text });
  };
  add('same', a.slice(0, start).join(''));
  diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end), add);
  add('same', a.slice(a.length - end).join(''));
  return readable(pieces);
}

/** A word or two that stayed by chance between changes only cut the sentence up: they go with what is around them. */
function readable(pieces: readonly DiffPiece[]): DiffPiece[] {
  const result: DiffPiece[] = [];
  let removed = '';
  let added = '';
  const flush = () => {
    if (removed !== '') result.push({ kind: 'removed', text: removed });
    if (added !== '') result.push({ kind: 'added', text: added });
    removed = '';
    added = '';
  };
  pieces.forEach((piece, index) => {
    if (piece.kind === 'removed') removed += piece.text;
    else if (piece.kind === 'added') added += piece.text;
    else {
      const wordCount = piece.text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
      // Where only one side changes there is nothing to be mixed up.
      const isBetween = removed !== '' && added !== '' && index < pieces.length - 1;
      if (isBetween && wordCount < LEAST_SAME) {
        removed += piece.text;
        added += piece.text;
      } else {
        flush();
        result.push({ ...piece });
      }
    }
  });
  flush();
  return result;
}

function diffMiddle(
  a: readonly string[],
  b: readonly string[],
  add: (kind: DiffPiece['kind'], text: string) => void,
): void {
  if (a.length * b.length > MOST_CELLS) {
    add('removed', a.join(''));
    add('added', b.join(''));
    return;
  }
  // Lengths of the longest common subsequence of what is left, from the end.
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      add('same', left);
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      add('removed', left);
      i += 1;
    } else if (right !== undefined) {
      add('added', right);
      j += 1;
    }
  }
}
