/** Every act at the sorting table with what follows from it there: moving on, dropping the picks. For the keys and the panels. */
import { navigate } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { nextUnsorted, rangeOf } from './cursor';
import type { Dragged } from './drag';
import { likePile } from './place';
import type { Table } from './use-table';

/** The clusters in their order, those opened followed by their parts: what one steps through by key. */
function stopsOf(table: Table): { clusterId: string; part: number | null }[] {
  return table.clusterIds.flatMap((clusterId) => [
    { clusterId, part: null },
    ...(clusterId === table.openedId ? (table.parts.data ?? []).map((_, part) => ({ clusterId, part })) : []),
  ]);
}

/** Every act with what follows from it on the table: moving on, dropping the picks. */
export function useTableActs(table: Table) {
  const { acts, cursor, pile, picks, targets, modes } = table;
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
    /** Puts codes on what keys act on, and goes on. */
    code: (codes: readonly string[]) => {
      for (const code of codes) acts.code(targets, code, 'add');
      if (codes.length > 0) moveOn(false);
    },
    ...clusterActs(table),
    ...dropActs(table),
    leave: () => leaveOne(table),
  };
}
export type TableActs = ReturnType<typeof useTableActs>;

/** Stepping through clusters, taking them apart, putting them together, and what is said of cards for the next grouping. */
function clusterActs(table: Table) {
  const { acts, cursor, picks, targets, place } = table;
  return {
    stepCluster: (by: 1 | -1) => {
      const stops = stopsOf(table);
      const part = table.chosen?.part ?? null;
      const at = stops.findIndex((stop) =>
        part === null
          ? stop.part === null && stop.clusterId === place.cluster
          : stop.clusterId === part.clusterId && stop.part === part.index,
      );
      const next = at === -1 ? (by === 1 ? stops[0] : stops.at(-1)) : stops[at + by];
      if (next === undefined) return;
      if (next.part === null) table.choose(next.clusterId);
      else table.choosePart(next.part);
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
    /** Shows the parts of the cluster on the table, or folds them away. */
    toggleParts: () => {
      const id = table.cluster?.clusterId ?? table.chosen?.part?.clusterId;
      if (id === undefined) return;
      if (table.openedId === id && table.chosen?.part?.clusterId === id) table.choose(id);
      table.setOpenedId(table.openedId === id ? null : id);
    },
    /** Makes the part on the table a cluster of its own. */
    partToCluster: () => {
      if (table.chosen?.part == null) return;
      const { ids, part } = table.chosen;
      const clusterId = crypto.randomUUID();
      acts.move(ids, clusterId, 'a cluster of its own');
      table.setOpenedId(null);
      table.choose(part.clusterId);
    },
    link: (link: 'must' | 'cannot') => {
      const ids = new Set(targets);
      if (cursor.current !== null) ids.add(cursor.current.correctionId);
      if (ids.size < 2) {
        toastDone('Pick two cards or more first, each with v.');
        return;
      }
      acts.link([...ids], link);
      picks.clear();
    },
  };
}

/** What follows from what is dropped where. */
function dropActs(table: Table) {
  const { acts, picks, modes } = table;
  return {
    /** What was dropped on a card: cards ask what they have in common with it, a code is put on it. */
    dropOnCard: (dragged: Dragged, correctionId: string) => {
      if (dragged.kind === 'code') acts.code([correctionId], dragged.code, 'add');
      else if (dragged.kind === 'corrections') {
        const ids = [...new Set([...dragged.ids, correctionId])];
        if (ids.length >= 2) table.setLinking(ids);
      }
    },
    dropOnCode: (dragged: Dragged, code: string) => {
      if (dragged.kind === 'corrections') {
        acts.code(dragged.ids, code, 'add');
        picks.clear();
      } else if (dragged.kind === 'code' && dragged.code !== code) acts.renameCode(dragged.code, code);
    },
    dropOnCluster: (dragged: Dragged, clusterId: string) => {
      const title = table.looks.names.get(clusterId) ?? 'the cluster';
      if (dragged.kind === 'corrections') acts.move(dragged.ids, clusterId, title);
      else if (dragged.kind === 'cluster' && dragged.clusterId !== clusterId)
        acts.merge([dragged.clusterId, clusterId], clusterId);
      picks.clear();
    },
    dropOnMode: (dragged: Dragged, failureModeId: string) => {
      if (dragged.kind === 'corrections') {
        acts.assign(dragged.ids, failureModeId, 'set');
        picks.clear();
      } else if (dragged.kind === 'code')
        acts.placeCode(dragged.code, failureModeId, modes.names.get(failureModeId) ?? '');
      else
        acts.assignAll(
          { states: ['proposed', 'confirmed'], isSetAside: false, clusterId: dragged.clusterId },
          failureModeId,
          modes.names.get(failureModeId) ?? '',
        );
    },
  };
}

/** Escape: one thing at a time, the latest first. */
function leaveOne(table: Table): void {
  const { place, picks } = table;
  if (table.isAdding) table.setAdding(false);
  else if (table.isLassoing) table.setLassoing(false);
  else if (place.lassoed !== null) table.setChosen(null);
  else if (picks.ids.size > 0) picks.clear();
  else if (table.markedId !== null) table.setMarkedId(null);
  else if (place.code !== null) table.chooseCode(null);
  else if (place.failureModeId !== null) table.chooseMode(null);
  else if (table.text !== '') table.setText('');
}
