/**
 * Bodies of model calls on Amazon Bedrock: Converse requests and responses, and those of `InvokeModel`, which are the
 * provider's own (Anthropic, Amazon, Meta, Mistral, Cohere). Says which messages went in and what came back.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 */
import { asArray, asNumber, asObject, asString, asText, at, get, parseMaybe, toJsonText } from './json';
import { transcriptMessages } from './transcript-text';

/** A block of Converse has one key, which says what it is. In the shape of Anthropic's blocks, which have types. */
function blockOf(block: unknown): unknown {
  if (get(block, 'type') !== undefined) return block;
  const call = asObject(get(block, 'toolUse'));
  if (call)
    return {
      type: 'tool_use',
      id: get(call, 'toolUseId'),
      name: get(call, 'name'),
      input: get(call, 'input'),
    };
  const result = asObject(get(block, 'toolResult'));
  if (result)
    return {
      type: 'tool_result',
      tool_use_id: get(result, 'toolUseId'),
      content: asArray(get(result, 'content')).map((part) =>
        get(part, 'json') === undefined
          ? blockOf(part)
          : { type: 'text', text: toJsonText(get(part, 'json')) },
      ),
      is_error: get(result, 'status') === 'error',
    };
  const thought = asText(at(block, 'reasoningContent', 'reasoningText', 'text'));
  if (thought !== null) return { type: 'thinking', thinking: thought };
  const text = asString(get(block, 'text')) ?? asString(at(block, 'guardContent', 'text', 'text'));
  if (text !== null) return { type: 'text', text };
  return { type: Object.keys(asObject(block) ?? {})[0] ?? 'block' };
}

function messageOf(message: unknown): unknown {
  const content = get(message, 'content');
  return Array.isArray(content)
    ? {
        ...asObject(message),
        content: content.map(blockOf).filter((block) => get(block, 'type') !== 'cachePoint'),
      }
    : message;
}

/** The messages of a request, instructions first; null where the body is no request of a conversation. */
export function sentMessages(body: unknown): readonly unknown[] | null {
  const prompt =
    asText(get(body, 'prompt')) ?? asText(get(body, 'inputText')) ?? asText(get(body, 'message'));
  const listed = get(body, 'messages');
  if (!Array.isArray(listed))
    return prompt === null ? null : (transcriptMessages(prompt) ?? [{ role: 'user', content: prompt }]);
  const system = get(body, 'system');
  const content = Array.isArray(system) ? system.map(blockOf) : system;
  return [
    ...(system === undefined || system === null ? [] : [{ role: 'system', content }]),
    ...listed.map(messageOf),
  ];
}

/** What a model answered, with its counts. */
export interface BedrockAnswer {
  message: unknown;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  stopReason: string | null;
  latencyMs: number | null;
}

/** A stream's events as the body they make: text, calls and counts by block. */
function ofStream(events: readonly unknown[]): unknown {
  const blocks: { text: string; call: { id: unknown; name: unknown } | null; input: string }[] = [];
  let usage: unknown = null;
  let stopReason: unknown = null;
  const first = at(events, 0, 'message');
  for (const event of events) {
    const start = get(event, 'contentBlockStart') ?? event;
    const delta = get(event, 'contentBlockDelta') ?? event;
    const index =
      asNumber(get(start, 'contentBlockIndex') ?? get(delta, 'contentBlockIndex') ?? get(event, 'index')) ??
      0;
    const call =
      at(start, 'start', 'toolUse') ??
      (at(event, 'content_block', 'type') === 'tool_use' ? get(event, 'content_block') : null);
    const part = get(delta, 'delta');
    const text = asString(get(part, 'text'));
    const input = asString(at(part, 'toolUse', 'input')) ?? asString(get(part, 'partial_json'));
    if (call || text !== null || input !== null) {
      const block = (blocks[index] ??= { text: '', call: null, input: '' });
      if (asObject(call))
        block.call = { id: get(call, 'toolUseId') ?? get(call, 'id'), name: get(call, 'name') };
      block.text += text ?? '';
      block.input += input ?? '';
    }
    usage = { ...asObject(usage), ...asObject(get(event, 'usage') ?? at(event, 'metadata', 'usage')) };
    stopReason = get(part, 'stop_reason') ?? at(event, 'messageStop', 'stopReason') ?? stopReason;
  }
  const content = blocks
    .filter(Boolean)
    .map(({ text, call, input }) =>
      call ? { type: 'tool_use', ...call, input: parseMaybe(input) } : { type: 'text', text },
    );
  return {
    role: 'assistant',
    model: get(first, 'model'),
    content,
    usage: { ...asObject(get(first, 'usage')), ...asObject(usage) },
    stop_reason: stopReason,
  };
}

function textOf(body: unknown): string | null {
  return (
    asText(at(body, 'results', 0, 'outputText')) ??
    asText(get(body, 'generation')) ??
    asText(at(body, 'outputs', 0, 'text')) ??
    asText(at(body, 'generations', 0, 'text')) ??
    asText(get(body, 'completion')) ??
    asText(get(body, 'text'))
  );
}

/** What came back; null where the body holds no answer. */
export function answeredBody(given: unknown): BedrockAnswer | null {
  const body = Array.isArray(given) ? ofStream(given) : given;
  const listed = at(body, 'output', 'message') ?? at(body, 'choices', 0, 'message');
  const own = get(body, 'role') === 'assistant' ? body : null;
  const text = textOf(body);
  const message =
    asObject(listed) ?? asObject(own) ?? (text === null ? null : { role: 'assistant', content: text });
  if (!message) return null;
  const usage = get(body, 'usage');
  const count = (...keys: string[]): number | null =>
    keys.map((key) => asNumber(get(usage, key))).find((n) => n !== null) ?? null;
  const fresh = count('inputTokens', 'input_tokens', 'prompt_tokens');
  const read = count('cacheReadInputTokens', 'cacheReadInputTokenCount', 'cache_read_input_tokens');
  const written = count('cacheWriteInputTokens', 'cacheWriteInputTokenCount', 'cache_creation_input_tokens');
  return {
    message: messageOf(message),
    inputTokens: fresh === null ? null : fresh + (read ?? 0) + (written ?? 0),
    outputTokens: count('outputTokens', 'output_tokens', 'completion_tokens'),
    cacheReadTokens: read,
    cacheWriteTokens: written,
    stopReason:
      asText(get(body, 'stopReason')) ??
      asText(get(body, 'stop_reason')) ??
      asText(get(body, 'finish_reason')),
    latencyMs: asNumber(at(body, 'metrics', 'latencyMs')),
  };
}
