/**
 * What of a step tells that a session first went wrong there: its place, what it does, how it is worded, and what comes after it.
 * Pure. Weights are in locate-failure.data.ts.
 */
import { changesOf } from '../../shared/failures/changes';
import { assumptionWords } from '../../shared/lexicon/assumption.data';
import { objects } from '../../shared/lexicon/objection';
import type { DetectorSpan, Trajectory } from './detector';

export interface LocatedFinding {
  signal: string;
  severity: number;
  evidence: readonly string[];
}

/** Features by name, with the words that explain one to people; null for those that say where a step stands, not what it is. */
export const stepFeatureTitles = {
  isAnswer: null,
  shortFirst: null,
  shortSecond: null,
  shortThird: null,
  shortFourth: null,
  shortFifthOrSixth: null,
  shortLater: null,
  shortLast: null,
  longPlace: null,
  longLast: null,
  assumes: 'supposes something',
  assumesOften: 'supposes several things',
  hasCode: 'writes code',
  hasList: 'lays out a list',
  callFails: 'its call failed',
  endsTalk: null,
  changes: 'changes something',
  changesFirst: 'is the first to change something',
  saysNothing: null,
  meetsObjection: 'the user’s next message objects',
  severeFinding: 'a serious finding is drawn here',
} as const;
export type StepFeature = keyof typeof stepFeatureTitles;
export const stepFeatureNames = Object.keys(stepFeatureTitles) as StepFeature[];

/** A step of a session with its features; those that are 0 are left out. */
export interface Step {
  span: DetectorSpan;
  features: Partial<Record<StepFeature, number>>;
  signals: string[];
}

/** Runs of at most this many steps are read step by step, longer ones by how far along a step is (published multi-agent runs have ten). */
const SHORT_RUN = 12;
/** Severity from which a finding counts as serious: major. */
const SERIOUS = 3;
/** More suppositions say no more. */
const MANY = 3;

const ASSUMES = new RegExp(`(?<![\\p{L}\\d])(?:${Object.values(assumptionWords).flat().join('|')})`, 'giu');
const LIST = /^[ \t]*(?:\d{1,3}[.)]|[-*•])[ \t]/m;

/** Spans in which an agent does something that can be wrong. */
function isStep(span: DetectorSpan): boolean {
  return !span.isRewound && (span.kind === 'llm' || span.kind === 'tool' || span.kind === 'retrieval');
}

function placeOf(index: number, count: number): Partial<Record<StepFeature, number>> {
  const isLast = index === count - 1;
  if (count > SHORT_RUN)
    return { longPlace: index / Math.max(1, count - 1), ...(isLast ? { longLast: 1 } : {}) };
  const names: StepFeature[] = [
    'shortFirst',
    'shortSecond',
    'shortThird',
    'shortFourth',
    'shortFifthOrSixth',
    'shortFifthOrSixth',
  ];
  const found: Partial<Record<StepFeature, number>> = {};
  found[names[index] ?? 'shortLater'] = 1;
  if (isLast) found.shortLast = 1;
  return found;
}

/** The calls a step makes: those up to the next answer or message of a user; a call itself. */
function callsOf(spans: readonly DetectorSpan[], at: number): DetectorSpan[] {
  const span = spans[at] as DetectorSpan;
  if (span.kind !== 'llm') return [span];
  const calls: DetectorSpan[] = [];
  for (let i = at + 1; i < spans.length; i++) {
    const next = spans[i] as DetectorSpan;
    if (next.kind === 'tool' || next.kind === 'retrieval') calls.push(next);
    else if (next.kind === 'llm' || next.kind === 'user') break;
  }
  return calls;
}

/** Findings by the span they are drawn at. */
function drawnAt(findings: readonly LocatedFinding[]): ReadonlyMap<string, LocatedFinding[]> {
  const found = new Map<string, LocatedFinding[]>();
  for (const finding of findings) {
    const at = finding.evidence[0];
    if (at !== undefined) found.set(at, [...(found.get(at) ?? []), finding]);
  }
  return found;
}

function wordingOf(span: DetectorSpan): Partial<Record<StepFeature, number>> {
  const text = span.textTail === null ? span.text : `${span.text}\n${span.textTail}`;
  const supposed = text.match(ASSUMES)?.length ?? 0;
  return {
    ...(supposed > 0 ? { assumes: 1, assumesOften: Math.min(MANY, supposed) / MANY } : {}),
    ...(text.includes('```') ? { hasCode: 1 } : {}),
    ...(LIST.test(text) ? { hasList: 1 } : {}),
    ...(/\bTERMINATE\b/.test(text) ? { endsTalk: 1 } : {}),
    ...(text.trim() === '' ? { saysNothing: 1 } : {}),
  };
}

/** The steps of a session in order. A call belongs to the answer that makes it and is a step of its own as well. */
export function stepFeatures(trajectory: Trajectory, findings: readonly LocatedFinding[]): Step[] {
  const spans = trajectory.spans.filter((span) => !span.isRewound);
  const count = spans.filter(isStep).length;
  const found = drawnAt(findings);
  const steps: Step[] = [];
  let hasChanged = false;
  let nextUser: DetectorSpan | null = null;
  const userAfter: (DetectorSpan | null)[] = [];
  for (let i = spans.length - 1; i >= 0; i--) {
    userAfter[i] = nextUser;
    if (spans[i]?.kind === 'user') nextUser = spans[i] ?? null;
  }
  spans.forEach((span, at) => {
    if (!isStep(span)) return;
    const calls = callsOf(spans, at);
    const changes = calls.some((call) => changesOf(call).length > 0);
    const after = userAfter[at];
    const own = [span, ...calls].flatMap((one) => found.get(one.spanId) ?? []);
    steps.push({
      span,
      features: {
        ...(span.kind === 'llm' ? { isAnswer: 1 } : {}),
        ...placeOf(steps.length, count),
        ...wordingOf(span),
        ...(calls.some((call) => call.status === 'error') ? { callFails: 1 } : {}),
        ...(changes ? { changes: 1 } : {}),
        ...(changes && !hasChanged ? { changesFirst: 1 } : {}),
        ...(after && objects(after.text) ? { meetsObjection: 1 } : {}),
        ...(own.some((finding) => finding.severity >= SERIOUS) ? { severeFinding: 1 } : {}),
      },
      signals: [...new Set(own.map((finding) => finding.signal))],
    });
    // The call of an answer that changes something comes right after it, and is first as well.
    if (changes && span.kind !== 'llm') hasChanged = true;
  });
  return steps;
}
