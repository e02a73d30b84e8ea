/** The filter of the sessions screen as SQL over the view session_found. Values are bound, never pasted. */
import type { SessionFilter } from '../../shared/model/session';
import { textList, type SqlValue } from '../workspace/sql-values';
import { LABEL_FACETS } from './label-facets';

export interface Condition {
  /** Which facet it belongs to, so that a facet's own counts can leave it out. */
  facet: keyof SessionFilter;
  sql: string;
}

/** Conditions with named parameters; `params` is shared by all of them. */
export interface Conditions {
  conditions: Condition[];
  params: Record<string, SqlValue>;
}

/** The tenth of the failure probability, as text; NULL where there is none yet, of which `least` alone would make the highest. */
export const scoreTenth =
  'CASE WHEN fail_probability IS NOT NULL THEN least(9, floor(fail_probability * 10))::INTEGER::VARCHAR END';

const lists: [facet: keyof SessionFilter, column: string][] = [
  ['formats', 'format'],
  ['sourceIds', 'source_id'],
  ['importIds', 'import_id'],
  ['models', 'model'],
  ['agentVersions', 'agent_version'],
  ['features', 'feature'],
  ['cohorts', 'cohort'],
  ['userIds', 'user_id'],
  ['scoreTenths', scoreTenth],
];

const overlaps: [facet: keyof SessionFilter, column: string][] = [
  ['errorPillars', 'error_pillars'],
  ['flags', 'flags'],
];

const corrections = {
  any: 'correction_count > 0',
  confirmed: 'confirmed_count > 0',
  proposed: 'correction_count > confirmed_count',
  none: 'correction_count = 0',
} as const;

/** What reviewers decided of the session; 'none' before any of them did. */
export const REVIEW_VERDICT =
  "coalesce((SELECT intent FROM (SELECT session_id AS reviewed_id, intent FROM session_review) WHERE reviewed_id = session_id), 'none')";

/** Sessions of the latest evaluation of an objective with one of the outcomes `objectiveId:passed`, `:failed`, `:undecided`. */
const OUTCOME_SESSIONS = `SELECT o.session_id FROM objective_latest AS o
  WHERE list_contains($objectiveOutcomes, o.objective_id || ':' || CASE o.passed WHEN true THEN 'passed' WHEN false THEN 'failed' ELSE 'undecided' END)`;

/** Failure modes on corrections of sessions, by the names of today. */
export const SESSION_MODES = `(SELECT k.session_id, a.failure_mode_id FROM sorting AS a JOIN correction AS k ON k.correction_id = a.correction_id)`;

/** Sessions with findings of all the signals. */
const WITH_ALL_SIGNALS = `SELECT session_id FROM standing_finding WHERE list_contains($allSignals, signal)
  GROUP BY session_id HAVING count(DISTINCT signal) = len(list_distinct($allSignals))`;

/** Sessions that hold a row of another table with one of the values. */
const held: [facet: keyof SessionFilter, table: string, column: string][] = [
  ['signals', 'standing_finding', 'signal'],
  ['failureModeIds', SESSION_MODES, 'failure_mode_id'],
  ['reviewQueueIds', 'review', 'queue_id'],
  ['reviewModeIds', 'review_mode', 'failure_mode_id'],
  ['userActs', 'user_turn', 'act'],
  ['labels', LABEL_FACETS, 'facet'],
];

/** Conditions of a filter but the text search, which needs the texts (search.ts). */
export function conditionsOf(filter: SessionFilter): Conditions {
  const found: Conditions = { conditions: [], params: {} };
  const add = (facet: keyof SessionFilter, sql: string, values: Record<string, SqlValue> = {}): void => {
    found.conditions.push({ facet, sql });
    Object.assign(found.params, values);
  };
  for (const [facet, column] of lists) {
    const values = filter[facet] as string[] | undefined;
    if (values && values.length > 0) add(facet, `list_contains($${facet}, ${column})`, { [facet]: values });
  }
  if (filter.sessionIds && filter.sessionIds.length > 0)
    add('sessionIds', 'session_id IN (SELECT unnest($sessionIds::VARCHAR[]))', {
      sessionIds: textList(filter.sessionIds),
    });
  for (const [facet, column] of overlaps) {
    const values = filter[facet] as string[] | undefined;
    if (values && values.length > 0) add(facet, `list_has_any(${column}, $${facet})`, { [facet]: values });
  }
  if (filter.objectiveOutcomes && filter.objectiveOutcomes.length > 0)
    add('objectiveOutcomes', `session_id IN (${OUTCOME_SESSIONS})`, {
      objectiveOutcomes: filter.objectiveOutcomes,
    });
  if (filter.reviews && filter.reviews.length > 0)
    add('reviews', `list_contains($reviews, ${REVIEW_VERDICT})`, { reviews: filter.reviews });
  for (const [facet, table, column] of held) {
    const values = filter[facet] as string[] | undefined;
    if (values && values.length > 0)
      add(
        facet,
        `session_id IN (SELECT session_id FROM ${table} WHERE list_contains($${facet}, ${column}))`,
        { [facet]: values },
      );
  }
  if (filter.allSignals && filter.allSignals.length > 0)
    add('allSignals', `session_id IN (${WITH_ALL_SIGNALS})`, { allSignals: filter.allSignals });
  if (filter.correction) add('correction', corrections[filter.correction]);
  if (filter.startMs) {
    add('startMs', 'start_ms >= $startFrom AND start_ms < $startTo', {
      startFrom: filter.startMs[0],
      startTo: filter.startMs[1],
    });
  }
  if (filter.turnCount) {
    add('turnCount', 'turn_count BETWEEN $turnsFrom AND $turnsTo', {
      turnsFrom: filter.turnCount[0],
      turnsTo: filter.turnCount[1],
    });
  }
  return found;
}

/** WHERE clause (with the word) of all conditions but those of one facet; '' when there is none. */
export function whereOf(conditions: readonly Condition[], except?: keyof SessionFilter): string {
  const used = conditions
    .filter((condition) => condition.facet !== except)
    .map((condition) => `(${condition.sql})`);
  return used.length === 0 ? '' : `WHERE ${used.join(' AND ')}`;
}

/** Only the parameters a statement names; DuckDB refuses others. */
export function paramsFor(sql: string, params: Readonly<Record<string, SqlValue>>): Record<string, SqlValue> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql)));
}
