// Names that last: a cluster keeps its id from run to run as far as its members do, so that what people said of it stays true.
import { hashText } from '../../shared/text/hash-text';

export type PreviousCluster = { id: string; memberIds: string[] };

/** An id from what the cluster consists of; the order of `parts` does not matter. */
export function contentId(parts: string[]): string {
  const joined = Array.from(new Set(parts)).sort().join('\u0001');
  const hex = (salt: string): string => hashText(`${salt}${joined}`).toString(16).padStart(8, '0');
  return `cluster-${hex('a')}${hex('b')}`;
}

type Match = { cluster: number; previous: number; jaccard: number };

/** All overlaps above the floor, best first. Only items that the previous run knew count: new data is no loss of identity. */
function findMatches(members: string[][], previous: PreviousCluster[], minJaccard: number): Match[] {
  const previousOf = new Map(
    previous.flatMap((cluster, p) => cluster.memberIds.map((id) => [id, p] as const)),
  );
  return members
    .flatMap((ids, cluster) => {
      const shared = new Map<number, number>();
      let known = 0;
      for (const id of ids) {
        const p = previousOf.get(id);
        if (p === undefined) continue;
        known++;
        shared.set(p, (shared.get(p) ?? 0) + 1);
      }
      return Array.from(shared, ([p, count]) => {
        const all = known + (previous[p]?.memberIds.length ?? 0) - count;
        return { cluster, previous: p, jaccard: count / Math.max(1, all) };
      }).filter((match) => match.jaccard >= minJaccard);
    })
    .sort((a, b) => b.jaccard - a.jaccard || a.previous - b.previous || a.cluster - b.cluster);
}

/**
 * The ids of the clusters: that of the previous cluster whose members it shares most (Jaccard at least `minJaccard`, each id given
 * once, best match first), else `ownIds`. Never gives the same id twice.
 */
export function assignClusterIds(
  members: string[][],
  ownIds: string[],
  previous: PreviousCluster[],
  minJaccard: number,
): string[] {
  const ids: (string | null)[] = members.map(() => null);
  const given = new Set<string>();
  const usedPrevious = new Set<number>();
  for (const match of findMatches(members, previous, minJaccard)) {
    const id = previous[match.previous]?.id;
    if (id === undefined || ids[match.cluster] !== null || usedPrevious.has(match.previous) || given.has(id))
      continue;
    ids[match.cluster] = id;
    usedPrevious.add(match.previous);
    given.add(id);
  }
  const taken = new Set([...given, ...previous.map(({ id }) => id)]);
  return ids.map((id, c) => {
    if (id !== null) return id;
    const own = ownIds[c] ?? 'cluster';
    let fresh = own;
    for (let n = 2; taken.has(fresh); n++) fresh = `${own}-${n}`;
    taken.add(fresh);
    return fresh;
  });
}
