/**
 * Which sessions are listed and in what order: in the address while the sessions screen is shown, remembered while any
 * other is, so that the session screen can walk through the same list and the way back leads to it.
 * Must not fetch anything.
 */
import { useEffect, useMemo } from 'react';
import type { SessionFilter } from '../../shared/model/session';
import { navigate, useRouteOf, type RouteOf, type SessionSort } from './navigation';
import { getWorkspaceState, setWorkspaceState, useWorkspaceState } from './workspace-state';

export interface SessionQuery {
  filter: SessionFilter;
  sort: SessionSort;
}

export const DEFAULT_SORT: SessionSort = { key: 'startTimeMs', descending: true };
const NO_FILTER: SessionFilter = {};

/** Without the keys that restrict nothing, so that two filters that mean the same are the same address. */
export function compactFilter(filter: SessionFilter): SessionFilter {
  const kept = Object.entries(filter).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept);
}

/** The sessions screen showing this list; what is as usual is left out of the address. */
export function sessionsRoute({ filter, sort }: SessionQuery): RouteOf<'sessions'> {
  const isUsual = sort.key === DEFAULT_SORT.key && sort.descending === DEFAULT_SORT.descending;
  const compact = compactFilter(filter);
  return {
    screen: 'sessions',
    ...(Object.keys(compact).length === 0 ? {} : { filter: compact }),
    ...(isUsual ? {} : { sort }),
  };
}

/** Goes to the sessions that match; the way from any figure to its rows. An empty filter shows all of them. */
export function openSessions(filter: SessionFilter, sort: SessionSort = DEFAULT_SORT): void {
  setWorkspaceState({ sessionList: { filter: compactFilter(filter), sort } });
  navigate(sessionsRoute({ filter, sort }));
}

/** Changes the list that is shown. `replace` leaves no step to come back to, for what changes while somebody types. */
export function showSessionQuery(query: SessionQuery, options: { replace?: boolean } = {}): void {
  setWorkspaceState({ sessionList: { filter: compactFilter(query.filter), sort: query.sort } });
  navigate(sessionsRoute(query), options);
}

/** The list as it is on the sessions screen, or as it was left there. */
export function useSessionQuery(): SessionQuery {
  const route = useRouteOf('sessions');
  const left = useWorkspaceState((state) => state.sessionList);
  const filter = route === undefined ? left.filter : (route.filter ?? NO_FILTER);
  const sort = route === undefined ? left.sort : (route.sort ?? DEFAULT_SORT);
  return useMemo(() => ({ filter, sort }), [filter, sort]);
}

/** For the sessions screen alone: comes back to the list as it was left, and remembers it while it is shown. */
export function useKeptSessionQuery(): SessionQuery {
  const query = useSessionQuery();
  useEffect(() => {
    const left = sessionsRoute(getWorkspaceState().sessionList);
    const isBare = ['#/sessions', '#sessions'].includes(window.location.hash);
    if (isBare && (left.filter !== undefined || left.sort !== undefined)) navigate(left, { replace: true });
  }, []);
  useEffect(() => setWorkspaceState({ sessionList: query }), [query]);
  return query;
}
