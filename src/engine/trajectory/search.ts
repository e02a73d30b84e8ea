/**
 * Full-text search over everything a session says: texts, tool arguments and results, at any length. A case-insensitive substring,
 * found by DuckDB in the imports' Parquet files. Owns what callers see of a search: a condition on sessions, how far it is, and where
 * the first hits stand.
 */
import type { Database } from '../workspace/database';
import { textList } from '../workspace/sql-values';
import { TextSearches } from './text-searches';

/** Where texts are looked for. */
export interface SearchContext {
  db: Database;
  importsDir: string;
}

/** Whether to wait for the end of a search, and what stops the waiting. */
export interface Waiting {
  /** Milliseconds after which what was found by then will do; without it, all is looked through first. */
  waitMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Sessions found so far. */
export interface FoundText {
  /** The share of spans looked through, 0 to 1. */
  searched: number;
  /** Holds of the sessions found, with `params`. */
  condition: string;
  params: { searchNo: number; searchSlices: number };
}

export interface TextMatch {
  sessionId: string;
  spanId: string;
  turnNo: number;
  /** Some 160 characters around the first hit. */
  excerpt: string;
}

const searches = new WeakMap<Database, TextSearches>();

const HITS = 'scratch.text_hit WHERE search_no = $searchNo AND slice_no < $searchSlices';

/** Looks for a text in all sessions; null where it is blank. Throws the signal's reason when it is aborted. */
export async function findText(
  { db, importsDir }: SearchContext,
  text: string,
  { waitMs = Number.POSITIVE_INFINITY, signal }: Waiting = {},
): Promise<FoundText | null> {
  const needle = text.trim().toLowerCase();
  if (needle === '') return null;
  let all = searches.get(db);
  if (all === undefined) searches.set(db, (all = new TextSearches(db, importsDir)));
  const { no, doneCount, searched } = await all.find(needle, waitMs, signal);
  return {
    searched,
    condition: `session_id IN (SELECT session_id FROM ${HITS})`,
    params: { searchNo: no, searchSlices: doneCount },
  };
}

/** The first hit of each of some sessions. */
export async function matchesOf(
  db: Database,
  found: FoundText,
  sessionIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, TextMatch>> {
  const matches = await db.all<TextMatch>(
    `SELECT session_id AS "sessionId", arg_min(span_id, position) AS "spanId", min(turn_no) AS "turnNo", arg_min(excerpt, position) AS excerpt
     FROM ${HITS} AND session_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY session_id`,
    { ...found.params, ids: textList([...sessionIds]) },
    undefined,
    signal,
  );
  return new Map(
    matches.map((match) => [match.sessionId, { ...match, excerpt: match.excerpt.replace(/\s+/g, ' ') }]),
  );
}
