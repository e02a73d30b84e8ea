/** Reading findings and the catalogue of signals. */
import type { Finding, Signal, SignalQuery } from '../../shared/model/signal';
import type { Database } from '../workspace/database';
import type { AnyDetector } from './detector';
import { fieldsOf, isSql, QUERY_VERSION, type SignalState } from './plan';
import { detectors } from './registry';
import { readingOf, trustOf } from './trust';

const findingSelect = `SELECT f.finding_id AS "findingId", f.signal, f.detector_version AS "detectorVersion", f.session_id AS "sessionId",
    f.turn_no AS "turnNo", f.span_id AS "spanId", coalesce(s.position, 0) AS "position", f.evidence, f.reason, f.severity, v.verdict, f.pillar`;
/** `spans` is where places are read from: all spans, or those of one session where all findings are in it. */
async function pageOf(
  db: Database,
  from: string,
  params: Readonly<Record<string, string>>,
  page: { offset: number; limit: number },
  spans = 'span',
): Promise<{ items: Finding[]; total: number }> {
  const rows = await db.kept<Finding>(
    `${findingSelect} FROM ${from} AS f LEFT JOIN ${spans} AS s ON s.session_id = f.session_id AND s.span_id = f.span_id
     LEFT JOIN finding_verdict AS v ON v.finding_id = f.finding_id
     ORDER BY f.session_id, "position", f.signal, f.finding_id LIMIT $limit OFFSET $offset`,
    { ...params, limit: page.limit, offset: page.offset },
  );
  const items = [...rows];
  // A first page that is not full holds all there are.
  if (page.offset === 0 && items.length < page.limit) return { items, total: items.length };
  const count = await db.keptOne<{ n: number }>(`SELECT count(*)::INTEGER AS n FROM ${from} AS f`, params);
  return { items, total: count?.n ?? 0 };
}

/** One page of findings, in order of session and place. */
export function listFindings(
  db: Database,
  query: { signal?: string | undefined; sessionId?: string | undefined; offset: number; limit: number },
): Promise<{ items: Finding[]; total: number }> {
  const conditions: string[] = [];
  const params: Record<string, string> = {};
  if (query.signal !== undefined) {
    conditions.push('signal = $signal');
    params['signal'] = query.signal;
  }
  if (query.sessionId !== undefined) {
    conditions.push('session_id = $sessionId');
    params['sessionId'] = query.sessionId;
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const spans = query.sessionId === undefined ? 'span' : '(SELECT * FROM span WHERE session_id = $sessionId)';
  return pageOf(db, `(SELECT * FROM finding ${where})`, params, query, spans);
}

/** One page of what a preview found to be added or dropped; empty for a preview that another has replaced. */
export function listPreview(
  db: Database,
  query: { previewId: string; change: 'added' | 'dropped'; offset: number; limit: number },
): Promise<{ items: Finding[]; total: number }> {
  const { previewId, change } = query;
  const from = '(SELECT * FROM preview_finding WHERE preview_id = $previewId AND change = $change)';
  return pageOf(db, from, { previewId, change }, query);
}

/** What the catalogue says of a signal, before it is looked up in the workspace. */
export type SignalBasics = Pick<
  Signal,
  'id' | 'title' | 'description' | 'pillar' | 'version' | 'isHint' | 'parameters'
>;
type Uncounted = Omit<Signal, 'findingCount' | 'sessionCount' | 'problem'>;

function describeDetector(detector: AnyDetector, state: SignalState): Uncounted {
  const setting = state.signalSettings.get(detector.id);
  const own = detector.parameters.parse({}) as Signal['parameters'];
  return {
    id: detector.id,
    title: detector.title,
    description: detector.description,
    pillar: detector.pillar,
    version: detector.version,
    isHint: detector.isHint,
    parameters: { ...own, ...setting?.parameters },
    origin: 'built-in',
    isEnabled: setting?.isEnabled ?? true,
    isTuned: setting !== undefined,
    fields: fieldsOf(detector),
    sql: isSql(detector) ? detector.sql : null,
    trust: trustOf(detector.id),
    reading: readingOf(detector.id),
  };
}

function describeQuery(query: SignalQuery, state: SignalState): Uncounted {
  const setting = state.signalSettings.get(query.id);
  const { id, title, description, pillar, sql } = query;
  return {
    ...{ id, title, description, pillar, sql },
    version: QUERY_VERSION,
    // Nobody measured it.
    isHint: true,
    parameters: {},
    origin: 'query',
    isEnabled: setting?.isEnabled ?? true,
    isTuned: setting !== undefined,
    fields: [],
    trust: [],
    reading: null,
  };
}

function describeOther(basics: SignalBasics): Uncounted {
  return {
    ...basics,
    origin: 'room',
    isEnabled: true,
    isTuned: false,
    fields: [],
    sql: null,
    trust: trustOf(basics.id),
    reading: readingOf(basics.id),
  };
}

/** The catalogue of signals with their counts; `extra` are signals that other rooms find. */
export async function listSignals(
  db: Database,
  state: SignalState,
  extra: readonly SignalBasics[],
): Promise<Signal[]> {
  const counts = await db.kept<{ signal: string; n: number; sessions: number }>(
    'SELECT signal, count(*)::INTEGER AS n, count(DISTINCT session_id)::INTEGER AS sessions FROM standing_finding GROUP BY signal',
  );
  const runs = await db.kept<{ signal: string; problem: string | null }>(
    'SELECT signal, problem FROM signal_run',
  );
  const bySignal = new Map(counts.map((row) => [row.signal, row]));
  const problems = new Map(runs.map((row) => [row.signal, row.problem]));
  const described = [
    ...[...detectors.values()].map((detector) => describeDetector(detector, state)),
    ...[...state.signalQueries.values()].map((query) => describeQuery(query, state)),
    ...extra.map(describeOther),
  ];
  return described.map((signal) => ({
    ...signal,
    problem: problems.get(signal.id) ?? null,
    findingCount: bySignal.get(signal.id)?.n ?? 0,
    sessionCount: bySignal.get(signal.id)?.sessions ?? 0,
  }));
}
