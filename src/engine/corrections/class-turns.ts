/**
 * Classes user turns, here or in a thread: scores each and makes the rows that the index keeps of it. Touches no database.
 */
import { correctiveActs } from '../../shared/model/user-turn';
import type { SignalBasics } from '../signals/findings';
import { findingRow } from '../signals/inspect-batch';
import { correctionIdOf } from './correction-id';
import type { CorrectionWeights } from './correction-model';
import { scoreUserTurn, type CorrectionScore } from './propose-correction';
import { correctedSpan } from './turn-act';
import type { TurnRecord } from './user-turns';

export type { TurnRecord } from './user-turns';

/** The signal under which corrections appear among the findings. */
export const correctionSignal: SignalBasics = {
  id: 'correction',
  title: 'User correction',
  description: 'A user turn that rejects, repairs or redirects what the agent did before it.',
  pillar: 'user',
  version: '2.0',
  isHint: true,
  parameters: {},
};

export const correctionColumns = [
  'correction_id',
  'session_id',
  'span_id',
  'turn_no',
  'text',
  'agent_text',
  'cue_text',
  'cue_start',
  'cue_end',
  'cue_kind',
  'kind',
  'score',
  'reasons',
] as const;

/** What a correction keeps of the agent's words before it. */
const AGENT_TEXT = 600;

export function correctionRow(turn: TurnRecord, score: CorrectionScore): unknown[] {
  return [
    correctionIdOf(turn.sessionId, turn.spanId),
    turn.sessionId,
    turn.spanId,
    turn.turnNo,
    turn.text,
    (turn.agentText ?? '').slice(-AGENT_TEXT).toWellFormed(),
    score.cue?.text ?? null,
    score.cue?.start ?? null,
    score.cue?.end ?? null,
    score.cueKind,
    score.kind,
    score.score,
    score.reasons,
  ];
}

function reasonOf(turn: TurnRecord, score: CorrectionScore): string {
  const said = score.cue === null ? (score.reasons[0] ?? score.cueKind) : `“${score.cue.text}”`;
  return `Turn ${String(turn.turnNo)} looks like a correction (${said}; probability ${score.score.toFixed(2)}).`;
}

export const turnColumns = [
  'session_id',
  'span_id',
  'turn_no',
  'act',
  'probability',
  'cue_kind',
  'cue_start',
  'cue_end',
  'kind',
  'corrects_turn_no',
  'corrects_span_id',
] as const;

function turnRow(turn: TurnRecord, score: CorrectionScore): unknown[] {
  const corrects = correctiveActs.has(score.act) && turn.turnNo > 1;
  return [
    turn.sessionId,
    turn.spanId,
    turn.turnNo,
    score.act,
    score.score,
    score.cueKind,
    score.cue?.start ?? null,
    score.cue?.end ?? null,
    score.kind,
    corrects ? turn.turnNo - 1 : null,
    corrects ? correctedSpan(score.act, score.kind, score.cueKind, turn) : null,
  ];
}

/** What classing has to know before the first turn; can be passed to a thread. */
export interface ClassJob {
  model: CorrectionWeights;
  /** Corrections that an analyst made by hand or judged: they stay, whatever their score. */
  keptIds: ReadonlySet<string>;
}

/** Rows of tables correction, finding and user_turn. */
export interface Classed {
  corrections: unknown[][];
  findings: unknown[][];
  turns: unknown[][];
}

/** Makes ready to class turns. Each call takes turns in order of session and turn. */
export function prepareClassing({ model, keptIds }: ClassJob): (turns: readonly TurnRecord[]) => Classed {
  return (turns) => {
    const found: Classed = { corrections: [], findings: [], turns: [] };
    for (const turn of turns) {
      const isKept = keptIds.size > 0 && keptIds.has(correctionIdOf(turn.sessionId, turn.spanId));
      const scored = scoreUserTurn(turn, { model, isExplained: isKept });
      found.turns.push(turnRow(turn, scored));
      if (scored.isProposed || isKept) found.corrections.push(correctionRow(turn, scored));
      if (!scored.isProposed) continue;
      const reason = reasonOf(turn, scored);
      const finding = { evidence: [turn.spanId] as const, turnNo: turn.turnNo, reason, severity: 3 as const };
      found.findings.push(findingRow(correctionSignal, turn.sessionId, finding));
    }
    return found;
  };
}
