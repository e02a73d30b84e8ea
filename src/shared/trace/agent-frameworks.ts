/**
 * Messages of frameworks whose history is a list of requests and responses, or of events, with parts of several kinds: Pydantic AI and
 * Google's Agent Development Kit. Owns their field names. https://ai.pydantic.dev/message-history/ and
 * https://google.github.io/adk-docs/sessions/session/
 */
import { called, orNone, usageFields, type Dialect } from './framework-dialect';
import { asArray, asText, get, isObject, parseMaybe, toJsonText } from './json';

/** What a person said: a text, or a list of texts and of what was attached. */
function promptText(content: unknown): string {
  if (!Array.isArray(content)) return asText(content) ?? toJsonText(content) ?? '';
  return content
    .map((item: unknown) => asText(item) ?? `[${asText(get(item, 'kind')) ?? 'attachment'}]`)
    .join('\n');
}

const partKind = (part: unknown): string | null => asText(get(part, 'part_kind'));

/** The answer of a tool, or of the framework in its place: a `retry-prompt` says why the call was refused. */
function toolAnswer(part: unknown, isError: boolean): unknown {
  const content = get(part, 'content');
  return {
    role: 'tool',
    content: asText(content) ?? toJsonText(content) ?? '',
    tool_call_id: asText(get(part, 'tool_call_id')) ?? undefined,
    name: asText(get(part, 'tool_name')) ?? undefined,
    timestamp: get(part, 'timestamp'),
    ...(isError ? { status: 'error' } : {}),
  };
}

function requestPart(part: unknown): unknown {
  const timestamp = get(part, 'timestamp');
  const kind = partKind(part);
  const said = { content: promptText(get(part, 'content')), timestamp };
  if (kind === 'user-prompt') return { role: 'user', ...said };
  if (kind === 'tool-return')
    return toolAnswer(part, /^(?:failed|denied)$/.test(asText(get(part, 'outcome')) ?? ''));
  // A retry without a tool is the framework asking for a better answer, not a person.
  if (kind === 'retry-prompt' && get(part, 'tool_name') != null) return toolAnswer(part, true);
  return { role: 'system', ...said };
}

/** Requests and responses with parts; a response says when it came, the parts of a request when each was made. */
export const pydanticAi: Dialect = {
  name: 'Pydantic AI',
  knows: (message) => {
    const parts = get(message, 'parts');
    return (
      /^(?:request|response)$/.test(asText(get(message, 'kind')) ?? '') &&
      Array.isArray(parts) &&
      parts.every((part) => partKind(part) !== null)
    );
  },
  chat: (message) => {
    const parts = asArray(get(message, 'parts'));
    if (get(message, 'kind') === 'request') {
      const asks = parts.some((part) => partKind(part) === 'user-prompt');
      const instructions = asks ? asText(get(message, 'instructions')) : null;
      return [
        ...(instructions === null ? [] : [{ role: 'system', content: instructions }]),
        ...parts.map(requestPart),
      ];
    }
    const said = (kind: string): string[] =>
      parts.flatMap((part) => (partKind(part) === kind ? (asText(get(part, 'content')) ?? []) : []));
    const calls = parts
      .filter((part) => /^(?:builtin-)?tool-call$/.test(partKind(part) ?? ''))
      .map((part) => called(get(part, 'tool_call_id'), get(part, 'tool_name'), get(part, 'args')));
    const thoughts = said('thinking').join('\n');
    return [
      {
        role: 'assistant',
        content: said('text').join('\n'),
        tool_calls: orNone(calls),
        timestamp: get(message, 'timestamp'),
        ...(thoughts === '' ? {} : { reasoning_content: thoughts }),
      },
      ...parts
        .filter((part) => partKind(part) === 'builtin-tool-return')
        .map((part) => toolAnswer(part, false)),
    ];
  },
  fields: (message) => usageFields(null, get(message, 'usage'), get(message, 'model_name')),
};

/** A part's content under the name of the API or of Python. */
function inPart(part: unknown, camel: string, snake: string): unknown {
  return get(part, camel) ?? get(part, snake);
}

/** Whether the answer of a function says that it failed, in the ways the kit's pages teach and its tools for MCP use. */
function saysError(response: unknown): boolean {
  const error = get(response, 'error');
  return (
    get(response, 'status') === 'error' ||
    get(response, 'isError') === true ||
    (error !== undefined && error !== null && error !== false && error !== '')
  );
}

const eventContent = (event: unknown): unknown => parseMaybe(get(event, 'content'));

/** Events of a session, as its services and the web interface keep them. */
export const adk: Dialect = {
  name: 'the Agent Development Kit',
  knows: (event) =>
    asText(get(event, 'author')) !== null &&
    asText(inPart(event, 'invocationId', 'invocation_id')) !== null &&
    (eventContent(event) == null || isObject(eventContent(event))),
  chat: (event) => {
    // Pieces of a stream are followed by the whole.
    if (get(event, 'partial') === true) return [];
    const timestamp = get(event, 'timestamp');
    const parts = asArray(get(eventContent(event), 'parts'));
    const results = parts
      .map((part) => inPart(part, 'functionResponse', 'function_response'))
      .filter(isObject);
    const calls = parts
      .map((part) => inPart(part, 'functionCall', 'function_call'))
      .filter(isObject)
      .map((call) => called(get(call, 'id'), get(call, 'name'), get(call, 'args')));
    const texts = (isThought: boolean): string =>
      parts
        .filter((part) => (get(part, 'thought') === true) === isThought)
        .flatMap((part) => asText(get(part, 'text')) ?? [])
        .join('\n');
    const role = get(event, 'author') === 'user' ? 'user' : 'assistant';
    const [content, thoughts] = [texts(false), texts(true)];
    const answers = results.map((result) => ({
      role: 'tool',
      content: toJsonText(get(result, 'response')) ?? '',
      tool_call_id: asText(get(result, 'id')) ?? undefined,
      name: asText(get(result, 'name')) ?? undefined,
      timestamp,
      ...(saysError(get(result, 'response')) ? { status: 'error' } : {}),
    }));
    if (content === '' && thoughts === '' && calls.length === 0) return answers;
    return [
      {
        role,
        content,
        tool_calls: orNone(calls),
        timestamp,
        ...(thoughts === '' ? {} : { reasoning_content: thoughts }),
      },
      ...answers,
    ];
  },
  fields: (event) => {
    const usage = inPart(event, 'usageMetadata', 'usage_metadata');
    return usageFields(null, usage, inPart(event, 'modelVersion', 'model_version'));
  },
};
