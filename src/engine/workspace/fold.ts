/**
 * What every act means: which keys of the state it names, and what it makes of the value of each.
 * Pure functions. An act may name only keys, and read only the value of the key being folded, or undo would be wrong.
 */
import type { Act, Fact, SingleAct } from '../../shared/model/journal';
import { carriedFrom } from './carried-act';
import { annotationIdOf } from './annotation-id';
import { foldReview, type ReviewFact, reviewFactsOf, reviewKeyOf } from './fold-review';
import { joinedVerdict, withPart } from './joined-say';
import type {
  ObjectiveSay,
  RegressionSetSay,
  Assignment,
  Clustering,
  CorrectionSay,
  Key,
  Kind,
  Touched,
  Values,
  Verdict,
} from './projection-state';

/** What is said of a correction nobody spoke of. */
export const NOTHING_SAID: CorrectionSay = {
  state: null,
  isSetAside: false,
  assignments: [],
  codes: [],
  by: '',
  at: '',
};
const EMPTY_CLUSTERING: Clustering = { run: null, edits: [] };

const key = <K extends Kind>(kind: K, id = ''): Key<K> => ({ kind, id });
const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** The keys an act names, each once. */
export function keysOf(act: Act): Key[] {
  switch (act.type) {
    case 'workspace.created':
    case 'session.joined':
    case 'act.undone':
    case 'act.redone':
      return [];
    case 'correction.judged':
    case 'correction.assigned':
    case 'correction.coded':
    case 'correction.set-aside':
      return unique(act.correctionIds).map((id) => key('correction', id));
    case 'correction.added':
      return [key('added', JSON.stringify([act.sessionId, act.spanId]))];
    case 'code.placed':
      return [key('code', act.code)];
    case 'cluster.named':
      return [key('clusterName', act.clusterId)];
    case 'cluster.ran':
    case 'cluster.merged':
    case 'cluster.moved':
      return [key('clustering')];
    case 'finding.judged':
      return unique(act.findingIds).map((id) => key('findingVerdict', id));
    case 'session.judged':
      return unique(act.sessionIds).map((id) => key('sessionVerdict', id));
    case 'signal.tuned':
      return [key('signalSetting', act.signal)];
    case 'signal.saved':
      return [key('signalQuery', act.query.id)];
    case 'signal.removed':
      return [key('signalQuery', act.signal)];
    case 'cluster.linked':
      return [key('link', JSON.stringify(unique(act.correctionIds).sort()))];
    case 'acts.grouped': {
      const keys = new Map(act.acts.flatMap(keysOf).map((one) => [nameOf(one), one]));
      return [...keys.values()];
    }
    case 'crosswalk.changed':
      return [key('crosswalk', JSON.stringify([act.fromId, act.toId]))];
    case 'codebook.saved':
      return [key('codebooks')];
    case 'pillar.changed':
      return [key('pillar', act.toolName)];
    case 'context-window.changed':
      return [key('contextWindow', act.model)];
    case 'mapping.saved':
      return [key('mapping', act.profile.name)];
    case 'view.saved':
    case 'view.removed':
      return [key('view', JSON.stringify([act.screen, act.name]))];
    case 'annotation.imported':
      return [...annotationsById(act).keys()].map((id) => key('annotation', id));
    case 'import.removed':
      return [key('removedImport', act.importId)];
    case 'objective.saved':
      return [key('objective', act.objective.objectiveId)];
    case 'objective.retired':
      return [key('objective', act.objectiveId)];
    case 'objective.evaluated':
      return [key('evaluation', act.evaluation.runId)];
    case 'judge.set':
      return [key('judge')];
    case 'redaction.set':
      return [key('redaction')];
    case 'regression.saved':
      return [key('regressionSet', act.set.setId)];
    case 'regression.retired':
      return [key('regressionSet', act.setId)];
    case 'review.queued':
    case 'review.archived':
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
    case 'review.settled':
    case 'review.merged':
      return [...mergedByKey(act).values()].map((facts) => reviewKeyOf(facts[0].act));
  }
}

type ReviewingAct = Extract<Act, { type: `review.${string}` }>;
type ReviewFacts = [ReviewFact, ...ReviewFact[]];
const reviewCache = new WeakMap<ReviewingAct, ReadonlyMap<string, ReviewFacts>>();

/** The facts of reviewing an act holds, by key; worked out once, for an act may hold thousands. */
function mergedByKey(act: ReviewingAct, at = '', author = ''): ReadonlyMap<string, ReviewFacts> {
  const known = reviewCache.get(act);
  if (known) return known;
  const byKey = new Map<string, ReviewFacts>();
  for (const fact of reviewFactsOf(act, at, author)) {
    const name = nameOf(reviewKeyOf(fact.act));
    const list = byKey.get(name);
    if (list) list.push(fact);
    else byKey.set(name, [fact]);
  }
  if (act.type === 'review.merged') reviewCache.set(act, byKey);
  return byKey;
}

type AnnotationAct = Extract<Act, { type: 'annotation.imported' }>;
const annotationCache = new WeakMap<
  AnnotationAct,
  ReadonlyMap<string, AnnotationAct['annotations'][number]>
>();

/** The annotations of an act by id, the later of two with the same; worked out once, for an act may hold thousands. */
function annotationsById(act: AnnotationAct): ReadonlyMap<string, AnnotationAct['annotations'][number]> {
  const known = annotationCache.get(act);
  if (known) return known;
  const byId = new Map(act.annotations.map((one) => [annotationIdOf(one), one]));
  annotationCache.set(act, byId);
  return byId;
}

export function parseViewId(id: string): { screen: string; name: string } {
  const [screen = '', name = ''] = JSON.parse(id) as string[];
  return { screen, name };
}

/** Text that is the same for the same key. */
export function nameOf({ kind, id }: Key): string {
  return `${kind} ${id}`;
}

/** The value of a key after a fact that names it; undefined is the value of a key nothing was said of. */
export function fold(at: Key, before: Values[Kind] | undefined, fact: Fact): Values[Kind] | undefined {
  const { act } = fact;
  switch (act.type) {
    case 'workspace.created':
    case 'session.joined':
    case 'act.undone':
    case 'act.redone':
      return before;
    case 'correction.judged':
    case 'correction.assigned':
    case 'correction.coded':
    case 'correction.set-aside':
      return foldCorrection((before as CorrectionSay | undefined) ?? NOTHING_SAID, fact, act);
    case 'correction.added':
      return (
        before ?? {
          sessionId: act.sessionId,
          spanId: act.spanId,
          author: fact.author,
          at: fact.at,
          seq: fact.seq,
        }
      );
    case 'code.placed':
      return act.failureModeId ?? undefined;
    case 'cluster.named':
      return act.name ?? undefined;
    case 'cluster.ran':
    case 'cluster.merged':
    case 'cluster.moved':
      return foldClustering((before as Clustering | undefined) ?? EMPTY_CLUSTERING, fact, act);
    case 'finding.judged':
      return act.verdict === null ? undefined : { verdict: act.verdict, by: fact.author, at: fact.at };
    case 'session.judged':
      return foldSessionVerdict(before as Verdict<boolean> | undefined, fact, act);
    case 'signal.tuned':
      return isOwn(act) ? undefined : { isEnabled: act.isEnabled, parameters: act.parameters };
    case 'signal.saved':
      return act.query;
    case 'signal.removed':
      return undefined;
    case 'cluster.linked':
      return act.link ?? undefined;
    case 'crosswalk.changed':
      return act.relation ?? 'none';
    case 'acts.grouped':
      return foldGroup(at, before, fact, act.acts);
    case 'codebook.saved':
      return [...((before as Values['codebooks'] | undefined) ?? []), act.codebook];
    case 'pillar.changed':
      return act.pillar ?? undefined;
    case 'context-window.changed':
      return act.tokens ?? undefined;
    case 'mapping.saved':
      return act.profile;
    case 'view.saved':
      return act.state;
    case 'view.removed':
      return undefined;
    case 'annotation.imported': {
      const annotation = annotationsById(act).get(at.id);
      return annotation
        ? { annotationId: at.id, annotation, sourceName: act.sourceName, seq: fact.seq }
        : before;
    }
    case 'import.removed':
      return true;
    case 'objective.saved':
    case 'objective.retired':
      return foldObjective(before as ObjectiveSay | undefined, fact, act);
    case 'objective.evaluated':
      return { evaluation: act.evaluation, author: fact.author, at: fact.at, seq: fact.seq };
    case 'judge.set':
      return act.judge ?? undefined;
    case 'redaction.set':
      return act.choice;
    case 'regression.saved':
    case 'regression.retired':
      return foldRegressionSet(before as RegressionSetSay | undefined, fact, act);
    case 'review.queued':
    case 'review.archived':
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
    case 'review.settled':
    case 'review.merged': {
      let value = before;
      for (const one of mergedByKey(act, fact.at, fact.author).get(nameOf(at)) ?? [])
        value = foldReview(value, one);
      return value;
    }
  }
}

function foldSessionVerdict(
  before: Verdict<boolean> | undefined,
  { author, at }: Fact,
  act: Extract<Act, { type: 'session.judged' }>,
): Verdict<boolean> | undefined {
  const from = carriedFrom(act);
  if (act.failed !== null)
    return withPart(before, { verdict: act.failed, by: author, at }, from, joinedVerdict);
  const others = new Map(before?.parts);
  if (from === null || !others.delete(from) || others.size === 0) return undefined;
  return { ...joinedVerdict([...others.values()]), parts: others };
}

function foldObjective(
  before: ObjectiveSay | undefined,
  fact: Fact,
  act: Extract<Act, { type: 'objective.saved' | 'objective.retired' }>,
): ObjectiveSay | undefined {
  if (act.type === 'objective.retired') return before && { ...before, isRetired: act.isRetired };
  const { author, at } = fact;
  return {
    versions: [...(before?.versions ?? []), { objective: act.objective, author, at }],
    isRetired: false,
  };
}

function foldRegressionSet(
  before: RegressionSetSay | undefined,
  fact: Fact,
  act: Extract<Act, { type: 'regression.saved' | 'regression.retired' }>,
): RegressionSetSay | undefined {
  if (act.type === 'regression.retired') return before && { ...before, isRetired: act.isRetired };
  const { author, at } = fact;
  return { versions: [...(before?.versions ?? []), { set: act.set, author, at }], isRetired: false };
}

/** Whether a detector runs as it came. */
function isOwn(act: Extract<Act, { type: 'signal.tuned' }>): boolean {
  return act.isEnabled && Object.keys(act.parameters).length === 0;
}

/** The acts of a group in their order, each as a fact of its own with the number, author and time of the whole. */
function foldGroup(
  at: Key,
  before: Values[Kind] | undefined,
  fact: Fact,
  acts: readonly SingleAct[],
): Values[Kind] | undefined {
  const name = nameOf(at);
  return acts
    .filter((act) => keysOf(act).some((one) => nameOf(one) === name))
    .reduce((value, act) => fold(at, value, { ...fact, act }), before);
}

type CorrectionAct = Extract<
  Act,
  { type: 'correction.judged' | 'correction.assigned' | 'correction.coded' | 'correction.set-aside' }
>;

function foldCorrection(before: CorrectionSay, fact: Fact, act: CorrectionAct): CorrectionSay | undefined {
  const after = { ...correctionAfter(before, fact, act), by: fact.author, at: fact.at };
  const isEmpty = after.assignments.length === 0 && after.codes.length === 0;
  return after.state === null && !after.isSetAside && isEmpty ? undefined : after;
}

function correctionAfter(before: CorrectionSay, fact: Fact, act: CorrectionAct): CorrectionSay {
  switch (act.type) {
    case 'correction.set-aside':
      return { ...before, isSetAside: act.isSetAside };
    case 'correction.judged':
      if (act.verdict === 'rejected') return { ...before, state: 'rejected', assignments: [], codes: [] };
      // What is sorted or coded stays confirmed: taking back the verdict alone does not unsort it.
      return {
        ...before,
        state: act.verdict ?? (before.assignments.length > 0 || before.codes.length > 0 ? 'confirmed' : null),
      };
    case 'correction.coded': {
      const others = before.codes.filter((one) => one.code !== act.code);
      if (act.mode === 'remove') return { ...before, codes: others };
      if (others.length < before.codes.length) return before;
      const { author, at, seq } = fact;
      return { ...before, state: 'confirmed', codes: [...others, { code: act.code, author, at, seq }] };
    }
    case 'correction.assigned':
      return act.mode === 'remove'
        ? {
            ...before,
            assignments: before.assignments.filter((one) => one.failureModeId !== act.failureModeId),
          }
        : { ...before, state: 'confirmed', assignments: withAssignment(before.assignments, fact, act) };
  }
}

function withAssignment(
  before: readonly Assignment[],
  fact: Fact,
  act: Extract<Act, { type: 'correction.assigned' }>,
): readonly Assignment[] {
  const kept = act.mode === 'set' ? [] : before;
  if (kept.some((one) => one.failureModeId === act.failureModeId)) return kept;
  const { failureModeId, codebookVersion, code } = act;
  const { author, at, seq } = fact;
  return [
    ...kept,
    { failureModeId, codebookVersion, author, at, seq, ...(code === undefined ? {} : { code }) },
  ];
}

function foldClustering(
  before: Clustering,
  fact: Fact,
  act: Extract<Act, { type: 'cluster.ran' | 'cluster.merged' | 'cluster.moved' }>,
): Clustering {
  switch (act.type) {
    case 'cluster.ran': {
      const { type: _type, ...run } = act;
      return { run: { ...run, at: fact.at }, edits: [] };
    }
    case 'cluster.merged':
      return {
        ...before,
        edits: [...before.edits, { kind: 'merged', clusterIds: act.clusterIds, intoId: act.intoId }],
      };
    case 'cluster.moved':
      return {
        ...before,
        edits: [
          ...before.edits,
          { kind: 'moved', correctionIds: act.correctionIds, clusterId: act.clusterId },
        ],
      };
  }
}

/** Which parts of the state a set of keys belongs to. */
export function touchedBy(keys: readonly Key[]): Touched {
  const kinds = new Set(keys.map((one) => one.kind));
  const idsOf = (...of: readonly Kind[]) =>
    unique(keys.filter((one) => of.includes(one.kind)).map((one) => one.id));
  return {
    correctionIds: idsOf('correction'),
    findingIds: idsOf('findingVerdict'),
    judgedSessionIds: idsOf('sessionVerdict'),
    signals: idsOf('signalSetting', 'signalQuery'),
    addedCorrections: kinds.has('added'),
    clusters: kinds.has('clustering'),
    clusterNames: kinds.has('clusterName'),
    codebook: kinds.has('codebooks'),
    pillars: kinds.has('pillar'),
    contextWindows: kinds.has('contextWindow'),
    mappings: kinds.has('mapping'),
    views: kinds.has('view'),
    annotations: kinds.has('annotation'),
    imports: kinds.has('removedImport'),
    objectives: kinds.has('evaluation'),
    reviews: kinds.has('queue') || kinds.has('review') || kinds.has('settlement'),
  };
}

/** Whether tables that rooms derive, beyond those of the journal itself, no longer hold after a change. */
export function touchesDerived(touched: Touched): boolean {
  // Signals and scores carry a stamp of what they were made of, and catch up at the next opening.
  return touched.addedCorrections || touched.clusters || touched.pillars || touched.imports;
}

type TouchedList = 'correctionIds' | 'findingIds' | 'judgedSessionIds' | 'signals';

/** All that several changes touched. */
export function mergeTouched(changes: readonly Touched[]): Touched {
  const any = (part: Exclude<keyof Touched, TouchedList>) => changes.some((one) => one[part]);
  const all = (part: TouchedList) => unique(changes.flatMap((one) => one[part]));
  return {
    correctionIds: all('correctionIds'),
    findingIds: all('findingIds'),
    judgedSessionIds: all('judgedSessionIds'),
    signals: all('signals'),
    addedCorrections: any('addedCorrections'),
    clusters: any('clusters'),
    clusterNames: any('clusterNames'),
    codebook: any('codebook'),
    pillars: any('pillars'),
    contextWindows: any('contextWindows'),
    mappings: any('mappings'),
    views: any('views'),
    annotations: any('annotations'),
    imports: any('imports'),
    reviews: any('reviews'),
    objectives: any('objectives'),
  };
}
