/**
 * Anthropic Messages API: pairs of request and response, requests or responses alone, message lists with content
 * blocks, results of batches, recorded streams (`message_start` … `message_stop`), and event streams of managed agents.
 * Results of tools come back in user messages and are told apart; `input_tokens` leaves out what the cache held, so it
 * is added here: canonical input counts all that went in. https://docs.claude.com/en/api/messages
 */
import { isManagedCall, managedEvent, ManagedSession } from '../../../shared/trace/anthropic-session';
import {
  errorOf,
  hasBlocks,
  isBatchResult,
  isMessage,
  isResponse,
  requestOf,
  responseOf,
} from '../../../shared/trace/anthropic-record';
import { StreamedMessage } from '../../../shared/trace/anthropic-stream';
import { AgentLog, firstLine } from '../../../shared/trace/agent-log';
import { CALL_WITHOUT_RESULT, chatSpans } from '../../../shared/trace/chat-spans';
import { GrowingChats, type GrowingChat } from '../../../shared/trace/growing-chat';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
import { sessionOf } from '../../../shared/trace/openai-record';
import { toNs } from '../../../shared/trace/time';
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

const STREAM = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
  'error',
]);
/** Traces of batches: what begins so links a request to its result, which is in another file. */
const BATCH = 'batch:';

/** Ids of what a result of a batch says: it joins the session of its request, which has the same ones. */
function ofResult(
  span: Pick<SpanInput, 'spanId' | 'parentSpanId'>,
  fresh: string,
): Pick<SpanInput, 'spanId' | 'parentSpanId'> {
  const parent = span.parentSpanId ?? null;
  return { spanId: `${fresh}.${span.spanId}`, parentSpanId: parent === null ? null : `${fresh}.${parent}` };
}

class MessagesReader implements FormatReader {
  private readonly loose: { message: unknown; line: number }[] = [];
  private stream: StreamedMessage | null = null;
  private readonly managed: ManagedSession;
  private readonly managedLog: AgentLog;
  private readonly chats = new GrowingChats();
  private readonly waiting = new Set<GrowingChat>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.managedLog = new AgentLog(source.shortHash);
    this.managed = new ManagedSession(this.managedLog);
  }

  record(record: unknown, place: Place): void {
    const event = managedEvent(record);
    const type = asText(get(record, 'type')) ?? asText(get(record, 'event')) ?? '';
    if (event !== null) this.managed.event(event, place.line);
    else if (isManagedCall(record)) this.managed.call((record as unknown[])[1]);
    else if (Array.isArray(record) && record.some(isMessage))
      this.conversation(record, null, null, place, record);
    else if (STREAM.has(type) && !isMessage(record))
      this.streamed(type, asObject(parseMaybe(get(record, 'data'))) ?? record, place);
    else if (isMessage(record) && !isResponse(record)) this.loose.push({ message: record, line: place.line });
    else {
      const [request, response, error] = [requestOf(record), responseOf(record), errorOf(record)];
      if (request !== null || response !== null || error)
        this.conversation(asArray(parseMaybe(get(request, 'messages'))), request, response, place, record);
      else if (get(record, 'snapshot') !== undefined || this.stream)
        this.emit.note('helper event of a stream');
      else
        this.emit.reject(
          place,
          'neither a message, a request nor an event of the Messages API',
          toJsonText(record)?.slice(0, 1000),
        );
    }
  }

  private streamed(type: string, event: unknown, place: Place): void {
    if (type === 'message_start') {
      this.closeStream();
      this.stream = new StreamedMessage(place.line, { ...asObject(get(event, 'message')) });
    } else if (type === 'message_stop') this.closeStream();
    else if (type === 'error') {
      const text = asText(at(event, 'error', 'message')) ?? 'error';
      this.emit.span(
        {
          spanId: `${this.source.shortHash}:${place.line}`,
          sessionId: `${this.source.shortHash}:${this.stream?.line ?? place.line}`,
          kind: 'event',
          name: 'api_error',
          status: 'error',
          statusMessage: firstLine(text),
          errorType: asText(at(event, 'error', 'type')) ?? 'error',
          text,
          raw: event,
        },
        place,
      );
    } else this.stream?.take(type, event);
  }

  private closeStream(): void {
    const { stream } = this;
    this.stream = null;
    if (stream) this.conversation([], null, stream.whole(), { line: stream.line }, null);
  }

  private conversation(
    messages: readonly unknown[],
    request: unknown,
    response: unknown,
    place: Place,
    record: unknown,
  ): void {
    const system = contentText(get(request, 'system') ?? '');
    const error = errorOf(record);
    const own = sessionOf(record);
    const batch = asText(get(record, 'custom_id'));
    // The requests of a batch and their results are files of their own; the results come in any order.
    const link = batch === null ? null : `${BATCH}${batch}`;
    const isResult = link !== null && request === null;
    const sent = [...(system === '' ? [] : [{ role: 'system', content: system }]), ...messages];
    const fresh = `${this.source.shortHash}:${place.line}`;
    const isCall = response !== null || error !== null || own !== null;
    const { chat, from } = isCall
      ? this.chats.place(sent, own, fresh)
      : { chat: { sessionId: fresh, told: 0, open: [] }, from: 0 };
    const all = [...sent, ...(response === null ? [] : [response])].slice(from);
    const firstIndex = chat.told;
    const read = chatSpans(all, {
      userOrigin: 'human',
      isToolError: () => false,
      firstIndex,
      earlier: chat.open,
    });
    const { sessionId } = chat;
    this.goOn(chat, read.open, all.length);
    this.chats.told(chat, sent, response, own);
    const offset = system === '' ? 0 : 1;
    // The message of a stream stands in many records: its first one is its place.
    const lineOf = (index: number): number =>
      record === null
        ? place.line
        : Math.max(place.line, this.source.lineOf(`/messages/${index + from - offset}`));
    read.spans.forEach(({ index, ...span }) => {
      const isAnswer = response !== null && span.kind === 'llm' && index === all.length - 1;
      this.emit.span(
        {
          ...span,
          model: span.model ?? (span.kind === 'llm' ? asText(get(request, 'model')) : null),
          provider: span.kind === 'llm' ? 'anthropic' : null,
          ...(isAnswer ? this.answer(response, record) : {}),
          ...(isResult ? ofResult(span, fresh) : {}),
          sessionId: isResult ? null : sessionId,
          traceId: link,
          userId: asText(at(request, 'metadata', 'user_id')),
        },
        { line: lineOf(index) },
      );
    });
    if (error) {
      const text = asText(get(error, 'message')) ?? asText(at(error, 'error', 'message')) ?? 'error';
      this.emit.span(
        {
          spanId: `${isResult ? `${fresh}.` : ''}error${firstIndex === 0 ? '' : String(firstIndex)}`,
          sessionId: isResult ? null : sessionId,
          traceId: link,
          kind: 'llm',
          name: 'answer',
          operation: 'chat',
          model: asText(get(request, 'model')),
          provider: 'anthropic',
          status: 'error',
          statusMessage: firstLine(text),
          errorType: asText(at(error, 'error', 'type')) ?? asText(get(error, 'type')) ?? 'error',
          text,
          raw: error,
        },
        place,
      );
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject({ line: lineOf(index) }, reason);
  }

  /** What later records of the conversation need to know; a call whose result never comes is noted in the end. */
  private goOn(chat: GrowingChat, open: GrowingChat['open'], told: number): void {
    chat.told += told;
    chat.open = open;
    if (open.length > 0) this.waiting.add(chat);
  }

  private answer(response: unknown, record: unknown): Partial<SpanInput> {
    const usage = get(response, 'usage');
    const [fresh, read, written] = [
      'input_tokens',
      'cache_read_input_tokens',
      'cache_creation_input_tokens',
    ].map((key) => asNumber(get(usage, key)));
    const reason = asText(get(response, 'stop_reason'));
    const isRefused = reason === 'refusal';
    const startNs = toNs(get(record, 'timestamp') ?? get(record, 'created_at') ?? get(record, 'captured_at'));
    return {
      model: asText(get(response, 'model')),
      ...(startNs === null ? {} : { startNs }),
      inputTokens: fresh === null || fresh === undefined ? null : fresh + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: read ?? null,
      cacheWriteTokens: written ?? null,
      ...(isRefused
        ? {
            status: 'error',
            errorType: 'refusal',
            statusMessage: asText(at(response, 'stop_details', 'explanation')),
          }
        : {}),
      attributes: { stopReason: reason, messageId: get(response, 'id') ?? null },
    };
  }

  end(): void {
    this.closeStream();
    for (const chat of this.waiting)
      if (chat.open.length > 0) this.emit.note(CALL_WITHOUT_RESULT, chat.open.length);
    const [first] = this.loose;
    if (first) {
      const read = chatSpans(
        this.loose.map(({ message }) => message),
        { userOrigin: 'human', isToolError: () => false },
      );
      for (const { index, ...span } of read.spans)
        this.emit.span(
          {
            ...span,
            sessionId: `${this.source.shortHash}:${first.line}`,
            provider: span.kind === 'llm' ? 'anthropic' : null,
          },
          { line: this.loose[index]?.line ?? first.line },
        );
      for (const note of read.notes) this.emit.note(note);
    }
    this.managedLog.tell(this.emit, { sessionId: this.managed.sessionId, agentName: this.managed.agentName });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const { records } = sample;
  const count = (check: (record: unknown) => boolean): number => records.filter(check).length;
  const events = count((record) => managedEvent(record) !== null);
  if (events > 0) return { confidence: 0.96, reason: `${events} events of a managed agent's session` };
  const stream = count(
    (record) =>
      STREAM.has(asText(get(record, 'type')) ?? asText(get(record, 'event')) ?? '') &&
      (isObjectWith(record, 'message') ||
        isObjectWith(record, 'content_block') ||
        isObjectWith(record, 'delta') ||
        isObjectWith(record, 'data')),
  );
  if (stream > 0) return { confidence: 0.92, reason: `${stream} events of a message stream` };
  const batch = count(isBatchResult);
  if (batch > 0) return { confidence: 0.9, reason: `${batch} results of a message batch` };
  const answers = count((record) => responseOf(record) !== null);
  if (answers * 2 >= records.length && answers > 0)
    return {
      confidence: 0.9,
      reason: `${answers} of ${records.length} records hold a message of the Messages API`,
    };
  const requests = count((record) => {
    const request = requestOf(record);
    const messages = asArray(parseMaybe(get(request, 'messages')));
    return (
      messages.some(hasBlocks) ||
      (isObjectWith(record, 'custom_id') && isObjectWith(record, 'params') && request !== null) ||
      (request !== null &&
        (get(request, 'system') !== undefined || get(request, 'anthropic_version') !== undefined) &&
        get(request, 'max_tokens') !== undefined)
    );
  });
  if (requests > 0 && requests * 2 > records.length)
    return { confidence: 0.82, reason: `${requests} requests with content blocks or a system prompt` };
  const lists = count((record) =>
    Array.isArray(record)
      ? record.some(hasBlocks)
      : isMessage(record) &&
        get(record, 'sessionId') === undefined &&
        get(record, 'uuid') === undefined &&
        hasBlocks(record),
  );
  return lists > 0 && records.every((record) => Array.isArray(record) || isMessage(record))
    ? { confidence: 0.8, reason: 'messages with blocks for tools or thoughts' }
    : null;
}

function isObjectWith(record: unknown, key: string): boolean {
  return get(record, key) !== undefined;
}

const guide: FormatGuide = {
  reads: [
    'Logged calls: a request beside its response (also under `request`, `body` or `params`, or as JSON text in columns such as `request_body`), requests or responses alone, message batches, whose results join their requests by `custom_id` in whatever order and imports the files come.',
    'Recorded streams (`message_start` to `message_stop`), put together as far as they went.',
    'Message lists with content blocks: a list a record, or a message a record.',
    'Event streams of managed agents.',
  ],
  spans: [
    'An answer becomes a model call; its tokens are those of the response, what the cache held included. Answers that stand in the request are earlier model calls without usage.',
    'A `tool_use` block becomes a tool call, ended by the `tool_result` that names it; `is_error` makes it an error.',
    'The system prompt becomes instructions. An error, a failed, expired or canceled batch result or a refusal is a failed call.',
  ],
  turns:
    'A logged call that repeats an earlier one with its answer goes on with that session: only what is new is told. Each record is a session of its own, unless it carries a `session_id`, `conversation_id` or the like; a file of single messages is one session, and so is the event stream of a managed agent. User messages with words of their own open turns; those that only bring results do not.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Images and documents in content blocks stay in the raw record.',
    'Helper events that SDKs add to a stream are counted only.',
  ],
};

const anthropicMessages: TraceFormat = {
  id: 'anthropic-messages',
  title: 'Anthropic messages',
  description:
    'Requests, responses, streams and batches of the Anthropic Messages API, and managed agent events.',
  documentation: 'https://docs.claude.com/en/api/messages',
  guide,
  containers: ['lines', 'document', 'parquet', 'csv'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new MessagesReader(emit, source),
};

export default anthropicMessages;
