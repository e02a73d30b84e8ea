/**
 * Chat message lists as OpenAI's API takes them: fine-tuning and evaluation JSONL, logged `{request, response}` pairs,
 * batch files, Parquet with a `messages` column, and what tools make of it (arguments as objects, metadata lines,
 * Anthropic content blocks). Each record is a conversation of its own; the format has no session ids, hardly any times.
 * Where the messages are in a record is decided in src/shared/trace/openai-record.ts, what they mean in chat-spans.ts there.
 * https://platform.openai.com/docs/api-reference/chat/create
 */
import {
  CALL_WITHOUT_RESULT,
  chatSpans,
  type ChatRead,
  type ChatSpan,
} from '../../../shared/trace/chat-spans';
import { ChatChunks, isChunk } from '../../../shared/trace/chat-chunks';
import { proposeFields } from '../../../shared/trace/field-rules';
import { GrowingChats, type GrowingChat } from '../../../shared/trace/growing-chat';
import { asArray, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { recordRatings } from '../../../shared/trace/record-ratings';
import {
  callFields,
  findAnswer,
  findMessages,
  isBareAnswer,
  isGraded,
  isLoose,
  isMark,
  isMessage,
  isTextPair,
  opened,
  pageOf,
  recordTime,
  sessionOf,
  toolsOf,
} from '../../../shared/trace/openai-record';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

/** Fields of a record that are read or too large to repeat; all others are kept on its first span. */
const READ = new Set([
  'messages',
  'request',
  'response',
  'body',
  'input',
  'choices',
  'request_body',
  'response_body',
  'data',
  'sample',
  'results',
  'annotations',
  'tools',
  'functions',
]);

/** Traces of batches: what begins so links a request to its result, which is in another file. */
const BATCH = 'batch:';

class ChatReader implements FormatReader {
  /** Messages of a file that is one conversation, a message a record. */
  private readonly loose: { message: unknown; place: Place }[] = [];
  private readonly chats = new GrowingChats();
  private readonly waiting = new Set<GrowingChat>();
  private readonly chunks = new ChatChunks();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const page = pageOf(record);
    if (page) {
      for (const [i, item] of page.entries())
        this.one(
          item,
          { line: Math.max(place.line, this.source.lineOf(`/data/${i}`)) },
          i === 0 ? '' : `.${i}`,
        );
      return;
    }
    this.one(record, place, '');
  }

  /** A record, or one of the items of a page: `item` tells those apart that stand on one line. */
  private one(record: unknown, place: Place, item: string): void {
    if (isChunk(record)) {
      this.chunks.add(record, place.line);
      return;
    }
    if (!Array.isArray(record) && isLoose(record)) {
      this.loose.push({ message: record, place });
      return;
    }
    if (isMark(record)) {
      this.emit.note(`record of role "${asText(get(record, 'role')) ?? ''}" counted only`);
      return;
    }
    const found = findMessages(record);
    const answer = Array.isArray(record) ? null : findAnswer(record);
    if (!found && !answer) {
      if (asObject(get(record, 'metadata'))) this.emit.note('record with metadata only');
      else
        this.emit.reject(
          place,
          'no list of messages found in the record (messages, request.messages, body.messages)',
          toJsonText(record)?.slice(0, 1000),
        );
      return;
    }
    const messages = [
      ...(found?.messages ?? []),
      ...(answer ? [answer.message ?? { role: 'assistant', content: null }] : []),
    ];
    if (messages.length === 0) this.emit.note('record with an empty list of messages');
    const own = sessionOf(record);
    const fresh = `${this.source.shortHash}:${place.line}${item}`;
    const { chat, from } =
      answer || own !== null ? this.chats.place(found?.messages ?? [], own, fresh) : { chat: null, from: 0 };
    const read = chatSpans(messages.slice(from), {
      userOrigin: 'human',
      ...(chat ? { firstIndex: chat.told, earlier: chat.open } : {}),
    });
    const request = get(record, 'request') ?? get(record, 'body') ?? opened(record, 'request_body');
    const call = answer ? callFields(answer, request, record) : null;
    // What was said since the last answer was sent with this call; when the rest was said is not known.
    const latest =
      read.spans.findLast((span) => span.kind === 'llm' && span.index + from < messages.length - 1)?.index ??
      0;
    const sentNs = answer ? (call?.startNs ?? null) : recordTime(record);
    const batch = asText(get(record, 'custom_id'));
    // The requests of a batch and their results are files of their own; the results come in any order.
    const link = batch === null ? null : `${BATCH}${batch}`;
    const isResult = link !== null && found === null;
    const sessionId = chat?.sessionId ?? fresh;
    // A completion put together of its pieces is told when no record is at hand any more.
    const lineOf = (index: number): number =>
      found ? Math.max(place.line, this.source.lineOf(`${found.pointer}/${index + from}`)) : place.line;
    this.tell(
      read,
      isResult ? null : sessionId,
      lineOf,
      (span) => ({
        traceId: link,
        ...(sentNs !== null && span.kind === 'user' && span.startNs === null && span.index >= latest
          ? { startNs: sentNs }
          : {}),
        ...(isResult ? { spanId: `${fresh}.${span.spanId}` } : {}),
        ...(isResult && span.parentSpanId !== null ? { parentSpanId: `${fresh}.${span.parentSpanId}` } : {}),
        ...(answer && span.kind === 'llm' && span.index + from === messages.length - 1 ? call : {}),
      }),
      record,
      from === 0 ? toolsOf(record) : null,
    );
    if (chat) this.goOn(chat, read, messages.length - from);
    if (chat) this.chats.told(chat, found?.messages ?? [], answer?.message ?? null, own);
    if (answer && answer.choices > 1)
      this.emit.note('further choices of an answer left out', answer.choices - 1);
    this.annotations(record, sessionId, read, place);
    if (isGraded(record)) this.grades(record, sessionId, place);
    const answered = answer ? (read.spans.findLast((span) => span.kind === 'llm')?.spanId ?? null) : null;
    if (!isResult) this.ratings(record, sessionId, answered, { ...place, key: fresh });
  }

  /** What people thought of the conversation, of its answer where the record is a logged call, and how it came out. */
  private ratings(
    record: unknown,
    sessionId: string,
    spanId: string | null,
    at: Place & { key: string },
  ): void {
    for (const { kind, ...rating } of recordRatings(record))
      this.emit.label(
        {
          labelId: `${at.key}:${rating.name}`,
          sessionId,
          spanId: kind === 'feedback' ? spanId : null,
          kind,
          annotatorKind: kind === 'feedback' ? 'human' : 'unknown',
          ...rating,
        },
        { line: at.line },
      );
  }

  /** What later records of the conversation need to know; a call whose answer never comes is noted in the end. */
  private goOn(chat: GrowingChat, read: ChatRead, told: number): void {
    chat.told += told;
    chat.open = read.open;
    if (read.open.length > 0) this.waiting.add(chat);
  }

  end(): void {
    for (const { record, line } of this.chunks.completions()) this.one(record, { line }, '');
    for (const chat of this.waiting)
      if (chat.open.length > 0) this.emit.note(CALL_WITHOUT_RESULT, chat.open.length);
    const threads = new Map<unknown, { message: unknown; place: Place }[]>();
    for (const one of this.loose) {
      const { message } = one;
      const thread =
        get(message, 'thread_id') ?? sessionOf(message) ?? get(message, 'sample_id') ?? undefined;
      const there = threads.get(thread);
      if (there) there.push(one);
      else threads.set(thread, [one]);
    }
    for (const [thread, messages] of threads) {
      const read = chatSpans(
        messages.map(({ message }) => withOutcome(message)),
        { userOrigin: 'human' },
      );
      this.tell(
        read,
        asText(thread) ?? `${this.source.shortHash}:1`,
        (index) => messages[index]?.place.line ?? 1,
        () => ({}),
        null,
        null,
      );
    }
  }

  private tell(
    read: ChatRead,
    sessionId: string | null,
    lineOf: (index: number) => number,
    more: (span: ChatSpan) => Partial<SpanInput>,
    record: unknown,
    tools: readonly unknown[] | null,
  ): void {
    const declares = read.spans.find((span) => span.kind === 'system' || span.kind === 'llm');
    const rest = Object.entries(asObject(record) ?? {}).filter(([key]) => !READ.has(key));
    const userId =
      asText(get(record, 'user_id')) ??
      asText(get(record, 'user')) ??
      asText(get(record, 'request_user_id')) ??
      asText(get(record, 'end_user')) ??
      asText(get(opened(record, 'request'), 'user'));
    read.spans.forEach((span, i) => {
      const { index, ...fields } = span;
      const known = Object.entries(more(span)).filter(([, value]) => value !== null && value !== undefined);
      const attributes = {
        ...fields.attributes,
        ...(i === 0 && rest.length > 0 ? { record: Object.fromEntries(rest) } : {}),
        ...(span === declares && tools !== null ? { tools } : {}),
      };
      this.emit.span(
        {
          ...fields,
          ...Object.fromEntries(known),
          attributes: Object.keys(attributes).length === 0 ? null : attributes,
          sessionId,
          userId,
        },
        { line: lineOf(index) },
      );
    });
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineOf(index) }, reason);
  }

  /** What the graders of an evaluation's run found; one that has a sample of its own is a model. */
  private grades(record: unknown, sessionId: string, place: Place): void {
    for (const result of asArray(get(record, 'results'))) {
      const name = asText(get(result, 'name')) ?? 'grade';
      const passed = get(result, 'passed');
      const score = get(result, 'score');
      this.emit.label(
        {
          labelId: `${asText(get(record, 'id')) ?? sessionId}:${name}`,
          sessionId,
          name,
          kind: 'score',
          annotatorKind: asObject(get(result, 'sample')) ? 'llm' : 'code',
          value: typeof score === 'number' ? score : passed === true ? 1 : passed === false ? 0 : null,
          text: passed === true ? 'passed' : passed === false ? 'failed' : null,
        },
        place,
      );
    }
  }

  /** Remarks of reviewers, as the Invariant explorer exports them: `address` is `messages[2].content:L0`. */
  private annotations(record: unknown, sessionId: string, read: ChatRead, place: Place): void {
    asArray(get(record, 'annotations')).forEach((annotation, i) => {
      const text = asText(get(annotation, 'content'));
      if (text === null) return;
      const index = /^messages[[.](\d+)/.exec(asText(get(annotation, 'address')) ?? '')?.[1];
      const spanId = `m${index ?? ''}`;
      this.emit.label(
        {
          labelId: asText(get(annotation, 'id')) ?? `${sessionId}:annotation${i}`,
          sessionId,
          spanId: read.spans.some((span) => span.spanId === spanId) ? spanId : null,
          name: 'annotation',
          kind: 'feedback',
          annotatorKind: 'unknown',
          text,
        },
        place,
      );
    });
  }
}

/** A message of Inspect's frames, which say of a tool's answer which tool it was and whether it failed, as other answers do. */
function withOutcome(message: unknown): unknown {
  const tool = asText(get(message, 'tool_call_function'));
  if (tool === null || get(message, 'role') !== 'tool') return message;
  const failed = asText(get(message, 'tool_call_error')) !== null;
  return { ...asObject(message), name: tool, ...(failed ? { status: 'error' } : {}) };
}

/** What the fields of records are by their names and values, where these are not the API's. */
function proposed(records: readonly unknown[]): ReturnType<typeof proposeFields> {
  const names = new Set(records.flatMap((record) => Object.keys(asObject(record) ?? {})));
  const seen = [...names].map((path) => ({ path, values: records.map((record) => get(record, path)) }));
  return proposeFields(seen, records.length);
}

/** Whether fields beside prompt and response, of no name of the API, tell the session or what was thought of the answer. */
function saysMore(records: readonly unknown[]): boolean {
  const { session, rating, comment, user } = proposed(records);
  return (session ?? rating ?? comment ?? user) !== undefined;
}

function sniff(sample: Sample): Sniffed | null {
  const records = sample.records.flatMap((record) => pageOf(record) ?? [record]);
  const chunks = records.filter(isChunk).length;
  if (chunks > 0 && chunks * 2 >= records.length)
    return {
      confidence: 0.85,
      reason: `${chunks} of ${records.length} records are pieces of a streamed answer`,
    };
  const chats = records.filter((record) => findMessages(record)?.messages.some(isLoose)).length;
  const answers = records.filter(
    (record) => asObject(at(findAnswer(record), 'message')) !== null && !isMessage(record),
  ).length;
  const failed = records.filter(
    (record) => asText(get(record, 'custom_id')) !== null && findAnswer(record)?.error !== undefined,
  ).length;
  const marks = records.filter(isMark).length;
  const messages = records.filter((record) => !Array.isArray(record) && isLoose(record)).length;
  const isMost = chats * 2 >= records.length;
  // The API has no such records: what else they say of a conversation, names and values tell.
  if (records.every(isTextPair) && saysMore(records)) return null;
  // A response as text beside a question under another name, which would be lost.
  if (records.every(isBareAnswer) && proposed(records).input !== undefined) return null;
  if (chats > 0 && isMost && answers > 0)
    return {
      confidence: 0.8,
      reason: `${chats} of ${records.length} records hold messages and their response`,
    };
  if (chats > 0)
    return {
      confidence: isMost ? 0.7 : 0.3,
      reason: `${chats} of ${records.length} records hold a list of messages with roles`,
    };
  if (answers > 0)
    return { confidence: 0.6, reason: `${answers} of ${records.length} records hold a chat completion` };
  if (failed > 0 && failed === records.length)
    return { confidence: 0.6, reason: `${failed} results of a batch that failed` };
  if (messages > 1 && messages + marks === records.length)
    return { confidence: 0.6, reason: 'the file is a list of messages with roles' };
  return null;
}

/** Whether a record is a conversation of its own: no call that may go on with an earlier one, no part of something. */
function standsAlone(record: unknown): boolean {
  return (
    !isChunk(record) &&
    !isMark(record) &&
    pageOf(record) === null &&
    findMessages(record) !== null &&
    (Array.isArray(record) || findAnswer(record) === null) &&
    sessionOf(record) === null &&
    get(record, 'custom_id') === undefined
  );
}

const guide: FormatGuide = {
  reads: [
    'Records with `messages`: fine-tuning and evaluation JSONL, Parquet (also lists of structs or JSON text), JSON lists.',
    'Logged `{request, response}` pairs, also a prompt beside its response as text, and completions alone.',
    'Batches: the files of requests and results are joined by `custom_id`, in any order; a result whose id several requests have stays alone.',
    'A list of messages a record, or a message a record (also Inspect’s frames of messages, a session for each sample); pages of stored completions and of the items of an evaluation’s run.',
    'Pieces of streamed answers, a piece a record or in place of the response, put together by their id.',
    'The same of others who take such messages: Mistral, Cohere, Ollama (also its `generate`), the logs of LiteLLM and other proxies.',
  ],
  spans: [
    'Assistant messages become model calls; `tool_calls` become tool calls, ended by the tool message with their id. Tokens, model and time are read where the response is there.',
    'A failed call of a batch and a filtered answer are errors. System and developer messages become instructions.',
    'The `tools` (or `functions`) of a record become an attribute of its first instruction or answer: the tools the agent could call.',
  ],
  turns:
    'Each record is a session of its own, unless it names one (`session_id`, `conversation_id`, …); a file of single messages is one for each it names. A logged call that repeats an earlier one with its answer goes on with that session: only what is new is told. User messages open turns.',
  pillars: 'By kind.',
  labels:
    'Remarks of reviewers (`annotations` with an address) become labels of the message they point at, results of an evaluation’s graders labels of the session. A rating with its comment beside the messages (`rating`, `feedback`, `thumbs`, `csat` and the like) is feedback of a person on the session, or on the answer of a logged call; `resolved` and `reward` are its outcome.',
  leavesOut: [
    'Choices after the first are counted.',
    'Fields of the record beside its messages and tools stay in the raw record.',
  ],
};

const openaiChat: TraceFormat = {
  id: 'openai-chat',
  title: 'OpenAI chat messages',
  description:
    'Conversations as lists of messages with roles: fine-tuning JSONL, logged requests, batch files, Parquet.',
  documentation: 'https://platform.openai.com/docs/api-reference/chat/create',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  // Logged calls may repeat what stands far above them.
  canContinue: (head) => head.every(standsAlone),
  recalls: true,
  sniff,
  read: (emit, source) => new ChatReader(emit, source),
};

export default openaiChat;
