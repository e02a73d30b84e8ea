/**
 * The spans of one log of an agent while it is read: kept in the order of the log, tool calls found again by the
 * results that answer them, ids made unique. Owns pairing and order; what a record means is the format's to say.
 */
import type { SpanStatus } from '../model/span';
import type { ToldSpan } from './told-span';

/** A span as a log tells it; `line` is its place in the source. */
export interface LogSpan extends ToldSpan {
  line: number;
}

export type NewSpan = Omit<LogSpan, 'spanId'> & { spanId: string | null };

/** How a tool call ended, as far as its result says. */
export interface ToolEnd {
  status: SpanStatus;
  statusMessage?: string | null;
  errorType?: string | null;
}

export interface ToolAnswer extends ToolEnd {
  line: number;
  text: string;
  endNs?: bigint | null;
  raw: unknown;
  attributes?: Readonly<Record<string, unknown>> | null;
  /** Name of the tool, for a result whose call is not in the log. */
  toolName?: string | null;
}

/** What a log is told to; `Emit` of a format is one. */
export interface LogSink {
  span(span: LogSpan, place: { line: number }): void;
  note(what: string, count?: number): void;
}

/** The first line of a text that says something, for a status message; at most 500 characters. */
export function firstLine(text: string): string {
  const from = text.search(/\S/);
  if (from < 0) return '';
  const end = text.indexOf('\n', from);
  return text
    .slice(from, end < 0 ? text.length : end)
    .trim()
    .slice(0, 500);
}

/** The end of a command by its exit code: 0 is success, all others are errors of type `exit_code`. */
export function exitEnd(code: number): ToolEnd {
  return code === 0
    ? { status: 'ok' }
    : { status: 'error', statusMessage: `Exit code ${code}`, errorType: 'exit_code' };
}

/** The end of a call that is marked as failed (or not): the first line of its text says why. */
export function markedEnd(isError: boolean, text: string, errorType: string | null = null): ToolEnd {
  return isError ? { status: 'error', statusMessage: firstLine(text), errorType } : { status: 'ok' };
}

/** Ids of this many characters and more are taken for random ones: half of a UUID. */
const LEAST_UNIQUE = 16;

export class AgentLog {
  private readonly spans: LogSpan[] = [];
  private readonly byId = new Map<string, LogSpan>();
  private readonly open = new Map<LogSpan, true>();
  private readonly byCall = new Map<string, LogSpan>();
  private readonly notes = new Map<string, number>();
  private latestAnswer: LogSpan | null = null;
  private callsMissing = 0;
  /** Calls of turns that have ended, which wait no more. */
  private callsLeft = 0;

  /** @param prefix for the ids of spans whose record has none: with the line they are the same at every import */
  constructor(private readonly prefix: string) {}

  /** Adds a span at the end of the log. An id that is taken gets a number, an absent one is made of the line. */
  add(span: NewSpan): LogSpan {
    const wanted = span.spanId ?? `${this.prefix}:${span.line}`;
    let spanId = wanted;
    for (let n = 2; this.byId.has(spanId); n++) spanId = `${wanted}~${n}`;
    const added: LogSpan = { ...span, spanId };
    this.byId.set(spanId, added);
    this.spans.push(added);
    if (added.kind === 'llm') this.latestAnswer = added;
    return added;
  }

  /** The model call added last. */
  get answer(): LogSpan | null {
    return this.latestAnswer;
  }

  /** The span added last. */
  get last(): LogSpan | null {
    return this.spans.at(-1) ?? null;
  }

  /** Whether a call waits for its result. */
  get isWaiting(): boolean {
    return this.open.size > 0;
  }

  /** Why spans read from the middle of a log are not what they are after all that stands before; null where they may be. */
  get needsBeginning(): string | null {
    return this.callsMissing > 0 ? 'the call of a result' : null;
  }

  /** Ids of calls that are so short that others of the log may have them: a span of the same id would take the other's place. */
  get shortIds(): string[] {
    return [...this.byCall.keys()].filter((id) => id.length < LEAST_UNIQUE);
  }

  find(spanId: string): LogSpan | null {
    return this.byId.get(spanId) ?? null;
  }

  /** The call with this id, answered or not. */
  callOf(callId: string | null): LogSpan | null {
    return callId === null ? null : (this.byCall.get(callId) ?? null);
  }

  /** Adds a tool call and waits for its result. */
  call(span: Omit<NewSpan, 'kind' | 'name'> & { toolName: string }): LogSpan {
    const added = this.add({
      kind: 'tool',
      name: span.toolName,
      operation: 'execute_tool',
      status: 'unset',
      ...span,
    });
    this.open.set(added, true);
    if (span.toolCallId) this.byCall.set(span.toolCallId, added);
    return added;
  }

  /** Gives a call its result: by call id, else by the tool's name, else the first that waits. Made up where none is. */
  result(callId: string | null, answer: ToolAnswer): LogSpan {
    const call = this.waiting(callId, answer.toolName ?? null) ?? this.orphan(callId, answer);
    this.open.delete(call);
    const { line, raw, attributes, text, toolName: _name, ...end } = answer;
    Object.assign(call, end, { text, output: text });
    const known = call.attributes;
    if (attributes) call.attributes = { ...known, ...attributes };
    call.raw = call.line === line && call.raw === undefined ? raw : { call: call.raw ?? null, result: raw };
    return call;
  }

  /** Ends all calls that wait for a result, e.g. because the person stopped the run. */
  endOpen(end: ToolEnd & { endNs?: bigint | null }): void {
    for (const call of this.open.keys()) Object.assign(call, end);
    this.open.clear();
  }

  /** No call waits any more, for logs in which results come within the turn of their call, if at all. */
  endTurn(): void {
    this.callsLeft += this.open.size;
    this.open.clear();
  }

  /** Marks the latest turns (what a person said and all after it) as left. */
  rewind(turns: number): void {
    let left = turns;
    for (const span of this.spans.toReversed()) {
      if (left <= 0) return;
      const opens = span.kind === 'user' && span.origin === 'human' && span.isRewound !== true;
      span.isRewound = true;
      if (opens) left -= 1;
    }
  }

  /** Takes a call off those that wait, for formats that find the results themselves. */
  close(call: LogSpan): void {
    this.open.delete(call);
  }

  note(what: string, count = 1): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + count);
  }

  /** Tells all spans, in order, with what they have in common; what a span says itself counts more. */
  tell(sink: LogSink, common: Partial<LogSpan> = {}): void {
    const unanswered = this.open.size + this.callsLeft;
    if (unanswered > 0) this.note('tool call without a result', unanswered);
    for (const span of this.spans) sink.span({ ...common, ...span }, { line: span.line });
    for (const [what, count] of this.notes) sink.note(what, count);
  }

  private waiting(callId: string | null, toolName: string | null): LogSpan | null {
    if (callId !== null && this.byCall.has(callId)) return this.byCall.get(callId) ?? null;
    const waiting = [...this.open.keys()].filter((call) => callId === null || !call.toolCallId);
    const named = toolName === null ? undefined : waiting.find((call) => call.toolName === toolName);
    return named ?? (toolName === null ? waiting[0] : undefined) ?? null;
  }

  private orphan(callId: string | null, answer: ToolAnswer): LogSpan {
    this.note('tool result without its call');
    this.callsMissing += 1;
    return this.add({
      line: answer.line,
      spanId: callId,
      kind: 'tool',
      name: answer.toolName ?? 'tool result',
      operation: 'execute_tool',
      toolName: answer.toolName ?? null,
      toolCallId: callId,
    });
  }
}

const MAX_TYPES = 40;

/** Counts record types that are kept out of the spans, so that an import says which; at most 40 by name. */
export class TypeCount {
  private readonly seen = new Set<string>();

  constructor(
    private readonly note: (what: string) => void,
    private readonly what = 'record type',
  ) {}

  count(type: string | null): void {
    const name = (type ?? 'without a type').slice(0, 60);
    if (this.seen.size < MAX_TYPES) this.seen.add(name);
    this.note(
      this.seen.has(name) ? `${this.what} "${name}" counted only` : `further ${this.what}s counted only`,
    );
  }
}
