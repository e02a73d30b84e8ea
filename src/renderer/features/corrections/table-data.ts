/** What the sorting table shows, from the engine: counts, clusters, the pile on the table in pages, the codebook. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { CorrectionFilter } from '../../../shared/contract/correction';
import type { Correction } from '../../../shared/model/correction';
import { orpc } from '../../lib/client';
import { filterOf, likeOf, type Narrowing, type Place } from './place';

const PAGE = 200;
/** Beyond these, likeness is chance. */
const ALIKE_LIMIT = 40;
const LEAST_ALIKE = 0.04;

export const orders = [
  { value: 'score', label: 'surest first' },
  { value: 'useful', label: 'most useful next' },
  { value: 'session', label: 'by session' },
] as const;
export type Order = (typeof orders)[number]['value'];

export interface Pile {
  items: Correction[];
  total: number;
  /** How alike a card is to the one asked about; empty but for a pile of alike ones. */
  similarity: ReadonlyMap<string, number>;
  /** Null for a pile the engine has no filter for. */
  filter: CorrectionFilter | null;
  isPending: boolean;
  isStale: boolean;
  error: Error | null;
  retry: () => void;
  hasMore: boolean;
  more: () => void;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The corrections on the table, page after page. */
export function usePile(place: Place, text: string, narrowing: Narrowing, order: Order): Pile {
  const isCluster = place.lassoed === null && place.failureModeId === null && place.code === null;
  const likeId = isCluster ? likeOf(place.cluster) : null;
  const filter = useMemo(() => filterOf(place, text, narrowing), [place, text, narrowing]);
  const listed = useListed(filter, order, likeId === null);
  const alike = useAlike(likeId, text);
  return alike ?? listed;
}

function useListed(filter: CorrectionFilter, order: Order, enabled: boolean): Pile {
  const query = useInfiniteQuery(
    orpc.correction.list.infiniteOptions({
      input: (offset: number) => ({ filter, order, offset, limit: PAGE }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => {
        const read = pages.reduce((sum, page) => sum + page.items.length, 0);
        return read < last.total ? read : undefined;
      },
      placeholderData: keepPreviousData,
      enabled,
    }),
  );
  const items = useMemo<Correction[]>(
    () => query.data?.pages.flatMap((page) => page.items) ?? [],
    [query.data],
  );
  return {
    items,
    total: query.data?.pages[0]?.total ?? 0,
    similarity: NONE,
    filter,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
    hasMore: query.hasNextPage,
    more: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
  };
}

/** The correction asked about and those worded like it; null when none is asked about. */
function useAlike(likeId: string | null, text: string): Pile | null {
  const own = useQuery(
    orpc.correction.list.queryOptions({
      input: { filter: { correctionIds: [likeId ?? ''] }, limit: 1 },
      enabled: likeId !== null,
    }),
  );
  const alike = useQuery(
    orpc.correction.similar.queryOptions({
      input: { correctionId: likeId ?? '', limit: ALIKE_LIMIT },
      enabled: likeId !== null,
    }),
  );
  const needle = text.trim().toLowerCase();
  const items = useMemo(
    () =>
      [
        ...(own.data?.items ?? []),
        ...(alike.data ?? []).filter((item) => item.similarity >= LEAST_ALIKE),
      ].filter((item) => needle === '' || item.text.toLowerCase().includes(needle)),
    [own.data, alike.data, needle],
  );
  const similarity = useMemo(
    () => new Map(alike.data?.map((item) => [item.correctionId, item.similarity]) ?? []),
    [alike.data],
  );
  if (likeId === null) return null;
  return {
    items,
    total: items.length,
    similarity,
    filter: null,
    isPending: alike.isPending || own.isPending,
    isStale: false,
    error: alike.error ?? own.error,
    retry: () => void alike.refetch(),
    hasMore: false,
    more: () => undefined,
  };
}

/** How often to ask while the engine learns from what was sorted. */
const LEARNING_POLL_MS = 1500;

/** The counts. Asking for them lets the engine learn; when it has, the cards are fetched again with their new proposals. */
export function useSummary() {
  const queryClient = useQueryClient();
  const query = useQuery(
    orpc.correction.summary.queryOptions({
      refetchInterval: ({ state }) => (state.data?.learning.isLearning === true ? LEARNING_POLL_MS : false),
    }),
  );
  const isLearning = query.data?.learning.isLearning;
  useEffect(() => {
    if (isLearning === false) void queryClient.invalidateQueries({ queryKey: orpc.correction.list.key() });
  }, [isLearning, queryClient]);
  return query;
}

export function useClusters() {
  return useQuery(orpc.cluster.list.queryOptions());
}

/** Free codes with where they are, the most used first. */
export function useCodes() {
  return useQuery(orpc.code.list.queryOptions());
}

/** Which corrections were said to belong together with others or apart, each way by correction, with the sets. */
export function useLinks(): ReadonlyMap<string, readonly Link[]> {
  const query = useQuery(orpc.cluster.links.queryOptions());
  return useMemo(() => {
    const byId = new Map<string, Link[]>();
    for (const link of query.data ?? [])
      for (const id of link.correctionIds) byId.set(id, [...(byId.get(id) ?? []), link]);
    return byId;
  }, [query.data]);
}
export interface Link {
  correctionIds: string[];
  link: 'must' | 'cannot';
}

/** What a cluster consists of; asked for when it is opened. */
export function useParts(clusterId: string | null) {
  return useQuery(
    orpc.cluster.parts.queryOptions({
      input: { clusterId: clusterId ?? '' },
      enabled: clusterId !== null,
    }),
  );
}

/** Failure modes that can be assigned, in the codebook's order; the first nine have keys. */
export function useFailureModes() {
  const query = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  const modes = useMemo(() => query.data?.failureModes.filter((mode) => !mode.isRetired) ?? [], [query.data]);
  const names = useMemo(
    () => new Map(query.data?.failureModes.map((mode) => [mode.id, mode.name]) ?? []),
    [query.data],
  );
  return { query, modes, names };
}
