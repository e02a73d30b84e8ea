/**
 * opencode: its storage (`storage/session|message|part/…`, one JSON file an object, old and new layout), what
 * `opencode export` writes (a session with messages and parts) and the lines of `opencode run --format json`. In the
 * storage a message and its parts are files of their own: a part completes the span of its message or is a tool call
 * below it, in whatever order the files come. Text marked synthetic is the program's.
 * https://opencode.ai/docs/cli/
 */
import { spokenEnd } from '../../../shared/trace/agent-blocks';
import { exitEnd, firstLine, TypeCount, type LogSpan, type ToolEnd } from '../../../shared/trace/agent-log';
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
  SpanInput,
  TraceFormat,
} from '../format';

const PARTS = new Set([
  'text',
  'reasoning',
  'tool',
  'step-start',
  'step-finish',
  'file',
  'patch',
  'snapshot',
  'compaction',
  'agent',
  'subtask',
  'retry',
]);

function isPart(value: unknown): boolean {
  return (
    PARTS.has(asText(get(value, 'type')) ?? '') &&
    (asText(get(value, 'messageID')) !== null ||
      asText(get(value, 'sessionID')) !== null ||
      /^(prt|p)_/.test(asText(get(value, 'id')) ?? ''))
  );
}

function isMessage(value: unknown): boolean {
  const role = asText(get(value, 'role'));
  return (
    (role === 'user' || role === 'assistant') &&
    asText(get(value, 'sessionID')) !== null &&
    asText(get(value, 'id')) !== null
  );
}

function isSession(value: unknown): boolean {
  return (
    asText(get(value, 'id')) !== null &&
    (asText(get(value, 'projectID')) !== null || asText(get(value, 'directory')) !== null) &&
    asObject(get(value, 'time')) !== null
  );
}

function toolEnd(state: unknown, text: string): ToolEnd {
  const status = asText(get(state, 'status'));
  const code = asNumber(at(state, 'metadata', 'exit'));
  if (status === 'error') {
    const end = spokenEnd(text, true);
    return /rejected permission|permission rejected|user rejected/i.test(text.slice(0, 400))
      ? { status: 'rejected', statusMessage: firstLine(text) }
      : end;
  }
  if (code !== null) return exitEnd(code);
  if (status === 'completed' || status === 'success') return { status: 'ok' };
  return { status: 'unset' };
}

class OpenCodeReader implements FormatReader {
  private readonly types: TypeCount;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.types = new TypeCount((what) => this.emit.note(what), 'part');
  }

  record(record: unknown, place: Place): void {
    const messages = get(record, 'messages');
    const event = get(record, 'part');
    if (Array.isArray(messages)) this.exported(record, messages, place);
    else if (asObject(event))
      this.part(event, { ...place, sessionId: asText(get(record, 'sessionID')), raw: record });
    else if (isMessage(record)) this.message(record, place, null);
    else if (isPart(record))
      this.part(record, { ...place, sessionId: asText(get(record, 'sessionID')), raw: record });
    else if (isSession(record)) this.emit.note('session: names its folder and title, holds no turn');
    else if (get(record, 'type') === 'error') this.failed(record, place);
    else
      this.emit.reject(place, 'neither a session, a message nor a part', toJsonText(record)?.slice(0, 1000));
  }

  private exported(record: unknown, messages: readonly unknown[], place: Place): void {
    const session = get(record, 'info');
    const parent = asText(get(session, 'parentID'));
    const own = asText(get(session, 'id'));
    const child = parent === null ? null : { sessionId: parent, agentId: own };
    messages.forEach((entry, i) => {
      const here = { line: Math.max(place.line, this.source.lineOf(`/messages/${i}`)) };
      const info = get(entry, 'info') ?? entry;
      if (!isMessage(info)) {
        this.emit.reject(here, `message ${i + 1} has no role or session`, toJsonText(entry)?.slice(0, 1000));
        return;
      }
      this.message(info, here, child, asArray(get(entry, 'parts')));
    });
  }

  /** @param parts the message's parts where the record holds them; null where they are files of their own */
  private message(
    message: unknown,
    place: Place,
    child: { sessionId: string; agentId: string | null } | null,
    parts: readonly unknown[] | null = null,
  ): void {
    const id = asText(get(message, 'id')) ?? '';
    const sessionId = child?.sessionId ?? asText(get(message, 'sessionID'));
    const span = {
      spanId: id,
      traceId: id,
      sessionId,
      agentId: child?.agentId ?? null,
      startNs: toNs(at(message, 'time', 'created')),
      agentName: 'opencode',
      raw: message,
    };
    const texts = (parts ?? []).filter((part) => get(part, 'type') === 'text');
    const said = texts.filter((part) => get(part, 'synthetic') !== true && get(part, 'ignored') !== true);
    const text =
      parts === null
        ? asText(at(message, 'summary', 'body'))
        : contentText(said.map((part) => get(part, 'text')));
    if (get(message, 'role') === 'user') {
      const isHarness = parts !== null && said.length === 0 && texts.length > 0;
      const shown = isHarness ? contentText(texts.map((part) => get(part, 'text'))) : text;
      const origin = isHarness ? 'harness' : child ? 'agent' : 'human';
      this.emit.span(
        {
          ...span,
          kind: 'user',
          origin,
          name: origin === 'human' ? 'user message' : origin === 'agent' ? 'agent prompt' : 'program text',
          text: shown,
          input: shown,
        },
        place,
      );
    } else {
      const reasoning = (parts ?? [])
        .filter((part) => get(part, 'type') === 'reasoning')
        .map((part) => get(part, 'text'));
      this.emit.span(
        {
          ...span,
          ...this.answer(message),
          text,
          output: text,
          attributes: filled({
            reasoning: contentText(reasoning),
            finish: get(message, 'finish'),
            mode: get(message, 'mode'),
          }),
        },
        place,
      );
      this.aborted(message, span, place);
    }
    for (const part of parts ?? [])
      if (get(part, 'type') !== 'text' && get(part, 'type') !== 'reasoning')
        this.part(part, { ...place, sessionId, raw: part }, child?.agentId ?? null, id);
  }

  private answer(message: unknown): Pick<SpanInput, 'kind' | 'name'> & Partial<SpanInput> {
    const tokens = get(message, 'tokens');
    const fresh = asNumber(get(tokens, 'input'));
    const [read, written] = ['read', 'write'].map((key) => asNumber(at(tokens, 'cache', key)));
    const error = get(message, 'error');
    const errorType = asText(get(error, 'name'));
    const isAborted = errorType === 'MessageAbortedError';
    return {
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'modelID')) ?? asText(at(message, 'model', 'modelID')),
      provider: asText(get(message, 'providerID')) ?? asText(at(message, 'model', 'providerID')),
      endNs: toNs(at(message, 'time', 'completed')),
      status: errorType === null ? 'ok' : isAborted ? 'interrupted' : 'error',
      statusMessage: errorType === null ? null : (asText(at(error, 'data', 'message')) ?? errorType),
      errorType: isAborted ? null : errorType,
      inputTokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(tokens, 'output')),
      cacheReadTokens: read ?? null,
      cacheWriteTokens: written ?? null,
      reasoningTokens: asNumber(get(tokens, 'reasoning')),
      costUsd: asNumber(get(message, 'cost')),
    };
  }

  private aborted(
    message: unknown,
    span: Pick<LogSpan, 'sessionId' | 'agentId' | 'startNs'> & { spanId: string },
    place: Place,
  ): void {
    if (asText(at(message, 'error', 'name')) !== 'MessageAbortedError') return;
    const endNs = toNs(at(message, 'time', 'completed'));
    this.emit.span(
      {
        spanId: `${span.spanId}:aborted`,
        traceId: span.spanId,
        sessionId: span.sessionId ?? null,
        agentId: span.agentId ?? null,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        startNs: endNs ?? span.startNs ?? null,
        text: asText(at(message, 'error', 'data', 'message')),
      },
      place,
    );
  }

  private part(
    part: unknown,
    here: Place & { sessionId: string | null; raw: unknown },
    agentId: string | null = null,
    owner: string | null = null,
  ): void {
    const type = asText(get(part, 'type')) ?? '';
    const messageId = owner ?? asText(get(part, 'messageID')) ?? folderOf(this.source.path);
    const span = {
      traceId: messageId,
      sessionId: here.sessionId,
      agentId,
      startNs: toNs(at(part, 'time', 'start')),
      agentName: 'opencode',
      raw: here.raw,
    };
    const spanId = asText(get(part, 'id')) ?? `${this.source.shortHash}:${here.line}`;
    if (type === 'tool') this.tool(part, { ...span, spanId, parentSpanId: messageId }, here);
    else if (type === 'text' && here.raw !== part && owner === null)
      this.emit.span(
        {
          ...span,
          spanId,
          kind: 'llm',
          name: 'answer',
          operation: 'chat',
          status: 'ok',
          text: asText(get(part, 'text')),
        },
        here,
      );
    else if ((type === 'text' || type === 'reasoning') && messageId !== null) {
      const text = asText(get(part, 'text')) ?? '';
      if (get(part, 'synthetic') === true) this.emit.note('synthetic text of the program');
      this.emit.span(
        {
          ...span,
          spanId: messageId,
          kind: 'event',
          name: `${type} part`,
          completes: true,
          ...(type === 'text' ? { text } : { attributes: { reasoning: text } }),
        },
        here,
      );
    } else if (type === 'compaction')
      this.emit.span(
        {
          ...span,
          spanId,
          kind: 'memory',
          name: 'context compaction',
          operation: 'compact',
          text: '',
          attributes: filled({ auto: get(part, 'auto'), overflow: get(part, 'overflow') }),
        },
        here,
      );
    else if (type === 'retry') {
      const text =
        asText(at(part, 'error', 'data', 'message')) ?? asText(at(part, 'error', 'name')) ?? 'retry';
      this.emit.span(
        {
          ...span,
          spanId,
          startNs: toNs(at(part, 'time', 'created')),
          kind: 'event',
          name: 'api_error',
          status: 'error',
          statusMessage: firstLine(text),
          errorType: asText(at(part, 'error', 'name')) ?? 'retry',
          text,
          attributes: filled({ retryAttempt: get(part, 'attempt') }),
        },
        here,
      );
    } else this.types.count(type);
  }

  private tool(part: unknown, span: Partial<SpanInput> & { spanId: string }, here: Place): void {
    const state = get(part, 'state');
    const text = contentText(get(state, 'output') ?? get(state, 'error') ?? '');
    const callId = asText(get(part, 'callID'));
    const toolName = asText(get(part, 'tool')) ?? 'unknown tool';
    this.emit.span(
      {
        ...span,
        kind: 'tool',
        name: toolName,
        operation: 'execute_tool',
        toolName,
        toolCallId: callId,
        spawnsAgentId:
          toolName === 'task'
            ? (asText(at(state, 'metadata', 'sessionId')) ?? asText(at(state, 'metadata', 'sessionID')))
            : null,
        startNs: toNs(at(state, 'time', 'start')) ?? span.startNs ?? null,
        endNs: toNs(at(state, 'time', 'end')),
        ...toolEnd(state, text),
        input: toJsonText(get(state, 'input')),
        text,
        output: text,
      },
      here,
    );
  }

  private failed(record: unknown, place: Place): void {
    const text =
      asText(at(record, 'error', 'data', 'message')) ?? asText(at(record, 'error', 'name')) ?? 'error';
    this.emit.span(
      {
        spanId: `${this.source.shortHash}:${place.line}`,
        sessionId: asText(get(record, 'sessionID')),
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType: asText(at(record, 'error', 'name')) ?? 'error',
        startNs: toNs(get(record, 'timestamp')),
        text,
        raw: record,
      },
      place,
    );
  }
}

/** The message a part lies below, for parts that do not name it: `part/<message>/<part>.json`. */
function folderOf(path: string): string | null {
  const parts = path.split(/[/\\]/);
  return parts.at(-3) === 'part' ? (parts.at(-2) ?? null) : null;
}

function sniff(sample: Sample): Sniffed | null {
  for (const record of sample.records) {
    const [entry] = asArray(get(record, 'messages'));
    if (isMessage(get(entry, 'info')) && Array.isArray(get(entry, 'parts')))
      return { confidence: 0.96, reason: 'messages with info and parts' };
    if (isPart(get(record, 'part')) && asText(get(record, 'sessionID')) !== null)
      return { confidence: 0.95, reason: 'events with a part of a session' };
    if (isMessage(record) && asObject(get(record, 'time')))
      return { confidence: 0.93, reason: 'a message with sessionID and time' };
    if (isPart(record))
      return { confidence: 0.92, reason: `a part of type ${asText(get(record, 'type')) ?? ''}` };
    if (
      isSession(record) &&
      asText(get(record, 'projectID')) !== null &&
      asText(get(record, 'version')) !== null
    )
      return { confidence: 0.92, reason: 'a session with projectID and version' };
  }
  return null;
}

const guide: FormatGuide = {
  reads: [
    'The storage (`storage/session|message|part/…`), one file an object, old and new layout.',
    'What `opencode export` writes.',
    'The lines of `opencode run --format json`.',
  ],
  spans: [
    'A message of the assistant becomes a model call with tokens and cost; a tool part a tool call, ended by its state or exit code. Parts that are files of their own complete their message in whatever order they come.',
    'Compaction becomes a memory span; retries, errors and aborts become events.',
  ],
  turns:
    'The session is the `sessionID`; a child session of an export is joined to its parent as a sub-agent. User messages open turns; text marked synthetic is the program’s.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Sessions without messages, snapshots, patches and steps are counted by name.'],
};

const openCode: TraceFormat = {
  id: 'opencode',
  title: 'opencode sessions',
  description: 'Storage, exports and event lines of opencode.',
  documentation: 'https://opencode.ai/docs/cli/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'time',
  canContinue: true,
  sniff,
  read: (emit, source) => new OpenCodeReader(emit, source),
};

export default openCode;
