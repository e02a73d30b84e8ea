/** How often failure modes occur under a version of the codebook, through the merges and splits between versions. */
import { wilson } from '../../shared/stats/wilson';
import type { Share } from '../../shared/model/codebook';
import type { Queries } from '../workspace/queries';
import { placeUnder } from '../workspace/mode-place';
import type { Projection } from '../workspace/projection';
import { getCodebook } from './codebook';

export type VersionCounts = {
  version: number;
  sorted: number;
  unplaced: number;
  modes: { failureModeId: string; name: string; isRetired: boolean; corrections: Share; sessions: Share }[];
};

/** Sorted corrections that are neither rejected nor set aside, with the mode that stands for theirs. */
const placed = `
  WITH place AS (SELECT unnest($from::VARCHAR[]) AS id, unnest($to::VARCHAR[]) AS under), one AS (
    SELECT c.correction_id, c.session_id, p.under
    FROM assignment AS a
    JOIN correction_state AS c ON c.correction_id = a.correction_id AND c.state <> 'rejected' AND NOT c.is_set_aside
    LEFT JOIN place AS p ON p.id = a.failure_mode_id
  )`;

/** Counts under the version (the current one where none is named), with 95 % intervals. Retired modes appear where they still count. */
export async function countUnder(db: Queries, state: Projection, version?: number): Promise<VersionCounts> {
  const codebook = getCodebook(state, version);
  const ids = [...new Set(state.codebooks.flatMap((one) => one.failureModes.map((mode) => mode.id)))];
  const pairs = ids.flatMap((id) => {
    const under = placeUnder(state.codebooks, codebook.version, id);
    return under === null ? [] : [{ id, under }];
  });
  const params = { from: pairs.map((pair) => pair.id), to: pairs.map((pair) => pair.under) };
  const rows = await db.all<{ under: string; corrections: number; sessions: number }>(
    `${placed} SELECT under, count(DISTINCT correction_id)::INTEGER AS corrections, count(DISTINCT session_id)::INTEGER AS sessions
     FROM one WHERE under IS NOT NULL GROUP BY under`,
    params,
  );
  const totals = await db.one<{ sorted: number; placed: number; sessions: number }>(
    `${placed} SELECT count(DISTINCT correction_id)::INTEGER AS sorted,
       count(DISTINCT correction_id) FILTER (under IS NOT NULL)::INTEGER AS placed,
       (SELECT count(*)::INTEGER FROM session) AS sessions FROM one`,
    params,
  );
  const sorted = totals?.sorted ?? 0;
  const byId = new Map(rows.map((row) => [row.under, row]));
  return {
    version: codebook.version,
    sorted,
    unplaced: sorted - (totals?.placed ?? 0),
    modes: codebook.failureModes
      .filter((mode) => !mode.isRetired || byId.has(mode.id))
      .map((mode) => ({
        failureModeId: mode.id,
        name: mode.name,
        isRetired: mode.isRetired,
        corrections: wilson(byId.get(mode.id)?.corrections ?? 0, sorted),
        sessions: wilson(byId.get(mode.id)?.sessions ?? 0, totals?.sessions ?? 0),
      })),
  };
}
