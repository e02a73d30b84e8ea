/**
 * The one cache of what the engine said. Its data change only through acts of this program, so nothing is fetched
 * again by itself: after every mutation all queries are marked stale, but those that say they only change with
 * the imports (`meta: { changesWith: 'imports' }`). Jobs that stream events are no mutations: call `refreshAll()` at their end.
 */
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { toastError } from './toast';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: { changesWith?: 'imports' };
    mutationMeta: {
      /** What was tried, for the message when it fails: `judge the correction`. */
      doing?: string;
      /** The mutation's own code brings the cache up to date, and shows its errors. */
      isQuiet?: boolean;
    };
  }
}

export const queryClient: QueryClient = new QueryClient({
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (mutation.meta?.isQuiet !== true) toastError(error, mutation.meta?.doing);
    },
    onSettled: async (_data, _error, _variables, _result, mutation) => {
      if (mutation.meta?.isQuiet !== true) await refreshDerived();
    },
  }),
  defaultOptions: {
    // 'always': the engine is on this machine, and a machine that is off the network must work as well.
    queries: {
      networkMode: 'always',
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/**
 * The scope of acts that are done and taken back within a moment: each is sent when the one before it is recorded, so that an
 * undo takes back what was seen last, not what the engine happened to have heard of.
 */
export const ACTS = { id: 'acts' } as const;

/** After an act of a person: everything but what the sources alone decide. */
export async function refreshDerived(): Promise<void> {
  await queryClient.invalidateQueries({ predicate: (query) => query.meta?.changesWith !== 'imports' });
}

/** After an import, an undo or a change of the pillar rules: everything. */
export async function refreshAll(): Promise<void> {
  await queryClient.invalidateQueries();
}
