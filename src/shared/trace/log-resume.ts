/**
 * Whether the last entries of a log that is a tree mean the same without the entries before them. Decides only that; which branches
 * were left is told in rewound.ts.
 */

/** An entry of a tree, by its id and that of the one it follows. */
interface Linked {
  id: string;
  parentId: string | null;
}

/**
 * Why entries read from one of them on cannot be understood without those before; null where they can. The first must follow the
 * last entry before it, `leaf`, and all others one another: nothing goes back behind the first then.
 */
export function linksNeedBeginning(entries: readonly Linked[], leaf: string | null): string | null {
  const here = new Set<string>();
  for (const [i, { id, parentId }] of entries.entries()) {
    const isKnown = i === 0 ? parentId === leaf : parentId !== null && here.has(parentId);
    if (!isKnown) return 'the entry that one follows';
    if (here.has(id)) return 'an entry of the same id';
    here.add(id);
  }
  return null;
}
