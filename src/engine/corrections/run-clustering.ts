/**
 * Runs a clustering over the corrections in force: what is compared, by what, and what people said of pairs. Owns no tables;
 * what is found goes into the journal, and clusters.ts lays it into the index.
 */
import type { ClusteringResult, ComparedBy } from '../../shared/model/correction';
import type { Database } from '../workspace/database';
import type { CorrectionLink, CorrectionText } from './cluster-corrections';
import type { PreviousCluster } from './cluster-identity';
import { clusterInThread } from './cluster-thread';

/** What earlier versions, which did not say so, compared corrections by. */
export const byWording: ComparedBy = { basis: 'wording', withAnswered: false, modelName: null };

/** What corrections are compared by, in words. */
export function comparedInWords({ basis, withAnswered, modelName }: ComparedBy): string {
  const what = withAnswered ? 'what the user said and what it answers' : 'what the user said';
  return basis === 'wording'
    ? `${what}: TF-IDF of words and character n-grams`
    : `${what}: vectors of the sentence model ${modelName ?? 'of this machine'}`;
}

/** What was said of several corrections, pair by pair. */
export function linksInPairs(
  links: readonly { correctionIds: readonly string[]; link: 'must' | 'cannot' }[],
): CorrectionLink[] {
  return links.flatMap(({ correctionIds, link }): CorrectionLink[] =>
    link === 'must'
      ? correctionIds.slice(1).map((id) => ({ a: correctionIds[0] ?? '', b: id, kind: 'together' }))
      : correctionIds.flatMap((a, i) => correctionIds.slice(i + 1).map((b) => ({ a, b, kind: 'apart' }))),
  );
}

/** Corrections that are clustered: neither rejected nor set aside. */
export function clusterable(db: Database, withAnswered: boolean): Promise<CorrectionText[]> {
  return db.all<CorrectionText>(
    `SELECT correction_id AS id, text${withAnswered ? ', agent_text AS about' : ''} FROM correction_state
     WHERE state <> 'rejected' AND NOT is_set_aside ORDER BY correction_id`,
  );
}

/**
 * Clusters all clusterable corrections. `count` null lets the stated criterion choose; clusters that resemble those of
 * `previous` keep their ids, and what `links` say holds. Rejects with the signal's reason when aborted, and with a
 * SentenceModelProblem where the model cannot be used.
 */
export async function runClustering(
  db: Database,
  options: {
    count: number | null;
    seed: number;
    comparedBy: ComparedBy;
    links: readonly CorrectionLink[];
    /** Where the sentence model lies, for basis `model`. */
    modelFolder?: string | undefined;
    /** Clusters in force, with what the analyst made of them. */
    previous: { clusters: readonly PreviousCluster[]; outlierIds: readonly string[]; count: number | null };
    onProgress: (step: string, share: number) => void;
    signal?: AbortSignal | undefined;
    /** The program of the clustering thread; absent, the work is done in this one. */
    program?: string | undefined;
  },
): Promise<ClusteringResult> {
  const items = await clusterable(db, options.comparedBy.withAnswered);
  const found = await clusterInThread(options.program ?? null, items, {
    seed: options.seed,
    ...(options.count === null ? {} : { k: options.count }),
    previous: [...options.previous.clusters],
    previousOutlierIds: options.previous.outlierIds,
    previousK: options.previous.count ?? undefined,
    links: options.links,
    modelFolder: options.modelFolder,
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: ({ stage, fraction }) => {
      options.onProgress(stage, fraction);
    },
  });
  return {
    criterion: found.criterion,
    itemCount: items.length,
    clusters: found.clusters.map(({ id, keywords, exemplarIds, cohesion, memberIds }) => ({
      clusterId: id,
      keywords,
      exemplarIds,
      cohesion,
      memberIds,
    })),
    outlierIds: found.outlierIds,
    pointIds: found.points.map((point) => point.id),
    x: found.points.map((point) => round(point.x)),
    y: found.points.map((point) => round(point.y)),
    trustworthiness: round(found.trustworthiness),
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
