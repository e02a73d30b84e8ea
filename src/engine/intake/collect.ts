/**
 * Takes what a format emits and lays it into the staging tables: fills canonical columns, hashes tool calls, and keeps
 * each message of repeated histories once. Emission is synchronous, so that nothing piles up before the tables.
 */
import { hash } from 'node:crypto';
import { NoticedLines } from '../../shared/trace/noticed-lines';
import { canonicalJson, jsonDepth, MAX_DEPTH, parseMaybe, toJsonText } from '../../shared/trace/json';
import { cutJson, cutText } from './cell-size';
import type { Emit, LabelInput, Message, Place, SpanInput } from './format';
import type { IntakeLimits } from './limits';
import { excerptOf } from './parse-record';
import type { RowSink } from './row-files';
import { clampNs, finite, noticeTime, sane } from './sane-values';

/** Hash of a tool call: equal for the same tool with the same arguments, whatever their order or white space. */
export function callHash(toolName: string, input: string | null | undefined): string {
  // A call comes with its span, with the answer that asks for it, and with every later history.
  return hashesOfArguments.of(`${toolName}\0${input ?? ''}`, () =>
    md5(`${toolName}\0${canonicalJson(parseMaybe(input ?? ''))}`),
  );
}

function md5(text: string): string {
  return hash('md5', text);
}

/** JSON text of a value of the source, or a note in its place when it is nested too deeply to be written. */
function boundedJson(value: unknown): string | null {
  try {
    const text = toJsonText(value);
    return text !== null &&
      text.length > MAX_DEPTH &&
      (text.startsWith('{') || text.startsWith('[')) &&
      jsonDepth(text) > MAX_DEPTH
      ? JSON.stringify('nested too deeply')
      : text;
  } catch {
    return JSON.stringify('nested too deeply');
  }
}

export interface SourceCounts {
  spans: number;
  labels: number;
  rejected: number;
  /** Lines that something was rejected of. */
  rejectedLines: Set<number>;
  notes: Map<string, number>;
}

export interface CollectedSource {
  sourceId: string;
  shortHash: string;
  orderByTime: boolean;
}

export class Collector {
  private seq = 0;
  /** Unique messages of the current source by agent in a trace or session: key -> start of the earliest call that has it. */
  private readonly earliest = new Map<string, Map<string, bigint>>();
  private readonly texts = new Set<string>();

  constructor(
    private readonly staging: RowSink,
    private readonly limits: IntakeLimits,
  ) {}

  /** The number of the last span taken; the next one has the one after it. */
  get lastSeq(): number {
    return this.seq;
  }

  /** Says that spans up to this number were laid into the tables by other means. */
  skipTo(seq: number): void {
    this.seq = Math.max(this.seq, seq);
  }

  /** A sink for one source. */
  emitFor(source: CollectedSource): {
    emit: Emit;
    counts: SourceCounts;
    reject: (line: number, byteOffset: number | null, reason: string, excerpt: string) => void;
    /** What was odd about single values; said at the end of the source. */
    noticed: NoticedLines;
  } {
    const counts: SourceCounts = {
      spans: 0,
      labels: 0,
      rejected: 0,
      rejectedLines: new Set(),
      notes: new Map(),
    };
    this.earliest.clear();
    this.texts.clear();
    const note = (what: string, count = 1): void => {
      counts.notes.set(what, (counts.notes.get(what) ?? 0) + count);
    };
    const noticed = new NoticedLines();
    const reject = (line: number, byteOffset: number | null, reason: string, excerpt: string): void => {
      counts.rejected += 1;
      counts.rejectedLines.add(line);
      if (counts.rejected > this.limits.maxRejectsKept)
        note('rejected records beyond those kept with an excerpt');
      else
        this.staging.add('reject', [
          source.sourceId,
          line,
          byteOffset,
          reason,
          excerptOf(excerpt, this.limits.excerptLength),
        ]);
    };
    const emit: Emit = {
      span: (span, place) => {
        counts.spans += 1;
        noticeTime(noticed, place.line);
        this.span(source, sane(span, place.line, noticed), place, note);
      },
      label: (label, place) => {
        counts.labels += 1;
        this.label(source, label, place);
      },
      note,
      reject: (place, reason, excerpt) => {
        reject(place.line, null, reason, excerpt ?? '');
      },
    };
    return { emit, counts, reject, noticed };
  }

  /** Text or JSON of a span, cut where it is longer than the database can hold. */
  private bounded(text: string | null | undefined, note: Emit['note'], cut: typeof cutJson): string | null {
    if (text === null || text === undefined) return null;
    const most = this.limits.maxCellCharacters;
    if (text.length <= most) return text;
    note(`value longer than ${String(most)} characters cut; the whole of it is in the source`);
    return cut(text, most);
  }

  private span(source: CollectedSource, span: SpanInput, place: Place, note: Emit['note']): void {
    const seq = ++this.seq;
    const json = (value: unknown): string | null => this.bounded(boundedJson(value), note, cutJson);
    const input = json(span.input);
    const toolName = span.toolName ?? null;
    this.staging.add(span.completes ? 'completion' : 'span', [
      span.sessionId ?? null,
      span.spanId,
      source.sourceId,
      place.line,
      seq,
      source.orderByTime,
      (span.sessionId ?? null) !== null,
      span.parentSpanId || null,
      span.traceId ?? null,
      span.kind,
      span.kind === 'user' ? (span.origin ?? 'human') : (span.origin ?? null),
      span.name,
      span.operation ?? null,
      toolName,
      span.toolCallId ?? null,
      span.agentName ?? null,
      span.agentVersion ?? null,
      span.agentId ?? null,
      span.spawnsAgentId ?? null,
      span.model ?? null,
      span.provider ?? null,
      clampNs(span.startNs),
      clampNs(span.endNs),
      span.status ?? (span.completes ? null : 'unset'),
      span.statusMessage ?? null,
      span.errorType ?? null,
      this.bounded(span.text, note, cutText),
      input,
      json(span.output),
      json(span.attributes),
      json(span.raw),
      toolName !== null ? callHash(toolName, input) : null,
      finite(span.inputTokens),
      finite(span.outputTokens),
      finite(span.cacheReadTokens),
      finite(span.cacheWriteTokens),
      finite(span.reasoningTokens),
      finite(span.costUsd),
      span.isRewound ?? false,
      false,
      span.userId ?? null,
      span.feature ?? null,
      span.cohort ?? null,
      span.environment ?? null,
      span.tags && span.tags.length > 0 ? JSON.stringify(span.tags) : null,
    ]);
    if (span.history) this.history(source, span, seq);
  }

  private history(source: CollectedSource, span: SpanInput, seq: number): void {
    const { input, output } = span.history ?? { input: [], output: [] };
    let assistantMessages = 0;
    let lastAnswer = -1;
    for (let i = 0; i < input.length; i++)
      if (input[i]?.role === 'assistant') {
        assistantMessages += 1;
        lastAnswer = i;
      }
    this.staging.add('history', [seq, assistantMessages, lastAnswer]);
    const scope = `${span.traceId ?? span.sessionId ?? source.shortHash}\0${span.agentId ?? ''}`;
    const known = this.earliest.get(scope) ?? new Map<string, bigint>();
    this.earliest.set(scope, known);
    const start = (source.orderByTime ? span.startNs : null) ?? 0n;
    const size = input.length + output.length;
    const occurrences = new Map<string, number>();
    for (let ordinal = 0; ordinal < size; ordinal++) {
      const isOutput = ordinal >= input.length;
      const message = isOutput ? output[ordinal - input.length] : input[ordinal];
      if (!message) continue;
      const textHash = messageHash(message);
      const occurrence = (occurrences.get(textHash) ?? 0) + 1;
      occurrences.set(textHash, occurrence);
      if (!isOutput && isKept(known, `${textHash}${message.role}${String(occurrence)}`, start)) continue;
      this.message(span, message, [seq, ordinal, size, occurrence, isOutput], textHash);
    }
  }

  private message(
    span: SpanInput,
    message: Message,
    place: readonly [seq: number, ordinal: number, size: number, occurrence: number, isOutput: boolean],
    textHash: string,
  ): void {
    const [seq, ordinal] = place;
    if (!this.texts.has(textHash)) {
      this.texts.add(textHash);
      this.staging.add('message_text', [
        textHash,
        cutText(message.text, this.limits.maxCellCharacters),
        message.reasoning ?? null,
        seq,
      ]);
    }
    this.staging.add('message', [
      ...place,
      message.role,
      message.origin ?? null,
      textHash,
      message.toolCallId ?? null,
      message.toolName ?? null,
      message.isError ?? false,
    ]);
    message.toolCalls?.forEach((call, i) => {
      const id = call.id ?? `${span.spanId}:${String(ordinal)}:${String(i)}`;
      this.staging.add('call', [
        seq,
        ordinal,
        id,
        call.name,
        call.arguments,
        callHash(call.name, call.arguments),
      ]);
    });
  }

  private label(source: CollectedSource, label: LabelInput, place: Place): void {
    this.staging.add('label', [
      label.labelId,
      source.sourceId,
      place.line,
      label.sessionId ?? null,
      label.traceId ?? null,
      label.spanId ?? null,
      label.name,
      label.kind,
      label.annotatorKind,
      label.annotator ?? null,
      finite(label.value),
      label.text ?? null,
      label.explanation ?? null,
    ]);
  }
}

/**
 * The same message is repeated by every later call of a conversation; only a call that may be the earliest to
 * carry it is worth a row. True when an earlier one is kept already.
 */
function isKept(earliest: Map<string, bigint>, key: string, start: bigint): boolean {
  const known = earliest.get(key);
  if (known !== undefined && known <= start) return true;
  earliest.set(key, start);
  return false;
}

/**
 * Hash of what a message says; for assistants also of the calls it makes, for tools of the call it answers.
 * White space is folded and calls are told by id, because exports write the same message anew for every call.
 */
function messageHash(message: Message): string {
  // The same messages come again with every call of a conversation.
  if (message.toolCalls || message.toolCallId) return hashesOfCalls.of(saidBy(message), md5);
  return hashesOfTexts.of(message.text, () => md5(saidBy(message)));
}

const MAX_REMEMBERED_CHARACTERS = 8_000_000;
/** What remembering costs beside the characters of the key. */
const ENTRY_CHARACTERS = 100;

/** Hashes worked out before, as long as there is room for them. */
class RememberedHashes {
  private readonly hashes = new Map<string, string>();
  private characters = 0;

  of(key: string, hashOf: (key: string) => string): string {
    const known = this.hashes.get(key);
    if (known !== undefined) return known;
    const hash = hashOf(key);
    this.characters += key.length + ENTRY_CHARACTERS;
    if (this.characters > MAX_REMEMBERED_CHARACTERS) {
      this.hashes.clear();
      this.characters = key.length + ENTRY_CHARACTERS;
    }
    this.hashes.set(key, hash);
    return hash;
  }
}

const hashesOfArguments = new RememberedHashes();
const hashesOfTexts = new RememberedHashes();
const hashesOfCalls = new RememberedHashes();

/** What is hashed of a message: its folded text, its calls, the call it answers. */
function saidBy(message: Message): string {
  const calls =
    message.toolCalls?.map((call) => call.id ?? `${call.name}:${call.arguments}`).join('\n') ?? '';
  return `${message.text.replace(/\s+/g, ' ').trim()}\0${calls}\0${message.toolCallId ?? ''}\0`;
}
