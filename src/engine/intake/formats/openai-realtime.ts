/**
 * Events of OpenAI's Realtime API as a client records them: a spoken or written conversation, items and responses apart.
 * What a person said comes as an item and, when it was speech, later as a transcript; an answer's words and counts stand in
 * `response.done`. Sounds and pieces of words are counted only. Must not tell an item twice that both sides announce.
 * https://platform.openai.com/docs/api-reference/realtime-server-events
 */
import { AgentLog, firstLine, markedEnd, TypeCount, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { responseUsage } from '../../../shared/trace/responses-items';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  TraceFormat,
} from '../format';

const EVENT =
  /^(session\.(created|update|updated)|conversation\.(created|item\.[a-z_.]{1,60})|input_audio_buffer\.[a-z_]{1,40}|response\.[a-z_.]{1,60}|output_audio_buffer\.[a-z_]{1,40}|rate_limits\.updated|error)$/;
const OWN = /^(session\.(created|updated)|conversation\.(created|item\.)|input_audio_buffer\.|rate_limits\.)/;
const ITEM = new Set(['conversation.item.created', 'conversation.item.added', 'conversation.item.done']);

interface Event {
  type: string;
  body: unknown;
  timeNs: bigint | null;
  line: number;
}

/** The event in a record: itself, or what a recorder wrapped. */
function eventOf(record: unknown): unknown {
  for (const value of [record, get(record, 'event'), get(record, 'data'), get(record, 'message')])
    if (EVENT.test(asText(get(value, 'type')) ?? '')) return value;
  return null;
}

/** What an item says: its text, or the words of its sound. */
function wordsOf(item: unknown): string {
  return asArray(get(item, 'content'))
    .map((part) => {
      const text = asText(get(part, 'transcript')) ?? asText(get(part, 'text'));
      return text ?? ((asText(get(part, 'type')) ?? '').includes('image') ? '[image]' : '');
    })
    .filter((text) => text !== '')
    .join('\n');
}

class Conversation {
  private readonly items = new Map<string, LogSpan>();
  private readonly answers = new Map<string, LogSpan>();
  private readonly results = new Set<string>();
  private readonly types: TypeCount;
  private instructions: string | null = null;
  sessionId: string | null = null;
  model: string | null = null;

  constructor(
    private readonly log: AgentLog,
    /** Whether the service announces items; what the client sent is an echo then. */
    private readonly isAnnounced: boolean,
  ) {
    this.types = new TypeCount((what) => this.log.note(what), 'event');
  }

  tell({ type, body, timeNs, line }: Event): void {
    const here = { line, startNs: timeNs };
    if (type.startsWith('session.')) this.session(get(body, 'session'), here);
    else if (ITEM.has(type)) this.item(get(body, 'item'), here);
    else if (type === 'conversation.item.create') {
      if (!this.isAnnounced || asText(at(body, 'item', 'type'))?.endsWith('_output'))
        this.item(get(body, 'item'), here);
    } else if (type === 'conversation.item.input_audio_transcription.completed') this.heard(body);
    else if (type === 'response.created') this.answer(get(body, 'response'), here);
    else if (type === 'response.done') this.done(get(body, 'response'), here);
    else if (type === 'error') this.failed(get(body, 'error'), here, body);
    else if (type === 'conversation.item.truncated')
      this.log.add({
        ...here,
        spanId: null,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        text: '',
        raw: body,
      });
    else this.types.count(type);
  }

  private session(session: unknown, here: { line: number; startNs: bigint | null }): void {
    this.sessionId ??= asText(get(session, 'id'));
    this.model = asText(get(session, 'model')) ?? this.model;
    const text = asText(get(session, 'instructions'));
    if (text === null || text === this.instructions) return;
    this.instructions = text;
    this.log.add({ ...here, spanId: null, kind: 'system', name: 'instructions', text, raw: session });
  }

  private item(item: unknown, here: { line: number; startNs: bigint | null }): void {
    const id = asText(get(item, 'id'));
    const type = asText(get(item, 'type')) ?? 'message';
    const callId = asText(get(item, 'call_id'));
    if (type === 'function_call_output') {
      if (callId !== null && this.results.has(callId)) return;
      if (callId !== null) this.results.add(callId);
      const text = toJsonText(get(item, 'output')) ?? '';
      this.log.result(callId, { line: here.line, text, status: 'unset', endNs: here.startNs, raw: item });
      return;
    }
    if (type !== 'message' || get(item, 'role') === 'assistant') return;
    const known = id === null ? undefined : this.items.get(id);
    const text = wordsOf(item);
    if (known) {
      if (text !== '') Object.assign(known, { text, input: text });
      return;
    }
    const isSystem = get(item, 'role') === 'system';
    const span = this.log.add({
      ...here,
      spanId: id,
      kind: isSystem ? 'system' : 'user',
      origin: isSystem ? null : 'human',
      name: isSystem ? 'instructions' : 'user message',
      text,
      input: text,
      raw: item,
    });
    if (id !== null) this.items.set(id, span);
  }

  /** The words of what was said, which come after the item. */
  private heard(body: unknown): void {
    const text = (asText(get(body, 'transcript')) ?? '').trim();
    const item = this.items.get(asText(get(body, 'item_id')) ?? '');
    if (item) Object.assign(item, { text, input: text, attributes: { transcript: true } });
    else this.log.note('transcript of an item that is not in the file');
  }

  private answer(response: unknown, here: { line: number; startNs: bigint | null }): LogSpan {
    const id = asText(get(response, 'id'));
    const known = id === null ? undefined : this.answers.get(id);
    if (known) return known;
    const span = this.log.add({
      ...here,
      spanId: id,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      provider: 'openai',
      model: asText(get(response, 'model')) ?? this.model,
      status: 'unset',
      text: '',
    });
    if (id !== null) this.answers.set(id, span);
    return span;
  }

  private done(response: unknown, here: { line: number; startNs: bigint | null }): void {
    const answer = this.answer(response, here);
    const status = asText(get(response, 'status'));
    const details = get(response, 'status_details');
    const why = asText(at(details, 'error', 'message')) ?? asText(get(details, 'reason'));
    const isError = status === 'failed' || status === 'incomplete';
    const text = asArray(get(response, 'output')).map(wordsOf).filter(Boolean).join('\n');
    Object.assign(answer, {
      text,
      output: asText(text),
      endNs: answer.line === here.line ? null : here.startNs,
      status: status === 'cancelled' ? 'interrupted' : isError ? 'error' : 'ok',
      statusMessage: why === null ? null : firstLine(why),
      errorType: isError ? (asText(at(details, 'error', 'code')) ?? why ?? status) : null,
      ...responseUsage(get(response, 'usage')),
      attributes: filled({ status }),
      raw: response,
    });
    for (const item of asArray(get(response, 'output'))) this.call(item, answer, here);
  }

  private call(item: unknown, answer: LogSpan, here: { line: number; startNs: bigint | null }): void {
    const type = asText(get(item, 'type'));
    if (type !== 'function_call' && type !== 'mcp_call') return;
    const callId = asText(get(item, 'call_id')) ?? asText(get(item, 'id'));
    if (callId !== null && this.log.callOf(callId)) return;
    this.log.call({
      ...here,
      spanId: callId,
      parentSpanId: answer.spanId,
      toolName: asText(get(item, 'name')) ?? 'unknown tool',
      toolCallId: callId,
      input: toJsonText(get(item, 'arguments')),
      raw: item,
    });
    if (type !== 'mcp_call') return;
    const error = toJsonText(get(item, 'error'));
    const text = error ?? toJsonText(get(item, 'output')) ?? '';
    this.log.result(callId, {
      line: here.line,
      text,
      ...markedEnd(error !== null, text, 'tool_error'),
      raw: item,
    });
  }

  private failed(error: unknown, here: { line: number; startNs: bigint | null }, raw: unknown): void {
    const message = asText(get(error, 'message')) ?? '';
    this.log.add({
      ...here,
      spanId: null,
      kind: 'event',
      name: 'api_error',
      status: 'error',
      statusMessage: firstLine(message),
      errorType: asText(get(error, 'code')) ?? asText(get(error, 'type')) ?? 'error',
      text: message,
      raw,
    });
  }
}

class RealtimeReader implements FormatReader {
  private readonly events: Event[] = [];
  private pieces = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const event = eventOf(record);
    const type = asText(get(event, 'type'));
    if (event === null || type === null) {
      this.emit.reject(place, 'no event of the Realtime API', toJsonText(record)?.slice(0, 1000));
      return;
    }
    // The sound itself is most of such a file.
    if (type.endsWith('.delta') || type === 'input_audio_buffer.append') this.pieces += 1;
    else
      this.events.push({
        type,
        body: event,
        timeNs:
          ['timestamp', 'time', 'ts', 'created_at']
            .map((key) => toNs(get(record, key) ?? get(event, key)))
            .find((ns) => ns !== null) ?? null,
        line: place.line,
      });
  }

  end(): void {
    const log = new AgentLog(this.source.shortHash);
    const conversation = new Conversation(
      log,
      this.events.some(({ type, body }) => ITEM.has(type) && get(body, 'item') !== undefined),
    );
    for (const event of this.events) conversation.tell(event);
    if (this.pieces > 0) log.note('piece of sound or words counted only', this.pieces);
    log.tell(this.emit, { sessionId: conversation.sessionId });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const events = records.map(eventOf).filter((event) => asObject(event) !== null);
  const own = events.filter((event) => OWN.test(asText(get(event, 'type')) ?? '')).length;
  return own > 0 && events.length * 2 >= records.length
    ? {
        confidence: 0.95,
        reason: `${events.length} of ${records.length} records are events of a realtime session`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Events of a realtime session, of the service and of the client, a line each or as a list; also wrapped by a recorder (`event`, `data`) that adds times.',
  ],
  spans: [
    'Items of role user become user messages, with the transcript of what was spoken. A response becomes a model call with its words and tokens, function calls in it tool calls, ended by the outputs that come back as items.',
    'A cancelled response and a cut item are interruptions; a failed response and an `error` event are errors.',
  ],
  turns: 'The session is the one `session.created` names, else the file. User items open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Sound, pieces of words, and events that only report progress are counted.'],
};

const openaiRealtime: TraceFormat = {
  id: 'openai-realtime',
  title: 'OpenAI realtime events',
  description: 'Recorded events of spoken or written sessions with the OpenAI Realtime API.',
  documentation: 'https://platform.openai.com/docs/api-reference/realtime-server-events',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new RealtimeReader(emit, source),
};

export default openaiRealtime;
