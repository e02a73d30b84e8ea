/** What an act changes on the table, reckoned at once so that it shows before the engine answers. Pure. */
import type { CorrectionSummary } from '../../../shared/contract/correction';
import type { Correction } from '../../../shared/model/correction';
import { wilson } from '../../../shared/stats/wilson';

export type Edit =
  | { type: 'judge'; verdict: 'confirmed' | 'rejected' | null }
  | { type: 'assign'; failureModeId: string; mode: 'set' | 'add' | 'remove' }
  | { type: 'code'; code: string; mode: 'add' | 'remove' }
  | { type: 'set-aside'; isSetAside: boolean };

/** The correction after the act. Sorting implies confirming. */
export function edited(correction: Correction, edit: Edit): Correction {
  switch (edit.type) {
    case 'judge':
      return { ...correction, state: edit.verdict ?? 'proposed' };
    case 'set-aside':
      return { ...correction, isSetAside: edit.isSetAside };
    case 'code': {
      const others = correction.codes.filter((code) => code !== edit.code);
      return edit.mode === 'remove'
        ? { ...correction, codes: others }
        : { ...correction, state: 'confirmed', codes: [...others, edit.code] };
    }
    case 'assign': {
      const others = correction.failureModeIds.filter((id) => id !== edit.failureModeId);
      if (edit.mode === 'remove') return { ...correction, failureModeIds: others };
      return {
        ...correction,
        state: 'confirmed',
        failureModeIds: edit.mode === 'set' ? [edit.failureModeId] : [...others, edit.failureModeId],
      };
    }
  }
}

const isSortable = (correction: Correction) => correction.state !== 'rejected' && !correction.isSetAside;
const isSorted = (correction: Correction) => isSortable(correction) && correction.failureModeIds.length > 0;

/**
 * The counts after the corrections `before` became `after`; intervals are reckoned anew. The cards may be known a moment longer than
 * the counts, so that none is let out of its bounds.
 */
export function summaryAfter(
  summary: CorrectionSummary,
  before: readonly Correction[],
  after: readonly Correction[],
): CorrectionSummary {
  const change = (is: (correction: Correction) => boolean) =>
    after.filter(is).length - before.filter(is).length;
  const changed = (count: number, is: (correction: Correction) => boolean) => Math.max(0, count + change(is));
  const sortable = changed(summary.sortable, isSortable);
  const sorted = Math.min(sortable, changed(summary.sorted, isSorted));
  return {
    ...summary,
    proposed: changed(summary.proposed, (one) => one.state === 'proposed'),
    confirmed: changed(summary.confirmed, (one) => one.state === 'confirmed'),
    rejected: changed(summary.rejected, (one) => one.state === 'rejected'),
    setAside: changed(summary.setAside, (one) => one.isSetAside),
    sortable,
    sorted,
    byFailureMode: summary.byFailureMode.map((mode) => ({
      ...mode,
      sorted: wilson(
        Math.min(
          sorted,
          changed(
            mode.sorted.count,
            (one) => isSorted(one) && one.failureModeIds.includes(mode.failureModeId),
          ),
        ),
        sorted,
      ),
    })),
  };
}
