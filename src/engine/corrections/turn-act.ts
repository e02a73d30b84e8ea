// Which of the twelve acts a user turn is, from the features of turn-features.ts and whether it was judged a correction.
// Rules, because no permissive set labels them all; in the order of how much each tells. Definitions: shared/model/user-turn.ts,
// after Don-Yehiya et al. (arXiv 2407.10944) and the OpenHands critic rubrics (arXiv 2603.03800).
import type { CorrectionKind } from '../../shared/model/correction';
import type { UserAct } from '../../shared/model/user-turn';
import type { WordedCueKind } from '../../shared/lexicon/cue-lexicon';
import { featureOf, type FeatureName, type TurnFeatures } from './turn-features';

/** From this similarity on (see `rephrase` in turn-features.ts) a turn puts the one before it again. */
const rephraseFrom = 0.5;
/** Shared share of content words from which a turn goes on with what was talked about. */
const relatedFrom = 0.25;
/** A turn of as many words that praises does nothing else. */
const praiseWords = 12;

type Reading = {
  strong: ReadonlySet<WordedCueKind>;
  any: ReadonlySet<WordedCueKind>;
  value: (name: FeatureName) => number;
  wordCount: number;
  asks: boolean;
};

function readingOf(features: TurnFeatures, wordCount: number): Reading {
  const { cues } = features;
  return {
    strong: new Set(cues.filter((cue) => cue.strength === 'strong').map((cue) => cue.kind)),
    any: new Set(cues.map((cue) => cue.kind)),
    value: (name) => featureOf(features, name),
    wordCount,
    asks: featureOf(features, 'question') > 0,
  };
}

const naming: readonly WordedCueKind[] = [
  'wrong',
  'reminder',
  'repeat',
  'prohibition',
  'omission',
  'malfunction',
  'excess',
  'redirect',
];

/** The fix is given where something is asked for in place of what was done, or the words after the objection name it. */
function givesFix({ strong, any, wordCount, asks }: Reading): boolean {
  if (strong.has('redirect')) return true;
  if (asks || strong.has('malfunction')) return false;
  if (strong.has('prohibition') || strong.has('excess') || strong.has('omission') || strong.has('reminder'))
    return true;
  return (any.has('redirect') || strong.has('negation') || strong.has('contrast')) && wordCount >= 4;
}

function correctiveAct(reading: Reading): UserAct {
  const { strong, any, value, asks } = reading;
  if (strong.has('revert')) return 'revert-request';
  const names = naming.some((kind) => strong.has(kind));
  if (!names && value('rephrase') >= rephraseFrom) return 'rephrase';
  if (strong.has('confusion') || (strong.has('reminder') && !strong.has('wrong') && !strong.has('redirect')))
    return 'clarification';
  if (strong.has('complaint') && !names) return 'complaint';
  if (!names && any.has('redirect') && !strong.has('negation')) return 'direction-change';
  if (asks && any.has('confusion') && !names) return 'clarification';
  return givesFix(reading) ? 'correction-with-fix' : 'correction-without-fix';
}

function otherAct({ strong, any, value, wordCount, asks }: Reading): UserAct {
  const praises = strong.has('thanks') || strong.has('approval');
  const wants = asks || any.has('request') || any.has('addition');
  const agentAsked = value('agentAsked') > 0;
  if (strong.has('thanks') && !wants && wordCount <= praiseWords) return 'positive-feedback';
  if (agentAsked && !asks) return 'answer';
  if (praises && !wants && wordCount <= praiseWords) return 'positive-feedback';
  const isRelated =
    Math.max(value('sharesContent'), value('echoesAgent')) >= relatedFrom ||
    strong.has('addition') ||
    value('veryShort') > 0;
  return isRelated ? 'follow-up' : 'new-request';
}

/** The act of a turn that is not the first of its session; `wordCount` is that of its own words. */
export function actOf(features: TurnFeatures, wordCount: number, isCorrection: boolean): UserAct {
  const reading = readingOf(features, wordCount);
  if (reading.strong.has('escalation')) return 'escalation';
  return isCorrection ? correctiveAct(reading) : otherAct(reading);
}

/** Which earlier span a turn is about: what was refused or stopped, what failed or is to be undone, else what the agent said. */
export type CorrectedSpans = {
  rejectedSpanId: string | null;
  interruptedSpanId: string | null;
  failedSpanId: string | null;
  lastToolSpanId: string | null;
  agentSpanId: string | null;
};

const aboutTools: ReadonlySet<CorrectionKind> = new Set<CorrectionKind>(['action']);

/** The span a corrective turn is about; null where the turn before holds none that could be meant. */
export function correctedSpan(
  act: UserAct,
  kind: CorrectionKind,
  cueKind: string,
  spans: CorrectedSpans,
): string | null {
  const first = (...ids: (string | null)[]): string | null => ids.find((id) => id !== null) ?? null;
  const stopped = first(spans.rejectedSpanId, spans.interruptedSpanId);
  if (stopped !== null) return stopped;
  if (cueKind === 'malfunction' && spans.failedSpanId !== null) return spans.failedSpanId;
  if (act === 'revert-request' || aboutTools.has(kind)) return first(spans.lastToolSpanId, spans.agentSpanId);
  return first(spans.agentSpanId, spans.lastToolSpanId);
}
