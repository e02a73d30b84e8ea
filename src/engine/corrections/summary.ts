/** Where the sorting stands: counts by state and failure mode, the saturation curve, and the clustering in force. */
import type { CorrectionSummary } from '../../shared/contract/correction';
import type { Codebook } from '../../shared/model/codebook';
import type { Database } from '../workspace/database';
import type { Clustering } from '../workspace/projection-state';
import { byWording, comparedInWords } from './run-clustering';
import { countCorrections, countFailureModes, saturation } from './list-corrections';

/** `codebook` is the version in force; `clustering` the latest run with what the analyst did to it. */
export async function correctionSummary(
  db: Database,
  codebook: Codebook,
  clustering: Clustering,
  learning: CorrectionSummary['learning'],
): Promise<CorrectionSummary> {
  const counts = await countCorrections(db);
  const { run } = clustering;
  const clustered = await db.one<{ n: number }>(
    `SELECT count(*)::INTEGER AS n FROM correction_state WHERE state <> 'rejected' AND NOT is_set_aside
     AND correction_id NOT IN (SELECT correction_id FROM cluster_member)`,
  );
  const proposed = await db.one<{ n: number }>(
    'SELECT count(*)::INTEGER AS n FROM proposal WHERE failure_mode_id IS NOT NULL',
  );
  return {
    ...counts,
    learning,
    withProposal: proposed?.n ?? 0,
    codebookVersion: codebook.version,
    byFailureMode: await countFailureModes(db, codebook, counts.sorted),
    saturation: await saturation(db),
    run:
      run === null
        ? null
        : {
            runId: run.runId,
            at: run.at,
            itemCount: run.result.itemCount,
            clusterCount: run.result.clusters.length,
            criterion: run.result.criterion,
            seed: run.seed,
            comparedBy: run.comparedBy ?? byWording,
            features: comparedInWords(run.comparedBy ?? byWording),
          },
    isRunStale: run !== null && (clustered?.n ?? 0) > 0,
  };
}
