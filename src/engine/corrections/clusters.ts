/**
 * Clusters of the workspace: lays the latest clustering, with the analyst's merges and moves, into the index, and takes single
 * clusters apart. What is laid is a pure function of the journal and the corrections.
 */
import { randomUUID } from 'node:crypto';
import type { Cluster, ClusteringResult } from '../../shared/model/correction';
import type { Database } from '../workspace/database';
import type { ClusterEdit } from '../workspace/projection';
import type { Clustering } from '../workspace/projection-state';
import type { PreviousCluster } from './cluster-identity';
import type { CorrectionText } from './cluster-corrections';
import { clusterInThread } from './cluster-thread';
import { clusterKeywords } from './cluster-keywords';
import { namingWordsOf } from './name-clusters';
import { codeNames, packNumbers, type Coded } from '../../shared/packed-numbers';

/** Id of the group of corrections that fit no cluster. */
export const OUTLIERS = 'outliers';

interface Text {
  id: string;
  text: string;
}

interface Laid {
  clusterId: string;
  memberIds: string[];
  keywords: string[];
  exemplarIds: string[];
  cohesion: number;
  isChanged: boolean;
}

/** The latest result after the analyst's merges and moves, in order. Clusters left empty are gone. */
export function applyEdits(result: ClusteringResult, edits: readonly ClusterEdit[]): Laid[] {
  const laid = new Map<string, Laid>(
    result.clusters.map((one) => [
      one.clusterId,
      { ...one, memberIds: [...one.memberIds], isChanged: false },
    ]),
  );
  laid.set(OUTLIERS, {
    clusterId: OUTLIERS,
    memberIds: [...result.outlierIds],
    keywords: [],
    exemplarIds: [],
    cohesion: 0,
    isChanged: false,
  });
  const get = (id: string): Laid => {
    const known = laid.get(id) ?? {
      clusterId: id,
      memberIds: [],
      keywords: [],
      exemplarIds: [],
      cohesion: 0,
      isChanged: true,
    };
    laid.set(id, known);
    return known;
  };
  const move = (ids: ReadonlySet<string>, into: Laid): void => {
    for (const one of laid.values()) {
      if (one === into || !one.memberIds.some((id) => ids.has(id))) continue;
      one.memberIds = one.memberIds.filter((id) => !ids.has(id));
      one.isChanged = true;
    }
    const present = new Set(into.memberIds);
    into.memberIds.push(...[...ids].filter((id) => !present.has(id)));
    into.isChanged = true;
  };
  for (const edit of edits) {
    if (edit.kind === 'moved') move(new Set(edit.correctionIds), get(edit.clusterId));
    else {
      const members = edit.clusterIds.flatMap((id) => laid.get(id)?.memberIds ?? []);
      move(new Set(members), get(edit.intoId));
    }
  }
  return [...laid.values()].filter((one) => one.memberIds.length > 0);
}

/** The clusters in force as a new run may go on from them, what is in none, and how many were asked for. */
export function clustersInForce({ run, edits }: Clustering): {
  clusters: PreviousCluster[];
  outlierIds: string[];
  count: number | null;
} {
  const laid = run ? applyEdits(run.result, edits) : [];
  return {
    count: run?.requestedCount ?? null,
    clusters: laid
      .filter(({ clusterId }) => clusterId !== OUTLIERS)
      .map(({ clusterId, memberIds }) => ({ id: clusterId, memberIds })),
    outlierIds: laid.find(({ clusterId }) => clusterId === OUTLIERS)?.memberIds ?? [],
  };
}

/** Writes the clusters in force into the index; none when nothing was clustered yet. */
export async function layClusters(
  db: Database,
  result: ClusteringResult | null,
  edits: readonly ClusterEdit[],
): Promise<void> {
  const laid = result ? applyEdits(result, edits) : [];
  if (laid.some((one) => one.isChanged)) await describeAgain(db, laid);
  const placed = new Map(
    result?.pointIds.map((id, i) => [id, [result.x[i] ?? 0.5, result.y[i] ?? 0.5] as const]) ?? [],
  );
  await db.transaction(async (tx) => {
    await tx.run('DELETE FROM cluster');
    await tx.run('DELETE FROM cluster_member');
    await tx.appendRows(
      'cluster',
      ['cluster_id', 'keywords', 'exemplar_ids', 'cohesion', 'is_outliers'],
      laid.map((one) => [
        one.clusterId,
        one.keywords,
        one.exemplarIds,
        one.cohesion,
        one.clusterId === OUTLIERS,
      ]),
    );
    await tx.appendRows(
      'cluster_member',
      ['correction_id', 'cluster_id', 'x', 'y'],
      laid.flatMap((one) =>
        one.memberIds.map((id) => [id, one.clusterId, ...(placed.get(id) ?? [0.5, 0.5])]),
      ),
    );
  });
}

/** Keywords and exemplars of the clusters the analyst changed, told against all others. */
async function describeAgain(db: Database, laid: Laid[]): Promise<void> {
  const texts = new Map(
    (await db.all<Text>('SELECT correction_id AS id, text FROM correction')).map((one) => [
      one.id,
      namingWordsOf(one.text),
    ]),
  );
  const named = laid.filter((one) => one.clusterId !== OUTLIERS);
  const keywords = clusterKeywords(
    named.map((one) => one.memberIds.map((id) => texts.get(id) ?? [])),
    6,
  );
  named.forEach((one, i) => {
    if (!one.isChanged) return;
    one.keywords = keywords[i] ?? [];
    one.exemplarIds = one.memberIds.filter((id) => texts.has(id)).slice(0, 3);
  });
}

interface ClusterRecord extends Omit<Cluster, 'name'> {
  clusterId: string;
}

/** Clusters in force, largest first, outliers last. */
export async function listClusters(db: Database, names: ReadonlyMap<string, string>): Promise<Cluster[]> {
  const rows = await db.all<ClusterRecord>(
    `SELECT k.cluster_id AS "clusterId", any_value(k.keywords) AS keywords, any_value(k.exemplar_ids) AS "exemplarIds", any_value(k.cohesion) AS cohesion,
       count(c.correction_id)::INTEGER AS size, count(a.correction_id)::INTEGER AS "sortedCount", 0 AS "proposedCount", any_value(k.is_outliers) AS "isOutliers"
     FROM cluster AS k
     JOIN cluster_member AS m ON m.cluster_id = k.cluster_id
     JOIN correction_state AS c ON c.correction_id = m.correction_id AND c.state <> 'rejected' AND NOT c.is_set_aside
     LEFT JOIN (SELECT DISTINCT correction_id FROM assignment) AS a ON a.correction_id = c.correction_id
     GROUP BY k.cluster_id ORDER BY "isOutliers", size DESC, k.cluster_id`,
  );
  return rows.map((row) => ({ ...row, name: names.get(row.clusterId) ?? null }));
}

export interface ClusterMap {
  correctionIds: string[];
  x: string;
  y: string;
  clusters: Coded;
  failureModes: Coded;
  isConfirmed: string;
}

/** Dots of the map: every clustered correction with its place, cluster, first failure mode and state, in packed columns. */
export async function clusterMap(db: Database): Promise<ClusterMap> {
  const rows = await db.all<{
    id: string;
    x: number;
    y: number;
    cluster: string;
    mode: string | null;
    state: string;
  }>(
    `SELECT m.correction_id AS id, m.x, m.y, m.cluster_id AS cluster, a.mode, c.state
     FROM cluster_member AS m JOIN correction_state AS c ON c.correction_id = m.correction_id
     LEFT JOIN (SELECT correction_id, arg_min(failure_mode_id, seq) AS mode FROM sorting GROUP BY correction_id) AS a ON a.correction_id = m.correction_id
     WHERE c.state <> 'rejected' AND NOT c.is_set_aside ORDER BY m.correction_id`,
  );
  const place = (value: number): number => Math.round(65_535 * Math.min(1, Math.max(0, value)));
  return {
    correctionIds: rows.map((row) => row.id),
    x: packNumbers(rows.map((row) => place(row.x))),
    y: packNumbers(rows.map((row) => place(row.y))),
    clusters: codeNames(rows.map((row) => row.cluster)),
    failureModes: codeNames(rows.map((row) => row.mode)),
    isConfirmed: packNumbers(rows.map((row) => (row.state === 'confirmed' ? 1 : 0))),
  };
}

/** By what a cluster is taken apart: what the clustering it came from went by, where that can still be had. */
export interface Apart {
  withAnswered: boolean;
  modelFolder: string | undefined;
  program: string | undefined;
  signal?: AbortSignal | undefined;
}

function membersOf(db: Database, clusterId: string, { withAnswered }: Apart): Promise<CorrectionText[]> {
  return db.all<CorrectionText>(
    `SELECT c.correction_id AS id, c.text${withAnswered ? ', c.agent_text AS about' : ''}
     FROM cluster_member AS m JOIN correction_state AS c ON c.correction_id = m.correction_id
     WHERE m.cluster_id = $1 AND c.state <> 'rejected' AND NOT c.is_set_aside ORDER BY c.correction_id`,
    [clusterId],
  );
}

export interface ClusterPart {
  keywords: string[];
  exemplarIds: string[];
  cohesion: number;
  correctionIds: string[];
  /** What fits none of the other parts. */
  isOutliers: boolean;
}

const MOST_PARTS = 20;

/** What a cluster consists of, by clustering its members alone: at most 20 parts, the largest first, then the rest as one. */
export async function clusterParts(db: Database, clusterId: string, apart: Apart): Promise<ClusterPart[]> {
  const { program, signal, modelFolder } = apart;
  const items = await membersOf(db, clusterId, apart);
  const found = await clusterInThread(program ?? null, items, {
    choice: { maxCount: MOST_PARTS },
    modelFolder,
    ...(signal && { signal }),
  });
  const parts = found.clusters.map(({ memberIds, ...rest }) => ({
    keywords: rest.keywords,
    exemplarIds: rest.exemplarIds,
    cohesion: rest.cohesion,
    correctionIds: memberIds,
    isOutliers: false,
  }));
  const rest = [...found.outlierIds, ...parts.slice(MOST_PARTS).flatMap((part) => part.correctionIds)];
  const shown = parts.slice(0, MOST_PARTS);
  if (rest.length > 0)
    shown.push({
      keywords: [],
      exemplarIds: rest.slice(0, 3),
      cohesion: 0,
      correctionIds: rest,
      isOutliers: true,
    });
  return shown;
}

/** Parts of one cluster, by clustering its members alone; ids of the parts are new but for the largest, which keeps the old. */
export async function splitCluster(
  db: Database,
  clusterId: string,
  count: number,
  seed: number,
  apart: Apart,
): Promise<{ clusterId: string; correctionIds: string[] }[]> {
  const items = await membersOf(db, clusterId, apart);
  const { program, modelFolder } = apart;
  const found = await clusterInThread(program ?? null, items, {
    seed,
    k: count,
    outlierCosine: 0,
    modelFolder,
  });
  return found.clusters.map((one, i) => ({
    // Ids made of members may be those of clusters there are, this one among them.
    clusterId: i === 0 ? clusterId : randomUUID(),
    correctionIds: one.memberIds,
  }));
}
