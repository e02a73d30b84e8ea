// Is this user turn a correction? A probability with its reasons, for an analyst to confirm or reject; never a verdict.
// The model is a logistic regression over worded cues, structure, similarity and position (turn-features.ts). Figures and where it
// fails: docs/evaluation.md, Corrections.
import type { CorrectionKind } from '../../shared/model/correction';
import {
  contributions,
  gramLogOdds,
  probability,
  weightOf,
  type CorrectionWeights,
} from './correction-model';
import { correctionWeights } from './correction-weights';
import type { CueMatch, WordedCueKind } from '../../shared/lexicon/cue-lexicon';
import type { UserAct } from '../../shared/model/user-turn';
import { actOf } from './turn-act';
import {
  featureOf,
  featureOfCue,
  readTurn,
  tellingCues,
  type FeatureName,
  type TurnFeatures,
  type UserTurnContext,
} from './turn-features';

export type { UserTurnContext } from './turn-features';

/** What gave a correction away: a wording, a structural mark, nothing, or (never from here) the analyst who added it by hand. */
export type CueKind = WordedCueKind | 'interruption' | 'rejection' | 'rephrase' | 'none' | 'analyst';

export type CorrectionScore = {
  /** Probability, 0 to 1. */
  score: number;
  isProposed: boolean;
  /** The words that gave it away, with UTF-16 offsets into the text as given; null when only structure spoke. */
  cue: { text: string; start: number; end: number } | null;
  cueKind: CueKind;
  kind: CorrectionKind;
  act: UserAct;
  /** Why, in short sentences, the weightiest first; empty when nothing speaks for a correction. */
  reasons: string[];
};

export type ScoreOptions = {
  /** Proposed from this score on; by default the threshold stored with the weights. */
  threshold?: number;
  model?: CorrectionWeights;
  /** Also say why a turn below the threshold scores what it does. */
  isExplained?: boolean;
};

const nothingSaid: CorrectionScore = {
  score: 0,
  isProposed: false,
  cue: null,
  cueKind: 'none',
  kind: 'unknown',
  act: 'new-request',
  reasons: [],
};

/** Speaks for a correction by less than this many log-odds: not worth a reason. */
const minReason = 0.25;

const structuralReasons: Partial<Record<FeatureName, string>> = {
  interrupted: 'the user stopped the agent just before',
  toolRejected: 'the user refused a tool call just before',
  toolError: 'a tool call had failed just before',
  agentTrouble: 'the agent had just apologised or reported that it could not',
  rephrase: 'repeats the turn before in other words',
  sharesContent: 'asks for the same things as the turn before',
  repeatsVerbatim: 'repeats the turn before almost word for word',
  echoesAgent: 'takes up words of the agent',
  repeatedMarks: 'has doubled exclamation or question marks',
  shouting: 'is written in capitals',
  troubleThenQuestion: 'the agent had reported a difficulty and asked on',
  negatesTrouble: 'negates where the agent had reported a difficulty',
  negates: 'says what is not so or not wanted',
};

const cueMeanings: Record<WordedCueKind, string> = {
  negation: 'opens by refusing',
  wrong: 'says that something is wrong',
  confusion: 'questions what the agent said',
  reminder: 'reminds the agent of what was said',
  repeat: 'says that it is still or again so',
  revert: 'asks to undo',
  redirect: 'asks for something else instead',
  contrast: 'objects',
  prohibition: 'forbids or blames an action',
  omission: 'names something left out',
  malfunction: 'reports that it does not work',
  excess: 'says that it is too much or was not asked for',
  complaint: 'complains',
  escalation: 'asks for a person or another way',
  thanks: 'thanks',
  approval: 'approves',
  addition: 'adds a wish',
  request: 'asks for something new',
};

const kindByCue: Partial<Record<CueKind, CorrectionKind>> = {
  wrong: 'facts',
  confusion: 'intent',
  reminder: 'intent',
  repeat: 'incomplete',
  revert: 'action',
  redirect: 'intent',
  prohibition: 'constraint',
  omission: 'incomplete',
  malfunction: 'incomplete',
  excess: 'scope',
  rephrase: 'intent',
};

/** The weightiest wording that speaks for a correction; of equals the earliest. */
function bestCue(features: TurnFeatures, model: CorrectionWeights): CueMatch | null {
  const telling = tellingCues(features.cues).filter((cue) => weightOf(featureOfCue(cue), model) > minReason);
  telling.sort(
    (a, b) => weightOf(featureOfCue(b), model) - weightOf(featureOfCue(a), model) || a.start - b.start,
  );
  return telling[0] ?? null;
}

function cueKindOf(cue: CueMatch | null, context: UserTurnContext, features: TurnFeatures): CueKind {
  if (cue !== null && cue.strength === 'strong') return cue.kind;
  if (context.toolRejectedBefore) return 'rejection';
  if (context.interruptedBefore) return 'interruption';
  if (featureOf(features, 'rephrase') > 0.5) return 'rephrase';
  return cue?.kind ?? 'none';
}

/** Which sort of correction: the one most wordings speak for, else what the cue usually means. */
function kindOf(features: TurnFeatures, cueKind: CueKind): CorrectionKind {
  const fallback = kindByCue[cueKind] ?? 'unknown';
  const votes = new Map<CorrectionKind, number>(fallback === 'unknown' ? [] : [[fallback, 1.5]]);
  for (const lexicon of features.lexicons) {
    for (const { kind, expression } of lexicon.kinds) {
      const count = expression.count(features.cueText);
      if (count > 0) votes.set(kind, (votes.get(kind) ?? 0) + Math.min(2, count));
    }
  }
  let best: CorrectionKind = 'unknown';
  for (const [kind, count] of votes) if (count > (votes.get(best) ?? 0)) best = kind;
  return best;
}

function reasonsOf(features: TurnFeatures, context: UserTurnContext, model: CorrectionWeights): string[] {
  const parts = contributions(features, model).filter((part) => part.logOdds > minReason);
  parts.sort((a, b) => b.logOdds - a.logOdds);
  const worded = gramLogOdds(features, model) > minReason ? ['is worded as corrections often are'] : [];
  const named = parts.flatMap(({ name }) => {
    const structural = structuralReasons[name];
    if (structural !== undefined) return [structural];
    const cue = tellingCues(features.cues).find((candidate) => featureOfCue(candidate) === name);
    return cue === undefined ? [] : [`${cueMeanings[cue.kind]}: “${context.text.slice(cue.start, cue.end)}”`];
  });
  return [...named, ...worded];
}

/**
 * Scores one user turn. The first turn of a session corrects nothing and scores 0, as does an empty one.
 * Reasons, cue and kind are worked out for proposals alone, unless `isExplained`. Deterministic; never throws for any text.
 */
export function scoreUserTurn(turn: UserTurnContext, options: ScoreOptions = {}): CorrectionScore {
  const model = options.model ?? correctionWeights;
  const isFirst = turn.turnNo <= 1 || (turn.previousUserText === null && turn.agentText === null);
  if (isFirst || turn.text.trim() === '')
    return { ...nothingSaid, act: isFirst ? 'new-request' : 'follow-up' };
  const features = readTurn(turn);
  const score = probability(features, model);
  const isProposed = score >= (options.threshold ?? model.threshold);
  const act = actOf(features, features.wordCount, isProposed);
  if (!isProposed && options.isExplained !== true) return { ...nothingSaid, score, act };
  const cue = bestCue(features, model);
  const cueKind = cueKindOf(cue, turn, features);
  return {
    score,
    isProposed,
    cue: cue === null ? null : { text: turn.text.slice(cue.start, cue.end), start: cue.start, end: cue.end },
    cueKind,
    kind: kindOf(features, cueKind),
    act,
    reasons: reasonsOf(features, turn, model),
  };
}
