/**
 * Conversations of AutoGen and AG2: results of a run with typed messages (`TextMessage`, `ToolCallRequestEvent`, …), saved states
 * of teams and agents, and chat histories of the older version, whose roles are one agent's view of the other: who speaks is
 * told by the name. https://microsoft.github.io/autogen/
 */
import { AgentLog, exitEnd, markedEnd } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { textEnd } from '../../../shared/trace/error-text';
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

const TYPED =
  /^(TextMessage|MultiModalMessage|StopMessage|HandoffMessage|StructuredMessage.*|ToolCallRequestEvent|ToolCallExecutionEvent|ToolCallSummaryMessage|UserInputRequestedEvent|ThoughtEvent|MemoryQueryEvent|CodeGenerationEvent|CodeExecutionEvent|UserMessage|AssistantMessage|SystemMessage|FunctionExecutionResultMessage)$/;
const PERSON = /^(user|human|admin|customer)$|user[_ -]?proxy|^user\b/i;
const EXIT = /^exitcode: (-?\d{1,6})/;

function isTyped(message: unknown): boolean {
  return (
    TYPED.test(asText(get(message, 'type')) ?? '') &&
    (get(message, 'content') !== undefined || get(message, 'source') !== undefined)
  );
}

function isNamed(message: unknown): boolean {
  return (
    asText(get(message, 'name')) !== null &&
    asText(get(message, 'role')) !== null &&
    get(message, 'content') !== undefined
  );
}

interface Found {
  messages: readonly unknown[];
  agent: string | null;
  pointer: string;
}

/** The contexts of the agents in a saved state, with teams inside of teams. */
function contextsOf(state: unknown, name: string | null, depth = 0): Found[] {
  const own = asArray(at(state, 'llm_context', 'messages'));
  if (own.length > 0 && own.every(isTyped)) return [{ messages: own, agent: name, pointer: '' }];
  if (depth > 6) return [];
  return Object.entries(asObject(get(state, 'agent_states')) ?? {}).flatMap(([key, inner]) =>
    contextsOf(get(inner, 'agent_state') ?? inner, key.replace(/\/.*$/, ''), depth + 1),
  );
}

function findAll(record: unknown): Found[] {
  for (const key of ['messages', 'chat_history'] as const) {
    const messages = asArray(get(record, key));
    if (
      messages.length > 0 &&
      (messages.every(isTyped) || (key === 'chat_history' && messages.every(isNamed)))
    )
      return [{ messages, agent: null, pointer: `/${key}` }];
  }
  return contextsOf(record, null);
}

class Chat {
  constructor(
    private readonly log: AgentLog,
    private readonly agent: string | null,
  ) {}

  message(message: unknown, line: number): void {
    const type = asText(get(message, 'type')) ?? '';
    const source = asText(get(message, 'source')) ?? asText(get(message, 'name'));
    const span = {
      line,
      spanId: asText(get(message, 'id')),
      startNs: toNs(get(message, 'created_at')),
      agentName: source ?? this.agent,
      raw: message,
    };
    const content = get(message, 'content');
    const calls = asArray(content).filter(
      (part) => asText(get(part, 'name')) !== null && get(part, 'arguments') !== undefined,
    );
    const results = asArray(content).filter((part) => get(part, 'call_id') !== undefined);
    if (calls.length > 0) this.called(calls, message, span);
    else if (results.length > 0) for (const result of results) this.result(result, span);
    else if (
      type === 'ToolCallSummaryMessage' ||
      type === 'UserInputRequestedEvent' ||
      type === 'MemoryQueryEvent'
    )
      this.log.note(`message "${type}" counted only`);
    else if (type === 'SystemMessage' || get(message, 'role') === 'system')
      this.log.add({ ...span, kind: 'system', name: 'instructions', text: contentText(content) });
    else this.said(message, type, source, span);
  }

  private said(
    message: unknown,
    type: string,
    source: string | null,
    span: {
      line: number;
      spanId: string | null;
      startNs: bigint | null;
      agentName: string | null;
      raw: unknown;
    },
  ): void {
    const text = contentText(get(message, 'content'));
    const code = asNumber(EXIT.exec(text)?.[1] ?? at(message, 'result', 'exit_code'));
    if (type === 'CodeExecutionEvent' || code !== null) {
      const output = asText(at(message, 'result', 'output')) ?? text;
      this.log.add({
        ...span,
        kind: 'tool',
        name: 'code execution',
        operation: 'execute_tool',
        toolName: 'code execution',
        parentSpanId: this.log.answer?.spanId ?? null,
        input: this.log.answer?.text ?? null,
        text: output,
        output,
        ...(code === null ? {} : exitEnd(code)),
      });
    } else if (type === 'UserMessage' || PERSON.test(source ?? '')) {
      if (text !== '')
        this.log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', text, input: text });
    } else {
      const calls = asArray(get(message, 'tool_calls'));
      const answer = this.answer(message, text, span);
      for (const call of calls)
        this.call({ ...asObject(get(call, 'function')), id: get(call, 'id') }, answer, span);
      for (const result of asArray(get(message, 'tool_responses')))
        this.result({ call_id: get(result, 'tool_call_id'), content: get(result, 'content') }, span);
    }
  }

  private answer(
    message: unknown,
    text: string,
    span: Omit<Parameters<AgentLog['add']>[0], 'kind' | 'name'>,
  ): string {
    const usage = get(message, 'models_usage');
    return this.log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      status: 'ok',
      text,
      output: asText(text),
      inputTokens: asNumber(get(usage, 'prompt_tokens')),
      outputTokens: asNumber(get(usage, 'completion_tokens')),
      attributes: filled({ reasoning: asText(get(message, 'thought')) }),
    }).spanId;
  }

  private called(
    calls: readonly unknown[],
    message: unknown,
    span: {
      line: number;
      spanId: string | null;
      startNs: bigint | null;
      agentName: string | null;
      raw: unknown;
    },
  ): void {
    const answer = this.answer(message, '', span);
    for (const call of calls) this.call(call, answer, span);
  }

  private call(
    call: unknown,
    parentSpanId: string,
    span: { line: number; startNs: bigint | null; agentName: string | null },
  ): void {
    const id = asText(get(call, 'id'));
    this.log.call({
      line: span.line,
      spanId: id,
      parentSpanId,
      startNs: span.startNs,
      agentName: span.agentName,
      toolName: asText(get(call, 'name')) ?? 'unknown tool',
      toolCallId: id,
      input: toJsonText(get(call, 'arguments')),
      raw: call,
    });
  }

  private result(result: unknown, span: { line: number; startNs: bigint | null }): void {
    const text = contentText(get(result, 'content'));
    const mark = get(result, 'is_error');
    this.log.result(asText(get(result, 'call_id')), {
      line: span.line,
      text,
      toolName: asText(get(result, 'name')),
      endNs: span.startNs,
      ...(typeof mark === 'boolean' ? markedEnd(mark, text, 'tool_error') : textEnd(text)),
      raw: result,
    });
  }
}

class AutoGenReader implements FormatReader {
  private loose: { log: AgentLog; chat: Chat } | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const found = findAll(record);
    for (const { messages, agent, pointer } of found) {
      const sessionId = `${this.source.shortHash}:${place.line}${agent === null || found.length === 1 ? '' : `:${agent}`}`;
      const log = new AgentLog(sessionId);
      const chat = new Chat(log, agent);
      messages.forEach((message, i) => {
        chat.message(
          message,
          Math.max(place.line, pointer === '' ? 0 : this.source.lineOf(`${pointer}/${i}`)),
        );
      });
      log.tell(this.emit, { sessionId });
    }
    if (found.length > 0) return;
    if (isTyped(record)) {
      if (!this.loose) {
        const log = new AgentLog(this.source.shortHash);
        this.loose = { log, chat: new Chat(log, null) };
      }
      this.loose.chat.message(record, place.line);
    } else if (get(record, 'stop_reason') !== undefined && this.loose)
      this.emit.note('end of a run counted only');
    else
      this.emit.reject(
        place,
        'no messages of agents found in the record',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  end(): void {
    this.loose?.log.tell(this.emit, { sessionId: `${this.source.shortHash}:1` });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const whole = records.filter((record) => findAll(record).length > 0).length;
  if (whole > 0 && whole * 2 >= records.length)
    return {
      confidence: 0.9,
      reason: `${whole} of ${records.length} records hold messages that agents sent each other`,
    };
  const typed = records.filter((record) => isTyped(record) && asText(get(record, 'source')) !== null).length;
  return typed > 1 && typed * 2 >= records.length
    ? {
        confidence: 0.9,
        reason: `${typed} of ${records.length} records are messages with a type and a source`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Results of a run (`messages` with types), a message a line, and saved states of teams and agents.',
    'Chat histories of AutoGen 0.2 and AG2 (`chat_history` with names).',
  ],
  spans: [
    'What an agent says is a model call of that agent with its usage; requests of tools are tool calls, ended by the execution that names them. Code that was run (`exitcode: …`) is a call of `code execution`.',
    'What a source named `user`, or a user proxy, says is a user message.',
  ],
  turns: 'A record is a session; of a saved state each agent’s context is one. User messages open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Summaries of tool calls repeat their results and are counted, as are requests for input.'],
};

const autogen: TraceFormat = {
  id: 'autogen',
  title: 'AutoGen and AG2 conversations',
  description: 'Runs, saved states and chat histories of AutoGen and AG2.',
  documentation: 'https://microsoft.github.io/autogen/',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: (head) => head.every((record) => findAll(record).length > 0),
  recalls: true,
  sniff,
  read: (emit, source) => new AutoGenReader(emit, source),
};

export default autogen;
