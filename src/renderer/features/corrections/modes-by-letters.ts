/** Failure modes that letters stand for, as one types them. Pure. */
interface Named {
  id: string;
  name: string;
}

/** 0: the name begins so, 1: its words begin so, 2: it is somewhere in the name; null: nowhere. */
function fit(name: string, letters: string): number | null {
  if (name.startsWith(letters)) return 0;
  const words = name.split(/[\s/-]+/u);
  if (words.some((word) => word.startsWith(letters))) return 1;
  if (
    words
      .map((word) => word.charAt(0))
      .join('')
      .startsWith(letters)
  )
    return 1;
  return name.includes(letters) ? 2 : null;
}

/** Those whose name, words, initials or inside the letters are in that order; each in the codebook's own. All without letters. */
export function modesByLetters<T extends Named>(modes: readonly T[], letters: string): T[] {
  const wanted = letters.trim().toLowerCase();
  return modes
    .flatMap((mode) => {
      const rank = fit(mode.name.toLowerCase(), wanted);
      return rank === null ? [] : [{ mode, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ mode }) => mode);
}
