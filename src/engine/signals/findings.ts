/** Reading findings and the catalogue of signals. */
import type { Finding, Signal } from '../../shared/model/signal';
import type { Database } from '../workspace/database';
import type { Detector } from './detector';
import { detectors } from './registry';

const findingSelect = `SELECT f.finding_id AS "findingId", f.signal, f.detector_version AS "detectorVersion", f.session_id AS "sessionId",
    f.turn_no AS "turnNo", f.span_id AS "spanId", coalesce(s.position, 0) AS "position", f.evidence, f.reason, f.severity, f.pillar
  FROM finding AS f LEFT JOIN span AS s ON s.session_id = f.session_id AND s.span_id = f.span_id`;

/** One page of findings, in order of session and place. */
export async function listFindings(
  db: Database,
  query: { signal?: string | undefined; sessionId?: string | undefined; offset: number; limit: number },
): Promise<{ items: Finding[]; total: number }> {
  const conditions: string[] = [];
  const params: Record<string, string> = {};
  if (query.signal !== undefined) {
    conditions.push('f.signal = $signal');
    params['signal'] = query.signal;
  }
  if (query.sessionId !== undefined) {
    conditions.push('f.session_id = $sessionId');
    params['sessionId'] = query.sessionId;
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const items = await db.all<Finding>(
    `${findingSelect} ${where} ORDER BY f.session_id, "position", f.signal, f.finding_id LIMIT $limit OFFSET $offset`,
    {
      ...params,
      limit: query.limit,
      offset: query.offset,
    },
  );
  const count = await db.one<{ n: number }>(
    `SELECT count(*)::INTEGER AS n FROM finding AS f ${where}`,
    params,
  );
  return { items, total: count?.n ?? 0 };
}

/** What the catalogue says of a detector, before its counts. */
export function describeDetector(
  detector: Pick<Detector, 'id' | 'title' | 'description' | 'pillar' | 'version' | 'isHint' | 'parameters'>,
): Omit<Signal, 'findingCount' | 'sessionCount'> {
  return {
    id: detector.id,
    title: detector.title,
    description: detector.description,
    pillar: detector.pillar,
    version: detector.version,
    isHint: detector.isHint,
    parameters: detector.parameters.parse({}) as Signal['parameters'],
  };
}

/** The catalogue of signals with their counts; `extra` are signals that other rooms find. */
export async function listSignals(
  db: Database,
  extra: readonly Omit<Signal, 'findingCount' | 'sessionCount'>[],
): Promise<Signal[]> {
  const counts = await db.all<{ signal: string; n: number; sessions: number }>(
    'SELECT signal, count(*)::INTEGER AS n, count(DISTINCT session_id)::INTEGER AS sessions FROM finding GROUP BY signal',
  );
  const bySignal = new Map(counts.map((row) => [row.signal, row]));
  return [...[...detectors.values()].map(describeDetector), ...extra].map((signal) => ({
    ...signal,
    findingCount: bySignal.get(signal.id)?.n ?? 0,
    sessionCount: bySignal.get(signal.id)?.sessions ?? 0,
  }));
}
