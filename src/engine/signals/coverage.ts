/** How many sessions all detectors have looked at as they are now. */
import { incompleteSignals, type SignalCoverage } from '../../shared/model/signal-coverage';
import type { Queries } from '../workspace/queries';

/** Counted in the index, so that it holds whoever looked at them. */
export async function signalCoverage(db: Queries): Promise<SignalCoverage> {
  const counts = await db.one<SignalCoverage>(
    `SELECT count(*)::INTEGER AS sessions, (count(*) FILTER (i.is_whole))::INTEGER AS looked
     FROM session AS s
     LEFT JOIN inspected_session AS i ON i.session_id = s.session_id AND i.import_id = s.import_id AND i.span_count = s.span_count`,
  );
  return counts ?? { sessions: 0, looked: 0 };
}

/** That findings are missing of some sessions, in a sentence; null where all were looked at. */
export async function missingSignals(db: Queries): Promise<string | null> {
  return incompleteSignals(await signalCoverage(db));
}
