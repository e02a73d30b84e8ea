/** Changes to a filter, and what a filter says, part by part. Pure: filter in, filter or words out. */
import type { SessionFilter, SessionFlag } from '../../../shared/model/session';
import { formatCount, formatDate, formatDateTime, formatPlural } from '../../lib/format';
import { compactFilter } from '../../lib/session-query';
import { correctionWords, FACETS, flagWords, type ListFacet } from './facet-words';

/** Adds the value to the facet's list, or takes it out where it is in. */
export function toggleValue(filter: SessionFilter, facet: ListFacet, value: string): SessionFilter {
  const chosen: readonly string[] = filter[facet] ?? [];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return compactFilter({ ...filter, [facet]: next });
}

/** The filter without one of its parts. */
export function withoutPart(filter: SessionFilter, part: keyof SessionFilter): SessionFilter {
  return compactFilter({ ...filter, [part]: undefined });
}

/** One thing the filter asks for, to be shown with a way to take it back. */
export interface FilterChip {
  key: string;
  /** Which facet: `Signal`. */
  title: string;
  /** What of it: `retry loop`. */
  value: string;
  /** The filter without it. */
  without: SessionFilter;
}

/** How a value is called, where its id is not its name. */
export type ValueNames = (facet: ListFacet, value: string) => string;

const DAY_MS = 86_400_000;

/** A half-open range of times, in days where it is days: `2026-03-13 to 2026-03-15` (both within). */
export function timeRangeWords([from, to]: readonly [number, number]): string {
  const isDays = isMidnight(from) && isMidnight(to);
  if (!isDays) return `${formatDateTime(from)} to ${formatDateTime(to)}`;
  const last = to - 1;
  return to - from <= DAY_MS * 1.1 ? formatDate(from) : `${formatDate(from)} to ${formatDate(last)}`;
}

function isMidnight(ms: number): boolean {
  const date = new Date(ms);
  return date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
}

export function turnRangeWords([from, to]: readonly [number, number]): string {
  return from === to ? formatCount(from) : `${formatCount(from)} to ${formatCount(to)}`;
}

/** Everything the filter asks for but the text, which stays in its own field. */
export function filterChips(filter: SessionFilter, nameOf: ValueNames): FilterChip[] {
  const chips: FilterChip[] = [];
  const add = (part: keyof SessionFilter, title: string, value: string) =>
    chips.push({ key: part, title, value, without: withoutPart(filter, part) });
  if (filter.startMs !== undefined) add('startMs', 'Start', timeRangeWords(filter.startMs));
  if (filter.turnCount !== undefined) add('turnCount', 'Turns', turnRangeWords(filter.turnCount));
  if (filter.correction !== undefined) add('correction', 'Corrections', correctionWords[filter.correction]);
  for (const { facet, title } of FACETS)
    for (const value of filter[facet] ?? [])
      chips.push({
        key: `${facet}:${value}`,
        title,
        value: facet === 'flags' ? flagTitle(value) : nameOf(facet, value),
        without: toggleValue(filter, facet, value),
      });
  if (filter.importIds !== undefined)
    add(
      'importIds',
      'Import',
      filter.importIds.length === 1 ? 'one import' : `${filter.importIds.length} imports`,
    );
  if (filter.reviewQueueIds !== undefined)
    add('reviewQueueIds', 'Reviewed in', formatPlural(filter.reviewQueueIds.length, 'queue'));
  if (filter.reviewModeIds !== undefined)
    add('reviewModeIds', 'By reviewers', formatPlural(filter.reviewModeIds.length, 'failure mode'));
  if (filter.objectiveOutcomes !== undefined)
    add(
      'objectiveOutcomes',
      'By an objective',
      filter.objectiveOutcomes.map((one) => one.slice(one.lastIndexOf(':') + 1)).join(', '),
    );
  if (filter.sessionIds !== undefined) add('sessionIds', 'Sessions', `${filter.sessionIds.length} chosen`);
  return chips;
}

function flagTitle(flag: string): string {
  return Object.hasOwn(flagWords, flag) ? flagWords[flag as SessionFlag].title : flag;
}
