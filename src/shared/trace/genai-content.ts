/**
 * Where a span keeps what went in and what came out: today's and the deprecated GenAI attributes and events,
 * OpenInference, Traceloop, Vercel AI SDK, Google ADK, Pydantic AI, LangSmith, MLflow and Langfuse attributes.
 * The first place that holds something wins.
 */
import { bagOf, firstOf, newBag, subtree, undot, type AttributeBag } from './attribute-bag';
import { readConversation, readMessages, type Speaker } from './genai-conversation';
import { messageOf, type GenAiMessage } from './genai-message';
import type { SpanEvent, SpanSource } from './genai-span';
import { asArray, asObject, asString, asText, get, isObject, parseMaybe, toJsonText } from './json';

/** What one side of a call holds: the source's own text for the inspector, and the messages in it. */
export interface Side {
  raw: string | null;
  messages: GenAiMessage[];
}

const NOTHING: Side = { raw: null, messages: [] };

const INPUT_KEYS = [
  'langfuse.observation.input',
  'gen_ai.prompt',
  'request_data',
  'input.value',
  'traceloop.entity.input',
  'mlflow.spanInputs',
  'lmnr.span.input',
  'input',
];
const OUTPUT_KEYS = [
  'langfuse.observation.output',
  'gen_ai.completion',
  'response_data',
  'output.value',
  'traceloop.entity.output',
  'mlflow.spanOutputs',
  'lmnr.span.output',
  'final_result',
  'output',
];

/** Attributes that hold content; they show as input and output and are left out of the other attributes. */
const CONTENT_KEY =
  /^(gen_ai\.(input|output)\.messages|gen_ai\.system_instructions|gen_ai\.(prompt|completion)(\.\d+\..*)?|gen_ai\.tool\.call\.(arguments|result)|llm\.(input|output)_messages(\..*)?|llm\.(prompts|choices)(\..*)?|ai\.prompt|ai\.prompt\.messages|ai\.response\.(text|object|reasoning|toolCalls)|ai\.toolCall\.(args|result)|(input|output)\.value|traceloop\.entity\.(input|output)|gcp\.vertex\.agent\.(llm_request|llm_response|tool_call_args|tool_response)|pydantic_ai\.all_messages|all_messages_events|langfuse\.(observation|trace)\.(input|output)|mlflow\.span(Inputs|Outputs)|tool_arguments|tool_response|final_result|(gen_ai\.)?retrieval\.documents(\..*)?|genkit:(input|output)|braintrust\.(input|output)_json|haystack\.(component|pipeline|agent|tool)\.(input|output)(_data)?|spring\.ai\.tool\.call\.(arguments|result)|lk\.(chat_ctx|response\.(text|function_calls)|function_tool\.(arguments|output))|input|output)$/;

/** The attributes that are not content. */
export function otherAttributes(bag: AttributeBag): AttributeBag {
  const rest = newBag();
  for (const key of Object.keys(bag)) if (!CONTENT_KEY.test(key)) rest[key] = bag[key];
  return rest;
}

function sideOf(value: unknown, speaker: Speaker, read = readMessages): Side | null {
  if (value === undefined || value === null || value === '') return null;
  const messages = read(value, speaker);
  return messages.length > 0 ? { raw: toJsonText(value), messages } : null;
}

function structured(value: unknown, speaker: Speaker): GenAiMessage[] {
  return readConversation(value, speaker) ?? [];
}

/** Attribute bags that may carry message attributes: the span's own, then those of its events. */
function carriers(source: SpanSource): AttributeBag[] {
  const details = source.events.filter(
    (event) => event.attributes['gen_ai.input.messages'] ?? event.attributes['gen_ai.output.messages'],
  );
  const bodies = source.events.flatMap((event) => {
    const body = asObject(event.body);
    return body && (body['gen_ai.input.messages'] ?? body['gen_ai.output.messages']) ? [body] : [];
  });
  return [source.attributes, ...details.map((event) => event.attributes), ...bodies];
}

function byConvention(source: SpanSource, key: string, speaker: Speaker): Side | null {
  for (const bag of carriers(source)) {
    const side = sideOf(bag[key], speaker);
    if (!side) continue;
    const instructions = speaker === 'user' ? firstOf(bag, ['gen_ai.system_instructions']) : undefined;
    if (instructions === undefined || side.messages.some((m) => m.role === 'system')) return side;
    const content = parseMaybe(instructions);
    return { raw: side.raw, messages: [...messageOf({ content }, 'system'), ...side.messages] };
  }
  return null;
}

function byIndex(bag: AttributeBag, prefix: string, speaker: Speaker): Side | null {
  const there = subtree(bag, prefix);
  // Tables of spans write lists of messages as JSON texts; a prompt may be JSON and no messages.
  const value = prefix.startsWith('llm.') ? parseMaybe(there) : there;
  if (value === undefined || typeof value === 'string') return null;
  const list = undot(value);
  const streamed = Array.isArray(list) ? streamedText(list) : null;
  return streamed === null
    ? sideOf(list, speaker, structured)
    : { raw: streamed, messages: messageOf({ content: streamed }, 'assistant') };
}

/** Prompts and completions that are bare text (OpenInference `llm.prompts.0.prompt.text`, before that a list of texts). */
function byText(bag: AttributeBag, family: string, item: string, speaker: Speaker): Side | null {
  const value = parseMaybe(subtree(bag, family));
  const texts = asArray(undot(value)).map((one) => asText(one) ?? asText(get(get(one, item), 'text')));
  const messages = texts.flatMap((text) =>
    text === null ? [] : messageOf({ content: text }, speaker === 'user' ? 'user' : 'assistant'),
  );
  return messages.length > 0 ? { raw: toJsonText(value), messages } : null;
}

/** An answer recorded piece by piece as it streamed in (BeeAI) as one text; null when these are real messages. */
function streamedText(list: readonly unknown[]): string | null {
  if (list.length < 8) return null;
  const pieces = list.map((item) => get(get(item, 'message') ?? item, 'content'));
  const roles = new Set(list.map((item) => get(get(item, 'message') ?? item, 'role')));
  const texts = pieces.filter((piece) => typeof piece === 'string');
  const isShort = texts.filter((text) => text.length < 20).length > list.length * 0.9;
  return roles.size === 1 && roles.has('assistant') && texts.length === list.length && isShort
    ? texts.join('')
    : null;
}

/** Message events kept as one JSON attribute (Pydantic AI before version 2), each named in itself. */
function keptEvents(bag: AttributeBag): SpanEvent[] {
  const list = parseMaybe(bag['events']);
  return asArray(list).flatMap((item) => {
    const name = asText(get(item, 'event.name'));
    return name?.startsWith('gen_ai.') === true ? [{ name, timeNs: null, attributes: bagOf(item) }] : [];
  });
}

const MESSAGE_EVENT = /^gen_ai\.(system|user|assistant|tool)\.message$/;

/** A deprecated message event as the message it stands for: the payload is in the attributes or the body. */
function eventMessages(event: SpanEvent): GenAiMessage[] {
  const role = MESSAGE_EVENT.exec(event.name)?.[1] ?? 'assistant';
  const body = asObject(parseMaybe(event.body));
  const payload = body ?? event.attributes;
  const inner = asObject(parseMaybe(get(payload, 'message')));
  const wrapped = asObject(parseMaybe(get(payload, 'gen_ai.event.content')));
  const content =
    get(payload, 'content') ??
    (wrapped ? (get(get(get(wrapped, 'content'), 'text'), 'value') ?? get(wrapped, 'content')) : undefined) ??
    get(payload, 'gen_ai.event.content') ??
    (inner ? undefined : get(payload, 'message'));
  const message = inner ?? {
    ...wrapped,
    ...payload,
    content: structuredContent(content),
    tool_call_id: get(payload, 'tool_call_id') ?? get(payload, 'id'),
  };
  return structured({ ...message, role: asText(get(message, 'role')) ?? role }, 'assistant');
}

/** Content written as JSON is read where it is a list of parts; other JSON is the text itself. */
function structuredContent(content: unknown): unknown {
  const parsed = parseMaybe(content);
  return Array.isArray(parsed) && parsed.some(isObject) ? parsed : (content ?? parsed);
}

function byEvents(events: readonly SpanEvent[], speaker: Speaker): Side | null {
  const hasChoice = events.some((event) => event.name === 'gen_ai.choice');
  const said = events.filter((event) => MESSAGE_EVENT.test(event.name));
  // Azure's agents name the answer like any other message: it stands after all that was asked.
  const asked =
    hasChoice || said.length < events.length
      ? said.length
      : said.findLastIndex((event) => event.name !== 'gen_ai.assistant.message') + 1;
  const wanted =
    speaker === 'user'
      ? said.slice(0, asked)
      : [...said.slice(asked), ...events.filter((event) => event.name === 'gen_ai.choice')];
  const messages = wanted.flatMap(eventMessages);
  if (messages.length > 0)
    return { raw: toJsonText(wanted.map((event) => event.body ?? event.attributes)), messages };
  const legacy = events.find(
    (event) => event.name === (speaker === 'user' ? 'gen_ai.content.prompt' : 'gen_ai.content.completion'),
  );
  return legacy
    ? sideOf(
        writtenContent(legacy.attributes[speaker === 'user' ? 'gen_ai.prompt' : 'gen_ai.completion']),
        speaker,
      )
    : null;
}

const ROLE_LINE = /^(system|developer|user|assistant|tool): /m;

/** A prompt that tells its messages in text: a list of texts (Spring AI), or a line `user: …` for each (OpenLIT). */
function writtenContent(value: unknown): unknown {
  const parsed = parseMaybe(value);
  const texts = Array.isArray(parsed) && parsed.every((one) => typeof one === 'string') ? parsed : null;
  const text = texts ? texts.join('\n') : value;
  if (typeof text !== 'string' || !ROLE_LINE.test(text.slice(0, 20))) return text;
  const parts = text.split(new RegExp(ROLE_LINE, 'gm'));
  return parts.flatMap((role, i) =>
    i % 2 === 1 ? [{ role, content: (parts[i + 1] ?? '').replace(/\n$/, '') }] : [],
  );
}

/** Runtime logs of AWS AgentCore: `body: {input: {messages}, output: {messages}}`. */
function byBody(events: readonly SpanEvent[], speaker: Speaker): Side | null {
  for (const event of events) {
    const half = get(asObject(parseMaybe(event.body)), speaker === 'user' ? 'input' : 'output');
    const inner = asArray(get(half, 'messages')).map((message) => unwrapped(message, speaker));
    const messages = inner.flat();
    if (messages.length > 0) return { raw: toJsonText(half), messages };
  }
  return null;
}

/** A message whose content is itself a framework's JSON (a LangChain result, a list of messages). */
function unwrapped(message: unknown, speaker: Speaker): GenAiMessage[] {
  const content = get(message, 'content');
  const text = asString(content) ?? asString(get(content, 'content')) ?? asString(get(content, 'message'));
  const inside = text === null ? null : readConversation(text, speaker);
  if (inside) return inside;
  return structured(
    text === null || typeof content === 'string' ? message : { role: get(message, 'role'), content: text },
    speaker,
  );
}

function byVercel(bag: AttributeBag, speaker: Speaker): Side | null {
  if (speaker === 'user')
    return sideOf(bag['ai.prompt.messages'], speaker) ?? sideOf(bag['ai.prompt'], speaker);
  const text = asString(bag['ai.response.text']);
  const calls = parseMaybe(bag['ai.response.toolCalls']);
  const data = bag['ai.response.object'];
  if (text === null && !Array.isArray(calls) && data === undefined) return null;
  const content = text ?? toJsonText(data) ?? '';
  const object = { content, tool_calls: calls, reasoning: bag['ai.response.reasoning'] };
  const raw = { text: bag['ai.response.text'], toolCalls: calls, object: data };
  return { raw: toJsonText(raw), messages: messageOf(object, 'assistant') };
}

/** Pydantic AI keeps a run's whole conversation on the agent span. */
function byRun(bag: AttributeBag): GenAiMessage[] {
  const all = firstOf(bag, ['pydantic_ai.all_messages', 'all_messages_events']);
  return all === undefined ? [] : (readConversation(all, 'user') ?? []);
}

/** What went into a span: the messages of a model call, or whatever else the source kept as its input. */
export function readInput(source: SpanSource): Side {
  const bag = source.attributes;
  const found =
    byConvention(source, 'gen_ai.input.messages', 'user') ??
    byIndex(bag, 'llm.input_messages', 'user') ??
    byIndex(bag, 'gen_ai.prompt', 'user') ??
    byText(bag, 'llm.prompts', 'prompt', 'user') ??
    byVercel(bag, 'user') ??
    sideOf(bag['gcp.vertex.agent.llm_request'], 'user', structured) ??
    byEvents(source.events, 'user') ??
    byEvents(keptEvents(bag), 'user') ??
    byBody(source.events, 'user') ??
    sideOf(source.input, 'user') ??
    sideOf(firstOf(bag, INPUT_KEYS), 'user');
  if (found) return found;
  const messages = byRun(bag);
  if (messages.length === 0)
    return { raw: toJsonText(source.input ?? firstOf(bag, INPUT_KEYS)), messages: [] };
  const last = messages.findLastIndex((message) => message.role === 'user');
  const asked = messages.slice(0, last + 1);
  return {
    raw: toJsonText(firstOf(bag, ['pydantic_ai.all_messages', 'all_messages_events'])),
    messages: asked,
  };
}

/** What came out of a span; as readInput. */
export function readOutput(source: SpanSource): Side {
  const bag = source.attributes;
  return (
    byConvention(source, 'gen_ai.output.messages', 'assistant') ??
    byIndex(bag, 'llm.output_messages', 'assistant') ??
    byIndex(bag, 'gen_ai.completion', 'assistant') ??
    byText(bag, 'llm.choices', 'completion', 'assistant') ??
    byVercel(bag, 'assistant') ??
    sideOf(bag['gcp.vertex.agent.llm_response'], 'assistant', structured) ??
    byEvents(source.events, 'assistant') ??
    byEvents(keptEvents(bag), 'assistant') ??
    byBody(source.events, 'assistant') ??
    sideOf(source.output, 'assistant') ??
    sideOf(firstOf(bag, OUTPUT_KEYS), 'assistant') ??
    NOTHING
  );
}

const ARGUMENT_KEYS = [
  'gen_ai.tool.call.arguments',
  'ai.toolCall.args',
  'tool_arguments',
  'gcp.vertex.agent.tool_call_args',
  'mcp.request.argument',
  ...INPUT_KEYS,
];
const RESULT_KEYS = [
  'gen_ai.tool.call.result',
  'ai.toolCall.result',
  'tool_response',
  'gcp.vertex.agent.tool_response',
  ...OUTPUT_KEYS,
];

/** What a LangChain callback of Traceloop wraps around a tool's arguments and result; anything else as it is. */
export function unwrapEntity(value: unknown, side: 'input' | 'output'): unknown {
  const object = asObject(parseMaybe(value));
  if (side === 'output') {
    const output = get(object, 'output');
    const isWrapped =
      object !== null && Object.keys(object).every((key) => key === 'output' || key === 'kwargs');
    return isWrapped && output !== undefined ? output : value;
  }
  return typeof get(object, 'input_str') === 'string'
    ? (get(object, 'inputs') ?? get(object, 'input_str'))
    : value;
}

/** Arguments and result of a tool span as the source wrote them; undefined what it did not record. */
export function readToolCall(source: SpanSource): { arguments: unknown; result: unknown; id: string | null } {
  const bag = source.attributes;
  const asked = source.events.find((event) => event.name === 'gen_ai.tool.message');
  const answered = source.events.find((event) => event.name === 'gen_ai.choice');
  const details = source.events.map((event) => event.attributes);
  const args =
    firstOf(bag, ARGUMENT_KEYS) ??
    subtree(bag, 'gen_ai.tool.call.arguments') ??
    subtree(bag, 'tool.arguments');
  const id = asText(get(asked?.attributes, 'id')) ?? asText(get(answered?.attributes, 'id'));
  const body = source.events
    .map((event) => asObject(parseMaybe(event.body)))
    .find((one) => isObject(get(one, 'input')) || isObject(get(one, 'output')));
  return {
    arguments:
      source.input ??
      unwrapEntity(args, 'input') ??
      get(asked?.attributes, 'content') ??
      details.map((one) => one['gen_ai.tool.call.arguments']).find((one) => one !== undefined) ??
      get(asArray(get(get(body, 'input'), 'messages'))[0], 'content'),
    result:
      source.output ??
      unwrapEntity(firstOf(bag, RESULT_KEYS), 'output') ??
      get(answered?.attributes, 'message') ??
      details.map((one) => one['gen_ai.tool.call.result']).find((one) => one !== undefined) ??
      get(asArray(get(get(body, 'output'), 'messages'))[0], 'content'),
    id,
  };
}
