/**
 * Message contents as the providers write them (OpenAI, Anthropic, GenAI conventions, OpenInference), as readable text.
 */
import { asArray, asObject, asText, get, toJsonText } from './json';

/** Placeholder for content that is not text, e.g. `[image]`. */
function placeholder(type: string): string {
  return `[${type.replace(/^input_|^output_/, '')}]`;
}

/** Readable text of one content part or block; '' for parts that carry none (tool calls, reasoning). */
export function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  const object = asObject(part);
  if (!object) return '';
  const type = asText(get(object, 'type')) ?? '';
  const text = get(object, 'text') ?? get(object, 'content') ?? get(object, 'value');
  switch (type) {
    case 'tool_use':
    case 'tool_call':
    case 'server_tool_use':
    case 'thinking':
    case 'redacted_thinking':
    case 'reasoning':
      return '';
    case 'tool_result':
    case 'tool_call_response':
    case 'function_call_output':
      return contentText(
        get(object, 'content') ?? get(object, 'response') ?? get(object, 'result') ?? get(object, 'output'),
      );
    case 'web_search_result':
      return [get(object, 'title'), get(object, 'url')].filter((one) => typeof one === 'string').join(' ');
    case 'document':
      return asText(get(get(object, 'document'), 'data')) ?? placeholder(type);
    case 'image':
    case 'image_url':
    case 'input_image':
    case 'input_audio':
    case 'audio':
    case 'file':
    case 'input_file':
      return placeholder(type);
    case 'blob':
    case 'uri':
      return placeholder(
        asText(get(object, 'modality')) ?? asText(get(object, 'mime_type'))?.split('/')[0] ?? type,
      );
    default:
      if (typeof text === 'string') return text;
      return Array.isArray(text) || asObject(text)
        ? contentText(text)
        : type === ''
          ? (toJsonText(object) ?? '')
          : '';
  }
}

/** Readable text of a message's content: a string, a list of parts, or an object. Parts are joined by line breaks. */
export function contentText(content: unknown): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) {
    return asArray(content)
      .map(partText)
      .filter((text) => text !== '')
      .join('\n');
  }
  if (asObject(content)) return partText(content);
  return toJsonText(content) ?? '';
}
