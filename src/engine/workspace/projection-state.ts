/**
 * The shapes of what the facts of a journal add up to. Owns types only; see fold.ts for what acts do to them.
 */
import type { Codebook, CrosswalkRelation } from '../../shared/model/codebook';
import type { Act } from '../../shared/model/journal';
import type { Pillar } from '../../shared/model/pillar';
import type { Evaluation, Objective } from '../../shared/model/objective';
import type { RedactionChoice } from '../../shared/model/redaction';
import type { RegressionSet } from '../../shared/model/regression';
import type { Queue, Review } from '../../shared/model/review';
import type { SignalParameters, SignalQuery } from '../../shared/model/signal';
import type { MappingProfile } from '../../shared/model/source';

export interface Assignment {
  failureModeId: string;
  codebookVersion: number;
  author: string;
  at: string;
  /** Of the fact that assigned it: the order of sorting. */
  seq: number;
  /** The free code that brought it; absent where it was sorted directly. */
  code?: string;
}

/** A free code on a correction, who put it there and when. */
export interface Coded {
  code: string;
  author: string;
  at: string;
  seq: number;
}

/** What the analyst said of one correction. */
export interface CorrectionSay {
  /** Null: nothing was said, or it was taken back. Sorting and coding imply confirming; rejecting takes all failure modes and codes off. */
  state: 'confirmed' | 'rejected' | null;
  isSetAside: boolean;
  /** In the order of sorting. */
  assignments: readonly Assignment[];
  /** In the order in which they were given. */
  codes: readonly Coded[];
  /** Author and time of the latest fact about it; '' when there is none. */
  by: string;
  at: string;
}

export type ClusterEdit =
  | { kind: 'merged'; clusterIds: readonly string[]; intoId: string }
  | { kind: 'moved'; correctionIds: readonly string[]; clusterId: string };

export interface Clustering {
  /** The latest run, as its fact says; null before the first. */
  run: (Omit<Extract<Act, { type: 'cluster.ran' }>, 'type'> & { at: string }) | null;
  /** Merges and moves since that run, in order. */
  edits: readonly ClusterEdit[];
}

export interface AddedCorrection {
  sessionId: string;
  spanId: string;
  author: string;
  at: string;
  seq: number;
}

export interface ImportedAnnotation {
  annotationId: string;
  annotation: Readonly<Record<string, unknown>>;
  sourceName: string;
  seq: number;
}

/** A saved queue, who saved it and when. */
export interface QueueSay {
  queue: Queue;
  author: string;
  at: string;
  isArchived: boolean;
}

/** Where one reviewer stands with one item of a queue. */
export interface ItemReview {
  queueId: string;
  sessionId: string;
  reviewer: string;
  /** `open`: given back, as if never touched. */
  state: 'open' | 'claimed' | 'skipped' | 'completed';
  /** With state `completed` only. */
  review: Review | null;
  codebookVersion: number | null;
  seconds: number;
  at: string;
  /** By the session it was said of before that was joined with others; see joined-say.ts. */
  parts?: ReadonlyMap<string, ItemReview>;
}

/** What was decided about an item on which reviewers disagreed; review null: taken back. */
export interface Settlement {
  queueId: string;
  sessionId: string;
  review: Review | null;
  codebookVersion: number;
  author: string;
  at: string;
  parts?: ReadonlyMap<string, Settlement>;
}

/** All versions of an objective, oldest first. */
export interface ObjectiveSay {
  versions: readonly { objective: Objective; author: string; at: string }[];
  isRetired: boolean;
}

export interface EvaluationSay {
  evaluation: Evaluation;
  author: string;
  at: string;
  seq: number;
}

/** All versions of a regression set, oldest first. */
export interface RegressionSetSay {
  versions: readonly { set: RegressionSet; author: string; at: string }[];
  isRetired: boolean;
}

/** A verdict of a person, with who gave it and when. */
export interface Verdict<V> {
  verdict: V;
  by: string;
  at: string;
  parts?: ReadonlyMap<string, Verdict<V>>;
}

/** How a detector runs in this workspace. */
export interface SignalSetting {
  isEnabled: boolean;
  /** Those that differ from the detector's own. */
  parameters: SignalParameters;
}

/** What one fact changed; tells rooms which of their derived tables no longer hold. */
export interface Touched {
  correctionIds: readonly string[];
  findingIds: readonly string[];
  /** Sessions whose verdict changed. */
  judgedSessionIds: readonly string[];
  /** Detectors that run differently now. */
  signals: readonly string[];
  addedCorrections: boolean;
  clusters: boolean;
  clusterNames: boolean;
  codebook: boolean;
  pillars: boolean;
  contextWindows: boolean;
  mappings: boolean;
  views: boolean;
  annotations: boolean;
  imports: boolean;
  reviews: boolean;
  objectives: boolean;
}

/** The value of every kind of key; see `keysOf`. */
export interface Values {
  correction: CorrectionSay;
  added: AddedCorrection;
  clustering: Clustering;
  clusterName: string;
  /** Of a free code: the failure mode it is under. */
  code: string;
  /** Of a set of corrections (their sorted ids as JSON): belong together, or apart. */
  link: 'must' | 'cannot';
  /** Of a pair of categories (as JSON); 'none' takes a built-in link away. */
  crosswalk: CrosswalkRelation | 'none';
  codebooks: readonly Codebook[];
  pillar: Pillar;
  /** Tokens. */
  contextWindow: number;
  mapping: MappingProfile;
  view: string;
  annotation: ImportedAnnotation;
  removedImport: true;
  queue: QueueSay;
  review: ItemReview;
  settlement: Settlement;
  objective: ObjectiveSay;
  evaluation: EvaluationSay;
  regressionSet: RegressionSetSay;
  redaction: RedactionChoice;
  judge: { address: string; model: string };
  findingVerdict: Verdict<'right' | 'wrong'>;
  /** Whether the session failed. */
  sessionVerdict: Verdict<boolean>;
  signalSetting: SignalSetting;
  signalQuery: SignalQuery;
}
export type Kind = keyof Values;
export interface Key<K extends Kind = Kind> {
  kind: K;
  /** '' for kinds of which there is one. */
  id: string;
}
