/** What sessions are told apart by, as SQL over `session AS s` and its `source AS o`. Months, weeks (ISO 8601) and days are those of UTC. */
import type { GroupBy, SessionGroup } from '../../shared/contract/numbers';

/** Those in which groups have an order of their own. */
export const groupTimes: ReadonlySet<GroupBy> = new Set<GroupBy>(['month', 'week', 'day']);

export const groupExpressions: Record<GroupBy, string> = {
  source: "coalesce(o.name, '')",
  model: "coalesce(s.model, '')",
  feature: "coalesce(s.feature, '')",
  cohort: "coalesce(s.cohort, '')",
  month: "coalesce(strftime(make_timestamp_ns(s.start_ns), '%Y-%m'), '')",
  week: "coalesce(strftime(make_timestamp_ns(s.start_ns), '%G-W%V'), '')",
  day: "coalesce(strftime(make_timestamp_ns(s.start_ns), '%Y-%m-%d'), '')",
};

/** Sessions beside their sources, for the expressions above. */
export const groupedSessions =
  'session AS s LEFT JOIN source AS o ON o.import_id = s.import_id AND o.source_id = s.source_id';

/** Values of each thing sessions are told apart by, of those named. */
export function groupsByKind(groups: readonly SessionGroup[]): Map<GroupBy, string[]> {
  const values = new Map<GroupBy, string[]>();
  for (const { by, value } of groups) values.set(by, [...(values.get(by) ?? []), value]);
  return values;
}
