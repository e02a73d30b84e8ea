/** Which pile is on the sorting table: by the address, by the lasso, or as a part of a cluster; and the ways to another. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { orpc } from '../../lib/client';
import { navigate, useRouteOf } from '../../lib/navigation';
import { clusterTitle, isPile, likeOf, pileTitles, placeOf } from './place';
import { useClusters } from './table-data';

/** Corrections put on the table by their ids. */
export interface Chosen {
  ids: string[];
  /** Null: lassoed on the map. */
  part: { clusterId: string; index: number; title: string } | null;
}

/** Which pile is on the table, by the address or the lasso, and the ways to another. */
export function useWhere() {
  const route = useRouteOf('corrections');
  const clusters = useClusters();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const lassoed = chosen?.ids ?? null;
  const isBareLink =
    route?.correctionId !== undefined &&
    route.clusterId === undefined &&
    route.failureModeId === undefined &&
    route.code === undefined;
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
    ...(place.code === null ? {} : { code: place.code }),
  };
  return {
    route,
    clusters,
    clusterIds,
    place,
    address,
    isPending: clusters.isPending || (isBareLink && linked.isPending),
    cluster: clusters.data?.find((one) => one.clusterId === place.cluster) ?? null,
    /** The dots in a lasso, or the part of a cluster, that is on the table in place of a pile. */
    chosen,
    setChosen,
    choose: (clusterId: string, correctionId?: string) => {
      setChosen(null);
      navigate({ screen: 'corrections', clusterId, ...(correctionId === undefined ? {} : { correctionId }) });
    },
    chooseMode: (failureModeId: string | null) => {
      setChosen(null);
      navigate({
        screen: 'corrections',
        clusterId: place.cluster,
        ...(failureModeId === null ? {} : { failureModeId }),
      });
    },
    chooseCode: (code: string | null) => {
      setChosen(null);
      navigate({ screen: 'corrections', clusterId: place.cluster, ...(code === null ? {} : { code }) });
    },
  };
}

export function titleOf(
  { place, cluster, chosen }: ReturnType<typeof useWhere>,
  modeNames: ReadonlyMap<string, string>,
  firstId: string | undefined,
): string {
  if (chosen !== null) return chosen.part === null ? 'Chosen on the map' : `Part: ${chosen.part.title}`;
  if (place.code !== null) return `Code: ${place.code}`;
  if (place.failureModeId !== null)
    return modeNames.get(place.failureModeId) ?? 'A failure mode that is gone';
  if (isPile(place.cluster)) return pileTitles[place.cluster];
  if (likeOf(place.cluster) !== null)
    return firstId === likeOf(place.cluster) ? 'More like the first' : 'More like this';
  return cluster === null ? 'Cluster' : clusterTitle(cluster);
}
