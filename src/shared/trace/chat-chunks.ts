/**
 * Pieces of streamed chat completions (OpenAI's `chat.completion.chunk`, and the lines Ollama streams), put together as the
 * completion they make. Streams may be mixed; one without its end is put together as far as it went.
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
import { asArray, asObject, asString, asText, at, get, type JsonObject } from './json';

interface PartCall {
  id: string | null;
  name: string;
  arguments: string;
}

interface Stream {
  line: number;
  head: JsonObject;
  content: string;
  reasoning: string;
  refusal: string;
  calls: Map<number, PartCall>;
  /** Calls that come whole. */
  whole: unknown[];
  finishReason: string | null;
  /** Fields of the last piece: counts and durations. */
  tail: JsonObject;
  usage: unknown;
}

/** Whether a value is a piece of a streamed answer. */
export function isChunk(value: unknown): boolean {
  if (get(value, 'object') === 'chat.completion.chunk') return true;
  return typeof get(value, 'done') === 'boolean' && isOllamaPiece(value);
}

function isOllamaPiece(value: unknown): boolean {
  return (
    asText(get(value, 'model')) !== null &&
    asText(get(value, 'created_at')) !== null &&
    (asObject(get(value, 'message')) !== null || typeof get(value, 'response') === 'string')
  );
}

/** The pieces of any number of streams, each put together under its id. */
export class ChatChunks {
  private readonly streams: Stream[] = [];
  private readonly open = new Map<string, Stream>();

  /** @param line where the piece stands in its source */
  add(chunk: unknown, line: number): void {
    const key = asText(get(chunk, 'id')) ?? `model ${asText(get(chunk, 'model')) ?? ''}`;
    let stream = this.open.get(key);
    if (!stream) {
      stream = {
        line,
        head: asObject(chunk) ?? {},
        content: '',
        reasoning: '',
        refusal: '',
        calls: new Map(),
        whole: [],
        finishReason: null,
        tail: {},
        usage: null,
      };
      this.open.set(key, stream);
      this.streams.push(stream);
    }
    const choices = asArray(get(chunk, 'choices'));
    const first = choices.find((choice) => (get(choice, 'index') ?? 0) === 0);
    const delta = get(first, 'delta') ?? get(chunk, 'message') ?? { content: get(chunk, 'response') };
    grow(stream, delta);
    stream.finishReason =
      asText(get(first, 'finish_reason')) ?? asText(get(chunk, 'done_reason')) ?? stream.finishReason;
    stream.usage = asObject(get(chunk, 'usage')) ?? stream.usage;
    stream.tail = asObject(chunk) ?? {};
    if (get(chunk, 'done') === true) this.open.delete(key);
  }

  /** The completions, in the order in which they began, with the line of their first piece. */
  completions(): { record: JsonObject; line: number }[] {
    return this.streams.map((stream) => ({ record: completionOf(stream), line: stream.line }));
  }
}

function grow(stream: Stream, delta: unknown): void {
  stream.content += asString(get(delta, 'content')) ?? '';
  stream.refusal += asString(get(delta, 'refusal')) ?? '';
  stream.reasoning +=
    asString(get(delta, 'reasoning_content')) ??
    asString(get(delta, 'reasoning')) ??
    asString(get(delta, 'thinking')) ??
    '';
  asArray(get(delta, 'tool_calls')).forEach((part, i) => {
    const given = at(part, 'function', 'arguments');
    if (given !== undefined && typeof given !== 'string') {
      stream.whole.push(part);
      return;
    }
    const index = Number(get(part, 'index') ?? i);
    const call = stream.calls.get(index) ?? { id: null, name: '', arguments: '' };
    call.id ??= asText(get(part, 'id'));
    call.name += asString(at(part, 'function', 'name')) ?? '';
    call.arguments += given ?? '';
    stream.calls.set(index, call);
  });
}

function completionOf(stream: Stream): JsonObject {
  const { head, content, reasoning, refusal, finishReason, usage } = stream;
  const calls = [...stream.calls.values()].map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  const message = {
    role: 'assistant',
    content: content === '' ? null : content,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(refusal === '' ? {} : { refusal }),
    ...(calls.length + stream.whole.length === 0 ? {} : { tool_calls: [...calls, ...stream.whole] }),
  };
  const { choices: _choices, message: _message, response: _response, object: _object, ...rest } = stream.tail;
  return {
    ...rest,
    ...(get(head, 'created') === undefined ? {} : { created: get(head, 'created') }),
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    ...(usage === null ? {} : { usage }),
  };
}

/** The completion that a list of pieces makes; the value itself where it is no such list. */
export function ofChunks(value: unknown): unknown {
  if (!Array.isArray(value) || !value.some(isChunk)) return value;
  const chunks = new ChatChunks();
  for (const chunk of value) chunks.add(chunk, 0);
  return chunks.completions()[0]?.record ?? value;
}
