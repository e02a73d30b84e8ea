/** The drift curve of one session, as detector `reasoning-drift` sees it. Reads only; the curve is not stored. */
import { driftCurve, summarizeDrift } from '../../shared/conversation/drift';
import type { SessionDrift } from '../../shared/model/drift';
import type { Database } from '../workspace/database';
import { readTrajectories } from './read-trajectories';
import { EMPTY_CONTEXT, readRarity } from './workspace-context';

/** Agent messages below which the thirds of a curve mean nothing. */
const minPoints = 3;

/** Likeness of each message of the session to its opening request, 0 to 1; no points where the request says too little. */
export async function sessionDrift(
  db: Database,
  sessionId: string,
  signal?: AbortSignal,
): Promise<SessionDrift> {
  const [idf, [trajectory]] = await Promise.all([
    readRarity(db),
    readTrajectories(db, [sessionId], EMPTY_CONTEXT, signal),
  ]);
  const points = trajectory === undefined ? [] : driftCurve(trajectory.spans, (word) => idf(word));
  const summary = summarizeDrift(points, minPoints);
  return {
    points,
    early: summary?.early ?? null,
    late: summary?.late ?? null,
    openingSpanId:
      trajectory?.spans.find((span) => span.kind === 'user' && span.turnNo > 0 && span.agentId === null)
        ?.spanId ?? null,
  };
}
