/**
 * The rows of the list around what is in sight, in pages of 200, sorted and filtered by the engine. Only pages in sight
 * are asked for, so that the bar can be drawn from the first to the hundred-thousandth row without what lies between.
 */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SessionRow } from '../../../shared/model/session';
import { orpc } from '../../lib/client';
import type { SessionQuery } from '../../lib/session-query';
import { PAGE_SIZE, pagesInSight } from './page-window';

export interface SessionPages {
  /** Rows that are there, by their place in the whole list; places that are not there yet are absent. */
  rows: readonly SessionRow[];
  places: readonly number[];
  total: number;
  /** The share of all texts that was searched; rows are added until it is 1, which it is where no text is looked for. */
  searched: number;
  isPending: boolean;
  /** The rows are still those of the list before; the new ones are on their way. */
  isStale: boolean;
  error: unknown;
  retry: () => void;
}

/** How soon to ask again for what a search has found meanwhile. */
const SEARCHING_MS = 250;

function pageOptions({ filter, sort }: SessionQuery, page: number) {
  return orpc.session.list.queryOptions({
    input: { filter, sort, offset: page * PAGE_SIZE, limit: PAGE_SIZE, withStrip: true, isWhole: false },
    refetchInterval: ({ state }) => ((state.data?.searched ?? 1) < 1 ? SEARCHING_MS : false),
  });
}

/** Pages for the rows from `first` to `last`. The first page is always kept: it says how many rows there are. */
export function useSessionPages(query: SessionQuery, first: number, last: number): SessionPages {
  const head = useQuery({ ...pageOptions(query, 0), placeholderData: keepPreviousData });
  const total = head.data?.total ?? 0;
  const numbers = useMemo(
    () => pagesInSight(first, last, total).filter((page) => page > 0 && page * PAGE_SIZE < total),
    [first, last, total],
  );
  const others = useQueries({
    queries: head.isPlaceholderData ? [] : numbers.map((page) => pageOptions(query, page)),
  });
  const key = others.map((other) => other.dataUpdatedAt).join(' ');
  const { rows, places } = useMemo(() => {
    const pages = [
      { page: 0, items: head.data?.items ?? [] },
      ...numbers.map((page, index) => ({ page, items: others[index]?.data?.items ?? [] })),
    ];
    return {
      rows: pages.flatMap(({ items }) => items),
      places: pages.flatMap(({ page, items }) => items.map((_, index) => page * PAGE_SIZE + index)),
    };
    // `others` is another array at every render; what is in it changes when one of its times does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [head.data, numbers, key]);
  const failed = [head, ...others].find((result) => result.isError);
  return {
    rows,
    places,
    total,
    searched: head.data?.searched ?? 1,
    isPending: head.isPending,
    isStale: head.isPlaceholderData,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
