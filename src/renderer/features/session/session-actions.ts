/** What the keys of the session screen do to its selection, folds and corrections. */
import { navigate } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { opensTurn } from './conversation/rows';
import type { CorrectionActs } from './correction-acts';
import type { Folds } from './folds';
import type { SessionSearch } from './search';
import type { Select, Selection } from './selection';
import type { SessionContextValue } from './session-context';
import { isShownAsCorrection, type SessionData } from './session-data';
import type { Neighbours } from './session-header';
import { stepFinding, stepMatch, stepRow, stepTurn } from './steps';
import type { AxisMode } from './timeline/axis';

const MODES: readonly AxisMode[] = ['wall', 'active', 'order'];

interface Parts {
  data: SessionData;
  selection: Selection;
  select: Select;
  folds: Folds;
  search: SessionSearch;
  query: string | null;
  setQuery: (query: string | null) => void;
  axis: { mode: AxisMode; noClock: string | null; set: (mode: AxisMode) => void };
  acts: CorrectionActs;
  failureModes: SessionContextValue['failureModes'];
}

/** Goes to the session before or after this one in the list. */
export function goToNeighbour(neighbours: Neighbours, step: 1 | -1): void {
  const next = step === 1 ? neighbours?.nextId : neighbours?.previousId;
  if (typeof next === 'string') navigate({ screen: 'session', sessionId: next });
  else
    toastDone(
      step === 1 ? 'This is the last session of the list.' : 'This is the first session of the list.',
    );
}

function moves({ data, selection, select, folds, search }: Parts) {
  const current = selection.spanId === null ? null : (data.indexOf.get(selection.spanId) ?? null);
  const go = (index: number | null, how: Partial<Selection> = {}) => {
    const span = index === null ? undefined : data.spans[index];
    if (span !== undefined) select(span.spanId, how);
  };
  return {
    current,
    stepTurn: (step: 1 | -1) => go(stepTurn(data.turns, data.indexOf, current, step)),
    stepRow: (step: 1 | -1) => {
      const row = stepRow(folds.rows, selection.rowKey, step);
      if (row !== null) go(row.type === 'span' ? row.index : (row.members[0] ?? null), { rowKey: row.key });
    },
    stepSpan: (step: 1 | -1) => go(current === null ? 0 : current + step),
    /** Whether there was one to go to. */
    stepFinding: (step: 1 | -1): boolean => {
      const { findings, findingsOf } = data;
      // A correction that was found something else about as well is gone to once.
      const distinct = findings.filter(
        (finding) => !isShownAsCorrection(finding, data) || findingsOf.get(finding.spanId)?.length === 1,
      );
      const finding = stepFinding(distinct, current, selection.findingId, step);
      if (finding === null) {
        const isNone = findings.length === 0;
        toastDone(isNone ? 'Nothing was found in this session.' : 'There are no more findings this way.');
        return false;
      }
      select(finding.spanId, { findingId: finding.findingId });
      return true;
    },
    goToMatch: (step: 1 | -1) => go(stepMatch(search.matches, current, step)),
  };
}

function judgements({ data, selection, acts, failureModes }: Parts, current: number | null) {
  const userTurn = () => {
    const span = current === null ? undefined : data.spans[current];
    if (span !== undefined && opensTurn(span)) return span;
    toastDone('Select a message of the user first: j and k go from turn to turn.');
    return undefined;
  };
  return {
    judge: (isCorrection: boolean) => {
      const span = userTurn();
      if (span === undefined) return;
      const correction = data.correctionOf.get(span.spanId);
      if (correction === undefined) {
        if (isCorrection) acts.add(span.spanId);
        return;
      }
      const verdict = isCorrection ? 'confirmed' : 'rejected';
      // The same key again takes it back.
      acts.judge(correction, correction.state === verdict ? null : verdict);
    },
    refute: () => {
      const finding = data.findings.find((one) => one.findingId === selection.findingId);
      if (finding === undefined) toastDone('Go to a finding first: n and p go from one to the next.');
      else acts.refute(finding);
    },
    assign: (place: number) => {
      const span = userTurn();
      if (span === undefined) return;
      const mode = failureModes.assignable[place];
      if (mode === undefined) toastDone(`The codebook has no failure mode ${place + 1}.`);
      else acts.assign(span.spanId, data.correctionOf.get(span.spanId), mode.id, mode.name);
    },
  };
}

export function sessionActions(parts: Parts) {
  const { selection, folds, query, setQuery, axis } = parts;
  const { current, ...steps } = moves(parts);
  return {
    ...steps,
    ...judgements(parts, current),
    expand: () => {
      const row = folds.rows[folds.rowOf.get(selection.rowKey ?? '') ?? -1];
      if (row?.type === 'span') folds.toggleSpan(row.key);
      else if (row !== undefined) folds.toggleFold(row.key, !row.isOpen);
    },
    foldTools: folds.toggleTools,
    switchAxis: () => {
      if (axis.noClock === null) axis.set(MODES[(MODES.indexOf(axis.mode) + 1) % MODES.length] ?? 'wall');
      else toastDone(`There is only the order: ${axis.noClock}.`);
    },
    search: () => setQuery(query ?? ''),
    closeSearch: () => setQuery(null),
    deselect: () => parts.select(null),
    isSearching: query !== null,
  };
}
