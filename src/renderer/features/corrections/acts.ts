/**
 * What an analyst does at the sorting table. Every act is one fact of the journal, and undo is the workspace's. What
 * changes corrections shows at once and is taken back when the engine refuses.
 */
import { useMutation, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import type { CorrectionFilter } from '../../../shared/contract/correction';
import type { Correction } from '../../../shared/model/correction';
import { linkSentence } from './link-sentence';
import { client, orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { ACTS, refreshDerived } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { edited, summaryAfter, type Edit } from './edits';

export interface Acts {
  judge: (correctionIds: readonly string[], verdict: 'confirmed' | 'rejected' | null) => void;
  assign: (correctionIds: readonly string[], failureModeId: string, mode: 'set' | 'add' | 'remove') => void;
  /** Sorts all that `filter` finds: those that are not sorted yet, unless they were asked for by failure mode. */
  assignAll: (filter: CorrectionFilter, failureModeId: string, name: string) => void;
  setAside: (correctionIds: readonly string[], isSetAside: boolean) => void;
  /** Puts a free code on corrections or takes it off. */
  code: (correctionIds: readonly string[], code: string, mode: 'add' | 'remove') => void;
  /** Puts a code with all that have it under a failure mode; null takes them out. */
  placeCode: (code: string, failureModeId: string | null, modeName: string) => void;
  promoteCode: (code: string) => void;
  renameCode: (code: string, to: string) => void;
  /** Says that corrections belong together or apart; null takes it back. */
  link: (correctionIds: readonly string[], link: 'must' | 'cannot' | null) => void;
  move: (correctionIds: readonly string[], clusterId: string, title: string) => void;
  merge: (clusterIds: readonly string[], intoId: string) => void;
  split: (clusterId: string) => void;
  name: (clusterId: string, name: string | null) => void;
  addMode: (name: string, definition: string, assignTo: readonly string[]) => void;
}

interface Change {
  edit: Edit;
  correctionIds: string[];
}

/** Ids a call of the engine may carry. */
const MOST_IDS = 10_000;
const CHANGE_KEY = ['corrections', 'change'];

const listKeys = [orpc.correction.list.key(), orpc.correction.similar.key()];

type Page = { items: Correction[]; total: number };

function send({ edit, correctionIds }: Change): Promise<null> {
  switch (edit.type) {
    case 'judge':
      return client.correction.judge({ correctionIds, verdict: edit.verdict });
    case 'assign':
      return client.correction.assign({ correctionIds, failureModeId: edit.failureModeId, mode: edit.mode });
    case 'code':
      return client.code.apply({ correctionIds, code: edit.code, mode: edit.mode });
    case 'set-aside':
      return client.correction.setAside({ correctionIds, isSetAside: edit.isSetAside });
  }
}

const DOING = {
  judge: 'judge the correction',
  assign: 'sort the correction',
  code: 'code the correction',
  'set-aside': 'set the correction aside',
};

type Listed = InfiniteData<Page> | Page | Correction[];

/** The lists of corrections come in pages, as one page, and as alike ones; each is edited in its own shape. */
function mapListed(data: Listed, edit: (item: Correction) => Correction): Listed {
  if (Array.isArray(data)) return data.map(edit);
  if ('pages' in data)
    return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.map(edit) })) };
  return { ...data, items: data.items.map(edit) };
}

/** Writes the change into every list of cards in the cache; what was there, and the cards as they were. */
function editLists(queryClient: QueryClient, { edit, correctionIds }: Change) {
  const ids = new Set(correctionIds);
  const lists = listKeys.flatMap((queryKey) => queryClient.getQueriesData<Listed>({ queryKey }));
  const before = new Map<string, Correction>();
  for (const [key, data] of lists) {
    if (data === undefined) continue;
    const next = mapListed(data, (item) => {
      if (!ids.has(item.correctionId)) return item;
      before.set(item.correctionId, item);
      return edited(item, edit);
    });
    queryClient.setQueryData(key, next);
  }
  return { lists, before: [...before.values()] };
}

/** Writes the change into every list in the cache and into the counts; the result puts back what was there. */
async function applyToCache(queryClient: QueryClient, change: Change): Promise<() => void> {
  const summaryKey = orpc.correction.summary.queryKey();
  await Promise.all([...listKeys, summaryKey].map((queryKey) => queryClient.cancelQueries({ queryKey })));
  const summary = queryClient.getQueryData(summaryKey);
  const { lists, before } = editLists(queryClient, change);
  if (summary !== undefined) {
    const after = before.map((one) => edited(one, change.edit));
    queryClient.setQueryData(summaryKey, summaryAfter(summary, before, after));
  }
  return () => {
    for (const [key, data] of lists) queryClient.setQueryData(key, data);
    if (summary !== undefined) queryClient.setQueryData(summaryKey, summary);
  };
}

async function idsOf(filter: CorrectionFilter): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const page = await client.correction.list({
      filter,
      order: 'session',
      offset: ids.length,
      limit: MOST_IDS,
    });
    ids.push(...page.items.map((item) => item.correctionId));
    if (page.items.length === 0 || ids.length >= page.total) return ids;
  }
}

function useChange(): (change: Change) => void {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    scope: ACTS,
    mutationKey: CHANGE_KEY,
    mutationFn: send,
    onMutate: (change) => applyToCache(queryClient, change),
    onError: (error, { edit }, putBack) => {
      putBack?.();
      toastError(error, DOING[edit.type]);
    },
    onSettled: () => {
      // While further keys are under way a refresh would show the state between them. The next act does not wait for it.
      if (queryClient.isMutating({ mutationKey: CHANGE_KEY }) === 1) void refreshDerived();
    },
    meta: { isQuiet: true },
  });
  return mutate;
}

function useAssignAll(): Acts['assignAll'] {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    scope: ACTS,
    mutationFn: async (wanted: { filter: CorrectionFilter; failureModeId: string; name: string }) => {
      const isReassigned = wanted.filter.failureModeId !== undefined;
      const filter = isReassigned ? wanted.filter : { ...wanted.filter, failureModeId: 'none' };
      const correctionIds = await idsOf(filter);
      if (correctionIds.length > 0) {
        const edit = { type: 'assign', failureModeId: wanted.failureModeId, mode: 'set' } as const;
        await send({ edit, correctionIds });
        // What is pressed before the lists are fetched again must start from the cards as they are now.
        editLists(queryClient, { edit, correctionIds });
      }
      return correctionIds.length;
    },
    onSuccess: (count, { name }) =>
      toastDone(
        count === 0
          ? 'All of these are sorted already.'
          : `Sorted ${formatPlural(count, 'correction')} as ${name}. Undo takes all of it back.`,
      ),
    meta: { doing: 'sort the cluster' },
  });
  return (filter, failureModeId, name) => mutate({ filter, failureModeId, name });
}

function useClusterActs(): Pick<Acts, 'move' | 'merge' | 'split' | 'name'> {
  const { mutate: move } = useMutation({
    scope: ACTS,
    mutationFn: ({
      correctionIds,
      clusterId,
    }: {
      correctionIds: string[];
      clusterId: string;
      title: string;
    }) => client.cluster.move({ correctionIds, clusterId }),
    onSuccess: (_data, { correctionIds, title }) =>
      toastDone(`Moved ${formatCount(correctionIds.length)} to ${title}.`),
    meta: { doing: 'move the corrections' },
  });
  const { mutate: merge } = useMutation({
    scope: ACTS,
    mutationFn: (wanted: { clusterIds: string[]; intoId: string }) => client.cluster.merge(wanted),
    onSuccess: () => toastDone('Merged. Undo parts them again.'),
    meta: { doing: 'merge the clusters' },
  });
  const { mutate: name } = useMutation({
    scope: ACTS,
    mutationFn: (wanted: { clusterId: string; name: string | null }) => client.cluster.name(wanted),
    meta: { doing: 'name the cluster' },
  });
  const { mutate: split } = useMutation({
    scope: ACTS,
    mutationFn: (wanted: { clusterId: string }) => client.cluster.split(wanted),
    onSuccess: (ids) =>
      toastDone(
        ids.length > 1
          ? `Split into ${formatPlural(ids.length, 'cluster')}. Undo joins them again.`
          : 'These are too alike to be split.',
      ),
    meta: { doing: 'split the cluster' },
  });
  return {
    move: (correctionIds, clusterId, title) => {
      if (correctionIds.length > 0) move({ correctionIds: [...correctionIds], clusterId, title });
    },
    merge: (clusterIds, intoId) => merge({ clusterIds: [...clusterIds], intoId }),
    split: (clusterId) => split({ clusterId }),
    name: (clusterId, clusterName) => name({ clusterId, name: clusterName }),
  };
}

function useAddMode(): Acts['addMode'] {
  const { mutate } = useMutation({
    scope: ACTS,
    mutationFn: async (mode: { name: string; definition: string; assignTo: string[] }) => {
      await client.correction.sortAsNew({
        name: mode.name,
        definition: mode.definition,
        correctionIds: mode.assignTo,
      });
    },
    onSuccess: (_data, { name, assignTo }) =>
      toastDone(
        assignTo.length === 0
          ? `${name} is in the codebook now.`
          : `${name} is in the codebook now, with ${formatPlural(assignTo.length, 'correction')} in it.`,
      ),
    meta: { doing: 'add the failure mode' },
  });
  return (name, definition, assignTo) => mutate({ name, definition, assignTo: [...assignTo] });
}

function useCodeActs(): Pick<Acts, 'placeCode' | 'promoteCode' | 'renameCode'> {
  const { mutate: placeCode } = useMutation({
    scope: ACTS,
    mutationFn: ({ code, failureModeId }: { code: string; failureModeId: string | null; modeName: string }) =>
      client.code.place({ code, failureModeId }),
    onSuccess: (_data, { code, failureModeId, modeName }) =>
      toastDone(
        failureModeId === null ? `${code} is under no failure mode.` : `${code} is under ${modeName} now.`,
      ),
    meta: { doing: 'place the code' },
  });
  const { mutate: promoteCode } = useMutation({
    scope: ACTS,
    mutationFn: ({ code }: { code: string }) => client.code.promote({ code }),
    onSuccess: (_data, { code }) => toastDone(`${code} is a failure mode of the codebook now.`),
    meta: { doing: 'make a failure mode of the code' },
  });
  const { mutate: renameCode } = useMutation({
    scope: ACTS,
    mutationFn: (wanted: { code: string; to: string }) => client.code.rename(wanted),
    meta: { doing: 'rename the code' },
  });
  return {
    placeCode: (code, failureModeId, modeName) => placeCode({ code, failureModeId, modeName }),
    promoteCode: (code) => promoteCode({ code }),
    renameCode: (code, to) => renameCode({ code, to }),
  };
}

function useLink(): Acts['link'] {
  const { mutate } = useMutation({
    scope: ACTS,
    mutationFn: (wanted: { correctionIds: string[]; link: 'must' | 'cannot' | null }) =>
      client.cluster.link(wanted),
    onSuccess: ({ contradicted }, { link }) => {
      if (link !== null) toastDone(linkSentence(link, contradicted));
    },
    meta: { doing: 'say what belongs together' },
  });
  return (ids, link) => {
    if (ids.length >= 2) mutate({ correctionIds: [...ids], link });
  };
}

export function useActs(): Acts {
  const change = useChange();
  const assignAll = useAssignAll();
  const clusterActs = useClusterActs();
  const addMode = useAddMode();
  const codeActs = useCodeActs();
  const link = useLink();
  return {
    judge: (ids, verdict) => {
      if (ids.length > 0) change({ correctionIds: [...ids], edit: { type: 'judge', verdict } });
    },
    assign: (ids, failureModeId, mode) => {
      if (ids.length > 0) change({ correctionIds: [...ids], edit: { type: 'assign', failureModeId, mode } });
    },
    setAside: (ids, isSetAside) => {
      if (ids.length > 0) change({ correctionIds: [...ids], edit: { type: 'set-aside', isSetAside } });
    },
    code: (ids, code, mode) => {
      if (ids.length > 0) change({ correctionIds: [...ids], edit: { type: 'code', code, mode } });
    },
    assignAll,
    addMode,
    link,
    ...codeActs,
    ...clusterActs,
  };
}
