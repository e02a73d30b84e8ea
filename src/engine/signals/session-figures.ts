/**
 * What the shape of a session says of how it went, beside what detectors find in it: the structural half of what the
 * session score rests on. Pure. Counts are stored as they are and compared with the session's like when scores are made
 * (score-inputs.ts); flags are 0 or 1. Labels are not looked at: they are what a score is measured against.
 */
import { changesOf, valuesOf } from '../../shared/failures/changes';
import { noteTools } from '../../shared/failures/changing-tools.data';
import { quietTools } from '../../shared/failures/tools.data';
import { impossibleWords, unsureWords } from '../../shared/lexicon/doubt.data';
import { objects } from '../../shared/lexicon/objection';
import { shortHash } from '../workspace/short-hash';
import type { DetectorSpan, Trajectory } from './detector';

/** Counts by name, in words for the explanation of a score. They weigh by how they differ from what is usual. */
export const countTitles = {
  modelCalls: 'model calls',
  answerCharacters: 'characters of the agent’s answers',
  listAnswers: 'answers that lay out a list',
  unsureWords: 'words of the agent that say it is not sure',
  impossibleWords: 'words of the agent that something cannot be done',
  userCharacters: 'characters of the user’s messages',
  objections: 'later messages of the user that object',
  toolArguments: 'different ids and amounts in tool calls',
  thingsChanged: 'ids, amounts and files the agent changed things with',
  changedAgain: 'changes made again by the same tool',
  repeatedCalls: 'tool calls made before with the same arguments',
  emptyResults: 'tool calls that came back empty',
  notes: 'calls of tools to think or reckon with',
} as const;

/** Figures that say something by themselves. */
export const flagTitles = {
  endsInError: 'ends with a call or a run that failed',
  unresolvedErrors: 'a tool whose last call failed',
  lateToolErrors: 'a failed tool call in the last quarter',
  interruptions: 'interrupted or refused by the user',
} as const;

/** What is told by comparing with other runs of the same task (input `otherTrials` of score-inputs.ts). */
export const trialTitle = 'other runs of the same task that changed other things';

export const figureTitles = { ...countTitles, ...flagTitles };
export type CountName = keyof typeof countTitles;
export type FigureName = keyof typeof figureTitles;
export const countNames = Object.keys(countTitles) as CountName[];
export const figureNames = Object.keys(figureTitles) as FigureName[];

/** A figure with the spans it comes from, in order; none where it is spread over the whole session. */
export interface Figure {
  value: number;
  spanIds: string[];
}

const LIST = /^[ \t]*(?:\d{1,3}[.)]|[-*•])[ \t]/m;
const wholeWords = (words: Record<string, readonly string[]>): RegExp =>
  new RegExp(`(?<![\\p{L}'])(?:${Object.values(words).flat().join('|')})(?![\\p{L}])`, 'giu');
const UNSURE = wholeWords(unsureWords);
const IMPOSSIBLE = wholeWords(impossibleWords);
const EMPTY = /^\s*(?:\[\s*\]|\{\s*\}|""|null|none|undefined)?\s*$/i;
class Reader {
  readonly spanIds = Object.fromEntries(figureNames.map((name) => [name, [] as string[]])) as Record<
    FigureName,
    string[]
  >;
  readonly #args = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #changedBy = new Set<string>();
  readonly #hashes = new Set<string>();
  readonly #lastOf = new Map<string, DetectorSpan>();
  #calls = 0;
  #userMessages = 0;
  answerCharacters = 0;
  unsure = 0;
  impossible = 0;
  userCharacters = 0;
  last: DetectorSpan | null = null;

  constructor(private readonly lateFrom: number) {}

  get toolArguments(): number {
    return this.#args.size;
  }

  get thingsChanged(): number {
    return this.#changed.size;
  }

  read(span: DetectorSpan): void {
    const { spanIds } = this;
    if (span.status === 'interrupted' || span.status === 'rejected') spanIds.interruptions.push(span.spanId);
    if (span.kind === 'user') this.#user(span);
    else if (span.kind === 'llm') this.#answer(span);
    else if (span.kind === 'tool' || span.kind === 'retrieval') this.#call(span);
    if (span.agentId === null && span.kind !== 'system' && (span.kind !== 'event' || span.status === 'error'))
      this.last = span;
  }

  #user(span: DetectorSpan): void {
    if (span.origin !== 'human' && span.origin !== 'simulated') return;
    this.#userMessages++;
    this.userCharacters += span.textLength;
    if (this.#userMessages > 1 && objects(span.text)) this.spanIds.objections.push(span.spanId);
  }

  #answer(span: DetectorSpan): void {
    this.spanIds.modelCalls.push(span.spanId);
    if (span.text === '') return;
    this.answerCharacters += span.textLength;
    if (LIST.test(span.text)) this.spanIds.listAnswers.push(span.spanId);
    const text = (span.textTail === null ? span.text : `${span.text}\n${span.textTail}`).replaceAll('’', "'");
    this.unsure += text.match(UNSURE)?.length ?? 0;
    this.impossible += text.match(IMPOSSIBLE)?.length ?? 0;
  }

  #call(span: DetectorSpan): void {
    const { spanIds } = this;
    const tool = (span.toolName ?? span.name).toLowerCase();
    const hash = span.callHash ?? `${String(this.#calls)} of its own`;
    this.#calls++;
    if (this.#hashes.has(hash)) spanIds.repeatedCalls.push(span.spanId);
    this.#hashes.add(hash);
    this.#lastOf.set(tool, span);
    for (const value of valuesOf(span.input)) this.#args.add(value);
    if (span.status === 'error') {
      if (span.position >= this.lateFrom) spanIds.lateToolErrors.push(span.spanId);
    } else if (span.text.length < 20 && EMPTY.test(span.text) && !quietTools.includes(tool))
      spanIds.emptyResults.push(span.spanId);
    if (noteTools.has(tool)) spanIds.notes.push(span.spanId);
    const changes = changesOf(span);
    if (changes.length === 0) return;
    for (const change of changes) this.#changed.add(change);
    spanIds.thingsChanged.push(span.spanId);
    if (this.#changedBy.has(tool)) spanIds.changedAgain.push(span.spanId);
    this.#changedBy.add(tool);
  }

  finish(): void {
    for (const span of this.#lastOf.values())
      if (span.status === 'error') this.spanIds.unresolvedErrors.push(span.spanId);
    if (this.last?.status === 'error') this.spanIds.endsInError.push(this.last.spanId);
  }
}

/** The figures of a session with the spans they come from. */
export function readFigures(trajectory: Trajectory): Record<FigureName, Figure> {
  const spans = trajectory.spans.filter((span) => !span.isRewound);
  const reader = new Reader((spans.at(-1)?.position ?? 0) * 0.75);
  for (const span of spans) reader.read(span);
  reader.finish();
  const { spanIds } = reader;
  const figure = (name: FigureName): Figure => ({ value: spanIds[name].length, spanIds: spanIds[name] });
  const flag = (name: FigureName): Figure => ({ ...figure(name), value: Math.min(1, spanIds[name].length) });
  return {
    modelCalls: { value: spanIds.modelCalls.length, spanIds: [] },
    answerCharacters: { value: reader.answerCharacters, spanIds: [] },
    listAnswers: figure('listAnswers'),
    unsureWords: { value: reader.unsure, spanIds: [] },
    impossibleWords: { value: reader.impossible, spanIds: [] },
    userCharacters: { value: reader.userCharacters, spanIds: [] },
    objections: figure('objections'),
    toolArguments: { value: reader.toolArguments, spanIds: [] },
    thingsChanged: { value: reader.thingsChanged, spanIds: spanIds.thingsChanged },
    changedAgain: figure('changedAgain'),
    repeatedCalls: figure('repeatedCalls'),
    emptyResults: figure('emptyResults'),
    notes: figure('notes'),
    endsInError: flag('endsInError'),
    unresolvedErrors: flag('unresolvedErrors'),
    lateToolErrors: flag('lateToolErrors'),
    interruptions: flag('interruptions'),
  };
}

/** Rows of table session_figure: every count, and the flags that are set. */
export function figureRows(trajectory: Trajectory): unknown[][] {
  const figures = readFigures(trajectory);
  return figureNames
    .filter((name) => figures[name].value !== 0 || Object.hasOwn(countTitles, name))
    .map((name) => [trajectory.sessionId, name, figures[name].value, Object.hasOwn(countTitles, name)]);
}

/**
 * Row of table session_change: all that was changed outside the conversation, as one value. What shells write is left out: no two
 * runs use the same words for it.
 */
export function changeRow({ sessionId, spans }: Trajectory): unknown[] {
  const changes = new Set<string>();
  for (const span of spans)
    if (span.kind === 'tool' && !span.isRewound && span.pillar !== 'environment')
      for (const change of changesOf(span)) changes.add(change);
  return [sessionId, changes.size, shortHash([...changes].sort().join('\0'))];
}
