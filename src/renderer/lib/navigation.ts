/**
 * Where the person is: a typed route kept in the address's hash, so that back, forward and copying it work alike in
 * the window and in the browser. Owns reading and writing the hash; knows nothing of what a screen shows.
 * `#/session/<id>?span=<spanId>`, `#/sessions?filter=<JSON>`: values are checked, and a bad one is left out.
 */
import { groupBySchema, type GroupBy } from '../../shared/contract/numbers';
import { useSyncExternalStore } from 'react';
import { sessionFilterSchema, sessionSortKeys, type SessionFilter } from '../../shared/model/session';

export const screenIds = [
  'home',
  'import',
  'overview',
  'sessions',
  'session',
  'signals',
  'corrections',
  'codebook',
  'review',
  'objectives',
  'regression',
  'report',
  'sql',
] as const;
export const objectiveTabs = ['results', 'edit', 'versions'] as const;
export const regressionTabs = ['cases', 'gate', 'versions', 'verify'] as const;
export const reportTabs = ['report', 'redaction', 'masked'] as const;
export type ScreenId = (typeof screenIds)[number];

export const reviewViews = ['new', 'work', 'items', 'results', 'agreement', 'disagreements'] as const;
/** A part of the review screen; without one, the list of queues. */
export type ReviewView = (typeof reviewViews)[number];

export interface SessionSort {
  key: (typeof sessionSortKeys)[number];
  descending: boolean;
}

interface RouteParameters {
  home: object;
  import: object;
  overview: object;
  sessions: { filter?: SessionFilter; sort?: SessionSort };
  session: { sessionId: string; spanId?: string };
  signals: { signal?: string };
  corrections: {
    clusterId?: string;
    failureModeId?: string;
    code?: string;
    correctionId?: string;
    /** Only of sessions in this group; of both or none. */
    groupBy?: GroupBy;
    group?: string;
  };
  codebook: { failureModeId?: string; version?: number };
  review: { view?: ReviewView; queueId?: string; place?: number; filter?: SessionFilter };
  objectives: { objectiveId?: string; tab?: (typeof objectiveTabs)[number] };
  regression: { setId?: string; caseId?: string; tab?: (typeof regressionTabs)[number] };
  report: { tab?: (typeof reportTabs)[number] };
  sql: { query?: string };
}

export type RouteOf<S extends ScreenId> = { screen: S } & RouteParameters[S];
export type Route = { [S in ScreenId]: RouteOf<S> }[ScreenId];

const HOME: Route = { screen: 'home' };

function isScreenId(text: string): text is ScreenId {
  return (screenIds as readonly string[]).includes(text);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parseFilter(text: string | null): SessionFilter | undefined {
  if (text === null) return undefined;
  try {
    const result = sessionFilterSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

function parseReview(query: URLSearchParams): RouteParameters['review'] {
  const place = Number(query.get('place') ?? Number.NaN);
  return present<RouteParameters['review']>({
    view: reviewViews.find((view) => view === query.get('view')),
    queueId: query.get('queue') ?? undefined,
    place: Number.isInteger(place) && place > 0 ? place : undefined,
    filter: parseFilter(query.get('filter')),
  });
}

function parseSort(text: string | null): SessionSort | undefined {
  const match = /^(-?)(\w+)$/u.exec(text ?? '');
  const key = sessionSortKeys.find((known) => known === match?.[2]);
  return key === undefined ? undefined : { key, descending: match?.[1] === '-' };
}

/** Only what is there: with exactOptionalPropertyTypes an absent key and `undefined` are not the same. */
function present<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

/** The route an address's hash stands for; `home` for one that stands for nothing. Never throws. */
export function parseHash(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/u, '').split('?', 2);
  const [screen = '', encodedId] = path.replace(/^\//u, '').split('/', 2);
  if (!isScreenId(screen)) return HOME;
  const query = new URLSearchParams(search);
  const value = (name: string): string | undefined => query.get(name) ?? undefined;
  switch (screen) {
    case 'home':
    case 'import':
    case 'overview':
      return { screen };
    case 'sessions':
      return {
        screen,
        ...present<RouteParameters['sessions']>({
          filter: parseFilter(query.get('filter')),
          sort: parseSort(query.get('sort')),
        }),
      };
    case 'session': {
      const sessionId = decode(encodedId ?? '');
      if (sessionId === undefined || sessionId === '') return { screen: 'sessions' };
      return { screen, sessionId, ...present<{ spanId?: string }>({ spanId: value('span') }) };
    }
    case 'signals':
      return { screen, ...present<RouteParameters['signals']>({ signal: value('signal') }) };
    case 'corrections':
      return {
        screen,
        ...present<RouteParameters['corrections']>({
          clusterId: value('cluster'),
          failureModeId: value('mode'),
          code: value('code'),
          correctionId: value('correction'),
          groupBy: groupBySchema.safeParse(query.get('by')).data,
          group: query.get('group') ?? undefined,
        }),
      };
    case 'codebook': {
      const version = Number(query.get('version') ?? Number.NaN);
      return {
        screen,
        ...present<RouteParameters['codebook']>({
          failureModeId: value('mode'),
          version: Number.isInteger(version) ? version : undefined,
        }),
      };
    }
    case 'review':
      return { screen, ...parseReview(query) };
    case 'objectives':
      return {
        screen,
        ...present<RouteParameters['objectives']>({
          objectiveId: value('objective'),
          tab: objectiveTabs.find((tab) => tab === value('tab')),
        }),
      };
    case 'regression':
      return {
        screen,
        ...present<RouteParameters['regression']>({
          setId: value('set'),
          caseId: value('case'),
          tab: regressionTabs.find((tab) => tab === value('tab')),
        }),
      };
    case 'report':
      return {
        screen,
        ...present<RouteParameters['report']>({ tab: reportTabs.find((tab) => tab === value('tab')) }),
      };
    case 'sql':
      return { screen, ...present<RouteParameters['sql']>({ query: value('query') }) };
  }
}

function filterText(filter: SessionFilter | undefined): string | undefined {
  return filter === undefined || Object.keys(filter).length === 0 ? undefined : JSON.stringify(filter);
}

function queryOf(route: Route): Record<string, string | undefined> {
  switch (route.screen) {
    case 'home':
    case 'import':
    case 'overview':
      return {};
    case 'sessions':
      return {
        filter: filterText(route.filter),
        sort: route.sort === undefined ? undefined : `${route.sort.descending ? '-' : ''}${route.sort.key}`,
      };
    case 'session':
      return { span: route.spanId };
    case 'signals':
      return { signal: route.signal };
    case 'corrections':
      return {
        cluster: route.clusterId,
        mode: route.failureModeId,
        code: route.code,
        correction: route.correctionId,
        by: route.groupBy,
        group: route.group,
      };
    case 'codebook':
      return { mode: route.failureModeId, version: route.version?.toString() };
    case 'review':
      return {
        view: route.view,
        queue: route.queueId,
        place: route.place?.toString(),
        filter: filterText(route.filter),
      };
    case 'objectives':
      return { objective: route.objectiveId, tab: route.tab };
    case 'regression':
      return { set: route.setId, case: route.caseId, tab: route.tab };
    case 'report':
      return { tab: route.tab };
    case 'sql':
      return { query: route.query };
  }
}

/** The hash that stands for a route: `parseHash(formatHash(route))` is the route again. */
export function formatHash(route: Route): string {
  const path = route.screen === 'session' ? `session/${encodeURIComponent(route.sessionId)}` : route.screen;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(queryOf(route))) if (value !== undefined) query.set(name, value);
  const search = query.toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

const listeners = new Set<() => void>();
let lastHash: string | undefined;
let lastRoute: Route = HOME;

function currentRoute(): Route {
  const { hash } = window.location;
  if (hash !== lastHash) {
    lastHash = hash;
    lastRoute = parseHash(hash);
  }
  return lastRoute;
}

function announce(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener('popstate', announce);
    window.addEventListener('hashchange', announce);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.removeEventListener('popstate', announce);
      window.removeEventListener('hashchange', announce);
    }
  };
}

/** Goes to a route. `replace` leaves no step to come back to: for what is merely selected on the same screen. */
export function navigate(route: Route, options: { replace?: boolean } = {}): void {
  const hash = formatHash(route);
  if (hash === window.location.hash) return;
  if (options.replace === true) window.history.replaceState(null, '', hash);
  else window.history.pushState(null, '', hash);
  announce();
}

export function goBack(): void {
  window.history.back();
}

export function goForward(): void {
  window.history.forward();
}

/** The route shown now; the component renders again when it changes. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** The route's parameters when it is this screen's. A screen is only ever mounted on its own route. */
export function useRouteOf<S extends ScreenId>(screen: S): RouteOf<S> | undefined {
  const route = useRoute();
  return route.screen === screen ? (route as RouteOf<S>) : undefined;
}
