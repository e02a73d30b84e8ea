/**
 * What is usual in a workspace: how rare words are in what its users write, how long they pause, and what comparable
 * sessions take. Read once before a run of the detectors; owns no table.
 */
import { hashText } from '../../shared/text/hash-text';
import { tokenize } from '../../shared/text/tokenize';
import { contextWindowOf, readContextWindows } from '../trajectory/context-window';
import type { Database } from '../workspace/database';
import type { Store } from '../workspace/queries';
import type { Baseline, Pause, RobustFigure, WorkspaceContext } from './detector';

/** User turns the token statistics rest on at most: a sample of that many settles frequencies to within a percent. */
const MAX_TURNS = 20_000;
/** Fewer say nothing of a habit. */
const MIN_PAUSES = 5;
/** Fewer sessions are no group to compare with. */
const MIN_SESSIONS = 10;
/** Longer pauses are another sitting. */
const MAX_PAUSE_MS = 24 * 3_600_000;

/** A context of a workspace that holds nothing. */
export const EMPTY_CONTEXT: WorkspaceContext = {
  sessionCount: 0,
  userTurnCount: 0,
  idf: () => 1,
  pause: null,
  pauseOf: () => null,
  contextWindowOf: (model) => contextWindowOf(model, new Map()),
  baselineOf: () => null,
};

/** What a context is made of; can be passed to a thread. */
export interface ContextFigures {
  sessionCount: number;
  turnCount: number;
  /** In how many turns the word of each hash stands. */
  frequency: ReadonlyMap<number, number>;
  pauses: { all: Pause | null; byUser: ReadonlyMap<string, Pause> };
  baselines: ReadonlyMap<string, Baseline>;
  windows: ReadonlyMap<string, number>;
}

/** Figures of the workspace as it is indexed now. */
export async function readContextFigures(db: Store, signal?: AbortSignal): Promise<ContextFigures> {
  const sessions = await db.one<{ n: number }>('SELECT count(*)::INTEGER AS n FROM session');
  const { turnCount, frequency } = await tokenFrequencies(db, signal);
  return {
    sessionCount: sessions?.n ?? 0,
    turnCount,
    frequency,
    pauses: await readPauses(db, signal),
    baselines: await readBaselines(db, signal),
    windows: await readContextWindows(db),
  };
}

/** The context of such figures. */
export function contextOf(figures: ContextFigures): WorkspaceContext {
  const { sessionCount, turnCount, pauses, baselines, windows } = figures;
  return {
    sessionCount,
    userTurnCount: turnCount,
    idf: rarity(figures),
    pause: pauses.all,
    pauseOf: (userId) => (userId === null ? null : (pauses.byUser.get(userId) ?? null)),
    contextWindowOf: (model) => contextWindowOf(model, windows),
    baselineOf: ({ format, feature, model }) => baselines.get(groupKey(format, feature, model)) ?? null,
  };
}

/** In how many of how many turns the word of each hash stands. */
type WordCounts = Pick<ContextFigures, 'turnCount' | 'frequency'>;

function rarity({ turnCount, frequency }: WordCounts): WorkspaceContext['idf'] {
  return (token) => {
    const hash = typeof token === 'string' ? hashText(token) : token;
    return Math.log((1 + turnCount) / (1 + (frequency.get(hash) ?? 0))) + 1;
  };
}

const wordCounts = new WeakMap<Database, { stamp: string; counts: Promise<WordCounts> }>();

/** How rare words are in what users write; counted once for all who ask until turns are written. */
export async function readRarity(db: Database): Promise<WorkspaceContext['idf']> {
  const stamp = await db.stampOf('SELECT 1 FROM turn');
  let known = wordCounts.get(db);
  if (known?.stamp !== stamp) {
    wordCounts.set(db, (known = { stamp, counts: tokenFrequencies(db) }));
    // What failed is tried again by whoever asks next.
    known.counts.catch(() => wordCounts.delete(db));
  }
  return rarity(await known.counts);
}

async function tokenFrequencies(db: Store, signal?: AbortSignal): Promise<WordCounts> {
  const frequency = new Map<number, number>();
  let turnCount = 0;
  await db.stream<{ text: string }>(
    `SELECT left(user_text, 1000) AS text FROM turn WHERE user_span_id IS NOT NULL AND user_text <> ''
     ORDER BY hash(session_id, turn_no), session_id, turn_no LIMIT $1`,
    [MAX_TURNS],
    (rows) => {
      for (const { text } of rows) {
        turnCount++;
        for (const hash of new Set(tokenize(text).map(hashText)))
          frequency.set(hash, (frequency.get(hash) ?? 0) + 1);
      }
    },
    undefined,
    signal,
  );
  return { turnCount, frequency };
}

async function readPauses(
  db: Store,
  signal?: AbortSignal,
): Promise<{ all: Pause | null; byUser: ReadonlyMap<string, Pause> }> {
  const rows = await db.all<Pause & { isAll: boolean; userId: string | null }>(
    `WITH pause AS (
       SELECT s.user_id, (t.start_ns - lag(t.end_ns) OVER (PARTITION BY t.session_id ORDER BY t.turn_no)) / 1e6 AS ms
       FROM turn AS t JOIN session AS s ON s.session_id = t.session_id
       WHERE t.user_span_id IS NOT NULL
     )
     SELECT grouping(user_id) = 1 AS "isAll", user_id AS "userId", count(*)::INTEGER AS count, median(ms) AS "medianMs", quantile_cont(ms, 0.9) AS "longMs"
     FROM pause WHERE ms > 0 AND ms < $1
     GROUP BY GROUPING SETS ((), (user_id)) HAVING count(*) >= $2`,
    [MAX_PAUSE_MS, MIN_PAUSES],
    undefined,
    signal,
  );
  const byUser = new Map<string, Pause>();
  let all: Pause | null = null;
  for (const { isAll, userId, ...pause } of rows) {
    if (isAll) all = pause;
    else if (userId !== null) byUser.set(userId, pause);
  }
  return { all, byUser };
}

type FigureName = Exclude<keyof Baseline, 'group' | 'sessionCount'>;

function groupKey(format: string, feature: string | null, model: string | null): string {
  return JSON.stringify([format, feature, model]);
}

interface GroupRecord {
  format: string;
  feature: string | null;
  model: string | null;
  figure: FigureName;
  sessionCount: number;
  count: number;
  median: number;
  deviation: number;
}

async function readBaselines(db: Store, signal?: AbortSignal): Promise<ReadonlyMap<string, Baseline>> {
  const rows = await db.all<GroupRecord>(
    `WITH figure AS (
       SELECT format, feature, model, unnest([
         {name: 'durationMs', value: CASE WHEN end_ns >= start_ns THEN (end_ns - start_ns) / 1e6 END},
         {name: 'costUsd', value: cost_usd},
         {name: 'tokens', value: (input_tokens + coalesce(output_tokens, 0))::DOUBLE},
         {name: 'spanCount', value: span_count::DOUBLE},
         {name: 'turnCount', value: turn_count::DOUBLE},
         {name: 'toolCallCount', value: tool_call_count::DOUBLE}
       ]) AS one
       FROM session
     ), middle AS (
       SELECT format, feature, model, one.name AS figure, median(one.value) AS median, count(*)::INTEGER AS sessions
       FROM figure GROUP BY ALL HAVING count(*) >= $1 AND count(one.value) >= $1
     )
     SELECT m.format, m.feature, m.model, m.figure, any_value(m.sessions) AS "sessionCount", count(f.one.value)::INTEGER AS count,
       any_value(m.median) AS median,
       coalesce(nullif(median(abs(f.logarithm - ln(nullif(greatest(m.median, 0), 0)))) * 1.4826, 0), avg(abs(f.logarithm - ln(nullif(greatest(m.median, 0), 0)))) * 1.2533, 0) AS deviation
     FROM middle AS m
     JOIN (SELECT *, ln(nullif(greatest(one.value, 0), 0)) AS logarithm FROM figure) AS f ON f.format = m.format AND f.feature IS NOT DISTINCT FROM m.feature
       AND f.model IS NOT DISTINCT FROM m.model AND f.one.name = m.figure
     GROUP BY ALL`,
    [MIN_SESSIONS],
    undefined,
    signal,
  );
  const baselines = new Map<string, Baseline>();
  for (const row of rows) {
    const key = groupKey(row.format, row.feature, row.model);
    const known = baselines.get(key) ?? emptyBaseline(row);
    const figure: RobustFigure = { count: row.count, median: row.median, deviation: row.deviation };
    baselines.set(key, { ...known, [row.figure]: figure });
  }
  return baselines;
}

function emptyBaseline({ format, feature, model, sessionCount }: GroupRecord): Baseline {
  return {
    group: [format, feature, model].filter((part) => part !== null).join(', '),
    sessionCount,
    durationMs: null,
    costUsd: null,
    tokens: null,
    spanCount: null,
    turnCount: null,
    toolCallCount: null,
  };
}
