/**
 * Acts as they hold after imports joined sessions: what was said of a session or span that another stands for now is said of that one.
 * The journal stays as it was written; only what it adds up to is read this way. Pure functions.
 */
import type { Act, Fact, SingleAct } from '../../shared/model/journal';
import type { Queue, Review, ReviewAct } from '../../shared/model/review';
import type { RegressionCase } from '../../shared/model/regression';
import type { Evaluation } from '../../shared/model/objective';
import type { SessionFilter } from '../../shared/model/session';
import { asText, get } from '../../shared/trace/json';

/** Where things went; each gives what it is given where that stayed. */
export interface Carrying {
  /** Two of the same signature carry alike. */
  signature: string;
  session: (sessionId: string) => string;
  /** A span of a session. */
  span: (sessionId: string, spanId: string) => { sessionId: string; spanId: string };
  correction: (correctionId: string) => string;
  finding: (findingId: string) => string;
  /** When people were told that something of theirs went into this session; null: never. */
  joinedAt: (sessionId: string) => string | null;
}

const origins = new WeakMap<object, string>();

/** The session an act was said of before that was joined with others; null where it was said of the whole. */
export function carriedFrom(act: object): string | null {
  return origins.get(act) ?? null;
}

/** What a fact says with the ids of today; the fact itself where nothing it names was carried over. */
export function carriedFact(fact: Fact, carrying: Carrying): Fact {
  const singles = fact.act.type === 'acts.grouped' ? fact.act.acts : [fact.act];
  const carried = singles.flatMap((act) => carriedSingle(act, fact.at, carrying));
  if (carried.every((act, i) => act === singles[i])) return fact;
  const [first] = carried;
  const act: Act = first && carried.length === 1 ? first : { type: 'acts.grouped', acts: carried };
  return { ...fact, act };
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

function carriedIds(ids: readonly string[], to: (id: string) => string): string[] {
  const carried = ids.map(to);
  return carried.every((id, i) => id === ids[i]) ? (ids as string[]) : unique(carried);
}

function carriedSingle(act: SingleAct, at: string, carrying: Carrying): SingleAct[] {
  switch (act.type) {
    case 'correction.judged':
    case 'correction.assigned':
    case 'correction.coded':
    case 'correction.set-aside':
    case 'cluster.moved':
    case 'cluster.linked': {
      const correctionIds = carriedIds(act.correctionIds, carrying.correction);
      return [correctionIds === act.correctionIds ? act : { ...act, correctionIds }];
    }
    case 'correction.added': {
      const to = carrying.span(act.sessionId, act.spanId);
      return [isSame(to, act) ? act : { ...act, ...to }];
    }
    case 'finding.judged': {
      const findingIds = carriedIds(act.findingIds, carrying.finding);
      return [findingIds === act.findingIds ? act : { ...act, findingIds }];
    }
    case 'session.judged':
      return carriedVerdicts(act, at, carrying);
    case 'cluster.ran':
      return [carriedClustering(act, carrying)];
    case 'annotation.imported': {
      const annotations = act.annotations.map((one) => carriedAnnotation(one, carrying));
      return [annotations.every((one, i) => one === act.annotations[i]) ? act : { ...act, annotations }];
    }
    case 'objective.evaluated': {
      const evaluation = carriedEvaluation(act.evaluation, carrying);
      return [evaluation === act.evaluation ? act : { ...act, evaluation }];
    }
    case 'objective.saved': {
      const appliesTo = carriedFilter(act.objective.appliesTo, carrying);
      return [
        appliesTo === act.objective.appliesTo ? act : { ...act, objective: { ...act.objective, appliesTo } },
      ];
    }
    case 'regression.saved': {
      const cases = act.set.cases.map((one) => carriedCase(one, carrying));
      return [
        cases.every((one, i) => one === act.set.cases[i]) ? act : { ...act, set: { ...act.set, cases } },
      ];
    }
    case 'review.queued':
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
    case 'review.settled':
      return [carriedReview(act, at, carrying)];
    case 'review.merged': {
      const facts = act.facts.map((one) => {
        const carried = carriedReview(one.act, one.at, carrying);
        return carried === one.act ? one : { ...one, act: carried };
      });
      return [facts.every((one, i) => one === act.facts[i]) ? act : { ...act, facts }];
    }
    case 'workspace.created':
    case 'session.joined':
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
    case 'objective.retired':
    case 'judge.set':
    case 'regression.retired':
    case 'redaction.set':
    case 'review.archived':
    case 'import.removed':
    case 'act.undone':
    case 'act.redone':
      return [act];
  }
}

function isSame(
  to: { sessionId: string; spanId: string },
  { sessionId, spanId }: { sessionId: string; spanId: string },
): boolean {
  return to.sessionId === sessionId && to.spanId === spanId;
}

/** The act marked with the session it was said of, where that is a part of one by now. */
function marked<A extends object>(act: A, sessionId: string, at: string, carrying: Carrying): A {
  const to = carrying.session(sessionId);
  const joinedAt = carrying.joinedAt(to);
  if (to === sessionId && (joinedAt === null || joinedAt < at)) return act;
  const copy = { ...act };
  origins.set(copy, sessionId);
  return copy;
}

/** One act for those that stayed, and one for each session that is a part of another by now. */
function carriedVerdicts(
  act: Extract<SingleAct, { type: 'session.judged' }>,
  at: string,
  carrying: Carrying,
): SingleAct[] {
  const alone = act.sessionIds.map((sessionId) =>
    marked({ ...act, sessionIds: [carrying.session(sessionId)] }, sessionId, at, carrying),
  );
  const parts = alone.filter((one) => carriedFrom(one) !== null);
  if (parts.length === 0) return [act];
  const sessionIds = alone.flatMap((one) => (carriedFrom(one) === null ? one.sessionIds : []));
  return sessionIds.length === 0 ? parts : [{ ...act, sessionIds }, ...parts];
}

function carriedClustering(
  act: Extract<SingleAct, { type: 'cluster.ran' }>,
  { correction }: Carrying,
): SingleAct {
  const { result } = act;
  const pointIds = result.pointIds.map(correction);
  const outlierIds = carriedIds(result.outlierIds, correction);
  const clusters = result.clusters.map((cluster) => {
    const memberIds = carriedIds(cluster.memberIds, correction);
    const exemplarIds = carriedIds(cluster.exemplarIds, correction);
    return memberIds === cluster.memberIds && exemplarIds === cluster.exemplarIds
      ? cluster
      : { ...cluster, memberIds, exemplarIds };
  });
  const isAsItWas =
    outlierIds === result.outlierIds &&
    clusters.every((one, i) => one === result.clusters[i]) &&
    pointIds.every((id, i) => id === result.pointIds[i]);
  if (isAsItWas) return act;
  // Points are told apart by their place in three lists, so that of two with one id the first is kept in all of them.
  const first = pointIds.map((id, i) => pointIds.indexOf(id) === i);
  return {
    ...act,
    result: {
      ...result,
      clusters,
      outlierIds,
      pointIds: pointIds.filter((_, i) => first[i]),
      x: result.x.filter((_, i) => first[i]),
      y: result.y.filter((_, i) => first[i]),
    },
  };
}

function carriedAnnotation(
  annotation: Readonly<Record<string, unknown>>,
  carrying: Carrying,
): Record<string, unknown> {
  const sessionId = asText(get(annotation, 'sessionId'));
  const spanId = asText(get(annotation, 'spanId'));
  const correctionId = asText(get(annotation, 'correctionId'));
  const findingId = asText(get(annotation, 'findingId'));
  const place: Record<string, string> = {};
  if (sessionId !== null) {
    const to =
      spanId === null
        ? { sessionId: carrying.session(sessionId), spanId: '' }
        : carrying.span(sessionId, spanId);
    if (to.sessionId !== sessionId) place['sessionId'] = to.sessionId;
    if (spanId !== null && to.spanId !== spanId) place['spanId'] = to.spanId;
  }
  if (correctionId !== null && carrying.correction(correctionId) !== correctionId)
    place['correctionId'] = carrying.correction(correctionId);
  if (findingId !== null && carrying.finding(findingId) !== findingId)
    place['findingId'] = carrying.finding(findingId);
  return Object.keys(place).length === 0 ? annotation : { ...annotation, ...place };
}

/** Of a session whose parts came out differently, the worse holds. */
function carriedEvaluation(evaluation: Evaluation, { session }: Carrying): Evaluation {
  const failedIds = carriedIds(evaluation.failedIds, session);
  const undecided = carriedIds(evaluation.undecidedIds, session);
  const passed = carriedIds(evaluation.passedIds, session);
  const isAsItWas =
    failedIds === evaluation.failedIds &&
    undecided === evaluation.undecidedIds &&
    passed === evaluation.passedIds;
  if (isAsItWas) return evaluation;
  const failed = new Set(failedIds);
  const undecidedIds = undecided.filter((id) => !failed.has(id));
  const worse = new Set([...failed, ...undecidedIds]);
  const { judge } = evaluation;
  return {
    ...evaluation,
    failedIds,
    undecidedIds,
    passedIds: passed.filter((id) => !worse.has(id)),
    judge: judge && {
      ...judge,
      judgements: judge.judgements.map((one) => ({ ...one, sessionId: session(one.sessionId) })),
    },
  };
}

function carriedCase(one: RegressionCase, carrying: Carrying): RegressionCase {
  const { lineage } = one;
  const to = carrying.span(lineage.sessionId, lineage.spanId);
  const { label } = lineage;
  const id =
    label.kind === 'correction'
      ? carrying.correction(label.id)
      : label.kind === 'finding'
        ? carrying.finding(label.id)
        : label.kind === 'session'
          ? carrying.session(label.id)
          : label.id;
  if (isSame(to, lineage) && id === label.id) return one;
  return { ...one, lineage: { ...lineage, ...to, label: { ...label, id } } };
}

function carriedReview<A extends ReviewAct>(act: A, at: string, carrying: Carrying): A;
function carriedReview(act: ReviewAct, at: string, carrying: Carrying): ReviewAct {
  switch (act.type) {
    case 'review.queued': {
      const queue = carriedQueue(act.queue, carrying);
      return queue === act.queue ? act : { ...act, queue };
    }
    case 'review.archived':
      return act;
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
      return inSession(act, at, carrying);
    case 'review.completed':
    case 'review.settled': {
      const place = inSession(act, at, carrying);
      const review = act.review && carriedSpanOf(act.review, act.sessionId, carrying);
      if (place === act && review === act.review) return act;
      const carried = { ...place, review } as typeof act;
      const from = carriedFrom(place);
      if (from !== null) origins.set(carried, from);
      return carried;
    }
  }
}

function inSession<A extends { sessionId: string }>(act: A, at: string, carrying: Carrying): A {
  const place = marked(act, act.sessionId, at, carrying);
  if (place !== act) place.sessionId = carrying.session(act.sessionId);
  return place;
}

function carriedSpanOf(review: Review, sessionId: string, carrying: Carrying): Review {
  if (review.firstSpanId === null) return review;
  const { spanId } = carrying.span(sessionId, review.firstSpanId);
  return spanId === review.firstSpanId ? review : { ...review, firstSpanId: spanId };
}

function carriedFilter(filter: SessionFilter, { session }: Carrying): SessionFilter {
  if (filter.sessionIds === undefined) return filter;
  const sessionIds = carriedIds(filter.sessionIds, session);
  return sessionIds === filter.sessionIds ? filter : { ...filter, sessionIds };
}

/** Of items that are one session now the first stays, as likely to be drawn as any of them was. */
function carriedQueue(queue: Queue, carrying: Carrying): Queue {
  const { session } = carrying;
  const filter = carriedFilter(queue.filter, carrying);
  if (filter === queue.filter && queue.items.every(({ sessionId }) => session(sessionId) === sessionId))
    return queue;
  const items = new Map<string, Queue['items'][number]>();
  for (const item of queue.items) {
    const sessionId = session(item.sessionId);
    const before = items.get(sessionId);
    items.set(
      sessionId,
      before
        ? {
            ...before,
            priority: Math.max(before.priority, item.priority),
            inclusion: 1 - (1 - before.inclusion) * (1 - item.inclusion),
          }
        : { ...item, sessionId },
    );
  }
  return { ...queue, filter, items: [...items.values()] };
}
