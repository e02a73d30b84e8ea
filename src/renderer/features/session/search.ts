/**
 * Search within the session: at once in the excerpts that are there, then in the whole texts of the spans that have
 * more, which are fetched in the background once and kept while the screen is open.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import type { SpanRow } from '../../../shared/model/span';
import { client } from '../../lib/client';
import { isAbort } from '../../lib/errors';
import { toastError } from '../../lib/toast';
import type { SessionData } from './session-data';

/** Characters of each text that are searched; the contract gives no more in one call. */
export const SEARCHED = 20_000;
const PAGE = 500;
/** All long texts together; beyond this the rest is searched in excerpts only. */
const MAX_TOTAL = 64 * 1024 * 1024;

export interface SessionSearch {
  /** Indices of the spans that match, in order. */
  matches: readonly number[];
  /** Long texts are still on their way: there may be more. */
  isLoading: boolean;
  /** Spans whose text is longer than what was searched. */
  cutCount: number;
}

const NOTHING: SessionSearch = { matches: [], isLoading: false, cutCount: 0 };

function isLong(span: SpanRow): boolean {
  return span.textLength > span.text.length;
}

async function loadTexts(data: SessionData, texts: Map<string, string>, signal: AbortSignal): Promise<void> {
  let room = MAX_TOTAL;
  for (let offset = 0; offset < data.spans.length && room > 0; offset += PAGE) {
    const wanted = data.spans
      .slice(offset, offset + PAGE)
      .some((span) => isLong(span) && !texts.has(span.spanId));
    if (!wanted) continue;
    const { sessionId } = data.session;
    const page = await client.session.spans(
      { sessionId, offset, limit: PAGE, textLength: SEARCHED },
      { signal },
    );
    for (const span of page.items) {
      const known = data.spans[data.indexOf.get(span.spanId) ?? -1];
      if (known === undefined || !isLong(known)) continue;
      texts.set(span.spanId, span.text.toLowerCase());
      room -= span.text.length;
    }
  }
}

function matchesIn(data: SessionData, texts: ReadonlyMap<string, string>, needle: string): number[] {
  const matches: number[] = [];
  for (const [index, span] of data.spans.entries()) {
    const text = texts.get(span.spanId) ?? span.text.toLowerCase();
    if (
      text.includes(needle) ||
      span.name.toLowerCase().includes(needle) ||
      (span.argumentsPreview?.toLowerCase().includes(needle) ?? false)
    )
      matches.push(index);
  }
  return matches;
}

/** `query` null: the search is closed. */
export function useSessionSearch(data: SessionData | null, query: string | null): SessionSearch {
  const isOpen = query !== null && data !== null;
  const [needle] = useDebouncedValue((query ?? '').trim().toLowerCase(), 120);
  const [texts, setTexts] = useState<{ map: ReadonlyMap<string, string>; of: SessionData | null }>({
    map: new Map(),
    of: null,
  });
  const isLoading = isOpen && texts.of !== data && data.spans.some(isLong);
  useEffect(() => {
    if (!isLoading) return;
    const abort = new AbortController();
    const map = new Map(texts.map);
    loadTexts(data, map, abort.signal)
      .catch((error: unknown) => {
        if (!isAbort(error)) toastError(error, 'search the long texts');
      })
      .finally(() => {
        if (!abort.signal.aborted) setTexts({ map, of: data });
      });
    return () => abort.abort();
  }, [isLoading, data, texts.map]);
  return useMemo(() => {
    if (data === null || needle === '') return NOTHING;
    const cutCount = data.spans.filter(
      (span) => span.textLength > (texts.map.has(span.spanId) ? SEARCHED : span.text.length),
    ).length;
    return { matches: matchesIn(data, texts.map, needle), isLoading, cutCount };
  }, [data, needle, texts.map, isLoading]);
}
