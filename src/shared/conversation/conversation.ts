/**
 * A session as a conversation: what a person asked, what the agent did, what it answered, and how the person went on.
 * Owns who counts as speaking to whom: sub-agents, rewound branches and text the program injected are no part of it.
 * Worked out once per session for all who look at it; knows no wording.
 */
import { Latest } from '../text/latest';
import { readWords, type Words } from '../text/phrases';

/** What is looked at of a span. */
export type SpeechSpan = {
  spanId: string;
  kind: string;
  origin: string | null;
  agentId: string | null;
  isRewound: boolean;
  position: number;
  turnNo: number;
  status: string;
  startMs: number | null;
  endMs: number | null;
  text: string;
};

/** One turn: a message of the user and all the main agent did until the next. */
export type Exchange<S extends SpeechSpan> = {
  user: S;
  /** 0-based among the exchanges. */
  index: number;
  /** Spans of the main agent after the message, in order. */
  work: readonly S[];
  /** The last thing the agent said in it; null where it said nothing. */
  answer: S | null;
};

const conversations = new Latest<readonly SpeechSpan[], readonly Exchange<SpeechSpan>[]>(8);

/**
 * What a program wrote in the user's name: agents without tool messages get the output of their commands that way.
 * A message that begins with an element or a label of output, which no person types.
 */
const machineWritten =
  /^\s*(?:diff --git |<[a-z][\w-]*(?:\s[^<>]{0,80})?>|(?:observation|execution result|tool result|output|stdout|exit code)\s*(?:\(|:|\[))/iu;

function isAsking(span: SpeechSpan): boolean {
  return (
    span.kind === 'user' &&
    !machineWritten.test(span.text.slice(0, 200)) &&
    (span.origin === 'human' || span.origin === 'simulated') &&
    span.agentId === null &&
    !span.isRewound &&
    span.text.trim() !== ''
  );
}

function readConversation<S extends SpeechSpan>(spans: readonly S[]): Exchange<S>[] {
  const exchanges: Exchange<S>[] = [];
  let work: S[] = [];
  for (const span of spans) {
    if (isAsking(span)) {
      work = [];
      exchanges.push({ user: span, index: exchanges.length, work, answer: null });
    } else if (span.agentId === null && !span.isRewound) {
      work.push(span);
      const last = exchanges[exchanges.length - 1];
      if (last && span.kind === 'llm' && span.text.trim() !== '') last.answer = span;
    }
  }
  return exchanges;
}

/** The turns of a session with text, in order. */
export function conversationOf<S extends SpeechSpan>(spans: readonly S[]): readonly Exchange<S>[] {
  // The array is the key, so what was kept for it was made of its own spans.
  return conversations.of(spans, readConversation) as readonly Exchange<S>[];
}

const charactersRead = 1200;
const fenced = /```[^`]*(?:```|$)/gu;
const inlineCode = /`[^`\n]{1,200}`/gu;
const quoted = /^[ \t]*(?:>|\|).*$/gmu;
const address = /\bhttps?:\/\/\S+/giu;

/**
 * What a person or an agent says in a text itself: without code, quoted lines and addresses, at most 1,200 characters.
 * A pasted log would otherwise speak in its author's name.
 */
export function proseOf(text: string): string {
  let prose = text.slice(0, charactersRead);
  if (prose.includes('`')) prose = prose.replace(fenced, '\n').replace(inlineCode, ' _ ');
  if (prose.includes('>') || prose.includes('|')) prose = prose.replace(quoted, '');
  if (prose.includes('://')) prose = prose.replace(address, ' _ ');
  return prose.trim();
}

/** Texts of one long session; what is let go is read again. */
const textsKept = 2000;
const spoken = new Latest<{ text: string }, { prose: string; words: Words }>(textsKept);

function readSpeech({ text }: { text: string }): { prose: string; words: Words } {
  const prose = proseOf(text);
  return { prose, words: readWords(prose) };
}

/** The prose of a span and its words; worked out once. */
export function speechOf(span: { text: string }): { prose: string; words: Words } {
  return spoken.of(span, readSpeech);
}

const endsInQuestion = /[?\uff1f\u061f][\s"'\u201d\u2019)\]*_]*$/u;

/** The text ends in a question, or nearly so ("Shall I? Just say so."). */
export function asksSomething(text: string): boolean {
  const tail = text.trim().slice(-240);
  if (endsInQuestion.test(tail)) return true;
  const lastMark = Math.max(tail.lastIndexOf('?'), tail.lastIndexOf('\uff1f'));
  return lastMark >= 0 && tail.length - lastMark < 60;
}

/** A few words of a text for a reason: one line, at most 80 characters. */
export function quote(text: string, limit = 80): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1).trimEnd()}\u2026`;
}

/** A share as a whole percentage. */
export function percent(share: number): string {
  return `${String(Math.round(share * 100))}%`;
}

/** A time span in words: `40 s`, `12 min`, `3.5 h`, `2 d`. */
export function inWords(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${String(Math.round(seconds))} s`;
  if (seconds < 7200) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 172_800) return `${String(Math.round(seconds / 360) / 10)} h`;
  return `${String(Math.round(seconds / 86_400))} d`;
}
