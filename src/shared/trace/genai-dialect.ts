/**
 * Attributes of frameworks that have words of their own for what the GenAI conventions name: Genkit, Spring AI, Braintrust,
 * Haystack, LiveKit and the traces of Claude Code, said in the words of the conventions. What the span says itself is left as it is.
 * https://genkit.dev/docs/observability, https://docs.spring.io/spring-ai/reference/observability,
 * https://docs.haystack.deepset.ai/docs/tracing, https://code.claude.com/docs/en/monitoring-usage
 */
import { newBag, textOf, type AttributeBag } from './attribute-bag';
import { haystackChat } from './framework-messages';
import type { SpanSource } from './genai-span';
import { asArray, asObject, asText, get, isObject, parseMaybe, toJsonText } from './json';

const OPERATION = 'gen_ai.operation.name';
const TOOL = 'gen_ai.tool.name';
const ARGUMENTS = 'gen_ai.tool.call.arguments';
const RESULT = 'gen_ai.tool.call.result';
const ASKED = 'gen_ai.input.messages';
const SAID = 'gen_ai.output.messages';
const MODEL = 'gen_ai.request.model';
const TOKENS_IN = 'gen_ai.usage.input_tokens';
const TOKENS_OUT = 'gen_ai.usage.output_tokens';

/** Keys by which a span is known to speak a dialect: shapes with them cannot be told by where their values stand. */
export const DIALECT_KEY =
  /^(genkit:|spring\.ai\.|braintrust\.|haystack\.|lk\.|span\.type$|logfire\.pending_parent_id$)/;

interface Said {
  words: AttributeBag;
  /** A better name than the span's own. */
  name?: string | null;
}

type Translator = (bag: AttributeBag, source: SpanSource) => Said | null;

const jsonOf = (bag: AttributeBag, key: string): unknown => parseMaybe(bag[key]);

/** A part of a Genkit message as a part of the conventions. */
function genkitPart(part: unknown): unknown {
  const call = asObject(get(part, 'toolRequest'));
  if (call)
    return {
      type: 'tool_call',
      id: get(call, 'ref'),
      name: get(call, 'name'),
      arguments: get(call, 'input'),
    };
  const result = asObject(get(part, 'toolResponse'));
  if (result) return { type: 'tool_call_response', id: get(result, 'ref'), response: get(result, 'output') };
  const text = get(part, 'text');
  if (text !== undefined) return { type: 'text', content: text };
  const thought = get(part, 'reasoning');
  if (thought !== undefined) return { type: 'reasoning', content: thought };
  return isObject(get(part, 'media'))
    ? { type: 'uri', modality: 'image', uri: get(get(part, 'media'), 'url') }
    : part;
}

function genkitMessage(message: unknown): unknown {
  const role = asText(get(message, 'role'));
  return {
    role: role === 'model' ? 'assistant' : role,
    parts: asArray(get(message, 'content')).map(genkitPart),
  };
}

function genkitModel(bag: AttributeBag, name: string | null): AttributeBag {
  const output = jsonOf(bag, 'genkit:output');
  const said = get(output, 'message') ?? get(asArray(get(output, 'candidates'))[0], 'message');
  const asked = asArray(get(jsonOf(bag, 'genkit:input'), 'messages'));
  const usage = get(output, 'usage');
  const [provider, model] = /^([^/]+)\/(.+)$/.exec(name ?? '')?.slice(1) ?? [null, name];
  return {
    [OPERATION]: 'chat',
    [MODEL]: model,
    'gen_ai.provider.name': provider,
    [ASKED]: asked.length > 0 ? asked.map(genkitMessage) : undefined,
    [SAID]: said === undefined ? undefined : [genkitMessage(said)],
    [TOKENS_IN]: get(usage, 'inputTokens'),
    [TOKENS_OUT]: get(usage, 'outputTokens'),
    'gen_ai.usage.cached_tokens': get(usage, 'cachedContentTokens'),
    'gen_ai.usage.reasoning_tokens': get(usage, 'thoughtsTokens'),
  };
}

const GENKIT_OPERATIONS: Readonly<Record<string, string>> = {
  retriever: 'retrieval',
  reranker: 'rerank',
  indexer: 'update_memory',
  embedder: 'embeddings',
  agent: 'invoke_agent',
};

const genkit: Translator = (bag) => {
  const subtype = (textOf(bag, ['genkit:metadata:subtype']) ?? '').replace(/\.v\d+$/, '');
  const name = textOf(bag, ['genkit:name']);
  const session = { 'session.id': bag['genkit:sessionId'] };
  if (subtype === 'model') return { words: { ...session, ...genkitModel(bag, name) } };
  const [input, output] = [bag['genkit:input'], bag['genkit:output']];
  if (subtype === 'tool')
    return {
      words: { ...session, [OPERATION]: 'execute_tool', [TOOL]: name, [ARGUMENTS]: input, [RESULT]: output },
    };
  return {
    words: {
      ...session,
      [OPERATION]: GENKIT_OPERATIONS[subtype],
      'input.value': input,
      'output.value': output,
    },
  };
};

const springAi: Translator = (bag) => {
  const words: AttributeBag = { 'gen_ai.conversation.id': bag['spring.ai.chat.client.conversation.id'] };
  if (textOf(bag, ['spring.ai.kind']) === 'tool_call') {
    words[OPERATION] = 'execute_tool';
    words[TOOL] = bag['spring.ai.tool.definition.name'];
    words['gen_ai.tool.call.id'] = bag['spring.ai.tool.call.id'];
    words[ARGUMENTS] = bag['spring.ai.tool.call.arguments'];
    words[RESULT] = bag['spring.ai.tool.call.result'];
  }
  return { words };
};

const BRAINTRUST_OPERATIONS: Readonly<Record<string, string>> = {
  llm: 'chat',
  tool: 'execute_tool',
  score: 'evaluate',
};

const braintrust: Translator = (bag, source) => {
  const type = asText(get(jsonOf(bag, 'braintrust.span_attributes'), 'type')) ?? '';
  const metadata = asObject(jsonOf(bag, 'braintrust.metadata')) ?? {};
  const metrics = jsonOf(bag, 'braintrust.metrics');
  const [input, output] = [bag['braintrust.input_json'], bag['braintrust.output_json']];
  const words: AttributeBag = {
    [OPERATION]: BRAINTRUST_OPERATIONS[type],
    [MODEL]: get(metadata, 'model'),
    [TOKENS_IN]: get(metrics, 'prompt_tokens'),
    [TOKENS_OUT]: get(metrics, 'completion_tokens'),
    'gen_ai.usage.cached_tokens': get(metrics, 'prompt_cached_tokens'),
  };
  for (const [key, value] of Object.entries(metadata)) words[`metadata.${key}`] = value;
  if (type === 'tool')
    Object.assign(words, { [TOOL]: bag[TOOL] ?? source.name, [ARGUMENTS]: input, [RESULT]: output });
  else Object.assign(words, { 'input.value': input, 'output.value': output });
  return { words };
};

function haystackModel(bag: AttributeBag): AttributeBag {
  const input = jsonOf(bag, 'haystack.component.input');
  const output = jsonOf(bag, 'haystack.component.output');
  const replies = asArray(get(output, 'replies'));
  const asked = asArray(get(input, 'messages'));
  const meta = get(replies[0], 'meta') ?? get(replies[0], '_meta') ?? asArray(get(output, 'meta'))[0];
  const said = replies.flatMap((one) =>
    isObject(one) ? haystackChat(one) : [{ role: 'assistant', content: one }],
  );
  return {
    [OPERATION]: 'chat',
    [MODEL]: bag['haystack.model'] ?? bag['haystack.component.model'] ?? get(meta, 'model'),
    [ASKED]: asked.length > 0 ? asked.flatMap(haystackChat) : get(input, 'prompt'),
    [SAID]: said.length > 0 ? said : undefined,
    [TOKENS_IN]: get(get(meta, 'usage'), 'prompt_tokens'),
    [TOKENS_OUT]: get(get(meta, 'usage'), 'completion_tokens'),
  };
}

const haystack: Translator = (bag, source) => {
  const type = textOf(bag, ['haystack.component.type']) ?? '';
  const name = textOf(bag, ['haystack.component.name']);
  if (/Generator$/.test(type)) return { words: haystackModel(bag), name };
  const tool = bag['haystack.tool.name'];
  if (tool !== undefined)
    return {
      words: {
        [OPERATION]: 'execute_tool',
        [TOOL]: tool,
        [ARGUMENTS]: bag['haystack.tool.input'],
        [RESULT]: bag['haystack.tool.output'],
      },
    };
  const input = bag['haystack.component.input'] ?? bag['haystack.pipeline.input_data'];
  const output = bag['haystack.component.output'] ?? bag['haystack.pipeline.output_data'];
  const words: AttributeBag = {
    'input.value': input ?? bag['haystack.agent.input'],
    'output.value': output ?? bag['haystack.agent.output'],
  };
  if (/Retriever$/.test(type)) {
    words[OPERATION] = 'retrieval';
    words['gen_ai.retrieval.documents'] = toJsonText(get(parseMaybe(output), 'documents'));
  } else if (/Embedder$/.test(type)) words[OPERATION] = 'embeddings';
  else if (/Ranker$/.test(type)) words[OPERATION] = 'rerank';
  else if (source.name === 'haystack.agent.run') words[OPERATION] = 'invoke_agent';
  return { words, name };
};

/** An item of LiveKit's chat context as a message of the conventions. */
function livekitMessage(item: unknown): unknown {
  const [id, type] = [get(item, 'call_id'), asText(get(item, 'type'))];
  if (type === 'function_call')
    return {
      role: 'assistant',
      parts: [{ type: 'tool_call', id, name: get(item, 'name'), arguments: get(item, 'arguments') }],
    };
  if (type === 'function_call_output')
    return { role: 'tool', parts: [{ type: 'tool_call_response', id, response: get(item, 'output') }] };
  const parts = asArray(get(item, 'content')).map((one) =>
    typeof one === 'string' ? { type: 'text', content: one } : one,
  );
  return { role: get(item, 'role'), parts };
}

const livekit: Translator = (bag) => {
  const tool = bag['lk.function_tool.name'];
  if (tool !== undefined)
    return {
      words: {
        [OPERATION]: 'execute_tool',
        [TOOL]: tool,
        'gen_ai.tool.call.id': bag['lk.function_tool.id'],
        [ARGUMENTS]: bag['lk.function_tool.arguments'],
        [RESULT]: bag['lk.function_tool.output'],
        'gen_ai.tool.status': bag['lk.function_tool.is_error'] === true ? 'error' : undefined,
      },
    };
  if (bag['lk.chat_ctx'] === undefined)
    return { words: { 'input.value': bag['lk.user_input'] ?? bag['lk.input_text'] } };
  const text = bag['lk.response.text'];
  const calls = asArray(jsonOf(bag, 'lk.response.function_calls')).map((call) => ({
    type: 'tool_call',
    id: get(call, 'call_id'),
    name: get(call, 'name'),
    arguments: get(call, 'arguments'),
  }));
  const parts = [...(text === undefined || text === '' ? [] : [{ type: 'text', content: text }]), ...calls];
  return {
    words: {
      [OPERATION]: 'chat',
      [ASKED]: asArray(get(jsonOf(bag, 'lk.chat_ctx'), 'items')).map(livekitMessage),
      [SAID]: parts.length > 0 ? [{ role: 'assistant', parts }] : undefined,
    },
  };
};

const claudeCode: Translator = (bag, source) => {
  if (!source.name.startsWith('claude_code.')) return null;
  const asked = bag['user_prompt'];
  switch (textOf(bag, ['span.type']) ?? '') {
    case 'interaction':
      return {
        words: {
          [OPERATION]: 'invoke_agent',
          [ASKED]:
            typeof asked === 'string' && asked !== '<REDACTED>'
              ? [{ role: 'user', content: asked }]
              : undefined,
        },
      };
    case 'llm_request':
      return {
        words: {
          [OPERATION]: 'chat',
          [MODEL]: bag['model'],
          [TOKENS_IN]: bag['input_tokens'],
          [TOKENS_OUT]: bag['output_tokens'],
          'gen_ai.usage.cache_read_input_tokens': bag['cache_read_tokens'],
          'gen_ai.usage.cache_creation_input_tokens': bag['cache_creation_tokens'],
          'error.message': bag['error'],
        },
      };
    case 'tool':
      return {
        words: {
          [OPERATION]: 'execute_tool',
          [TOOL]: bag['tool_name'],
          [ARGUMENTS]: bag['tool_input'] ?? bag['full_command'] ?? bag['file_path'],
        },
      };
    default:
      return { words: { 'error.message': bag['error'] } };
  }
};

const TRANSLATORS: readonly [RegExp, Translator][] = [
  [/^genkit:/, genkit],
  [/^spring\.ai\./, springAi],
  [/^braintrust\./, braintrust],
  [/^haystack\./, haystack],
  [/^lk\./, livekit],
  [/^span\.type$/, claudeCode],
];

/** A span in the words of the conventions: the same span where it speaks no dialect. */
export function inKnownWords(source: SpanSource): SpanSource {
  const key = Object.keys(source.attributes).find((one) => DIALECT_KEY.test(one));
  const translator = TRANSLATORS.find(([mark]) => key !== undefined && mark.test(key))?.[1];
  const said = translator?.(source.attributes, source);
  if (!said) return source;
  const attributes = Object.assign(newBag(), source.attributes);
  for (const [word, value] of Object.entries(said.words)) {
    // An operation that names a framework says nothing of the work.
    const isSaid =
      attributes[word] !== undefined && !(word === OPERATION && attributes[word] === 'framework');
    if (value !== undefined && value !== null && !isSaid) attributes[word] = value;
  }
  return { ...source, attributes, name: said.name ?? source.name };
}
