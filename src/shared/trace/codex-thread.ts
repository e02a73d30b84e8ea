/**
 * One thread of Codex: the lines of a rollout turned into spans, in their order. Response items make the conversation;
 * event lines add what those do not know. Owns how the two are put together; what a text or an event means is said in
 * codex-text.ts and codex-event.ts, and src/engine/intake/formats/codex.ts reads the lines.
 */
import { AgentLog, firstLine, TypeCount, type LogSink, type LogSpan } from './agent-log';
import { filled } from './claude-line';
import { callEvent, codexThread, codexUsage, type CodexThread } from './codex-event';
import { codexResult, isInjected, userOrigin, userText } from './codex-text';
import { asArray, asNumber, asObject, asText, get, toJsonText } from './json';
import { contentText } from './messages';

/** Events that repeat what response items say. */
const QUIET = new Set([
  'agent_message',
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'task_started',
  'turn_started',
]);
const CALLS = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'tool_search_call',
  'tool_call',
]);
const RESULTS = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'tool_search_output',
  'tool_result',
]);

/** Types of response items, which stood alone on their lines before version 0.44. */
export const CODEX_ITEMS: ReadonlySet<string> = new Set([
  'message',
  'reasoning',
  'web_search_call',
  ...CALLS,
  ...RESULTS,
]);

export interface CodexLine {
  line: number;
  timeNs: bigint | null;
  raw: unknown;
}

const SPAWNED = /"agent_id"\s*:\s*"([\w-]{4,64})"/;

export class CodexRollout {
  private readonly log: AgentLog;
  private readonly types: TypeCount;
  private thread: CodexThread | null = null;
  private meta: unknown = null;
  private model: string | null = null;
  private turnId: string | null = null;
  /** The model call that is being written; null after its usage, a result or a prompt. */
  private answer: LogSpan | null = null;
  private usageKey: string | null = null;
  private beforeNs: bigint | null = null;
  /** Prompts told by an item and waiting for their event, or the other way, by text. */
  private readonly typed = new Map<string, LogSpan[]>();

  constructor(
    private readonly sink: LogSink,
    idPrefix: string,
  ) {
    this.log = new AgentLog(idPrefix);
    this.types = new TypeCount((what) => this.log.note(what), 'line type');
  }

  session(meta: unknown): void {
    const thread = codexThread(meta);
    if (!thread) return;
    if (this.thread === null) {
      this.thread = thread;
      this.meta = meta;
    } else this.log.note('further session_meta line (fork or resumed thread)');
  }

  context(context: unknown): void {
    this.model = asText(get(context, 'model')) ?? this.model;
    this.turnId = asText(get(context, 'turn_id')) ?? this.turnId;
  }

  /** The model call at hand, begun when nothing is being written. */
  private begin({ line, timeNs, raw }: CodexLine): LogSpan {
    this.answer ??= this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      traceId: this.turnId,
      model: this.model,
      provider: asText(get(this.meta, 'model_provider')) ?? 'openai',
      startNs: this.beforeNs ?? timeNs,
      status: 'ok',
      text: '',
      raw,
    });
    this.answer.endNs = timeNs;
    return this.answer;
  }

  item(item: unknown, at: CodexLine): void {
    const type = asText(get(item, 'type')) ?? '';
    if (type === 'message') this.message(item, at);
    else if (type === 'reasoning') {
      const text = [...asArray(get(item, 'summary')), ...asArray(get(item, 'content'))]
        .map((part) => asText(get(part, 'text')) ?? '')
        .filter((part) => part !== '')
        .join('\n');
      const span = this.begin(at);
      const known = asText(get(span.attributes, 'reasoning'));
      span.attributes = filled({
        ...span.attributes,
        reasoning: [known, asText(text)].filter(Boolean).join('\n'),
      });
    } else if (CALLS.has(type)) this.call(type, item, at);
    else if (RESULTS.has(type)) this.result(type, item, at);
    else if (type === 'web_search_call' || type === 'image_generation_call') this.hosted(type, item, at);
    else if (type === 'agent_message') this.fromAgent(item, at);
    else this.types.count(`response_item/${type}`);
    this.beforeNs = at.timeNs ?? this.beforeNs;
  }

  private message(item: unknown, at: CodexLine): void {
    const role = asText(get(item, 'role'));
    if (role === 'assistant') {
      const span = this.begin(at);
      const text = contentText(get(item, 'content'));
      span.text = [span.text, text].filter(Boolean).join('\n');
      span.output = span.text;
      span.raw = at.raw;
      return;
    }
    this.answer = null;
    const text = userText(get(item, 'content'));
    if (role === 'user') this.user(text, at, 'item');
    else
      this.log.add({
        line: at.line,
        spanId: null,
        kind: 'system',
        name: 'instructions',
        startNs: at.timeNs,
        text,
        raw: at.raw,
      });
  }

  /** A prompt told by an item and by an event is one span; which of the two comes first differs between versions. */
  private user(text: string, at: CodexLine, by: 'item' | 'event'): void {
    const key = `${by === 'item' ? 'event' : 'item'}\0${text.trim()}`;
    const told = this.typed.get(key)?.shift();
    if (told) {
      told.raw = [told.raw, at.raw];
      return;
    }
    this.answer = null;
    const origin = by === 'event' && !this.isSubAgent ? 'human' : userOrigin(text, this.isSubAgent);
    const span = this.log.add({
      line: at.line,
      spanId: null,
      kind: 'user',
      origin,
      name: origin === 'harness' ? 'program text' : origin === 'agent' ? 'agent prompt' : 'user message',
      traceId: this.turnId,
      startNs: at.timeNs,
      text,
      input: text,
      raw: at.raw,
    });
    const own = `${by}\0${text.trim()}`;
    if (!isInjected(text)) this.typed.set(own, [...(this.typed.get(own) ?? []), span]);
  }

  private get isSubAgent(): boolean {
    return this.thread?.isSubAgent === true;
  }

  private call(type: string, item: unknown, at: CodexLine): void {
    const name =
      asText(get(item, 'name')) ??
      asText(get(get(item, 'function'), 'name')) ??
      (type === 'local_shell_call' ? 'local_shell' : type === 'tool_search_call' ? 'tool_search' : null);
    const callId = asText(get(item, 'call_id')) ?? asText(get(item, 'id'));
    const answer = this.begin(at);
    const namespace = asText(get(item, 'namespace'));
    this.log.call({
      line: at.line,
      spanId: callId,
      parentSpanId: answer.spanId,
      traceId: this.turnId,
      toolName: `${namespace === null ? '' : `${namespace}.`}${name ?? 'unknown tool'}`,
      toolCallId: callId,
      startNs: at.timeNs,
      input: toJsonText(get(item, 'arguments') ?? get(item, 'input') ?? get(item, 'action')),
      raw: at.raw,
    });
  }

  private result(type: string, item: unknown, at: CodexLine): void {
    this.answer = null;
    const output = get(item, 'output') ?? get(item, 'result') ?? get(item, 'tools');
    const { exitCode, ...said } = codexResult(output);
    const callId = asText(get(item, 'call_id'));
    const known = this.log.callOf(callId);
    // An event that came before knows the end better than the text does.
    const isEnded = known?.status !== undefined && known.status !== 'unset';
    const span = this.log.result(callId, {
      line: at.line,
      text: said.text,
      ...(isEnded ? { status: known.status ?? 'unset' } : said),
      endNs: known?.endNs ?? at.timeNs,
      raw: at.raw,
      toolName: type === 'tool_result' ? asText(get(item, 'name')) : null,
      attributes: filled({ exitCode, resultLine: at.line }),
    });
    if (span.toolName?.endsWith('spawn_agent')) span.spawnsAgentId ??= SPAWNED.exec(said.text)?.[1] ?? null;
  }

  /** Tools the model's provider runs: they are answered in place. */
  private hosted(type: string, item: unknown, at: CodexLine): void {
    const answer = this.begin(at);
    const isError = get(item, 'status') === 'failed';
    this.log.add({
      line: at.line,
      spanId: asText(get(item, 'id')),
      parentSpanId: answer.spanId,
      traceId: this.turnId,
      kind: 'tool',
      name: type.replace(/_call$/, ''),
      operation: 'execute_tool',
      toolName: type.replace(/_call$/, ''),
      toolCallId: asText(get(item, 'id')),
      startNs: at.timeNs,
      status: isError ? 'error' : 'ok',
      input: toJsonText(get(item, 'action') ?? get(item, 'revised_prompt')),
      text: null,
      raw: at.raw,
    });
  }

  private fromAgent(item: unknown, at: CodexLine): void {
    this.answer = null;
    const text = contentText(get(item, 'content'));
    this.log.add({
      line: at.line,
      spanId: null,
      kind: 'user',
      origin: 'agent',
      name: 'agent message',
      startNs: at.timeNs,
      text,
      attributes: filled({ author: get(item, 'author'), recipient: get(item, 'recipient') }),
      raw: at.raw,
    });
  }

  event(event: unknown, at: CodexLine): void {
    const type = asText(get(event, 'type')) ?? '';
    const item = get(event, 'item');
    if (type === 'item_completed' && asText(get(item, 'type')) !== null) this.completed(item, at);
    else if (type === 'user_message') this.user(asText(get(event, 'message')) ?? '', at, 'event');
    else if (type === 'token_count') this.tokens(get(event, 'info'));
    else if (!this.ending(type, event, at) && !this.callEnd(type, event, asText(get(event, 'call_id')), at)) {
      if (type === 'task_started' || type === 'turn_started')
        this.turnId = asText(get(event, 'turn_id')) ?? this.turnId;
      if (!QUIET.has(type)) this.types.count(`event_msg/${type}`);
    }
    if (type === 'user_message' || type === 'turn_aborted') this.beforeNs = at.timeNs ?? this.beforeNs;
  }

  private completed(item: unknown, at: CodexLine): void {
    const type = asText(get(item, 'type')) ?? '';
    if (type === 'UserMessage') this.user(contentText(get(item, 'content')), at, 'event');
    else if (!this.callEnd(type, item, asText(get(item, 'id')), at)) {
      if (type !== 'AgentMessage' && type !== 'Reasoning') this.types.count(`item_completed/${type}`);
    }
  }

  /** Turns, errors and compactions; false for other events. */
  private ending(type: string, event: unknown, at: CodexLine): boolean {
    const span = { line: at.line, spanId: null, traceId: this.turnId, startNs: at.timeNs, raw: at.raw };
    const failed = asObject(get(event, 'error'));
    if (type === 'turn_aborted') {
      const reason = asText(get(event, 'reason')) ?? 'interrupted';
      this.log.endOpen({ status: 'interrupted', statusMessage: 'stopped before it ended', endNs: at.timeNs });
      if (this.answer) this.answer.status = 'interrupted';
      const isPerson = reason === 'interrupted';
      this.log.add({
        ...span,
        kind: 'event',
        name: isPerson ? 'interruption' : 'turn aborted',
        status: 'interrupted',
        text: reason,
        attributes: filled({ reason, durationMs: get(event, 'duration_ms') }),
      });
      this.answer = null;
    } else if (
      type === 'error' ||
      type === 'stream_error' ||
      ((type === 'task_complete' || type === 'turn_complete') && failed)
    ) {
      const text = asText(get(event, 'message')) ?? asText(get(failed, 'message')) ?? type;
      const info = get(event, 'codex_error_info') ?? get(failed, 'codex_error_info');
      const errorType = asText(info) ?? Object.keys(asObject(info) ?? {})[0] ?? type;
      this.log.add({
        ...span,
        kind: 'event',
        name: type === 'stream_error' ? 'stream_error' : 'api_error',
        status: 'error',
        statusMessage: firstLine(text),
        errorType,
        text,
      });
    } else if (type === 'context_compacted') {
      if (this.log.last?.name !== 'context compaction') this.compaction(at, '');
    } else if (type === 'thread_rolled_back') this.rollBack(asNumber(get(event, 'num_turns')) ?? 0);
    else return type === 'task_complete' || type === 'turn_complete';
    return true;
  }

  compaction(at: CodexLine, text: string): void {
    this.answer = null;
    const last = this.log.last;
    if (last?.name === 'context compaction' && !last.text) {
      Object.assign(last, { text, output: asText(text), raw: [last.raw, at.raw] });
      return;
    }
    this.log.add({
      line: at.line,
      spanId: null,
      kind: 'memory',
      name: 'context compaction',
      operation: 'compact',
      traceId: this.turnId,
      startNs: at.timeNs,
      text,
      output: asText(text),
      raw: at.raw,
    });
  }

  /** The person took back the latest turns: what was said in them counts as left. */
  private rollBack(turns: number): void {
    this.answer = null;
    this.log.rewind(turns);
    this.log.note('turns taken back by the person', turns);
  }

  private callEnd(type: string, event: unknown, callId: string | null, at: CodexLine): boolean {
    const end = callEvent(type, event);
    if (!end) return type.startsWith('collab_') || type.endsWith('_begin') || type.endsWith('_delta');
    const { durationNs, toolName, input, text, ...said } = end;
    const known = this.log.callOf(callId);
    if (!known) {
      // Called from inside another tool, or by the person: the event is all that is known of it.
      this.log.add({
        line: at.line,
        spanId: callId,
        kind: 'tool',
        name: toolName,
        operation: 'execute_tool',
        toolName,
        toolCallId: callId,
        traceId: this.turnId,
        startNs: durationNs !== null && at.timeNs !== null ? at.timeNs - durationNs : at.timeNs,
        endNs: at.timeNs,
        input,
        text,
        output: text,
        raw: at.raw,
        ...said,
      });
      return true;
    }
    if (said.status !== 'unset')
      Object.assign(known, {
        status: said.status,
        statusMessage: said.statusMessage ?? null,
        errorType: said.errorType ?? null,
      });
    known.spawnsAgentId ??= said.spawnsAgentId;
    known.text ??= text;
    known.endNs = at.timeNs;
    return true;
  }

  private tokens(info: unknown): void {
    const found = codexUsage(info);
    if (!found || (found.key !== null && found.key === this.usageKey)) return;
    this.usageKey = found.key;
    const span = this.answer ?? this.log.answer;
    if (!span || span.inputTokens !== undefined) {
      this.log.note('token count without a model call');
      return;
    }
    Object.assign(span, found.usage);
    span.attributes = filled({ ...span.attributes, contextWindow: found.contextWindow });
    this.answer = null;
  }

  count(type: string): void {
    this.types.count(type);
  }

  tell(): void {
    const thread = this.thread;
    const cwd = asText(get(this.meta, 'cwd'));
    this.log.tell(this.sink, {
      sessionId: thread?.sessionId ?? null,
      agentId: thread?.isSubAgent ? thread.id : null,
      agentName: thread?.isSubAgent ? (thread.nickname ?? 'sub-agent') : 'Codex',
      agentVersion: asText(get(this.meta, 'cli_version')),
      feature: cwd?.split(/[/\\]/).findLast((part) => part !== '') ?? null,
    });
  }
}
