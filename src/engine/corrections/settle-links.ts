// What people said of corrections that belong together or apart, without contradictions: of two statements that cannot both hold, also
// through a chain of others, the later one does. Owns that rule; who is told of it is the caller's.

/** What was said of two corrections or more. */
export type SaidLink = { correctionIds: string[]; link: 'must' | 'cannot' };

/** Sets that are said to belong together, as a forest of parents. */
class Together {
  readonly #parents = new Map<string, string>();

  rootOf(id: string): string {
    let root = id;
    for (let above = this.#parents.get(root); above !== undefined; above = this.#parents.get(root))
      root = above;
    if (root !== id) this.#parents.set(id, root);
    return root;
  }

  unite(ids: readonly string[]): void {
    const [first = '', ...others] = ids.map((id) => this.rootOf(id));
    for (const other of new Set(others)) if (other !== first) this.#parents.set(other, first);
  }
}

/** How many of the ids lie in the sets. */
function countIn(ids: readonly string[], roots: ReadonlySet<string>, together: Together): number {
  return ids.filter((id) => roots.has(together.rootOf(id))).length;
}

/**
 * Which of the statements, given oldest first, hold, and which are contradicted by later ones; both oldest first. Each statement
 * holds as a whole or not at all.
 */
export function settleLinks(said: readonly SaidLink[]): { kept: SaidLink[]; contradicted: SaidLink[] } {
  const together = new Together();
  const kept: SaidLink[] = [];
  const contradicted: SaidLink[] = [];
  const apart: (readonly string[])[] = [];
  for (const one of said.toReversed()) {
    const roots = new Set(one.correctionIds.map((id) => together.rootOf(id)));
    const isContradicted =
      one.link === 'must'
        ? apart.some((ids) => countIn(ids, roots, together) > 1)
        : roots.size < new Set(one.correctionIds).size;
    if (isContradicted) {
      contradicted.unshift(one);
      continue;
    }
    kept.unshift(one);
    if (one.link === 'must') together.unite(one.correctionIds);
    else apart.push(one.correctionIds);
  }
  return { kept, contradicted };
}
