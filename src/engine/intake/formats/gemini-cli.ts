/**
 * Gemini CLI sessions: `~/.gemini/tmp/<project>/chats/session-*.json` (one document) and, since 0.40, the same as lines
 * (a head, messages, `$set` updates; a message written again replaces itself). Tool calls stand inside the answer that
 * made them, with their results. Reads also bare histories of `{role, parts}`. A cancelled call is the person's doing.
 * https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/services/chatRecordingService.ts
 */
import { readParts, responseText, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, firstLine, TypeCount, type ToolEnd } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
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

/** What the program itself says in the person's place at the start of a chat. */
const INJECTED =
  /^\s*(<(session_context|state_snapshot|system-reminder|hook_context)[\s>]|This is the Gemini CLI\. We are setting up the context|Okay, just setting up the context)/;
const CANCELLED = /^\s*(request cancelled|user cancelled|cancelled)/i;

interface Entry {
  message: unknown;
  line: number;
}

function callEnd(call: unknown, text: string, isError: boolean | null): ToolEnd {
  const status = asText(get(call, 'status'));
  if (status === 'cancelled' || status === 'canceled') {
    const end = spokenEnd(text, true);
    return end.status === 'rejected'
      ? end
      : { status: 'interrupted', statusMessage: firstLine(text) || 'cancelled' };
  }
  if (status === 'error') return spokenEnd(text, true);
  return spokenEnd(text, isError ?? (status === 'success' ? false : null));
}

class Chat {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private beforeNs: bigint | null = null;

  constructor(
    prefix: string,
    private readonly isSubAgent: boolean,
  ) {
    this.log = new AgentLog(prefix);
    this.types = new TypeCount((what) => this.log.note(what), 'message type');
  }

  message({ message, line }: Entry): void {
    const type = asText(get(message, 'type')) ?? asText(get(message, 'role')) ?? '';
    const timeNs = toNs(get(message, 'timestamp') ?? get(message, 'ts'));
    const id = asText(get(message, 'id'));
    const { text, reasoning, calls, results } = readParts(get(message, 'content') ?? get(message, 'parts'));
    const span = { line, spanId: id, startNs: timeNs, text, raw: message };
    for (const result of results)
      this.log.result(result.id, {
        line,
        text: result.text,
        ...spokenEnd(result.text, result.isError),
        endNs: timeNs,
        toolName: result.name,
        raw: message,
      });
    if (type === 'user' && (text !== '' || results.length === 0)) {
      const origin = INJECTED.test(text) ? 'harness' : this.isSubAgent ? 'agent' : 'human';
      this.log.add({
        ...span,
        kind: 'user',
        origin,
        name: origin === 'human' ? 'user message' : origin === 'agent' ? 'agent prompt' : 'program text',
        input: text,
      });
    } else if (type === 'gemini' || type === 'model' || type === 'assistant')
      this.answer(message, { ...span, text }, reasoning, calls);
    else if (type === 'info' && CANCELLED.test(text))
      this.log.add({ ...span, kind: 'event', name: 'interruption', status: 'interrupted' });
    else if (type === 'error')
      this.log.add({
        ...span,
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType: 'error',
      });
    else if (type === 'info' || type === 'warning') this.log.add({ ...span, kind: 'event', name: type });
    else if (type !== 'user') this.types.count(type);
    this.beforeNs = timeNs ?? this.beforeNs;
  }

  private answer(
    message: unknown,
    span: { line: number; spanId: string | null; startNs: bigint | null; text: string; raw: unknown },
    reasoning: string | null,
    calls: readonly { id: string | null; name: string; input: string | null }[],
  ): void {
    const tokens = get(message, 'tokens');
    const thoughts = asArray(get(message, 'thoughts')).map((thought) =>
      [asText(get(thought, 'subject')), asText(get(thought, 'description'))].filter(Boolean).join(': '),
    );
    const answer = this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'model')),
      provider: 'google',
      startNs: this.beforeNs ?? span.startNs,
      endNs: span.startNs,
      status: 'ok',
      output: span.text === '' ? null : span.text,
      inputTokens: asNumber(get(tokens, 'input')),
      outputTokens: asNumber(get(tokens, 'output')),
      cacheReadTokens: asNumber(get(tokens, 'cached')),
      reasoningTokens: asNumber(get(tokens, 'thoughts')),
      attributes: filled({ reasoning: [...thoughts, reasoning].filter(Boolean).join('\n') }),
    });
    for (const call of asArray(get(message, 'toolCalls'))) this.toolCall(call, answer.spanId, span);
    for (const call of calls)
      this.log.call({
        line: span.line,
        spanId: call.id,
        parentSpanId: answer.spanId,
        toolName: call.name,
        toolCallId: call.id,
        startNs: span.startNs,
        input: call.input,
      });
  }

  private toolCall(
    call: unknown,
    parentSpanId: string,
    { line, startNs }: { line: number; startNs: bigint | null },
  ): void {
    const name = asText(get(call, 'name')) ?? 'unknown tool';
    const callId = asText(get(call, 'id'));
    const tool = this.log.call({
      line,
      spanId: callId,
      parentSpanId,
      toolName: name,
      toolCallId: callId,
      startNs,
      input: toJsonText(get(call, 'args')),
      raw: call,
    });
    const answered =
      at(call, 'result', 0, 'functionResponse', 'response') ??
      at(call, 'response', 0, 'functionResponse', 'response');
    const shown = get(call, 'resultDisplay');
    if (answered === undefined && shown === undefined && get(call, 'status') === undefined) return;
    const { text, isError } =
      answered === undefined ? { text: contentText(shown ?? ''), isError: null } : responseText(answered);
    const endNs = toNs(get(call, 'timestamp'));
    this.log.result(tool.toolCallId ?? null, {
      line,
      text,
      ...callEnd(call, text, isError),
      endNs,
      toolName: name,
      raw: call,
    });
    tool.raw = call;
  }

  tell(emit: Emit, head: unknown): void {
    const sessionId = asText(get(head, 'sessionId'));
    const parent = asText(get(head, 'parentSessionId'));
    this.log.tell(emit, {
      sessionId: this.isSubAgent ? (parent ?? sessionId) : sessionId,
      agentId: this.isSubAgent ? sessionId : null,
      agentName: 'Gemini CLI',
    });
  }
}

class GeminiReader implements FormatReader {
  private head: unknown = null;
  private readonly entries: Entry[] = [];
  private readonly byId = new Map<string, Entry>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const messages = get(record, 'messages') ?? get(record, 'history');
    if (Array.isArray(messages)) {
      this.head = record;
      const key = get(record, 'messages') === undefined ? 'history' : 'messages';
      messages.forEach((message: unknown, i) =>
        this.entry(message, Math.max(place.line, this.source.lineOf(`/${key}/${i}`))),
      );
    } else if (asText(get(record, 'sessionId')) !== null && get(record, 'type') === undefined)
      this.head ??= record;
    else if (get(record, '$set') !== undefined) this.emit.note('update of the session head', 1);
    else if (get(record, '$rewindTo') !== undefined) this.rewind(asText(get(record, '$rewindTo')));
    else if (asText(get(record, 'type')) !== null || asText(get(record, 'role')) !== null)
      this.entry(record, place.line);
    else
      this.emit.reject(
        place,
        'neither a message nor the head of a session',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private entry(message: unknown, line: number): void {
    const id = asText(get(message, 'id'));
    if (
      !asObject(message) ||
      (asText(get(message, 'type')) === null && asText(get(message, 'role')) === null)
    ) {
      this.emit.reject({ line }, 'the message has no type', toJsonText(message)?.slice(0, 1000));
      return;
    }
    const known = id === null ? undefined : this.byId.get(id);
    if (known) {
      known.message = message;
      this.emit.note('message written again, the last one counts');
      return;
    }
    const entry = { message, line };
    this.entries.push(entry);
    if (id !== null) this.byId.set(id, entry);
  }

  private rewind(id: string | null): void {
    const index = this.entries.findIndex((entry) => get(entry.message, 'id') === id);
    if (index >= 0) this.emit.note('messages taken back by the person', this.entries.length - index - 1);
    if (index >= 0) this.entries.splice(index + 1);
  }

  end(): void {
    const chat = new Chat(this.source.shortHash, get(this.head, 'kind') === 'subagent');
    for (const entry of this.entries) chat.message(entry);
    chat.tell(this.emit, this.head);
  }
}

function isMessage(record: unknown): boolean {
  const type = asText(get(record, 'type'));
  return (
    (type === 'user' || type === 'gemini') &&
    asText(get(record, 'timestamp')) !== null &&
    get(record, 'sessionId') === undefined
  );
}

function isContent(record: unknown): boolean {
  const role = asText(get(record, 'role'));
  return (role === 'user' || role === 'model' || role === 'gemini') && Array.isArray(get(record, 'parts'));
}

function sniff(sample: Sample): Sniffed | null {
  const [first] = sample.records;
  const messages = asArray(get(first, 'messages'));
  if (asText(get(first, 'projectHash')) !== null && asText(get(first, 'sessionId')) !== null)
    return { confidence: 0.96, reason: 'the head has sessionId and projectHash' };
  if (messages.some((message) => get(message, 'type') === 'gemini'))
    return { confidence: 0.93, reason: 'messages of type gemini' };
  if (sample.records.some((record) => get(record, 'type') === 'gemini' && isMessage(record)))
    return { confidence: 0.93, reason: 'a message of type gemini' };
  if (asArray(get(first, 'history')).some(isContent))
    return { confidence: 0.85, reason: 'a history of roles with parts' };
  const contents = sample.records.filter(isContent).length;
  return contents > 0 && contents === sample.records.length
    ? { confidence: 0.8, reason: 'every record is a role with parts' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    '`~/.gemini/tmp/<project>/chats/session-*.json`, as a document or, since 0.40, as lines.',
    'Bare histories of `{role, parts}`.',
  ],
  spans: [
    'A message of type `gemini` becomes a model call with tokens and thoughts; its `toolCalls` become tool calls with their results. Cancelled calls are interrupted or rejected.',
    'Messages of type error, info and warning become events.',
  ],
  turns:
    'The session is the one in the head; sub-agents are joined to their parent. User messages open turns; what the program says in the person’s place does not. A message written again counts once, and messages taken back (`$rewindTo`) are left out and counted.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Updates of the head are counted only.'],
};

const geminiCli: TraceFormat = {
  id: 'gemini-cli',
  title: 'Gemini CLI sessions',
  description: 'Chats recorded by the Gemini command line, as documents or lines.',
  documentation:
    'https://github.com/google-gemini/gemini-cli/blob/main/packages/core/src/services/chatRecordingService.ts',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new GeminiReader(emit, source),
};

export default geminiCli;
