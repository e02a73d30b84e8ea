/**
 * What the session screen knows of its session: the outline at once, the spans page by page in the background, and the
 * indexes that all three parts look things up in. Owns fetching; changes nothing.
 */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Correction } from '../../../shared/model/correction';
import type { SessionRow, Turn } from '../../../shared/model/session';
import type { Finding } from '../../../shared/model/signal';
import type { Label, SpanRow } from '../../../shared/model/span';
import type { UserTurn } from '../../../shared/model/user-turn';
import { orpc } from '../../lib/client';

/** The first page is small, so that there is something to read at once; later ones each cost a new layout. */
const FIRST_PAGE = 2000;
const PAGE = 10_000;
/** User turns of which is said what they do. */
const MOST_TURNS = 10_000;
/** Characters of each span's text that come with the list; the rest is fetched when it is unfolded. */
export const EXCERPT = 800;

export interface Agent {
  agentId: string;
  name: string;
  parentSpanId: string | null;
  spanCount: number;
}

export interface SessionData {
  session: SessionRow;
  turns: readonly Turn[];
  findings: readonly Finding[];
  corrections: readonly Correction[];
  labels: readonly Label[];
  agents: readonly Agent[];
  contextWindow: number | null;
  /** The session this one began as a copy of. */
  fork: { originSessionId: string; copiedSpanCount: number } | null;
  /** As many as have come, in order of position. */
  spans: readonly SpanRow[];
  /** How many there are in all; `spans` is complete when it has as many. */
  spanCount: number;
  indexOf: ReadonlyMap<string, number>;
  findingsOf: ReadonlyMap<string, readonly Finding[]>;
  correctionOf: ReadonlyMap<string, Correction>;
  labelsOf: ReadonlyMap<string, readonly Label[]>;
  /** What user turns do, by span. */
  actOf: ReadonlyMap<string, UserTurn>;
  /** Turn by number. */
  turnOf: ReadonlyMap<number, Turn>;
}

/** Whether a finding only repeats the correction that its span shows already. */
export function isShownAsCorrection(finding: Finding, data: Pick<SessionData, 'correctionOf'>): boolean {
  return finding.signal === 'correction' && data.correctionOf.has(finding.spanId);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function useSpans(sessionId: string) {
  const query = useInfiniteQuery(
    orpc.session.spans.infiniteOptions({
      input: (offset: number) => ({
        sessionId,
        offset,
        limit: offset === 0 ? FIRST_PAGE : PAGE,
        textLength: EXCERPT,
      }),
      initialPageParam: 0,
      getNextPageParam: (last, pages) => {
        const loaded = pages.reduce((sum, page) => sum + page.items.length, 0);
        return last.items.length > 0 && loaded < last.total ? loaded : undefined;
      },
      meta: { changesWith: 'imports' },
      // Comparing a hundred thousand spans deeply costs more than drawing them.
      structuralSharing: false,
    }),
  );
  const { hasNextPage, isFetching, fetchNextPage, isError } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const spans = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return { query, spans, total: query.data?.pages.at(-1)?.total ?? 0 };
}

export interface SessionQuery {
  data: SessionData | null;
  error: unknown;
  retry: () => void;
}

export function useSessionData(sessionId: string): SessionQuery {
  const outline = useQuery(orpc.session.outline.queryOptions({ input: { sessionId } }));
  const turnActs = useQuery(
    orpc.correction.turns.queryOptions({ input: { filter: { sessionId }, limit: MOST_TURNS } }),
  ).data?.items;
  const { query, spans, total } = useSpans(sessionId);
  const data = outline.data;
  const indexOf = useMemo(() => new Map(spans.map((span, index) => [span.spanId, index])), [spans]);
  const isReady = query.isSuccess || spans.length > 0;
  const session = useMemo((): SessionData | null => {
    if (data === undefined || !isReady) return null;
    return {
      ...data,
      spans,
      spanCount: Math.max(total, spans.length),
      indexOf,
      findingsOf: groupBy(data.findings, (finding) => finding.spanId),
      correctionOf: new Map(data.corrections.map((correction) => [correction.spanId, correction])),
      labelsOf: groupBy(data.labels, (label) => label.spanId),
      actOf: new Map(turnActs?.map((turn) => [turn.spanId, turn])),
      turnOf: new Map(data.turns.map((turn) => [turn.turnNo, turn])),
    };
  }, [data, spans, total, indexOf, isReady, turnActs]);
  return {
    data: session,
    error: outline.error ?? query.error,
    retry: () => {
      void outline.refetch();
      void query.refetch();
    },
  };
}

/** Everything of one span; for the inspector, and for texts longer than their excerpt. */
export function useSpanDetail(sessionId: string, spanId: string | null) {
  return useQuery(
    orpc.session.span.queryOptions({
      input: { sessionId, spanId: spanId ?? '' },
      enabled: spanId !== null,
      meta: { changesWith: 'imports' },
    }),
  );
}

/** The titles of signals by id, as flags say them. */
export function useSignalTitles(): ReadonlyMap<string, string> {
  const signals = useQuery(orpc.signal.list.queryOptions());
  return useMemo(
    () => new Map(signals.data?.map((signal) => [signal.id, signal.title]) ?? []),
    [signals.data],
  );
}

/** The failure modes that can be assigned, in the order of their keys 1 to 9, and all names by id. */
export function useFailureModes() {
  const codebook = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  return useMemo(() => {
    const all = codebook.data?.failureModes ?? [];
    return {
      assignable: all.filter((mode) => !mode.isRetired),
      names: new Map(all.map((mode) => [mode.id, mode.name])),
    };
  }, [codebook.data]);
}
