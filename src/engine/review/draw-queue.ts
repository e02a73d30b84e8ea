/** Puts together what a queue is drawn from and how: candidates with their priority, then the sample. */
import { priorityWeightsSchema, type QueueItem, type Sampling } from '../../shared/model/review';
import type { SessionFilter } from '../../shared/model/session';
import { incompleteSignals, type SignalCoverage } from '../../shared/model/signal-coverage';
import { signalCoverage } from '../signals/coverage';
import type { Workspace } from '../workspace/workspace';
import { loadCandidates } from './priority';
import { drawItems } from './sampling';

export interface Draw {
  filter: SessionFilter;
  sampling: Sampling;
  size: number;
  seed: number;
  /** Also sessions that were reviewed in another queue. */
  withReviewed: boolean;
}

/**
 * The items a queue would hold, and how many sessions they were drawn from; `signals` where not all sessions have been looked at,
 * so that priorities rest on what was found so far.
 */
export async function drawQueue(
  { db, importsDir }: Pick<Workspace, 'db' | 'importsDir'>,
  { filter, sampling, size, seed, withReviewed }: Draw,
): Promise<{ items: QueueItem[]; frameSize: number; signals?: SignalCoverage }> {
  const candidates = await loadCandidates(
    { db, importsDir },
    {
      filter,
      weights: 'weights' in sampling ? sampling.weights : priorityWeightsSchema.parse({}),
      by: sampling.kind === 'stratified' ? sampling.by : null,
      withReviewed,
    },
  );
  const signals = await signalCoverage(db);
  return {
    items: drawItems(candidates, sampling, size, seed),
    frameSize: candidates.length,
    ...(incompleteSignals(signals) !== null && { signals }),
  };
}
