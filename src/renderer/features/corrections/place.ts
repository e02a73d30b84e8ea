/** Which pile of corrections is on the table: all, those of a cluster or a failure mode, or those put out of the way. */
import type { CorrectionFilter } from '../../../shared/contract/correction';
import type { SessionGroup } from '../../../shared/contract/numbers';
import type { CorrectionKind } from '../../../shared/model/correction';
import type { UserAct } from '../../../shared/model/user-turn';
import type { RouteOf } from '../../lib/navigation';

export const pileIds = ['unsorted', 'all', 'set-aside', 'rejected'] as const;
export type PileId = (typeof pileIds)[number];

export const pileTitles: Record<PileId, string> = {
  unsorted: 'Not sorted yet',
  all: 'All corrections',
  'set-aside': 'Set aside',
  rejected: 'Rejected',
};

/** What is on the table. `cluster` is a cluster's id, one of the piles that are none, or what `likePile` makes. */
export interface Place {
  cluster: string;
  failureModeId: string | null;
  /** A free code, in place of cluster and failure mode. */
  code: string | null;
  /** Chosen on the map, or as a part of a cluster; in place of everything else. */
  lassoed: readonly string[] | null;
}

/** What the cards of any pile are narrowed to; nothing chosen narrows nothing. */
export interface Narrowing {
  kinds: readonly CorrectionKind[];
  acts: readonly UserAct[];
  /** Of sessions in one of these groups, for each thing sessions are told apart by. */
  groups: readonly SessionGroup[];
}

export const NOT_NARROWED: Narrowing = { kinds: [], acts: [], groups: [] };

/** What an address narrows the cards to. */
export function narrowingOf(route: RouteOf<'corrections'> | undefined): Narrowing {
  const { groupBy, group } = route ?? {};
  if (groupBy === undefined || group === undefined) return NOT_NARROWED;
  return { ...NOT_NARROWED, groups: [{ by: groupBy, value: group }] };
}

const LIKE = 'like:';
const IN_FORCE: CorrectionFilter = { states: ['proposed', 'confirmed'], isSetAside: false };

/** The pile of what is worded like a correction. */
export function likePile(correctionId: string): string {
  return `${LIKE}${correctionId}`;
}

/** The correction a `likePile` is about; null for any other pile. */
export function likeOf(cluster: string): string | null {
  return cluster.startsWith(LIKE) ? cluster.slice(LIKE.length) : null;
}

export function isPile(cluster: string): cluster is PileId {
  return (pileIds as readonly string[]).includes(cluster);
}

/** Where the address leads; to the first cluster where it names none that there is. */
export function placeOf(
  route: RouteOf<'corrections'> | undefined,
  clusterIds: readonly string[],
  lassoed: readonly string[] | null,
): Place {
  const asked = route?.clusterId;
  const isKnown =
    asked !== undefined && (isPile(asked) || likeOf(asked) !== null || clusterIds.includes(asked));
  return {
    cluster: isKnown ? asked : (clusterIds[0] ?? 'unsorted'),
    failureModeId: route?.failureModeId ?? null,
    code: route?.code ?? null,
    lassoed,
  };
}

/** The engine's filter for what is on the table. A chosen failure mode narrows over all clusters. */
export function filterOf(place: Place, text: string, narrowing = NOT_NARROWED): CorrectionFilter {
  const searched: CorrectionFilter = {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(narrowing.kinds.length === 0 ? {} : { kinds: [...narrowing.kinds] }),
    ...(narrowing.acts.length === 0 ? {} : { acts: [...narrowing.acts] }),
    ...(narrowing.groups.length === 0 ? {} : { groups: [...narrowing.groups] }),
  };
  if (place.lassoed !== null) return { ...IN_FORCE, ...searched, correctionIds: [...place.lassoed] };
  if (place.code !== null) return { ...IN_FORCE, ...searched, code: place.code };
  if (place.failureModeId !== null) return { ...IN_FORCE, ...searched, failureModeId: place.failureModeId };
  switch (place.cluster) {
    case 'all':
      return { ...IN_FORCE, ...searched };
    case 'unsorted':
      return { ...IN_FORCE, ...searched, failureModeId: 'none' };
    case 'set-aside':
      return { ...searched, isSetAside: true };
    case 'rejected':
      return { ...searched, states: ['rejected'] };
    default:
      return { ...IN_FORCE, ...searched, clusterId: place.cluster };
  }
}

/** What a cluster is called: by the analyst, else by its words. */
export function clusterTitle(cluster: {
  name: string | null;
  keywords: readonly string[];
  isOutliers: boolean;
}): string {
  if (cluster.name !== null && cluster.name !== '') return cluster.name;
  if (cluster.isOutliers) return 'Fits no cluster';
  return cluster.keywords.length === 0 ? 'No telling words' : cluster.keywords.slice(0, 4).join(', ');
}

/** What a part of a cluster is called: by its words. */
export function partTitle(part: { keywords: readonly string[]; isOutliers: boolean }): string {
  return part.isOutliers ? 'The rest' : clusterTitle({ ...part, name: null });
}
