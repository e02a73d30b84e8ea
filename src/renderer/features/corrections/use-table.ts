/** The sorting table as one thing: what is on it, where one is, and every act, for the keys, the panels and the cards. */
import { useMemo, useState } from 'react';
import { modeColor, nthColor } from '../../lib/mode-colors';
import { useShownTheme } from '../../lib/lanes';
import { navigate } from '../../lib/navigation';
import { useActs } from './acts';
import { useCursor, usePicks, useWrittenAddress } from './cursor';
import { clusterTitle, narrowingOf, partTitle } from './place';
import {
  orders,
  useCodes,
  useFailureModes,
  useLinks,
  useParts,
  usePile,
  useSummary,
  type Order,
  type useClusters,
} from './table-data';
import { titleOf, useWhere } from './where';

const ORDER_KEY = 'faultline.corrections.order';

function keptOrder(): Order {
  const kept = window.localStorage.getItem(ORDER_KEY);
  return orders.find((order) => order.value === kept)?.value ?? 'score';
}

export type Dialogue = 'name-cluster' | 'new-mode' | 'pick-mode' | 'code' | null;
export type Table = ReturnType<typeof useTable>;

export function useTable() {
  const [text, setText] = useState('');
  const [order, keepOrder] = useState(keptOrder);
  const [dialogue, setDialogue] = useState<Dialogue>(null);
  const [markedId, setMarkedId] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [isLassoing, setLassoing] = useState(false);
  const [rightTab, setRightTab] = useState<'modes' | 'codes'>('modes');
  const [linking, setLinking] = useState<string[] | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [codesAskedFor, setCodesAskedFor] = useState(0);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const where = useWhere();
  const [narrowing, setNarrowing] = useState(() => narrowingOf(where.route));
  const { place, route, clusters } = where;
  const pile = usePile(place, text, narrowing, order);
  const pileKey = JSON.stringify([
    place.cluster,
    place.failureModeId,
    place.code,
    [where.chosen?.part, place.lassoed?.length, place.lassoed?.[0]],
    [text, order, narrowing],
  ]);
  const spot = useCursor(pileKey, pile.items, route?.correctionId ?? null);
  // The cards of the pile before are still in view while those of this one are fetched; a key must not sort them.
  const cursor = pile.isStale ? { ...spot, current: null } : spot;
  const picks = usePicks(pileKey, where.chosen?.part == null ? place.lassoed : null);
  const summary = useSummary();
  const modes = useFailureModes();
  const acts = useActs();
  const codes = useCodes();
  const links = useLinks();
  const parts = useParts(openedId);
  const looks = useLooks(clusters.data ?? NO_CLUSTERS, modes.modes);
  const cluster =
    place.lassoed === null && place.failureModeId === null && place.code === null ? where.cluster : null;
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
    narrowing,
    setNarrowing,
    rightTab,
    setRightTab,
    /** Corrections of which is being asked whether they belong together. */
    linking,
    setLinking,
    /** The free code that is being renamed. */
    renaming,
    setRenaming,
    /** Grows whenever the focus is wanted in the list of codes. */
    codesAskedFor,
    switchCodes: () => {
      if (rightTab === 'codes') {
        setRightTab('modes');
        return;
      }
      setRightTab('codes');
      setCodesAskedFor((before) => before + 1);
    },
    /** The cluster whose parts are shown. */
    openedId,
    setOpenedId,
    parts,
    choosePart: (index: number) => {
      const part = parts.data?.[index];
      if (part === undefined || openedId === null) return;
      where.setChosen({
        ids: part.correctionIds,
        part: { clusterId: openedId, index, title: partTitle(part) },
      });
    },
    codes,
    links,
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
