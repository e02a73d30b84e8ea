/**
 * What a record of the Anthropic Messages API is: a message, a call with request and response, a batch's result, and where
 * its parts stand. https://docs.claude.com/en/api/messages
 */
import { asArray, asObject, asText, at, get, parseMaybe } from './json';

const BLOCKS = new Set([
  'tool_use',
  'tool_result',
  'thinking',
  'redacted_thinking',
  'server_tool_use',
  'web_search_tool_result',
  'mcp_tool_use',
  'mcp_tool_result',
]);

/** A whole answer of the API. */
export function isResponse(value: unknown): boolean {
  return (
    get(value, 'type') === 'message' &&
    get(value, 'role') === 'assistant' &&
    Array.isArray(get(value, 'content'))
  );
}

/** Whether a message has content blocks as this provider alone writes them. */
export function hasBlocks(message: unknown): boolean {
  return asArray(get(message, 'content')).some((block) => {
    const type = asText(get(block, 'type')) ?? '';
    // Images of other providers are links, those of this one have a source.
    return (
      BLOCKS.has(type) ||
      ((type === 'image' || type === 'document') && asObject(get(block, 'source')) !== null)
    );
  });
}

/** A message of a user or an assistant. */
export function isMessage(value: unknown): boolean {
  const role = get(value, 'role');
  return (
    (role === 'user' || role === 'assistant') &&
    (typeof get(value, 'content') === 'string' || Array.isArray(get(value, 'content')))
  );
}

/** The request in a record: what has messages, at the top or below `request`, `request_body`, `body`, `params` or `arguments`, also as JSON text. */
export function requestOf(record: unknown): unknown {
  for (const inner of [
    record,
    ...['request', 'request_body', 'requestBody', 'body', 'params', 'arguments', 'kwargs'].map((key) =>
      parseMaybe(get(record, key)),
    ),
  ]) {
    const body = parseMaybe(get(inner, 'body')) ?? inner;
    if (asArray(parseMaybe(get(body, 'messages'))).some(isMessage)) return body;
  }
  return null;
}

/** The response in a record: itself, or below `response`, `response_body`, `result.message` (batches), `final_message`. */
export function responseOf(record: unknown): unknown {
  if (isResponse(record)) return record;
  const response = parseMaybe(
    get(record, 'response') ?? get(record, 'response_body') ?? get(record, 'responseBody'),
  );
  const found = [
    response,
    parseMaybe(get(response, 'body')),
    at(record, 'result', 'message'),
    parseMaybe(get(record, 'final_message')),
    parseMaybe(get(record, 'output')),
  ].find(isResponse);
  return found ?? null;
}

/** Why a call failed, as the record says it; null where it does not. */
export function errorOf(record: unknown): unknown {
  return (
    asObject(at(record, 'result', 'error')) ??
    asObject(get(parseMaybe(get(record, 'response') ?? get(record, 'response_body')), 'error')) ??
    asObject(parseMaybe(get(record, 'error'))) ??
    (isBatchResult(record) ? unansweredOf(asText(at(record, 'result', 'type'))) : null)
  );
}

/** A request of a batch that got no answer: it expired or was canceled. */
function unansweredOf(type: string | null): unknown {
  return type === 'expired' || type === 'canceled'
    ? { type, message: `the request of the batch was ${type}` }
    : null;
}

/** A line of a message batch's results, failed ones included. */
export function isBatchResult(record: unknown): boolean {
  const type = asText(at(record, 'result', 'type')) ?? '';
  return get(record, 'custom_id') !== undefined && /^(succeeded|errored|canceled|expired)$/.test(type);
}
