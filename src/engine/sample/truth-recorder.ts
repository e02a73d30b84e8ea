import type {
  FailureModeKey,
  PlantedSignal,
  Trap,
  TruthCorrection,
  TruthDecoy,
  TruthFailure,
  TruthSession,
  TruthSignal,
  TruthTurn,
  UserTurnClass,
} from './ground-truth';

export interface TurnMarks {
  trap?: Trap;
  failureId?: string;
}

/** Keeps the ground truth of one session while it is being generated. */
export class TruthRecorder {
  readonly failures: TruthFailure[] = [];
  readonly corrections: TruthCorrection[] = [];
  readonly signals: TruthSignal[] = [];
  readonly decoys: TruthDecoy[] = [];
  /** Set while a branch is played that the user will leave by editing an earlier message. */
  isRewound = false;

  constructor(readonly session: TruthSession) {}

  turn(turnNo: number, id: string, turnClass: UserTurnClass, text: string, marks: TurnMarks): TruthTurn {
    const turn: TruthTurn = { turnNo, id, class: turnClass, text, ...marks, ...this.branch() };
    this.session.turns.push(turn);
    return turn;
  }

  /** Opens a failure; its consequence and further evidence are filled in while the conversation goes on. */
  failure(mode: FailureModeKey, note: string, turnNo: number): TruthFailure {
    const failureId = `${this.session.sessionId}#${this.failures.length + 1}`;
    const sessionId = this.session.sessionId;
    const failure: TruthFailure = {
      failureId,
      sessionId,
      mode,
      note,
      turnNo,
      evidence: [],
      signals: [],
      consequence: 'unnoticed',
      ...this.branch(),
    };
    this.failures.push(failure);
    this.session.hasFailure = true;
    return failure;
  }

  correction(
    failure: TruthFailure,
    turnNo: number,
    id: string,
    text: string,
    via: TruthCorrection['via'],
  ): void {
    const { sessionId, failureId, mode } = failure;
    this.corrections.push({ sessionId, turnNo, id, text, via, mode, failureId, ...this.branch() });
    this.signal('correction', turnNo, [id], failure);
  }

  signal(
    signal: PlantedSignal,
    turnNo: number,
    ids: string[],
    failure: TruthFailure | null,
    trap?: Trap,
  ): void {
    const failureId = failure?.failureId ?? null;
    const sessionId = this.session.sessionId;
    this.signals.push({
      signal,
      sessionId,
      turnNo,
      ids,
      failureId,
      ...(trap === undefined ? {} : { trap }),
      ...this.branch(),
    });
    if (failure !== null && !failure.signals.includes(signal)) failure.signals.push(signal);
  }

  decoy(trap: Trap, turnNo: number, ids: string[]): void {
    this.decoys.push({ trap, sessionId: this.session.sessionId, turnNo, ids });
  }

  private branch(): { isRewound?: true } {
    return this.isRewound ? { isRewound: true } : {};
  }
}
