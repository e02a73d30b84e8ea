/** What sessions are told apart by, in words. */
import type { GroupBy } from '../../shared/contract/numbers';

export const groupTitles: Record<GroupBy, string> = {
  source: 'source',
  model: 'model',
  feature: 'feature',
  cohort: 'cohort',
  month: 'month',
  week: 'week',
  day: 'day',
};
