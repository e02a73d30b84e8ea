/**
 * What the facts of a journal add up to. Owns undo and redo, and keeping the state up to date; touches no file and no
 * database. The state is kept per key (a correction, a view, the codebook …): each key is a fold over the facts in
 * force that name it, so that undoing a fact only folds its own keys again, and a full replay gives the same.
 */
import type { Codebook, CrosswalkRelation } from '../../shared/model/codebook';
import type { Act, Fact } from '../../shared/model/journal';
import type { Pillar } from '../../shared/model/pillar';
import type { SignalQuery } from '../../shared/model/signal';
import type { MappingProfile } from '../../shared/model/source';
import { carriedFact, type Carrying } from './carried-act';
import { fold, NOTHING_SAID, keysOf, nameOf, parseViewId, touchedBy } from './fold';
import type {
  AddedCorrection,
  Clustering,
  CorrectionSay,
  EvaluationSay,
  ImportedAnnotation,
  ItemReview,
  Key,
  Kind,
  ObjectiveSay,
  QueueSay,
  RegressionSetSay,
  Settlement,
  SignalSetting,
  Touched,
  Values,
  Verdict,
} from './projection-state';

export type { ClusterEdit, Touched } from './projection-state';

/**
 * Acts that undo does not reach: what a workspace begins with, undo itself, and that a reviewer took an item up, which
 * happens by itself when they begin and would stand between them and the verdict they want back.
 */
const NEVER_UNDONE: ReadonlySet<Act['type']> = new Set([
  'workspace.created',
  'session.joined',
  'act.undone',
  'act.redone',
  'review.claimed',
]);

/** Author of the facts a workspace begins with; never undone. */
export const PROGRAM_AUTHOR = 'Faultline';

export class Projection {
  readonly #values = new Map<string, Map<string, unknown>>();
  /** Facts in force and undone alike, by key, in order. */
  readonly #factsByKey = new Map<string, Fact[]>();
  readonly #facts = new Map<string, Fact>();
  readonly #undone = new Set<string>();
  #undoable: string[] = [];
  #redoable: string[] = [];
  #highestCodebookVersion = 0;
  readonly #failureModeNames = new Map<string, string>();
  #carrying: Carrying | null = null;

  static replay(facts: Iterable<Fact>): Projection {
    const projection = new Projection();
    for (const fact of facts) projection.apply(fact);
    return projection;
  }

  /** Takes in the next fact and says what it changed. */
  apply(fact: Fact): Touched {
    this.#facts.set(fact.factId, fact);
    const { act } = fact;
    if (act.type === 'act.undone' || act.type === 'act.redone') return this.#turn(act);
    for (const one of act.type === 'acts.grouped' ? act.acts : [act])
      if (one.type === 'codebook.saved') this.#takeCodebook(one.codebook);
    if (act.type !== 'review.claimed' && act.type !== 'session.joined') this.#redoable = [];
    if (isUndoable(fact)) this.#undoable.push(fact.factId);
    return this.#takeIn(fact);
  }

  #takeIn(raw: Fact): Touched {
    const fact = this.#carried(raw);
    const keys = keysOf(fact.act);
    for (const key of keys) {
      const list = this.#factsByKey.get(nameOf(key));
      if (list) list.push(fact);
      else this.#factsByKey.set(nameOf(key), [fact]);
      if (!this.#undone.has(fact.factId)) this.#put(key, fold(key, this.#get(key), fact));
    }
    return touchedBy(keys);
  }

  #carried(fact: Fact): Fact {
    return this.#carrying === null ? fact : carriedFact(fact, this.#carrying);
  }

  /** The facts taken in, in order, as the journal has them. */
  get facts(): Iterable<Fact> {
    return this.#facts.values();
  }

  /** Whether anything people said is of other sessions or spans now than it was. */
  get isCarriedOver(): boolean {
    return this.#carrying !== null;
  }

  /** Takes what was said of sessions and spans to where these went; false where nothing changes by that. */
  carryOver(carrying: Carrying | null): boolean {
    if (this.#carrying?.signature === carrying?.signature) return false;
    this.#carrying = carrying;
    this.#values.clear();
    this.#factsByKey.clear();
    for (const fact of this.#facts.values()) this.#takeIn(fact);
    return true;
  }

  #takeCodebook({ version, failureModes }: Codebook): void {
    this.#highestCodebookVersion = Math.max(this.#highestCodebookVersion, version);
    for (const mode of failureModes) this.#failureModeNames.set(mode.id, mode.name);
  }

  /** The fact that undo would undo; null when there is none. */
  get nextUndo(): Fact | null {
    return this.#facts.get(this.#undoable.at(-1) ?? '') ?? null;
  }

  /** The fact that redo would bring back; null when there is none, as after any new act. */
  get nextRedo(): Fact | null {
    return this.#facts.get(this.#redoable.at(-1) ?? '') ?? null;
  }

  isUndone(factId: string): boolean {
    return this.#undone.has(factId);
  }

  fact(factId: string): Fact | null {
    return this.#facts.get(factId) ?? null;
  }

  /** What was said of a correction; of one nobody spoke of, that nothing was. */
  correction(correctionId: string): CorrectionSay {
    return this.#get({ kind: 'correction', id: correctionId }) ?? NOTHING_SAID;
  }

  /** Corrections with anything said of them. */
  get corrections(): ReadonlyMap<string, CorrectionSay> {
    return this.#all('correction');
  }

  /** User turns an analyst made corrections, in the order in which that was done. */
  get addedCorrections(): readonly AddedCorrection[] {
    return [...this.#all('added').values()].sort((a, b) => a.seq - b.seq);
  }

  get clustering(): Clustering {
    return this.#get({ kind: 'clustering', id: '' }) ?? { run: null, edits: [] };
  }

  /** Names given by the analyst, by cluster id. */
  get clusterNames(): ReadonlyMap<string, string> {
    return this.#all('clusterName');
  }

  /** Failure modes that free codes were put under, by code. */
  get codePlaces(): ReadonlyMap<string, string> {
    return this.#all('code');
  }

  /** What the analyst said of corrections that belong together (`must`) or apart (`cannot`). */
  get clusterLinks(): { correctionIds: string[]; link: 'must' | 'cannot' }[] {
    return [...this.#all('link')].map(([id, link]) => ({ correctionIds: JSON.parse(id) as string[], link }));
  }

  /** Links between categories that the analyst made or took away (`none`), over the built-in ones. */
  get crosswalk(): { fromId: string; toId: string; relation: CrosswalkRelation | 'none' }[] {
    return [...this.#all('crosswalk')].map(([id, relation]) => {
      const [fromId = '', toId = ''] = JSON.parse(id) as string[];
      return { fromId, toId, relation };
    });
  }

  /** Versions in force, oldest first. */
  get codebooks(): readonly Codebook[] {
    return this.#get({ kind: 'codebooks', id: '' }) ?? [];
  }

  /** The version after the highest ever used, undone ones included: a number never means two codebooks. */
  get nextCodebookVersion(): number {
    return this.#highestCodebookVersion + 1;
  }

  /** The latest name a failure mode had in any version, also one undone or removed since; its id if it never had one. */
  failureModeName(failureModeId: string): string {
    return this.#failureModeNames.get(failureModeId) ?? failureModeId;
  }

  /** Pillars the analyst gave to tools, by tool name. */
  get pillarOverrides(): ReadonlyMap<string, Pillar> {
    return this.#all('pillar');
  }

  /** What was said of findings, by finding id. */
  get findingVerdicts(): ReadonlyMap<string, Verdict<'right' | 'wrong'>> {
    return this.#all('findingVerdict');
  }

  /** Whether sessions failed, by session id. */
  get sessionVerdicts(): ReadonlyMap<string, Verdict<boolean>> {
    return this.#all('sessionVerdict');
  }

  /** Detectors that do not run as they came, by id. */
  get signalSettings(): ReadonlyMap<string, SignalSetting> {
    return this.#all('signalSetting');
  }

  /** Detectors written in this workspace, by id. */
  get signalQueries(): ReadonlyMap<string, SignalQuery> {
    return this.#all('signalQuery');
  }

  /** Tokens of context windows that the analyst set, by the model's name. */
  get contextWindows(): ReadonlyMap<string, number> {
    return this.#all('contextWindow');
  }

  /** By name. */
  get mappingProfiles(): ReadonlyMap<string, MappingProfile> {
    return this.#all('mapping');
  }

  /** Saved views of a screen, by name. */
  views(screen: string): { name: string; state: string }[] {
    return [...this.#all('view')]
      .map(([id, state]) => ({ ...parseViewId(id), state }))
      .filter((view) => view.screen === screen)
      .map(({ name, state }) => ({ name, state }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  get annotations(): readonly ImportedAnnotation[] {
    return [...this.#all('annotation').values()].sort(
      (a, b) => a.seq - b.seq || (a.annotationId < b.annotationId ? -1 : 1),
    );
  }

  get removedImports(): ReadonlySet<string> {
    return new Set(this.#all('removedImport').keys());
  }

  /** Objectives by id, retired ones included. */
  get objectives(): ReadonlyMap<string, ObjectiveSay> {
    return this.#all('objective');
  }

  /** Evaluations of objectives, oldest first. */
  get evaluations(): readonly EvaluationSay[] {
    return [...this.#all('evaluation').values()].sort((a, b) => a.seq - b.seq);
  }

  /** What is masked in exports; null until it was chosen. */
  get redaction(): Values['redaction'] | null {
    return this.#get({ kind: 'redaction', id: '' }) ?? null;
  }

  /** Regression sets by id, retired ones included. */
  get regressionSets(): ReadonlyMap<string, RegressionSetSay> {
    return this.#all('regressionSet');
  }

  /** The local judge, null while it is off. */
  get judge(): { address: string; model: string } | null {
    return this.#get({ kind: 'judge', id: '' }) ?? null;
  }

  /** Saved queues, oldest first, archived ones included. */
  get queues(): readonly QueueSay[] {
    return [...this.#all('queue').values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  queue(queueId: string): QueueSay | null {
    return this.#get({ kind: 'queue', id: queueId }) ?? null;
  }

  /** Where reviewers stand with the items of all queues; only what somebody touched. */
  get reviews(): ReadonlyMap<string, ItemReview> {
    return this.#all('review');
  }

  /** Decisions on disagreements, those taken back left out. */
  get settlements(): readonly Settlement[] {
    return [...this.#all('settlement').values()].filter((one) => one.review !== null);
  }

  #turn(act: Extract<Act, { type: 'act.undone' | 'act.redone' }>): Touched {
    const fact = this.#facts.get(act.factId);
    const isUndo = act.type === 'act.undone';
    // Journals may have been merged or edited: what cannot be undone, or is already, stays as it is.
    if (!fact || !isUndoable(fact) || this.#undone.has(fact.factId) === isUndo) return touchedBy([]);
    if (isUndo) {
      this.#undone.add(fact.factId);
      this.#undoable = this.#undoable.filter((id) => id !== fact.factId);
      this.#redoable.push(fact.factId);
    } else {
      this.#undone.delete(fact.factId);
      this.#redoable = this.#redoable.filter((id) => id !== fact.factId);
      this.#undoable.push(fact.factId);
    }
    const keys = keysOf(this.#carried(fact).act);
    for (const key of keys) this.#foldAgain(key);
    return touchedBy(keys);
  }

  #foldAgain(key: Key): void {
    let value: Values[Kind] | undefined;
    for (const fact of this.#factsByKey.get(nameOf(key)) ?? []) {
      if (!this.#undone.has(fact.factId)) value = fold(key, value, fact);
    }
    this.#put(key, value);
  }

  #all<K extends Kind>(kind: K): ReadonlyMap<string, Values[K]> {
    // The one place where values lose and regain their type: `#put` is only called with a key's own.
    return (this.#values.get(kind) ?? new Map<string, unknown>()) as ReadonlyMap<string, Values[K]>;
  }

  #get<K extends Kind>(key: Key<K>): Values[K] | undefined {
    return this.#all(key.kind).get(key.id);
  }

  #put(key: Key, value: Values[Kind] | undefined): void {
    const values = this.#values.get(key.kind) ?? new Map<string, unknown>();
    this.#values.set(key.kind, values);
    if (value === undefined) values.delete(key.id);
    else values.set(key.id, value);
  }
}

/** Whether undo reaches a fact: acts of people only. */
export function isUndoable(fact: Fact): boolean {
  return fact.author !== PROGRAM_AUTHOR && !NEVER_UNDONE.has(fact.act.type);
}
