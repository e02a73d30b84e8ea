/**
 * OpenClaw telemetry: a line an event (message.in, agent.start, tool.start, tool.end, message.out, agent.end, llm.usage)
 * without ids. Starts and ends are paired by session and tool in their order; a start is told twice, once with the
 * messages so far. Messages of a person carry a channel and no session: they belong to the main agent. Sub-agents are
 * sessions of their own there and are joined to it.
 * https://docs.openclaw.ai/concepts/session
 */
import { readBlocks } from '../../../shared/trace/agent-blocks';
import { AgentLog, TypeCount, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const EVENTS = new Set([
  'message.in',
  'message.out',
  'message.sending',
  'agent.start',
  'agent.end',
  'tool.start',
  'tool.end',
  'llm.usage',
]);

/** The sub-agent a session key names: `agent:main:subagent:<id>`; null for the main agent. */
function subAgentOf(key: string | null): string | null {
  return /:subagent:([\w-]{1,80})/.exec(key ?? '')?.[1] ?? null;
}

class OpenClawReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private readonly prompts = new Set<string>();
  private readonly answers = new Set<string>();
  private readonly said = new Set<string>();
  private readonly open = new Map<string, LogSpan[]>();
  private agent: string | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what), 'event');
  }

  record(record: unknown, place: Place): void {
    const type = asText(get(record, 'type'));
    if (type === null) {
      this.emit.reject(place, 'the event has no "type"', toJsonText(record)?.slice(0, 1000));
      return;
    }
    this.agent ??= asText(get(record, 'agentId'));
    const key = asText(get(record, 'sessionKey'));
    const span = {
      line: place.line,
      spanId: null,
      startNs: toNs(get(record, 'timestamp') ?? get(record, 'ts')),
      agentId: subAgentOf(key),
      raw: record,
    };
    if (type === 'message.in') {
      const text = contentText(get(record, 'content'));
      this.prompts.add(`\0${text}`);
      this.log.add({
        ...span,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text,
        input: text,
        userId: asText(get(record, 'from')),
        attributes: filled({ channel: get(record, 'channel') }),
      });
    } else if (type === 'agent.start' || type === 'agent.end') this.run(type, record, span);
    else if (type === 'tool.start') this.started(record, key, span);
    else if (type === 'tool.end') this.ended(record, key, span);
    else if (type === 'message.out') this.sent(record, span);
    else if (type === 'llm.usage') this.usage(record, span);
    else if (type !== 'message.sending') this.types.count(type);
  }

  private run(
    type: string,
    record: unknown,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: null },
  ): void {
    const prompt = asText(get(record, 'prompt'));
    const key = `${span.agentId ?? ''}\0${prompt ?? ''}`;
    if (type === 'agent.start' && prompt !== null && !this.prompts.has(key)) {
      this.prompts.add(key);
      const isAgent = span.agentId !== null && span.agentId !== undefined;
      this.log.add({
        ...span,
        kind: 'user',
        origin: isAgent ? 'agent' : 'harness',
        name: isAgent ? 'agent prompt' : 'program text',
        text: prompt,
        input: prompt,
      });
    }
    for (const message of asArray(get(record, 'messages')))
      if (get(message, 'role') === 'assistant') this.answered(message, span);
    const error = asText(get(record, 'error'));
    if (type === 'agent.end' && (get(record, 'success') === false || error !== null))
      this.log.add({
        ...span,
        kind: 'event',
        name: 'run error',
        status: 'error',
        statusMessage: error,
        errorType: 'run_error',
        text: error,
      });
  }

  /** An answer out of the messages a start or an end carries; each is told once however often they repeat it. */
  private answered(message: unknown, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'>): void {
    const { text, reasoning, calls } = readBlocks(get(message, 'content'));
    const key = `${span.agentId ?? ''}\0${toJsonText(get(message, 'timestamp')) ?? ''}\0${text}\0${calls.map((call) => call.id).join()}`;
    if (this.answers.has(key)) return;
    this.answers.add(key);
    this.said.add(text);
    const usage = get(message, 'usage');
    const [fresh, read, written] = ['input', 'cacheRead', 'cacheWrite'].map((field) =>
      asNumber(get(usage, field)),
    );
    const reason = asText(get(message, 'stopReason'));
    this.log.add({
      ...span,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(message, 'model')),
      provider: asText(get(message, 'provider')),
      startNs: toNs(get(message, 'timestamp')) ?? span.startNs ?? null,
      status: reason === 'error' ? 'error' : reason === 'aborted' ? 'interrupted' : 'ok',
      statusMessage: asText(get(message, 'errorMessage')),
      text,
      output: asText(text),
      inputTokens: fresh === null || fresh === undefined ? null : fresh + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(usage, 'output')),
      cacheReadTokens: read ?? null,
      cacheWriteTokens: written ?? null,
      costUsd: asNumber(at(usage, 'cost', 'total')),
      attributes: filled({ reasoning, calls: calls.map((call) => call.name).join(', ') }),
      raw: message,
    });
  }

  private started(
    record: unknown,
    key: string | null,
    span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: null },
  ): void {
    const toolName = asText(get(record, 'toolName')) ?? 'unknown tool';
    const call = this.log.call({ ...span, toolName, input: toJsonText(get(record, 'params')) });
    const waiting = `${key ?? ''}\0${toolName}`;
    this.open.set(waiting, [...(this.open.get(waiting) ?? []), call]);
  }

  private ended(record: unknown, key: string | null, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'>): void {
    const toolName = asText(get(record, 'toolName')) ?? 'unknown tool';
    const call = this.open.get(`${key ?? ''}\0${toolName}`)?.shift();
    const error = asText(get(record, 'error'));
    const isFailed = get(record, 'success') === false || error !== null;
    const result = get(record, 'result') ?? get(record, 'output') ?? error;
    const text = result === null ? null : contentText(result);
    const end = {
      status: isFailed ? 'error' : 'ok',
      statusMessage: isFailed ? (error ?? 'failed') : null,
      errorType: isFailed ? 'tool_error' : null,
    } as const;
    if (call) {
      this.log.close(call);
      const duration = asNumber(get(record, 'durationMs'));
      const endNs =
        span.startNs ??
        (call.startNs && duration !== null ? call.startNs + BigInt(Math.round(duration * 1e6)) : null);
      Object.assign(call, {
        ...end,
        endNs,
        text,
        output: text,
        attributes: filled({ durationMs: duration }),
        raw: [call.raw, record],
      });
    } else {
      this.log.note('tool result without its call');
      this.log.add({
        ...span,
        spanId: null,
        kind: 'tool',
        name: toolName,
        operation: 'execute_tool',
        toolName,
        endNs: span.startNs ?? null,
        ...end,
        text,
        output: text,
      });
    }
  }

  private sent(record: unknown, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: null }): void {
    const text = contentText(get(record, 'content'));
    if (this.said.has(text)) return;
    this.said.add(text);
    const isFailed = get(record, 'success') === false;
    this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      status: isFailed ? 'error' : 'ok',
      statusMessage: isFailed ? asText(get(record, 'error')) : null,
      text,
      output: text,
      attributes: filled({ channel: get(record, 'channel') }),
    });
  }

  private usage(record: unknown, span: Omit<LogSpan, 'kind' | 'name' | 'spanId'> & { spanId: null }): void {
    const usage = get(record, 'usage') ?? record;
    this.log.add({
      ...span,
      kind: 'llm',
      name: 'model call',
      operation: 'chat',
      model: asText(get(record, 'model')),
      provider: asText(get(record, 'provider')),
      status: 'ok',
      text: '',
      inputTokens: asNumber(get(usage, 'inputTokens') ?? get(usage, 'input')),
      outputTokens: asNumber(get(usage, 'outputTokens') ?? get(usage, 'output')),
      cacheReadTokens: asNumber(get(usage, 'cacheReadTokens') ?? get(usage, 'cacheRead')),
      cacheWriteTokens: asNumber(get(usage, 'cacheWriteTokens') ?? get(usage, 'cacheWrite')),
      costUsd: asNumber(get(record, 'costUsd') ?? at(usage, 'cost', 'total')),
    });
  }

  end(): void {
    this.log.tell(this.emit, {
      sessionId: `openclaw:${this.agent ?? 'main'}:${this.source.shortHash}`,
      agentName: 'OpenClaw',
    });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const events = sample.records.filter(
    (record) =>
      EVENTS.has(asText(get(record, 'type')) ?? '') &&
      (asText(get(record, 'sessionKey')) !== null || asText(get(record, 'channel')) !== null),
  ).length;
  return events > 0 && events * 2 >= sample.records.length
    ? {
        confidence: 0.93,
        reason: `${events} of ${sample.records.length} records are events with a session key or a channel`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Telemetry lines: `message.in`, `message.out`, `agent.start`, `agent.end`, `tool.start`, `tool.end`, `llm.usage`.',
  ],
  spans: [
    'Messages of the assistant become model calls, each told once however often starts and ends repeat it. Starts and ends of a tool are paired by session and tool in their order.',
    'Runs that failed become events; `llm.usage` a model call with tokens.',
  ],
  turns:
    'A file is one session of the main agent; sub-agents, sessions of their own there, are joined to it. `message.in` opens a turn; prompts of agents do not.',
  pillars: 'By kind.',
  labels: '',
  readsWhole:
    'A start and an end of a run repeat all messages so far, and what was sent is told by its text alone: which of them are new, only all events before tell.',
  leavesOut: ['Events not known are counted by name.'],
};

const openClaw: TraceFormat = {
  id: 'openclaw',
  title: 'OpenClaw telemetry',
  description: 'Event logs of OpenClaw agents: messages, runs and tool calls.',
  documentation: 'https://docs.openclaw.ai/concepts/session',
  guide,
  containers: ['lines'],
  ordering: 'stream',
  sniff,
  read: (emit, source) => new OpenClawReader(emit, source),
};

export default openClaw;
