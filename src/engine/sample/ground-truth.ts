/**
 * The shape of the built-in sample's ground truth: what was planted, where, and what each user turn is.
 * Owns types and the list of planted failure modes; it must not know how a session is generated.
 * Tests measure the precision and recall of detectors and of correction mining against it.
 */

/** The failure modes the generator can plant, with the words an analyst might use for them. */
export const plantedFailureModes = {
  'dropped-constraint': 'A condition the user had stated was not kept.',
  'wrong-date-or-amount': 'A date, number or amount differs from what was said or what the tool returned.',
  'answered-another-question': 'The answer is about something the user did not ask.',
  'invented-result': 'A result was stated that no tool had returned, mostly after an empty one.',
  'exceeded-scope': 'More was done than was asked for.',
  'wrong-tone-or-length': 'The form is wrong: far too long, too formal, too cheerful.',
  'unwanted-change': 'The user wants a change taken back that the agent made in good faith.',
  'same-error-again': 'The agent says it is solved and the same error comes back.',
  'wrong-target': 'The right action on the wrong booking, parcel, file or place.',
  'unasked-high-impact': 'Something hard to undo was done without being asked or confirmed.',
  'wrong-language': 'The answer, or what was written, is in the wrong language.',
  'lost-context': 'Something said earlier was forgotten, often after the history was summarised.',
  'stale-information': 'The answer rests on an outdated document.',
  'tool-breakdown': 'A tool keeps failing and the agent keeps calling it until the user leaves or insists.',
} as const;

export type FailureModeKey = keyof typeof plantedFailureModes;

/** Signals that can be known from the way a session was generated. */
export type PlantedSignal =
  'tool-error' | 'silent-tool-failure' | 'retry-loop' | 'rephrase-loop' | 'user-interruption' | 'correction';

/**
 * What a user turn is to the turn before it.
 * `request` opens a matter; `follow-up` continues it or adds to it; `answer` replies to the agent's question;
 * `correction` rejects, repairs or redirects what the agent did; `rephrase` asks the same again in other words
 * without saying what was wrong; `positive` is thanks or approval; `aside` is about the company or small talk;
 * `gives-up` leaves without a result.
 */
export type UserTurnClass =
  'request' | 'follow-up' | 'answer' | 'correction' | 'rephrase' | 'positive' | 'aside' | 'gives-up';

/**
 * Why a turn or a tool result looks like trouble and is none.
 * `no-as-answer`: "no" replies to a question; `actually-also`: "actually, also add …"; `own-mistake`: users correct
 * themselves; `doubt`: the user doubts and the agent was right; `service-complaint`: anger at the company, not at the
 * agent; `honest-empty-result`: a tool found nothing and the agent said so; `retry-succeeded`: an error that the next
 * call healed; `expected-failure`: a test run that was meant to fail, to reproduce a bug.
 */
export type Trap =
  | 'no-as-answer'
  | 'actually-also'
  | 'own-mistake'
  | 'doubt'
  | 'service-complaint'
  | 'honest-empty-result'
  | 'retry-succeeded'
  | 'expected-failure';

/** One user message. `id` is the root span id (OTLP) or the uuid of the line (transcripts). */
export interface TruthTurn {
  /** 1-based. On a rewound branch the number it had on that branch. */
  turnNo: number;
  id: string;
  class: UserTurnClass;
  text: string;
  trap?: Trap;
  /** The failure this turn reacts to. */
  failureId?: string;
  /** True on a branch the user left by editing an earlier message. */
  isRewound?: true;
}

/** One correction as its author wrote it; a rejected tool call carries it in the tool result instead of a turn. */
export interface TruthCorrection {
  sessionId: string;
  turnNo: number;
  /** Root span id or uuid, as in `TruthTurn`; the uuid of the tool result line for a rejection. */
  id: string;
  text: string;
  via: 'message' | 'tool-rejection';
  mode: FailureModeKey;
  failureId: string;
  isRewound?: true;
}

export interface TruthFailure {
  failureId: string;
  sessionId: string;
  mode: FailureModeKey;
  /** What went wrong, in one sentence. */
  note: string;
  /** The turn in which the agent failed, 1-based. */
  turnNo: number;
  /** Span ids or uuids that show it, the decisive one first. */
  evidence: string[];
  /** Signals a perfect set of detectors would raise because of this failure. */
  signals: PlantedSignal[];
  /** What the user did about it. */
  consequence: 'corrected' | 'corrected-twice' | 'rephrased' | 'gave-up' | 'unnoticed';
  isRewound?: true;
}

/**
 * Every occurrence of a signal in the files, planted with a failure or harmless (`failureId` null).
 * `rephrase-loop` needs two or more turns that repeat an earlier request; `retry-loop` three or more calls of the same
 * tool for the same thing in one turn, of which at least two failed.
 */
export interface TruthSignal {
  signal: PlantedSignal;
  sessionId: string;
  turnNo: number;
  ids: string[];
  failureId: string | null;
  trap?: Trap;
  isRewound?: true;
}

/** Something that looks like a signal and is none: a detector that reports it is wrong. */
export interface TruthDecoy {
  trap: Trap;
  sessionId: string;
  turnNo: number;
  ids: string[];
}

export interface TruthSession {
  sessionId: string;
  agent: 'support-agent' | 'coding-agent';
  /** Names of the files that hold it, its own first, then those of its sub-agents. */
  files: string[];
  language: 'en' | 'de' | 'fr' | 'es';
  agentVersion: string;
  model: string;
  feature: string | null;
  cohort: string | null;
  hasFailure: boolean;
  outcome: 'resolved' | 'handed-over' | 'abandoned';
  turns: TruthTurn[];
}

export interface GroundTruth {
  version: 1;
  seed: number;
  failureModes: Record<FailureModeKey, string>;
  sessions: TruthSession[];
  failures: TruthFailure[];
  corrections: TruthCorrection[];
  signals: TruthSignal[];
  decoys: TruthDecoy[];
}
