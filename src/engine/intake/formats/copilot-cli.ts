/**
 * GitHub Copilot CLI: `~/.copilot/session-state/<session>/events.jsonl`, one event a line. A call is asked for in an
 * answer, started and completed by events with its id; a sub-agent's events name the call that started it. An abort is
 * the person's. Tokens come with the answers (output) and, as sums of the session, with its end.
 * https://docs.github.com/en/copilot/concepts/agents/about-copilot-cli
 */
import { spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, firstLine, TypeCount, type LogSpan, type ToolEnd } from '../../../shared/trace/agent-log';
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

const EVENT = /^(session|user|assistant|tool|system|hook|subagent|skill|permission)\.[a-z_]{1,60}$/;
const COMPACTING = new Set(['session.truncation', 'session.compaction_complete']);

function endOf(data: unknown, text: string): ToolEnd {
  const code = asText(at(data, 'error', 'code')) ?? '';
  if (/denied|rejected|declined/i.test(code)) return { status: 'rejected', statusMessage: firstLine(text) };
  if (/abort|cancel|interrupt/i.test(code)) return { status: 'interrupted', statusMessage: firstLine(text) };
  const success = get(data, 'success');
  const end = spokenEnd(text, success === false ? true : success === true ? false : null);
  return end.errorType === 'tool_error' && code !== '' ? { ...end, errorType: code } : end;
}

function isStart(record: unknown): boolean {
  const type = get(record, 'type');
  return type === 'session.start' || type === 'session.resume';
}

/** Whose words a message is that stands with the person's: the person's, a sub-agent's prompt, or the program's. */
function speakerOf(data: unknown): 'human' | 'agent' | 'harness' {
  if (asText(get(data, 'parentAgentTaskId')) !== null || asText(get(data, 'parentToolCallId')) !== null)
    return 'agent';
  return (asText(get(data, 'source')) ?? 'user') === 'user' ? 'human' : 'harness';
}

/** The id of a message that a person typed; null for others. */
function turnOpened(record: unknown): string | null {
  const isPrompt = get(record, 'type') === 'user.message' && speakerOf(get(record, 'data')) === 'human';
  return isPrompt ? asText(get(record, 'id')) : null;
}

class CopilotReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private sessionId: string | null = null;
  private version: string | null = null;
  private feature: string | null = null;
  private model: string | null = null;
  private beforeNs: bigint | null = null;
  private readonly isResumed: boolean;
  /** What came that is told by what stood before it. */
  private needs: string | null = null;

  constructor(
    private readonly emit: Emit,
    source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what), 'event');
    const parts = source.path.split(/[/\\]/);
    if (parts.at(-1)?.startsWith('events.jsonl')) this.sessionId = parts.at(-2) ?? null;
    const { resumed } = source;
    this.isResumed = resumed !== undefined;
    for (const record of [...(resumed?.head.filter(isStart) ?? []), ...(resumed?.standing ?? [])]) {
      if (isStart(record)) this.start(get(record, 'data'));
      this.modelSaid(get(record, 'data'));
    }
    for (const record of resumed?.lead ?? []) this.passed(record);
  }

  needsBeginning(): string | null {
    if (this.sessionId === null || this.beforeNs === null) return 'the start of the session';
    return this.needs ?? this.log.needsBeginning;
  }

  idsGiven(): readonly string[] {
    return this.log.shortIds;
  }

  /** Of a file read from the middle: what stood before would say what a record means. */
  private lacks(what: string): void {
    if (this.isResumed) this.needs ??= what;
  }

  private modelSaid(data: unknown): void {
    this.model = asText(get(data, 'newModel')) ?? asText(get(data, 'selectedModel')) ?? this.model;
  }

  private passed(record: unknown): void {
    if (asText(get(record, 'type'))?.startsWith('hook.') === false)
      this.beforeNs = toNs(get(record, 'timestamp')) ?? this.beforeNs;
  }

  record(record: unknown, place: Place): void {
    const type = asText(get(record, 'type'));
    const data = asObject(get(record, 'data'));
    if (type === null || !data) {
      this.emit.reject(
        place,
        type === null ? 'the event has no "type"' : `the ${type.slice(0, 60)} event has no data`,
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const timeNs = toNs(get(record, 'timestamp'));
    this.modelSaid(data);
    const agentId = asText(get(data, 'parentToolCallId'));
    this.event(type, data, {
      line: place.line,
      spanId: asText(get(record, 'id')),
      startNs: timeNs,
      agentId,
      raw: record,
    });
    this.passed(record);
  }

  private event(
    type: string,
    data: unknown,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: string | null },
  ): void {
    const text = contentText(get(data, 'content') ?? get(data, 'message') ?? '');
    if (type === 'session.start' || type === 'session.resume') this.startedAgain(data);
    else if (type === 'user.message') this.user(data, text, span);
    else if (type === 'assistant.message') this.answer(data, text, span);
    else if (type === 'assistant.usage') this.usage(data);
    else if (type === 'tool.execution_start') this.started(data, span);
    else if (type === 'tool.execution_complete') this.completed(data, span);
    else if (type === 'subagent.started') this.spawned(data);
    else if (type === 'subagent.failed')
      this.log.add({
        ...span,
        kind: 'event',
        name: 'subagent failed',
        status: 'error',
        statusMessage: asText(get(data, 'error')),
        errorType: 'subagent',
        text: asText(get(data, 'error')),
      });
    else if (type === 'abort') {
      this.log.endOpen({
        status: 'interrupted',
        statusMessage: 'stopped before it ended',
        endNs: span.startNs ?? null,
      });
      this.log.add({
        ...span,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        text: asText(get(data, 'reason')),
      });
      this.lacks('the calls that were not answered');
    } else if (type === 'session.error')
      this.log.add({
        ...span,
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType: asText(get(data, 'errorType')) ?? 'error',
        text,
        attributes: filled({ statusCode: get(data, 'statusCode') }),
      });
    else if (type === 'system.message') this.log.add({ ...span, kind: 'system', name: 'instructions', text });
    else if (type === 'system.notification')
      this.log.add({ ...span, kind: 'user', origin: 'harness', name: 'program text', text, input: text });
    else if (COMPACTING.has(type))
      this.log.add({
        ...span,
        kind: 'memory',
        name: 'context compaction',
        operation: 'compact',
        text: asText(get(data, 'summaryContent')) ?? asText(get(data, 'reason')) ?? '',
        attributes: filled({
          preTokens: get(data, 'preTruncationTokensInMessages') ?? get(data, 'preCompactionTokens'),
          droppedTokens: get(data, 'tokensRemovedDuringTruncation') ?? get(data, 'droppedTokens'),
        }),
      });
    else if (type === 'session.shutdown')
      this.log.add({
        ...span,
        kind: 'event',
        name: 'session end',
        text: asText(get(data, 'shutdownType')),
        attributes: filled({
          modelMetrics: get(data, 'modelMetrics'),
          tokenDetails: get(data, 'tokenDetails'),
          codeChanges: get(data, 'codeChanges'),
        }),
      });
    else if (type === 'assistant.reasoning') this.reasoning(text);
    else if (!/^assistant\.turn_(start|end)$|^hook\.(start|end)$/.test(type)) this.types.count(type);
  }

  /** A program that goes on with a session may be another version: all spans of the session say which. */
  private startedAgain(data: unknown): void {
    const before = [this.sessionId, this.version, this.feature].join('\0');
    this.start(data);
    if (before !== [this.sessionId, this.version, this.feature].join('\0'))
      this.lacks('what the session was before it went on');
  }

  private start(data: unknown): void {
    this.sessionId = asText(get(data, 'sessionId')) ?? this.sessionId;
    this.version = asText(get(data, 'copilotVersion')) ?? this.version;
    this.feature =
      asText(at(data, 'context', 'repository')) ??
      asText(at(data, 'context', 'cwd'))
        ?.split(/[/\\]/)
        .findLast((part) => part !== '') ??
      this.feature;
  }

  private user(
    data: unknown,
    text: string,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: string | null },
  ): void {
    const origin = speakerOf(data);
    this.log.add({
      ...span,
      kind: 'user',
      origin,
      name: origin === 'human' ? 'user message' : origin === 'agent' ? 'agent prompt' : 'program text',
      text,
      input: text,
      attributes: filled({ attachments: asArray(get(data, 'attachments')).length || null }),
    });
  }

  private answer(
    data: unknown,
    text: string,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: string | null },
  ): void {
    if (this.model === null && asText(get(data, 'model')) === null) this.lacks('the model in use');
    const answer = this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(data, 'model')) ?? this.model,
      startNs: this.beforeNs ?? span.startNs ?? null,
      endNs: span.startNs ?? null,
      status: 'ok',
      text,
      output: text === '' ? null : text,
      outputTokens: asNumber(get(data, 'outputTokens')),
      attributes: filled({
        reasoning: get(data, 'reasoningText'),
        messageId: get(data, 'messageId'),
        requestId: get(data, 'requestId'),
      }),
    });
    for (const request of asArray(get(data, 'toolRequests'))) {
      const callId = asText(get(request, 'toolCallId'));
      const known = this.log.callOf(callId);
      if (known) known.parentSpanId = answer.spanId;
      else this.call(callId, request, asText(get(request, 'name')), { ...span, parentSpanId: answer.spanId });
    }
  }

  private call(
    callId: string | null,
    request: unknown,
    name: string | null,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'>,
  ): LogSpan {
    return this.log.call({
      ...span,
      spanId: callId,
      toolName: name ?? 'unknown tool',
      toolCallId: callId,
      input: toJsonText(get(request, 'arguments')),
    });
  }

  private started(data: unknown, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'>): void {
    const callId = asText(get(data, 'toolCallId'));
    const known = this.log.callOf(callId);
    if (known) known.startNs = span.startNs ?? null;
    else {
      this.lacks('what asked for a call');
      this.call(callId, data, asText(get(data, 'toolName')), span);
    }
  }

  private completed(data: unknown, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'>): void {
    const result = get(data, 'result');
    const text = contentText(
      get(result, 'content') ?? result ?? at(data, 'error', 'message') ?? get(data, 'error') ?? '',
    );
    this.log.result(asText(get(data, 'toolCallId')), {
      line: span.line,
      text,
      ...endOf(data, text),
      endNs: span.startNs ?? null,
      raw: span.raw,
    });
  }

  private spawned(data: unknown): void {
    const callId = asText(get(data, 'toolCallId'));
    const call = this.log.callOf(callId);
    if (call) call.spawnsAgentId = callId;
    else this.lacks('the call that started an agent');
  }

  private usage(data: unknown): void {
    const answer = this.log.answer;
    if (!answer) this.lacks('the answer that tokens are of');
    if (!answer || answer.inputTokens !== undefined) return;
    Object.assign(answer, {
      inputTokens: asNumber(get(data, 'inputTokens')),
      outputTokens: asNumber(get(data, 'outputTokens')) ?? answer.outputTokens,
      cacheReadTokens: asNumber(get(data, 'cacheReadTokens')),
      cacheWriteTokens: asNumber(get(data, 'cacheWriteTokens')),
      model: asText(get(data, 'model')) ?? answer.model,
    });
  }

  private reasoning(text: string): void {
    const answer = this.log.answer;
    if (!answer) this.lacks('the answer that a thought is of');
    if (answer)
      answer.attributes = filled({
        ...answer.attributes,
        reasoning: [get(answer.attributes, 'reasoning'), text].filter(Boolean).join('\n'),
      });
  }

  end(): void {
    this.log.tell(this.emit, {
      sessionId: this.sessionId,
      agentName: 'Copilot CLI',
      agentVersion: this.version,
      feature: this.feature,
    });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const events = sample.records.filter(
    (record) =>
      EVENT.test(asText(get(record, 'type')) ?? '') &&
      asObject(get(record, 'data')) &&
      Object.hasOwn(record as object, 'parentId'),
  );
  if (events.length === 0) return null;
  const isCopilot = events.some((event) => get(get(event, 'data'), 'producer') === 'copilot-agent');
  return {
    confidence: isCopilot ? 0.97 : 0.93,
    reason: `${events.length} events with data and parentId${isCopilot ? ' of copilot-agent' : ''}`,
  };
}

const guide: FormatGuide = {
  reads: ['Event logs `~/.copilot/session-state/<session>/events.jsonl`.'],
  spans: [
    '`assistant.message` becomes a model call; its requests become tool calls, started and ended by the events that name them. Refused calls are rejected, cancelled ones interrupted.',
    'Truncation and compaction become memory spans; session errors and failed sub-agents events; an `abort` ends what is open as interrupted.',
  ],
  turns:
    'The session is the one its start names, else the folder. A user message opens a turn unless its source is the program or a sub-agent.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Starts and ends of turns and hooks hold nothing else and are left out; other events are counted by name.',
    'Input tokens are there only where the log has `assistant.usage`; otherwise the sums stand in the session’s end.',
  ],
};

const copilotCli: TraceFormat = {
  id: 'copilot-cli',
  title: 'Copilot CLI events',
  description: 'Event logs of the GitHub Copilot command line.',
  documentation: 'https://docs.github.com/en/copilot/concepts/agents/about-copilot-cli',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  resumesAt: turnOpened,
  resumesWith: ['"newModel"', '"selectedModel"', '"copilotVersion"'],
  sniff,
  read: (emit, source) => new CopilotReader(emit, source),
};

export default copilotCli;
