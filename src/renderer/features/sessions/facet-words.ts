/** What the facets are called on screen, in the order they stand in, and how their values are said. Words alone. */
import type { Facets } from '../../../shared/contract/session';
import type { SessionFilter, SessionFlag } from '../../../shared/model/session';

/** The parts of a filter that are lists of values to choose from. */
export type ListFacet = Exclude<
  keyof SessionFilter,
  | 'text'
  | 'correction'
  | 'startMs'
  | 'turnCount'
  | 'sessionIds'
  | 'importIds'
  | 'reviewQueueIds'
  | 'reviewModeIds'
  | 'objectiveOutcomes'
>;

export interface FacetWords {
  facet: ListFacet;
  /** Where its values and counts are in what the engine answers. */
  counts: Exclude<keyof Facets, 'searched' | 'total' | 'matching' | 'startMs' | 'turnCount' | 'corrections'>;
  title: string;
}

export const FACETS: readonly FacetWords[] = [
  { facet: 'signals', counts: 'signals', title: 'Signal' },
  { facet: 'allSignals', counts: 'signals', title: 'Together with signal' },
  { facet: 'scoreTenths', counts: 'scoreTenths', title: 'Failure probability' },
  { facet: 'failureModeIds', counts: 'failureModes', title: 'Failure mode' },
  { facet: 'labels', counts: 'labels', title: 'Label from the export' },
  { facet: 'userActs', counts: 'userActs', title: 'What users do' },
  { facet: 'reviews', counts: 'reviews', title: 'Review verdict' },
  { facet: 'errorPillars', counts: 'errorPillars', title: 'Errors in pillar' },
  { facet: 'features', counts: 'features', title: 'Feature' },
  { facet: 'cohorts', counts: 'cohorts', title: 'Cohort' },
  { facet: 'models', counts: 'models', title: 'Model' },
  { facet: 'agentVersions', counts: 'agentVersions', title: 'Agent version' },
  { facet: 'userIds', counts: 'users', title: 'User' },
  { facet: 'formats', counts: 'formats', title: 'Format' },
  { facet: 'sourceIds', counts: 'sources', title: 'Source file' },
  { facet: 'flags', counts: 'flags', title: 'Odd in the record' },
];

export const correctionWords: Record<NonNullable<SessionFilter['correction']>, string> = {
  any: 'any',
  confirmed: 'some confirmed',
  proposed: 'some still proposed',
  none: 'none',
};

export const flagWords: Record<SessionFlag, { title: string; meaning: string }> = {
  'no-times': { title: 'no times', meaning: 'The source gives no times; the order is that of the records.' },
  'some-times-missing': { title: 'some times missing', meaning: 'Some spans have no start time.' },
  'missing-end-times': {
    title: 'end times missing',
    meaning: 'Some spans have no end time, so no duration.',
  },
  'clock-backwards': {
    title: 'clock ran backwards',
    meaning: 'A span ends before it starts, or starts before the one it follows.',
  },
  'unresolved-parents': {
    title: 'parents not found',
    meaning: 'Spans name a parent that is not in the import.',
  },
  'no-session-id': {
    title: 'no session id',
    meaning: 'The source names no session; each trace became a session of its own.',
  },
  'no-user-text': { title: 'no user text', meaning: 'The source carries no words of the user.' },
  'rewound-branch': {
    title: 'rewound branch',
    meaning: 'The user went back and took another way; the left branch is kept and marked.',
  },
  'sub-agents': { title: 'sub-agents', meaning: 'Other agents were started within the session.' },
  fork: {
    title: 'fork',
    meaning: 'The session began as a copy of another one; only what is new is shown and counted here.',
  },
};

/** A tenth of the failure probability: `0` → `under 10%`, `3` → `30 to 40%`. */
export function tenthWords(tenth: string): string {
  const low = Number(tenth) * 10;
  if (low === 0) return 'under 10%';
  return low >= 90 ? '90% and more' : `${String(low)} to ${String(low + 10)}%`;
}
