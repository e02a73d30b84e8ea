/** The sorting table as one thing: what is on it, where one is, and every act, for the keys, the panels and the cards. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { orpc } from '../../lib/client';
import { modeColor, nthColor } from '../../lib/mode-colors';
import { useShownTheme } from '../../lib/lanes';
import { navigate, useRouteOf } from '../../lib/navigation';
import { useActs } from './acts';
import { nextUnsorted, rangeOf, useCursor, usePicks, useWrittenAddress } from './cursor';
import type { Dragged } from './drag';
import { clusterTitle, isPile, likeOf, likePile, pileTitles, placeOf } from './place';
import { orders, useClusters, useFailureModes, usePile, useSummary, type Order } from './table-data';

const ORDER_KEY = 'faultline.corrections.order';

function keptOrder(): Order {
  const kept = window.localStorage.getItem(ORDER_KEY);
  return orders.find((order) => order.value === kept)?.value ?? 'score';
}

export type Dialogue = 'name-cluster' | 'new-mode' | null;
export type Table = ReturnType<typeof useTable>;

export function useTable() {
  const [text, setText] = useState('');
  const [order, keepOrder] = useState(keptOrder);
  const [dialogue, setDialogue] = useState<Dialogue>(null);
  const [markedId, setMarkedId] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [isLassoing, setLassoing] = useState(false);
  const where = useWhere();
  const { place, route, clusters } = where;
  const pile = usePile(place, text, order);
  const pileKey = JSON.stringify([place.cluster, place.failureModeId, place.lassoed?.length, text, order]);
  const spot = useCursor(pileKey, pile.items, route?.correctionId ?? null);
  // The cards of the pile before are still in view while those of this one are fetched; a key must not sort them.
  const cursor = pile.isStale ? { ...spot, current: null } : spot;
  const picks = usePicks(pileKey, place.lassoed);
  const summary = useSummary();
  const modes = useFailureModes();
  const acts = useActs();
  const looks = useLooks(clusters.data ?? NO_CLUSTERS, modes.modes);
  const cluster = place.lassoed === null && place.failureModeId === null ? where.cluster : null;
  const title = titleOf(where, modes.names, pile.items[0]?.correctionId);

  useWrittenAddress(
    (correctionId) => navigate({ ...where.address, correctionId }, { replace: true }),
    place.lassoed === null && !pile.isStale ? (cursor.current?.correctionId ?? null) : null,
  );

  return {
    ...where,
    text,
    setText,
    order,
    setOrder: (next: Order) => {
      window.localStorage.setItem(ORDER_KEY, next);
      keepOrder(next);
    },
    dialogue,
    setDialogue,
    markedId,
    setMarkedId,
    isAdding,
    setAdding,
    isLassoing,
    setLassoing,
    pile,
    cursor,
    picks,
    summary,
    modes,
    acts,
    looks,
    /** The cluster on the table, if it is one. */
    cluster,
    title,
    /** What keys act on: the picked cards, else the one marked. */
    targets: picks.ids.size > 0 ? [...picks.ids] : cursor.current ? [cursor.current.correctionId] : [],
  };
}

const NO_CLUSTERS: never[] = [];

/** Which pile is on the table, by the address or the lasso, and the ways to another. */
function useWhere() {
  const route = useRouteOf('corrections');
  const clusters = useClusters();
  const [lassoed, setLassoed] = useState<string[] | null>(null);
  const isBareLink =
    route?.correctionId !== undefined && route.clusterId === undefined && route.failureModeId === undefined;
  const linked = useQuery(
    orpc.correction.list.queryOptions({
      input: { filter: { correctionIds: [route?.correctionId ?? ''] }, limit: 1 },
      enabled: isBareLink,
    }),
  );
  const linkedCluster =
    linked.data?.items[0] === undefined ? undefined : (linked.data.items[0].clusterId ?? 'all');
  const clusterIds = useMemo(() => clusters.data?.map((one) => one.clusterId) ?? [], [clusters.data]);
  const place = useMemo(
    () =>
      placeOf(
        route !== undefined && isBareLink && linkedCluster !== undefined
          ? { ...route, clusterId: linkedCluster }
          : route,
        clusterIds,
        lassoed,
      ),
    [route, isBareLink, linkedCluster, clusterIds, lassoed],
  );
  const address = {
    screen: 'corrections' as const,
    clusterId: place.cluster,
    ...(place.failureModeId === null ? {} : { failureModeId: place.failureModeId }),
  };
  return {
    route,
    clusters,
    clusterIds,
    place,
    address,
    isPending: clusters.isPending || (isBareLink && linked.isPending),
    cluster: clusters.data?.find((one) => one.clusterId === place.cluster) ?? null,
    setLassoed,
    choose: (clusterId: string, correctionId?: string) => {
      setLassoed(null);
      navigate({ screen: 'corrections', clusterId, ...(correctionId === undefined ? {} : { correctionId }) });
    },
    chooseMode: (failureModeId: string | null) => {
      setLassoed(null);
      navigate({
        screen: 'corrections',
        clusterId: place.cluster,
        ...(failureModeId === null ? {} : { failureModeId }),
      });
    },
  };
}

function titleOf(
  { place, cluster }: ReturnType<typeof useWhere>,
  modeNames: ReadonlyMap<string, string>,
  firstId: string | undefined,
): string {
  if (place.lassoed !== null) return 'Chosen on the map';
  if (place.failureModeId !== null)
    return modeNames.get(place.failureModeId) ?? 'A failure mode that is gone';
  if (isPile(place.cluster)) return pileTitles[place.cluster];
  if (likeOf(place.cluster) !== null)
    return firstId === likeOf(place.cluster) ? 'More like the first' : 'More like this';
  return cluster === null ? 'Cluster' : clusterTitle(cluster);
}

/** Colours and names of clusters and failure modes, the same in the lists and on the map. */
function useLooks(
  clusters: NonNullable<ReturnType<typeof useClusters>['data']>,
  modes: ReturnType<typeof useFailureModes>['modes'],
) {
  const theme = useShownTheme();
  return useMemo(
    () => ({
      clusterColors: new Map(
        clusters
          .filter((one) => !one.isOutliers)
          .map((one, index) => [one.clusterId, nthColor(index, theme)] as const),
      ),
      modeColors: new Map(
        modes.map((mode, index) => [mode.id, modeColor(mode.color, index, theme)] as const),
      ),
      names: new Map([
        ...clusters.map((one) => [one.clusterId, clusterTitle(one)] as const),
        ...modes.map((mode) => [mode.id, mode.name] as const),
      ]),
    }),
    [clusters, modes, theme],
  );
}

/** Every act with what follows from it on the table: moving on, dropping the picks. */
export function useTableActs(table: Table) {
  const { acts, cursor, pile, picks, targets, modes, place } = table;
  const moveOn = (isUnsortedOnly: boolean) => {
    if (picks.ids.size > 0) {
      picks.clear();
      return;
    }
    cursor.goTo(isUnsortedOnly ? nextUnsorted(pile.items, cursor.index, new Set(targets)) : cursor.index + 1);
  };
  return {
    step: (by: number) => cursor.goTo(cursor.index + by),
    assign: (place9: number) => {
      const mode = modes.modes[place9];
      if (mode === undefined || targets.length === 0) return;
      acts.assign(targets, mode.id, table.isAdding ? 'add' : 'set');
      if (table.isAdding) table.setAdding(false);
      else moveOn(true);
    },
    assignTo: (failureModeId: string) => {
      if (targets.length === 0) return;
      acts.assign(targets, failureModeId, table.isAdding ? 'add' : 'set');
      if (table.isAdding) table.setAdding(false);
      else moveOn(true);
    },
    takeProposal: () => {
      const proposal = cursor.current?.proposal;
      if (cursor.current === null || proposal === null || proposal === undefined) return;
      acts.assign([cursor.current.correctionId], proposal.failureModeId, 'set');
      moveOn(true);
    },
    assignPile: (failureModeId: string) => {
      const name = modes.names.get(failureModeId) ?? '';
      if (pile.filter !== null) acts.assignAll(pile.filter, failureModeId, name);
      else
        acts.assign(
          pile.items.filter((item) => item.failureModeIds.length === 0).map((item) => item.correctionId),
          failureModeId,
          'set',
        );
    },
    judge: (verdict: 'confirmed' | 'rejected') => {
      const isAlready = picks.ids.size === 0 && cursor.current?.state === verdict;
      acts.judge(targets, isAlready ? null : verdict);
      if (!isAlready) moveOn(false);
    },
    setAside: () => {
      acts.setAside(targets, cursor.current?.isSetAside !== true);
      moveOn(false);
    },
    pickCurrent: () => {
      if (cursor.current !== null) picks.toggle([cursor.current.correctionId]);
    },
    pickTo: (index: number) => picks.replace([...picks.ids, ...rangeOf(pile.items, cursor.index, index)]),
    showAlike: () => {
      if (cursor.current !== null) table.choose(likePile(cursor.current.correctionId));
    },
    open: () => {
      if (cursor.current !== null)
        navigate({ screen: 'session', sessionId: cursor.current.sessionId, spanId: cursor.current.spanId });
    },
    stepCluster: (by: 1 | -1) => {
      const ids = table.clusterIds;
      const at = ids.indexOf(place.cluster);
      const next = at === -1 ? (by === 1 ? ids[0] : ids.at(-1)) : ids[at + by];
      if (next !== undefined) table.choose(next);
    },
    mark: () => {
      const id = table.cluster?.clusterId;
      if (id === undefined) return;
      if (table.markedId === null) table.setMarkedId(id);
      else {
        if (table.markedId !== id) acts.merge([table.markedId, id], id);
        table.setMarkedId(null);
      }
    },
    split: () => {
      if (table.cluster !== null) acts.split(table.cluster.clusterId);
    },
    leave: () => {
      if (table.isAdding) table.setAdding(false);
      else if (table.isLassoing) table.setLassoing(false);
      else if (place.lassoed !== null) table.setLassoed(null);
      else if (picks.ids.size > 0) picks.clear();
      else if (table.markedId !== null) table.setMarkedId(null);
      else if (place.failureModeId !== null) table.chooseMode(null);
      else if (table.text !== '') table.setText('');
    },
    dropOnCluster: (dragged: Dragged, clusterId: string) => {
      const title = table.looks.names.get(clusterId) ?? 'the cluster';
      if (dragged.kind === 'corrections') acts.move(dragged.ids, clusterId, title);
      else if (dragged.clusterId !== clusterId) acts.merge([dragged.clusterId, clusterId], clusterId);
      picks.clear();
    },
    dropOnMode: (dragged: Dragged, failureModeId: string) => {
      if (dragged.kind === 'corrections') {
        acts.assign(dragged.ids, failureModeId, 'set');
        picks.clear();
      } else
        acts.assignAll(
          { states: ['proposed', 'confirmed'], isSetAside: false, clusterId: dragged.clusterId },
          failureModeId,
          modes.names.get(failureModeId) ?? '',
        );
    },
  };
}
export type TableActs = ReturnType<typeof useTableActs>;
