/**
 * What was done, for the screen: facts in words, latest first. Owns how much of an act is shown.
 */
import type { Act, Fact, SingleAct } from '../../shared/model/journal';
import type { Projection } from './projection';
import { sentence } from './sentence';

export interface HistoryItem {
  factId: string;
  seq: number;
  at: string;
  author: string;
  /** What was done, in words. */
  sentence: string;
  type: Act['type'];
  isUndone: boolean;
  /** The act; long lists in it are cut (see `briefAct`). */
  act: Act;
}

export interface HistoryPage {
  items: HistoryItem[];
  total: number;
  canUndo: boolean;
  canRedo: boolean;
}

/** Longest list of an act that is shown; one act may name 100,000 corrections. */
const MAX_SHOWN = 200;

/** A page of facts, latest first; none beyond the last. */
export function historyItems(
  facts: readonly Fact[],
  state: Projection,
  page: { offset: number; limit: number },
): HistoryItem[] {
  const end = Math.max(0, facts.length - page.offset);
  return facts
    .slice(Math.max(0, end - page.limit), end)
    .reverse()
    .map((fact) => ({
      factId: fact.factId,
      seq: fact.seq,
      at: fact.at,
      author: fact.author,
      sentence: sentence(fact, state),
      type: fact.act.type,
      isUndone: state.isUndone(fact.factId),
      act: briefAct(fact.act),
    }));
}

/** An act with its lists cut, and a clustering without its members: a page of the history stays a page. */
export function briefAct(act: Act): Act {
  return act.type === 'acts.grouped'
    ? { ...act, acts: act.acts.slice(0, MAX_SHOWN).map(briefSingle) }
    : briefSingle(act);
}

function briefSingle(act: SingleAct): SingleAct {
  switch (act.type) {
    case 'correction.judged':
    case 'correction.assigned':
    case 'correction.coded':
    case 'correction.set-aside':
    case 'cluster.moved':
    case 'cluster.linked':
      return { ...act, correctionIds: act.correctionIds.slice(0, MAX_SHOWN) };
    case 'finding.judged':
      return { ...act, findingIds: act.findingIds.slice(0, MAX_SHOWN) };
    case 'session.judged':
      return { ...act, sessionIds: act.sessionIds.slice(0, MAX_SHOWN) };
    case 'session.joined':
      return { ...act, sessions: act.sessions.slice(0, MAX_SHOWN) };
    case 'annotation.imported':
      return { ...act, annotations: act.annotations.slice(0, MAX_SHOWN) };
    case 'cluster.ran': {
      const clusters = act.result.clusters.map((cluster) => ({ ...cluster, memberIds: [] }));
      return { ...act, result: { ...act.result, clusters, outlierIds: [], pointIds: [], x: [], y: [] } };
    }
    case 'review.queued':
      return { ...act, queue: { ...act.queue, items: act.queue.items.slice(0, MAX_SHOWN) } };
    case 'review.merged':
      return { ...act, facts: act.facts.slice(0, MAX_SHOWN) };
    case 'objective.evaluated': {
      const { evaluation } = act;
      const brief = (ids: string[]) => ids.slice(0, MAX_SHOWN);
      return {
        ...act,
        evaluation: {
          ...evaluation,
          passedIds: brief(evaluation.passedIds),
          failedIds: brief(evaluation.failedIds),
          undecidedIds: brief(evaluation.undecidedIds),
          judge: evaluation.judge && { ...evaluation.judge, judgements: [] },
        },
      };
    }
    case 'regression.saved':
      return { ...act, set: { ...act.set, cases: [] } };
    case 'regression.retired':
    case 'redaction.set':
    case 'objective.saved':
    case 'objective.retired':
    case 'judge.set':
    case 'workspace.created':
    case 'correction.added':
    case 'code.placed':
    case 'cluster.named':
    case 'cluster.merged':
    case 'codebook.saved':
    case 'crosswalk.changed':
    case 'pillar.changed':
    case 'signal.tuned':
    case 'signal.saved':
    case 'signal.removed':
    case 'context-window.changed':
    case 'mapping.saved':
    case 'view.saved':
    case 'view.removed':
    case 'import.removed':
    case 'review.archived':
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
    case 'review.settled':
    case 'act.undone':
    case 'act.redone':
      return act;
  }
}
