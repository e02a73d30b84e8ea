/**
 * Kimi Code: `~/.kimi-code/sessions/<work>/<session>/agents/<agent>/wire.jsonl`, one wire message a line, and the
 * session's state.json. A prompt is told twice (as the turn's prompt and as a message of the context); its origin says
 * whether a person wrote it. A step is one model call; requests with an attempt number are retries. Sub-agents are
 * files of their own beside `main`, joined by the folder of their session.
 * https://github.com/MoonshotAI/kimi-code
 */
import { spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, firstLine, TypeCount, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const WIRE =
  /^(turn|context|config|llm|tools|usage|permission|plan_mode|full_compaction|token_counting|runtime|plugin|profile)\.[a-z_]{1,40}$/;

interface Here {
  line: number;
  timeNs: bigint | null;
  raw: unknown;
}

function isAgentPrompt(origin: unknown): boolean {
  return get(origin, 'kind') === 'system_trigger' && get(origin, 'name') === 'subagent';
}

/** A prompt of a person has no id of its own; null for all that is none. */
function turnOpened(record: unknown): string | null {
  return get(record, 'type') === 'turn.prompt' &&
    (asText(get(get(record, 'origin'), 'kind')) ?? 'user') === 'user'
    ? ''
    : null;
}

class KimiReader implements FormatReader {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private readonly sessionId: string | null;
  private agentId: string | null;
  private isSubAgent: boolean;
  private model: string | null = null;
  private requestedNs: bigint | null = null;
  /** Prompts that the context repeats, by their text. */
  private readonly told = new Map<string, number>();
  private readonly steps = new Map<string, LogSpan>();
  /** Steps that began, and calls as they were numbered. */
  private readonly begun = new Set<string>();
  private readonly calls = new Set<string>();
  private readonly isResumed: boolean;
  /** What came that is told by what stood before it. */
  private needs: string | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    const parts = source.path.split(/[/\\]/);
    // `…/<session>/agents/<agent>/wire.jsonl`: only there do the folders say whose log it is.
    const isStored = parts.at(-3) === 'agents' && parts.at(-1)?.startsWith('wire.jsonl') === true;
    const agent = isStored ? (parts.at(-2) ?? null) : null;
    this.sessionId = isStored ? (parts.at(-4) ?? null) : null;
    this.isSubAgent = agent !== null && agent !== 'main';
    this.agentId = this.isSubAgent ? agent : null;
    this.log = new AgentLog(source.shortHash);
    this.types = new TypeCount((what) => this.log.note(what), 'record type');
    const { resumed } = source;
    this.isResumed = resumed !== undefined;
    if (resumed?.head.some((record) => isAgentPrompt(get(record, 'origin')))) this.becomeSubAgent();
    for (const record of resumed?.standing ?? []) this.modelSaid(record);
  }

  needsBeginning(): string | null {
    return this.needs ?? this.log.needsBeginning;
  }

  idsGiven(): readonly string[] {
    return [...this.calls];
  }

  /** Of a file read from the middle: what stood before would say what a record means. */
  private lacks(what: string): void {
    if (this.isResumed) this.needs ??= what;
  }

  private modelSaid(record: unknown): void {
    const type = asText(get(record, 'type'));
    this.model = asText(get(record, 'modelAlias')) ?? this.model;
    if (type === 'llm.request' || type === 'usage.record')
      this.model = asText(get(record, 'model')) ?? this.model;
  }

  private becomeSubAgent(): void {
    if (this.isSubAgent) return;
    this.isSubAgent = true;
    this.agentId = `agent-${this.source.shortHash}`;
  }

  record(record: unknown, place: Place): void {
    const type = asText(get(record, 'type'));
    if (type === null) {
      if (asObject(get(record, 'agents')))
        this.emit.note('state of a session: names its agents, holds no turn');
      else this.emit.reject(place, 'the line has no "type"', toJsonText(record)?.slice(0, 1000));
      return;
    }
    this.message(type, record, {
      line: place.line,
      timeNs: toNs(get(record, 'time') ?? get(record, 'created_at')),
      raw: record,
    });
  }

  private message(type: string, record: unknown, here: Here): void {
    const span = { line: here.line, spanId: null, startNs: here.timeNs, raw: here.raw };
    this.modelSaid(record);
    if (type === 'turn.prompt' || type === 'turn.steer')
      this.prompt(get(record, 'input'), get(record, 'origin'), here, true);
    else if (type === 'context.append_message') this.appended(get(record, 'message'), here);
    else if (type === 'context.append_loop_event') this.loop(get(record, 'event'), here);
    else if (type === 'llm.request') this.request(record, here);
    else if (type === 'turn.cancel') {
      this.log.endOpen({
        status: 'interrupted',
        statusMessage: 'stopped before it ended',
        endNs: here.timeNs,
      });
      this.lacks('the calls that were not answered');
      this.log.add({
        ...span,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        text: 'cancelled',
      });
    } else if (type === 'turn.ended' && /error|fail/.test(asText(get(record, 'reason')) ?? ''))
      this.log.add({
        ...span,
        kind: 'event',
        name: 'turn failed',
        status: 'error',
        statusMessage: asText(get(record, 'reason')),
        errorType: 'turn',
        text: asText(get(record, 'error')) ?? asText(get(record, 'reason')),
      });
    else if (type === 'permission.record_approval_result') this.approval(record);
    else if (type === 'context.apply_compaction') {
      const text = asText(get(record, 'summary')) ?? asText(get(record, 'contextSummary')) ?? '';
      this.log.add({
        ...span,
        kind: 'memory',
        name: 'context compaction',
        operation: 'compact',
        text,
        output: asText(text),
      });
    } else if (type === 'config.update' && asText(get(record, 'systemPrompt')) !== null)
      this.log.add({
        ...span,
        kind: 'system',
        name: 'instructions',
        text: asText(get(record, 'systemPrompt')),
      });
    // Repeats what the step's end says.
    else if (type !== 'usage.record') this.types.count(type);
  }

  private prompt(content: unknown, from: unknown, here: Here, isFirst: boolean): void {
    const kind = asText(get(from, 'kind')) ?? 'user';
    const isAgent = isAgentPrompt(from);
    if (isAgent && !this.isSubAgent) {
      this.lacks('whose log it is');
      this.becomeSubAgent();
    }
    const text = contentText(content);
    const key = `${kind}\0${text}`;
    const repeats = this.told.get(key) ?? 0;
    if (!isFirst && repeats > 0) {
      this.told.set(key, repeats - 1);
      return;
    }
    if (isFirst) this.told.set(key, repeats + 1);
    else if (kind !== 'context') this.lacks('whether a prompt was told before');
    const origin = isAgent
      ? 'agent'
      : kind === 'user' && !/^\s*<system-reminder>/.test(text)
        ? this.isSubAgent
          ? 'agent'
          : 'human'
        : 'harness';
    this.log.add({
      line: here.line,
      spanId: null,
      kind: 'user',
      origin,
      name: origin === 'human' ? 'user message' : origin === 'agent' ? 'agent prompt' : 'program text',
      startNs: here.timeNs,
      text,
      input: text,
      raw: here.raw,
    });
  }

  private appended(message: unknown, here: Here): void {
    if (get(message, 'role') === 'user')
      this.prompt(get(message, 'content'), get(message, 'origin') ?? { kind: 'context' }, here, false);
    else this.types.count(`context message of role ${asText(get(message, 'role')) ?? 'none'}`);
  }

  private request(record: unknown, here: Here): void {
    this.requestedNs = here.timeNs;
    const attempt = /^(\d{1,4})\/(\d{1,4})$/.exec(asText(get(record, 'attempt')) ?? '');
    if (!attempt) return;
    this.log.add({
      line: here.line,
      spanId: null,
      kind: 'event',
      name: 'api_error',
      status: 'error',
      statusMessage: `attempt ${attempt[1] ?? ''} of ${attempt[2] ?? ''}`,
      errorType: 'retry',
      startNs: here.timeNs,
      text: 'The request before failed and was sent again.',
      attributes: { retryAttempt: Number(attempt[1]), maxRetries: Number(attempt[2]) },
      raw: here.raw,
    });
  }

  private step(event: unknown, here: Here): LogSpan {
    const id =
      asText(get(event, 'stepUuid')) ?? asText(get(event, 'uuid')) ?? `${this.source.shortHash}:${here.line}`;
    const known = this.steps.get(id);
    if (known) return known;
    if (!this.begun.has(id)) this.lacks('the beginning of a step');
    if (this.model === null) this.lacks('the model in use');
    const span = this.log.add({
      line: here.line,
      spanId: id,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      traceId: null,
      model: this.model,
      startNs: this.requestedNs ?? here.timeNs,
      status: 'ok',
      text: '',
      raw: here.raw,
    });
    this.requestedNs = null;
    this.steps.set(id, span);
    return span;
  }

  private loop(event: unknown, here: Here): void {
    const type = asText(get(event, 'type'));
    const callId = asText(get(event, 'toolCallId')) ?? asText(get(event, 'uuid'));
    if (type === 'content.part') {
      const span = this.step(event, here);
      const part = get(event, 'part');
      const thought = asText(get(part, 'think'));
      if (thought !== null)
        span.attributes = filled({
          ...span.attributes,
          reasoning: [get(span.attributes, 'reasoning'), thought].filter(Boolean).join('\n'),
        });
      else span.text = [span.text, contentText([part])].filter(Boolean).join('\n');
      span.output = span.text ?? null;
      span.endNs = here.timeNs;
    } else if (type === 'tool.call') {
      const step = this.step(event, here);
      if (callId !== null) this.calls.add(callId);
      this.log.call({
        line: here.line,
        spanId: this.scoped(callId),
        parentSpanId: step.spanId,
        toolName: asText(get(event, 'name')) ?? 'unknown tool',
        toolCallId: this.scoped(callId),
        startNs: here.timeNs,
        input: toJsonText(get(event, 'args')),
        raw: here.raw,
      });
    } else if (type === 'tool.result') this.result(event, here);
    else if (type === 'step.end') this.ended(event, here);
    else if (type === 'step.begin') {
      this.requestedNs = here.timeNs;
      this.begun.add(asText(get(event, 'uuid')) ?? '');
    } else this.types.count(`loop event ${type ?? 'without a type'}`);
  }

  /** Calls are numbered per agent: `Bash_0` of a sub-agent is not `Bash_0` of the main one. */
  private scoped(callId: string | null): string | null {
    return callId === null || this.agentId === null ? callId : `${this.agentId}:${callId}`;
  }

  private result(event: unknown, here: Here): void {
    const result = get(event, 'result');
    const text = contentText(get(result, 'output') ?? get(result, 'message') ?? result);
    const isError = get(result, 'isError') === true || get(result, 'is_error') === true;
    const callId = this.scoped(asText(get(event, 'toolCallId')) ?? asText(get(event, 'parentUuid')));
    const known = this.log.callOf(callId);
    const end =
      known?.status === 'rejected'
        ? { status: known.status, statusMessage: known.statusMessage ?? null }
        : spokenEnd(text, isError);
    const span = this.log.result(callId, {
      line: here.line,
      text,
      ...end,
      endNs: here.timeNs,
      raw: here.raw,
    });
    if (/^Agent/.test(span.toolName ?? ''))
      span.spawnsAgentId = /^agent_id: ([\w-]{1,64})/m.exec(text.slice(0, 400))?.[1] ?? null;
  }

  private ended(event: unknown, here: Here): void {
    const span = this.steps.get(asText(get(event, 'uuid')) ?? '') ?? this.step(event, here);
    const usage = get(event, 'usage');
    const other = asNumber(get(usage, 'inputOther'));
    const read = asNumber(get(usage, 'inputCacheRead'));
    const written = asNumber(get(usage, 'inputCacheCreation'));
    Object.assign(span, {
      inputTokens: other === null ? null : other + (read ?? 0) + (written ?? 0),
      outputTokens: asNumber(get(usage, 'output')),
      cacheReadTokens: read,
      cacheWriteTokens: written,
    });
    span.attributes = filled({
      ...span.attributes,
      finishReason: get(event, 'finishReason'),
      messageId: get(event, 'messageId'),
    });
  }

  private approval(record: unknown): void {
    const decision = asText(at(record, 'result', 'decision')) ?? '';
    const call = this.log.callOf(this.scoped(asText(get(record, 'toolCallId'))));
    if (!/reject|den(y|ied)/.test(decision)) return;
    const reason = asText(at(record, 'result', 'feedback')) ?? 'refused by the user';
    if (call) Object.assign(call, { status: 'rejected', statusMessage: firstLine(reason) });
    else {
      this.lacks('the call that was refused');
      this.log.note('refused call that is not in the log');
    }
  }

  end(): void {
    this.log.tell(this.emit, {
      sessionId: this.sessionId,
      agentId: this.agentId,
      agentName: this.isSubAgent ? 'sub-agent' : 'Kimi Code',
    });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const wires = sample.records.filter(
    (record) => WIRE.test(asText(get(record, 'type')) ?? '') && Object.hasOwn(record as object, 'time'),
  ).length;
  if (wires > 0)
    return {
      confidence: 0.95,
      reason: `${wires} of ${sample.records.length} records are wire messages with a time`,
    };
  const [first] = sample.records;
  const isState =
    asObject(get(first, 'agents')) !== null &&
    Object.values(asObject(get(first, 'agents')) ?? {}).some((agent) =>
      Object.hasOwn(Object(agent) as object, 'parentAgentId'),
    );
  return isState ? { confidence: 0.85, reason: 'the state of a session with its agents' } : null;
}

const guide: FormatGuide = {
  reads: [
    'Wire logs `~/.kimi-code/sessions/<work>/<session>/agents/<agent>/wire.jsonl` and the session’s `state.json`.',
  ],
  spans: [
    'A step becomes a model call with its parts, thoughts and tokens; `tool.call` a tool call, `tool.result` its end. Refused approvals make a call rejected.',
    'Compaction becomes a memory span; requests sent again, failed turns and cancelled ones become events.',
  ],
  turns:
    'The session is the folder; sub-agents are joined to it. A prompt whose origin is the user opens a turn; it is told twice in the log and counts once.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    '`usage.record` repeats the steps’ tokens and is not added again. `state.json` holds no turn. Other types are counted by name.',
  ],
};

const kimiCode: TraceFormat = {
  id: 'kimi-code',
  title: 'Kimi Code sessions',
  description: 'Wire logs of the Kimi Code command line, sub-agents included.',
  documentation: 'https://github.com/MoonshotAI/kimi-code',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  resumesAt: turnOpened,
  resumesWith: ['"modelAlias"', '"llm.request"', '"usage.record"'],
  sniff,
  read: (emit, source) => new KimiReader(emit, source),
};

export default kimiCode;
