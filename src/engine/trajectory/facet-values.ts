/** Values of a facet by a part of their name, for facets that have more than can be listed. */
import { FACET_VALUES, type Facets, type OpenFacet } from '../../shared/contract/session';
import type { SessionFilter } from '../../shared/model/session';
import { LABEL_FACETS } from './label-facets';
import { sessionsFound } from './session-found';
import { paramsFor, whereOf } from './session-filter';
import { prepare, type SessionContext } from './sessions';

const SOURCE_NAME =
  "(SELECT min(name) FROM (SELECT source_id AS told_by, name FROM source WHERE state = 'imported') WHERE told_by = source_id)";

/** Where the values of a facet stand and what they are called, as SQL over sessions as found. */
const columns: Record<Exclude<OpenFacet, 'labels'>, { value: string; label: string }> = {
  features: { value: 'feature', label: 'feature' },
  cohorts: { value: 'cohort', label: 'cohort' },
  models: { value: 'model', label: 'model' },
  agentVersions: { value: 'agent_version', label: 'agent_version' },
  userIds: { value: 'user_id', label: 'user_id' },
  sourceIds: { value: 'source_id', label: `coalesce(${SOURCE_NAME}, source_id)` },
};

/**
 * Values whose name holds `find`, case aside, with the number of sessions that all other facets let through; the most
 * frequent first, at most {@link FACET_VALUES}. A facet's own selection does not narrow it.
 */
export async function findFacetValues(
  context: SessionContext,
  { facet, find, filter }: { facet: OpenFacet; find: string; filter: SessionFilter },
  signal?: AbortSignal,
): Promise<Facets['features']> {
  const { conditions, params } = await prepare(context, filter, { signal });
  const where = whereOf(conditions, facet);
  const among = `${sessionsFound(where)} ${where}`;
  const rows =
    facet === 'labels'
      ? `SELECT facet AS value, facet AS label, session_id FROM ${LABEL_FACETS} WHERE session_id IN (SELECT session_id FROM ${among})`
      : `SELECT ${columns[facet].value} AS value, ${columns[facet].label} AS label, session_id FROM ${among}`;
  const sql = `SELECT value, label, count(DISTINCT session_id)::INTEGER AS count FROM (${rows})
    WHERE contains(lower(label), lower($find)) GROUP BY ALL ORDER BY count DESC, value LIMIT ${String(FACET_VALUES)}`;
  return context.db.all(sql, paramsFor(sql, { ...params, find }), undefined, signal);
}
