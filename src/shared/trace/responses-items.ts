/**
 * Items of OpenAI's Responses API, as inputs and as outputs, told to a log: messages, reasoning, function calls with
 * their outputs, and the tools the provider runs itself. Items that a conversation repeats are told once, by their ids
 * or, where they have none, by what they say. See src/engine/intake/formats/openai-responses.ts.
 */
import { markedEnd, type AgentLog, type LogSpan } from './agent-log';
import { filled } from './claude-line';
import { errorKind } from './error-text';
import { asArray, asNumber, asText, at, canonicalJson, get, toJsonText } from './json';
import { contentText } from './messages';

const CALL_TYPES = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'mcp_call',
  'computer_call',
  'shell_call',
  'apply_patch_call',
]);

/** What a response counted; `input_tokens` includes what came from the cache. */
export function responseUsage(usage: unknown): Partial<LogSpan> {
  return {
    inputTokens: asNumber(get(usage, 'input_tokens') ?? get(usage, 'prompt_tokens')),
    outputTokens: asNumber(get(usage, 'output_tokens') ?? get(usage, 'completion_tokens')),
    cacheReadTokens: asNumber(
      at(usage, 'input_tokens_details', 'cached_tokens') ??
        at(usage, 'prompt_tokens_details', 'cached_tokens'),
    ),
    reasoningTokens: asNumber(
      at(usage, 'output_tokens_details', 'reasoning_tokens') ??
        at(usage, 'completion_tokens_details', 'reasoning_tokens'),
    ),
  };
}

function summaryText(item: unknown): string {
  return [...asArray(get(item, 'summary')), ...asArray(get(item, 'content'))]
    .map((part) => asText(get(part, 'text')) ?? '')
    .filter((part) => part !== '')
    .join('\n');
}

interface Here {
  line: number;
  startNs: bigint | null;
  sessionId: string | null;
}

/** The conversation so far: what was told already is not told again. */
export class ResponseItems {
  private readonly told = new Set<string>();

  constructor(private readonly log: AgentLog) {}

  /** Items sent to the model: messages of people and instructions, results of calls, earlier answers. */
  input(input: unknown, here: Here): void {
    const items = typeof input === 'string' ? [{ role: 'user', content: input }] : asArray(input);
    const seen = new Map<string, number>();
    for (const item of items) {
      const said = canonicalJson([
        get(item, 'type') ?? 'message',
        get(item, 'role'),
        contentText(get(item, 'content')),
        get(item, 'call_id'),
        get(item, 'output'),
      ]);
      const count = (seen.get(said) ?? 0) + 1;
      seen.set(said, count);
      const key = `${here.sessionId ?? ''}\0${asText(get(item, 'id')) ?? `${said}\0${count}`}`;
      if (this.told.has(key)) continue;
      this.told.add(key);
      this.sent(item, here);
    }
  }

  private sent(item: unknown, here: Here): void {
    const type = asText(get(item, 'type')) ?? 'message';
    const role = asText(get(item, 'role'));
    const text = contentText(get(item, 'content'));
    const span = { ...here, spanId: null, text, raw: item };
    if (type.endsWith('_output')) this.result(item, here);
    else if (CALL_TYPES.has(type)) this.call(item, here, null);
    else if (type === 'reasoning' || type === 'item_reference') return;
    else if (role === 'user')
      this.log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', input: text });
    else if (role === 'system' || role === 'developer')
      this.log.add({ ...span, kind: 'system', name: 'instructions' });
    else if (role === 'assistant') {
      if (!this.told.has(`${here.sessionId ?? ''}\0answer\0${text}`))
        this.log.add({ ...span, kind: 'llm', name: 'earlier answer', output: asText(text) });
    } else this.log.note(`input item of type "${type.slice(0, 40)}" left out`);
  }

  private result(item: unknown, here: Here): void {
    const text = contentText(get(item, 'output') ?? get(item, 'content'));
    const failed =
      get(item, 'status') === 'failed' ||
      get(item, 'status') === 'incomplete' ||
      errorKind(text) === 'error_text';
    this.log.result(asText(get(item, 'call_id')), {
      line: here.line,
      text,
      ...(failed ? markedEnd(true, text, 'tool_error') : { status: 'unset' as const }),
      endNs: here.startNs,
      raw: item,
    });
  }

  /** Output items of a response: their text goes to `answer`, their calls below it. */
  output(output: unknown, answer: LogSpan, here: Here): void {
    const texts: string[] = [];
    const thoughts: string[] = [];
    for (const item of asArray(output)) {
      const type = asText(get(item, 'type')) ?? '';
      const id = asText(get(item, 'id'));
      if (id !== null) this.told.add(`${here.sessionId ?? ''}\0${id}`);
      if (type === 'message') {
        const refusal = asArray(get(item, 'content')).find((part) => get(part, 'type') === 'refusal');
        const text = contentText(get(item, 'content')) || (asText(get(refusal, 'refusal')) ?? '');
        texts.push(text);
        this.told.add(`${here.sessionId ?? ''}\0answer\0${text}`);
        if (refusal)
          Object.assign(answer, {
            status: 'error',
            statusMessage: asText(get(refusal, 'refusal')),
            errorType: 'refusal',
          });
        for (const call of asArray(get(item, 'tool_calls')))
          this.call({ ...Object(get(call, 'function')), call_id: get(call, 'id') }, here, answer);
      } else if (type === 'reasoning') thoughts.push(summaryText(item));
      else if (type.endsWith('_output')) this.result(item, here);
      else if (type.endsWith('_call')) this.call(item, here, answer);
      else this.log.note(`output item of type "${type.slice(0, 40)}" left out`);
    }
    answer.text = texts.filter((text) => text !== '').join('\n');
    answer.output = asText(answer.text);
    answer.attributes = filled({
      ...answer.attributes,
      reasoning: thoughts.filter((text) => text !== '').join('\n'),
    });
  }

  private call(item: unknown, here: Here, answer: LogSpan | null): void {
    const type = asText(get(item, 'type')) ?? 'function_call';
    const callId = asText(get(item, 'call_id')) ?? asText(get(item, 'id'));
    if (callId !== null && this.log.callOf(callId)) return;
    const toolName = asText(get(item, 'name')) ?? type.replace(/_call$/, '');
    const span = this.log.call({
      ...here,
      spanId: callId,
      parentSpanId: answer?.spanId ?? null,
      toolName,
      toolCallId: callId,
      input: toJsonText(
        get(item, 'arguments') ??
          get(item, 'input') ??
          get(item, 'action') ??
          get(item, 'queries') ??
          get(item, 'code'),
      ),
      raw: item,
    });
    if (
      type === 'function_call' ||
      type === 'custom_tool_call' ||
      type === 'local_shell_call' ||
      type === 'computer_call' ||
      type === 'shell_call'
    )
      return;
    // The provider ran it: the item says how it ended.
    const error = get(item, 'error');
    const logs = asArray(get(item, 'outputs')).map((part) => asText(get(part, 'logs')) ?? contentText(part));
    const text =
      contentText(get(item, 'output') ?? get(item, 'results') ?? error ?? '') ||
      logs.filter(Boolean).join('\n');
    const isFailed = (error !== undefined && error !== null) || get(item, 'status') === 'failed';
    this.log.result(callId, {
      line: here.line,
      text,
      ...markedEnd(isFailed, text, 'tool_error'),
      endNs: null,
      raw: item,
    });
    span.raw = item;
  }
}
