/**
 * What users do when the agent has failed: correct it once or twice, rephrase, leave, or not notice. The same for both
 * agents; owns the order of events and their ground truth, not the words.
 */
import type { FailureModeKey, TruthFailure, TruthTurn, UserTurnClass } from './ground-truth';
import type { Register, Slots, Templates } from './grammar';
import type { Phrasebook } from './phrases/phrasebook';
import type { Rng } from './rng';
import type { TruthRecorder, TurnMarks } from './truth-recorder';

/** A session in which a failure can be played. */
export interface Player {
  readonly rng: Rng;
  readonly truth: TruthRecorder;
  readonly book: Phrasebook;
  register: Register;
  /** The failure being played; evidence and signals are booked on it. */
  failure: TruthFailure | null;
  /** Said before the next answer, after the user has complained. */
  apology: Templates | null;
  /** True once the user has left without a result: nothing more is said. */
  isOver: boolean;
  ask(templates: Templates, slots: Slots, turnClass: UserTurnClass, marks?: TurnMarks): TruthTurn;
  askText(text: string, turnClass: UserTurnClass, marks?: TurnMarks): TruthTurn;
  /** A sentence of the user, without saying it yet. */
  phrase(templates: Templates, slots: Slots): string;
  reply(templates: Templates, slots?: Slots): void;
  beginFailure(mode: FailureModeKey, note: string): TruthFailure;
  /** The user gives up. */
  leave(failure: TruthFailure): void;
}

export interface FailurePlan {
  mode: FailureModeKey;
  /** What goes wrong, in one sentence, for the ground truth. */
  note: string;
  /** For the user's corrections; see phrases/support-corrections.ts. */
  slots: Slots;
  /** Plays the agent's mistake up to and including its answer. */
  wrong(): void;
  /** Plays the right course after the correction, including the answer. */
  repair(): void;
  /** Makes the mistake once more after the first correction. */
  again?(): void;
  /** The request in other words; without it the user never rephrases. */
  restate?: Templates;
  /** Corrections of this scenario, used in about half of the cases. */
  own?: Templates;
  /** False where no user could overlook it. */
  canPass?: boolean;
  /** How often users leave, against 60 for a plain correction. */
  giveUpWeight?: number;
}

/** Plays a failure and what the user makes of it. */
export function playFailure(c: Player, plan: FailurePlan): void {
  const failure = c.beginFailure(plan.mode, plan.note);
  plan.wrong();
  c.failure = null;
  failure.consequence = c.rng.weighted([
    ['corrected', 60],
    ['corrected-twice', plan.again === undefined ? 0 : 50],
    ['rephrased', plan.restate === undefined ? 0 : 62],
    ['gave-up', plan.giveUpWeight ?? 6],
    ['unnoticed', plan.canPass === true ? 9 : 0],
  ] as const);
  if (failure.consequence === 'unnoticed') return;
  if (failure.consequence === 'rephrased') return rephrase(c, plan, failure);
  correct(c, plan, failure);
  if (failure.consequence === 'corrected-twice') {
    regret(c, plan.mode);
    c.failure = failure;
    plan.again?.();
    c.failure = null;
    if (c.register === 'plain' && c.rng.chance(0.5)) c.register = 'angry';
    correct(c, { ...plan, own: c.book.secondCorrections }, failure);
  }
  if (failure.consequence === 'gave-up') {
    c.reply(c.book.stalls);
    return c.leave(failure);
  }
  regret(c, plan.mode);
  plan.repair();
}

/** The user says what is wrong. */
function correct(c: Player, plan: FailurePlan, failure: TruthFailure): void {
  const general = c.book.corrections[plan.mode] ?? c.book.secondCorrections;
  const isSecond = plan.own === c.book.secondCorrections;
  const templates = plan.own !== undefined && (isSecond || c.rng.chance(0.5)) ? plan.own : general;
  const turn = c.ask(templates, plan.slots, 'correction', { failureId: failure.failureId });
  c.truth.correction(failure, turn.turnNo, turn.id, turn.text, 'message');
}

/** The user does not say what is wrong but asks again; after two rounds that is a loop. */
function rephrase(c: Player, plan: FailurePlan, failure: TruthFailure): void {
  const marks = { failureId: failure.failureId };
  const first = askAgain(c, plan, marks);
  if (!c.rng.chance(0.7)) {
    regret(c, plan.mode);
    return plan.repair();
  }
  c.failure = failure;
  c.reply(c.book.stalls);
  c.failure = null;
  const second = askAgain(c, plan, marks);
  c.truth.signal('rephrase-loop', second.turnNo, [first.id, second.id], failure);
  regret(c, plan.mode);
  plan.repair();
}

function askAgain(
  c: Player,
  plan: FailurePlan,
  marks: { failureId: string },
): { turnNo: number; id: string } {
  const said = c.truth.session.turns.map((turn) => turn.text);
  let request = c.phrase(plan.restate ?? [], plan.slots);
  for (let tries = 0; tries < 5 && said.some((text) => text.endsWith(request)); tries++)
    request = c.phrase(plan.restate ?? [], plan.slots);
  if (c.rng.chance(0.4)) return c.askText(request, 'rephrase', marks);
  const lead = c.phrase(c.book.rephraseLeads, {});
  return c.askText(`${lead} ${request}`, 'rephrase', marks);
}

function regret(c: Player, mode: FailureModeKey): void {
  const special = c.book.apologiesFor[mode];
  c.apology =
    special !== undefined && (mode === 'tool-breakdown' || c.rng.chance(0.6)) ? special : c.book.apologies;
}
