/**
 * The response items of a Codex rollout: messages, reasoning, calls and their results, turned into spans. They make the
 * conversation; what a text means is said in codex-text.ts.
 */
import { filled } from './claude-line';
import type { CodexLine, CodexState } from './codex-state';
import { codexResult, userText } from './codex-text';
import { asArray, asText, get, toJsonText } from './json';
import { contentText } from './messages';

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

const SPAWNED = /"agent_id"\s*:\s*"([\w-]{4,64})"/;

export class CodexItems {
  constructor(private readonly state: CodexState) {}

  item(item: unknown, at: CodexLine): void {
    const type = asText(get(item, 'type')) ?? '';
    if (type === 'message') this.message(item, at);
    else if (type === 'reasoning') {
      const text = [...asArray(get(item, 'summary')), ...asArray(get(item, 'content'))]
        .map((part) => asText(get(part, 'text')) ?? '')
        .filter((part) => part !== '')
        .join('\n');
      const span = this.state.begin(at);
      const known = asText(get(span.attributes, 'reasoning'));
      span.attributes = filled({
        ...span.attributes,
        reasoning: [known, asText(text)].filter(Boolean).join('\n'),
      });
    } else if (CALLS.has(type)) this.call(type, item, at);
    else if (RESULTS.has(type)) this.result(type, item, at);
    else if (type === 'web_search_call' || type === 'image_generation_call') this.hosted(type, item, at);
    else if (type === 'agent_message') this.fromAgent(item, at);
    else this.state.types.count(`response_item/${type}`);
    this.state.beforeNs = at.timeNs ?? this.state.beforeNs;
  }

  private message(item: unknown, at: CodexLine): void {
    const role = asText(get(item, 'role'));
    if (role === 'assistant') {
      const span = this.state.begin(at);
      const text = contentText(get(item, 'content'));
      span.text = [span.text, text].filter(Boolean).join('\n');
      span.output = span.text;
      span.raw = at.raw;
      return;
    }
    this.state.settle();
    const text = userText(get(item, 'content'));
    if (role === 'user') this.state.user(text, at, 'item');
    else
      this.state.log.add({
        line: at.line,
        spanId: null,
        kind: 'system',
        name: 'instructions',
        startNs: at.timeNs,
        text,
        raw: at.raw,
      });
  }

  private call(type: string, item: unknown, at: CodexLine): void {
    const name =
      asText(get(item, 'name')) ??
      asText(get(get(item, 'function'), 'name')) ??
      (type === 'local_shell_call' ? 'local_shell' : type === 'tool_search_call' ? 'tool_search' : null);
    const callId = asText(get(item, 'call_id')) ?? asText(get(item, 'id'));
    const answer = this.state.begin(at);
    const namespace = asText(get(item, 'namespace'));
    this.state.log.call({
      line: at.line,
      spanId: callId,
      parentSpanId: answer.spanId,
      traceId: this.state.turnId,
      toolName: `${namespace === null ? '' : `${namespace}.`}${name ?? 'unknown tool'}`,
      toolCallId: callId,
      startNs: at.timeNs,
      input: toJsonText(get(item, 'arguments') ?? get(item, 'input') ?? get(item, 'action')),
      raw: at.raw,
    });
  }

  private result(type: string, item: unknown, at: CodexLine): void {
    this.state.settle();
    const output = get(item, 'output') ?? get(item, 'result') ?? get(item, 'tools');
    const { exitCode, ...said } = codexResult(output);
    const callId = asText(get(item, 'call_id'));
    const known = this.state.log.callOf(callId);
    if (!known) this.state.needs('the call of a result');
    // An event that came before knows the end better than the text does.
    const isEnded = known?.status !== undefined && known.status !== 'unset';
    const span = this.state.log.result(callId, {
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
    const answer = this.state.begin(at);
    const isError = get(item, 'status') === 'failed';
    const isSearch = type === 'web_search_call';
    const input = toJsonText(get(item, 'action') ?? get(item, 'revised_prompt'));
    const told = isSearch ? this.state.otherSearch('item', input) : null;
    if (told) {
      Object.assign(told, {
        parentSpanId: answer.spanId,
        input: input ?? told.input,
        raw: [told.raw, at.raw],
      });
      return;
    }
    const span = this.state.log.add({
      line: at.line,
      spanId: asText(get(item, 'id')),
      parentSpanId: answer.spanId,
      traceId: this.state.turnId,
      kind: 'tool',
      name: type.replace(/_call$/, ''),
      operation: 'execute_tool',
      toolName: type.replace(/_call$/, ''),
      toolCallId: asText(get(item, 'id')),
      startNs: at.timeNs,
      status: isError ? 'error' : 'ok',
      input,
      text: null,
      raw: at.raw,
    });
    if (isSearch) this.state.search('item', span);
  }

  private fromAgent(item: unknown, at: CodexLine): void {
    this.state.settle();
    const text = contentText(get(item, 'content'));
    this.state.log.add({
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
}
