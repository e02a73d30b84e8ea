/**
 * Events of Anthropic's managed agents (`sessions.events`), told to a log: messages, thoughts, calls of built-in, MCP
 * and custom tools with their results, confirmations, model requests with their usage, errors. An event a client sent
 * comes back in the stream with an id; told once. See src/engine/intake/formats/anthropic-messages.ts.
 */
import { firstLine, markedEnd, TypeCount, type AgentLog, type LogSpan } from './agent-log';
import { filled } from './claude-line';
import { asNumber, asText, at, get, toJsonText } from './json';
import { contentText } from './messages';
import { toNs } from './time';

const EVENT = /^(user|agent|session|span|system)\.[a-z_]{1,60}$/;

/** The event in a record: itself, or the second part of a `[method, payload]` pair; null for other records. */
export function managedEvent(record: unknown): unknown {
  const event: unknown = Array.isArray(record) ? record[1] : record;
  return EVENT.test(asText(get(event, 'type')) ?? '') && /^sevt_|^evt_/.test(asText(get(event, 'id')) ?? '')
    ? event
    : null;
}

/** Calls of the client that a recording keeps beside the events: creating a session, sending events. */
export function isManagedCall(record: unknown): boolean {
  return Array.isArray(record) && /^client\.beta\.sessions\./.test(asText(record[0]) ?? '');
}

export class ManagedSession {
  private readonly types: TypeCount;
  private readonly requests = new Map<string, LogSpan>();
  private answer: LogSpan | null = null;
  private model: string | null = null;
  sessionId: string | null = null;
  agentName: string | null = null;

  constructor(private readonly log: AgentLog) {
    this.types = new TypeCount((what) => this.log.note(what), 'event');
  }

  /** A `[method, payload]` pair that is no event: who the agent is, which session it is. */
  call(payload: unknown): void {
    const agent = get(payload, 'agent');
    this.sessionId ??= asText(get(payload, 'id')) ?? asText(Array.isArray(payload) ? payload[0] : undefined);
    this.agentName ??= asText(get(agent, 'name'));
    this.model ??= asText(at(agent, 'model', 'id')) ?? asText(get(agent, 'model'));
    const system = asText(get(agent, 'system'));
    if (system !== null)
      this.log.add({
        line: 1,
        spanId: 'instructions',
        kind: 'system',
        name: 'instructions',
        startNs: toNs(get(payload, 'created_at')),
        text: system,
      });
  }

  event(event: unknown, line: number): void {
    const type = asText(get(event, 'type')) ?? '';
    const timeNs = toNs(get(event, 'processed_at') ?? get(event, 'created_at'));
    const span = { line, spanId: asText(get(event, 'id')), startNs: timeNs, raw: event };
    const text = contentText(get(event, 'content'));
    if (type === 'user.message')
      this.log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', text, input: text });
    else if (type === 'user.interrupt')
      this.log.add({
        ...span,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        text: 'interrupt',
      });
    else if (type === 'user.tool_confirmation') this.confirmed(event);
    else if (type === 'agent.message') this.said({ ...span, text });
    else if (type === 'agent.thinking') this.current(line, timeNs);
    else if (type.endsWith('tool_use')) this.called(event, span);
    else if (type.endsWith('tool_result')) this.result(event, text, span);
    else if (type === 'span.model_request_start') this.requested(span);
    else if (type === 'span.model_request_end') this.counted(event, timeNs);
    else if (type === 'session.error') {
      const message = asText(at(event, 'error', 'message')) ?? text;
      this.log.add({
        ...span,
        kind: 'event',
        name: 'api_error',
        status: 'error',
        statusMessage: firstLine(message),
        errorType: asText(at(event, 'error', 'type')) ?? 'error',
        text: message,
      });
    } else if (type.includes('compact'))
      this.log.add({ ...span, kind: 'memory', name: 'context compaction', operation: 'compact', text });
    else this.types.count(type);
  }

  private requested(span: {
    line: number;
    spanId: string | null;
    startNs: bigint | null;
    raw: unknown;
  }): void {
    this.answer = this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: this.model,
      provider: 'anthropic',
      status: 'ok',
      text: '',
    });
    if (span.spanId !== null) this.requests.set(span.spanId, this.answer);
  }

  /** The model call at hand; made up where a recording begins in the middle of one. */
  private current(line: number, timeNs: bigint | null): LogSpan {
    this.answer ??= this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: this.model,
      provider: 'anthropic',
      startNs: timeNs,
      status: 'ok',
      text: '',
    });
    return this.answer;
  }

  private said(span: { line: number; startNs: bigint | null; text: string }): void {
    const answer = this.current(span.line, span.startNs);
    answer.text = [answer.text, span.text].filter(Boolean).join('\n');
    answer.output = answer.text;
    answer.endNs = span.startNs;
  }

  private counted(event: unknown, timeNs: bigint | null): void {
    const answer = this.requests.get(asText(get(event, 'model_request_start_id')) ?? '') ?? this.answer;
    if (!answer) return;
    const usage = get(event, 'model_usage');
    const [fresh, read, written] = [
      'input_tokens',
      'cache_read_input_tokens',
      'cache_creation_input_tokens',
    ].map((key) => asNumber(get(usage, key)));
    Object.assign(answer, {
      endNs: timeNs,
      inputTokens: fresh === null || fresh === undefined ? null : fresh + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: read ?? null,
      cacheWriteTokens: written ?? null,
    });
    if (get(event, 'is_error') === true)
      Object.assign(answer, {
        status: 'error',
        errorType: 'api_error',
        statusMessage: 'the model request failed',
      });
    this.answer = null;
  }

  private called(
    event: unknown,
    span: { line: number; spanId: string | null; startNs: bigint | null; raw: unknown },
  ): void {
    const answer = this.current(span.line, span.startNs);
    const server = asText(get(event, 'mcp_server_name'));
    const name = asText(get(event, 'name')) ?? 'unknown tool';
    this.log.call({
      ...span,
      parentSpanId: answer.spanId,
      toolName: server === null ? name : `${server}.${name}`,
      toolCallId: span.spanId,
      input: toJsonText(get(event, 'input')),
      attributes: filled({ permission: get(event, 'evaluated_permission') }),
    });
  }

  private result(
    event: unknown,
    text: string,
    span: { line: number; startNs: bigint | null; raw: unknown },
  ): void {
    const callId =
      ['tool_use_id', 'mcp_tool_use_id', 'custom_tool_use_id']
        .map((key) => asText(get(event, key)))
        .find((id) => id !== null) ?? null;
    const known = this.log.callOf(callId);
    const isRefused = known?.status === 'rejected';
    this.log.result(callId, {
      line: span.line,
      text,
      ...(isRefused
        ? { status: 'rejected', statusMessage: known.statusMessage ?? null }
        : markedEnd(get(event, 'is_error') === true, text, 'tool_error')),
      endNs: span.startNs,
      raw: span.raw,
    });
  }

  /** A person let a call go on or refused it, sometimes with a reason. */
  private confirmed(event: unknown): void {
    const call = this.log.callOf(asText(get(event, 'tool_use_id')));
    if (get(event, 'result') !== 'deny') return;
    const reason = asText(get(event, 'deny_message')) ?? 'refused by the user';
    if (call)
      Object.assign(call, {
        status: 'rejected',
        statusMessage: firstLine(reason),
        attributes: filled({ ...call.attributes, rejectionReason: reason }),
      });
    else this.log.note('refused call that is not in the log');
  }
}
