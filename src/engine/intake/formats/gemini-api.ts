/**
 * Gemini API: logs of `generateContent` as pairs of request and response, requests or responses alone, and the pieces
 * of a stream, in the camel case of the wire or the snake case of the Python SDK. Pieces of one response are one model
 * call; a piece after the end of the answer begins the next. Each record that is no piece is a session of its own.
 * https://ai.google.dev/api/generate-content
 */
import { readParts, spokenEnd } from '../../../shared/trace/agent-blocks';
import { AgentLog, firstLine, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  parseMaybe,
  toJsonText,
} from '../../../shared/trace/json';
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

/** A field under either of its two names; null counts as absent. */
function field(value: unknown, camel: string, snake: string): unknown {
  return get(value, camel) ?? get(value, snake);
}

function isResponse(value: unknown): boolean {
  return (
    asArray(get(value, 'candidates')).some(
      (candidate) =>
        asObject(get(candidate, 'content')) !== null ||
        field(candidate, 'finishReason', 'finish_reason') !== undefined,
    ) || asObject(field(value, 'promptFeedback', 'prompt_feedback')) !== null
  );
}

function isRequest(value: unknown): boolean {
  return (
    typeof get(value, 'contents') === 'string' ||
    asArray(get(value, 'contents')).some(
      (content) =>
        typeof content === 'string' ||
        Array.isArray(get(content, 'parts')) ||
        asText(get(content, 'text')) !== null,
    )
  );
}

/** What a record holds under a key; logs of Vertex AI keep requests and responses under names of their own. */
function below(record: unknown, key: string): unknown {
  const inner = parseMaybe(get(record, key) ?? get(record, `full_${key}`));
  return parseMaybe(get(inner, 'body')) ?? inner;
}

/** A prompt of AI Studio: its pieces as contents, thoughts as thoughts. */
function studioRequest(record: unknown): unknown {
  const chunks = asArray(at(record, 'chunkedPrompt', 'chunks'));
  if (chunks.length === 0) return null;
  const contents: { role: unknown; parts: unknown[] }[] = [];
  for (const chunk of chunks) {
    const last = contents.at(-1);
    const part =
      asText(get(chunk, 'text')) === null
        ? { fileData: Object.keys(asObject(chunk) ?? {}).join(' ') }
        : { text: get(chunk, 'text'), thought: get(chunk, 'isThought') === true };
    // A thought stands before the words it led to, as a piece of its own.
    if (last && last.role === get(chunk, 'role')) last.parts.push(part);
    else contents.push({ role: get(chunk, 'role'), parts: [part] });
  }
  const { model } = asObject(get(record, 'runSettings')) ?? {};
  return { model, systemInstruction: get(record, 'systemInstruction'), contents };
}

/** Why a request of a Vertex batch failed; its status is empty where it did not. */
function failureOf(record: unknown): unknown {
  const status = asText(get(record, 'status'));
  if (status === null || !isRequest(below(record, 'request')) || isResponse(below(record, 'response')))
    return null;
  const told = /^([^:{]{0,60}):?\s*(\{[\s\S]*\})?/.exec(status);
  return {
    message: asText(at(parseMaybe(told?.[2]), 'error', 'message')) ?? status,
    status: asText(told?.[1]?.trim()),
  };
}

function usageOf(response: unknown): Partial<LogSpan> {
  const usage = field(response, 'usageMetadata', 'usage_metadata');
  return {
    inputTokens: asNumber(field(usage, 'promptTokenCount', 'prompt_token_count')),
    outputTokens: asNumber(field(usage, 'candidatesTokenCount', 'candidates_token_count')),
    cacheReadTokens: asNumber(field(usage, 'cachedContentTokenCount', 'cached_content_token_count')),
    reasoningTokens: asNumber(field(usage, 'thoughtsTokenCount', 'thoughts_token_count')),
  };
}

/** Finishes that mean the answer was withheld. */
const WITHHELD = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED|SPII|MALFORMED/;

class Conversation {
  readonly log: AgentLog;
  private streamed: LogSpan | null = null;

  constructor(prefix: string) {
    this.log = new AgentLog(prefix);
  }

  request(request: unknown, line: number): void {
    const system = field(get(request, 'config') ?? request, 'systemInstruction', 'system_instruction');
    const words = contentText(get(system, 'parts') ?? system ?? '');
    if (words !== '') this.log.add({ line, spanId: null, kind: 'system', name: 'instructions', text: words });
    const contents = get(request, 'contents');
    for (const content of typeof contents === 'string'
      ? [{ role: 'user', parts: [{ text: contents }] }]
      : asArray(contents))
      this.content(content, line);
  }

  private content(content: unknown, line: number): void {
    const { text, reasoning, calls, results } = readParts(get(content, 'parts') ?? [content]);
    for (const result of results)
      this.log.result(result.id, {
        line,
        text: result.text,
        ...spokenEnd(result.text, result.isError),
        toolName: result.name,
        raw: content,
      });
    if (get(content, 'role') === 'model') {
      const span = this.log.add({
        line,
        spanId: null,
        kind: 'llm',
        name: 'earlier answer',
        text,
        output: asText(text),
        attributes: filled({ reasoning }),
        raw: content,
      });
      for (const call of calls)
        this.log.call({
          line,
          spanId: call.id,
          parentSpanId: span.spanId,
          toolName: call.name,
          toolCallId: call.id,
          input: call.input,
        });
    } else if (text !== '' || results.length === 0)
      this.log.add({
        line,
        spanId: null,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text,
        input: text,
        raw: content,
      });
  }

  response(response: unknown, model: string | null, line: number): void {
    const candidate = asArray(get(response, 'candidates'))[0];
    const id = asText(field(response, 'responseId', 'response_id'));
    const { text, reasoning, calls } = readParts(at(candidate, 'content', 'parts') ?? []);
    const finish = asText(field(candidate, 'finishReason', 'finish_reason'));
    const blocked = asText(
      field(field(response, 'promptFeedback', 'prompt_feedback'), 'blockReason', 'block_reason'),
    );
    const why = blocked ?? (finish !== null && WITHHELD.test(finish) ? finish : null);
    const goesOn = this.streamed !== null && (id === null || this.streamed.spanId === id);
    const span =
      goesOn && this.streamed
        ? this.streamed
        : this.log.add({
            line,
            spanId: id,
            kind: 'llm',
            name: 'answer',
            operation: 'chat',
            model: asText(field(response, 'modelVersion', 'model_version')) ?? model,
            provider: 'google',
            startNs: toNs(field(response, 'createTime', 'create_time')),
            status: 'ok',
            text: '',
            raw: response,
          });
    span.text = `${span.text ?? ''}${text}`;
    span.output = asText(span.text);
    span.attributes = filled({
      reasoning: `${asText(get(span.attributes, 'reasoning')) ?? ''}${reasoning ?? ''}`,
      finishReason: finish,
    });
    for (const [key, value] of Object.entries(usageOf(response)))
      if (value !== null) Object.assign(span, { [key]: value });
    if (why !== null)
      Object.assign(span, { status: 'error', statusMessage: why, errorType: 'content_filter' });
    for (const call of calls)
      this.log.call({
        line,
        spanId: call.id,
        parentSpanId: span.spanId,
        toolName: call.name,
        toolCallId: call.id,
        input: call.input,
      });
    this.streamed = finish === null && blocked === null ? span : null;
  }

  failed(error: unknown, model: string | null, line: number): void {
    const text = asText(get(error, 'message')) ?? toJsonText(error) ?? 'error';
    this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model,
      provider: 'google',
      status: 'error',
      statusMessage: firstLine(text),
      errorType: asText(get(error, 'status')) ?? 'error',
      text,
      raw: error,
    });
  }
}

/** The request in a record; null where it has none. */
function requestOf(record: unknown): unknown {
  if (isRequest(record)) return record;
  return studioRequest(record) ?? (isRequest(below(record, 'request')) ? below(record, 'request') : null);
}

class GeminiApiReader implements FormatReader {
  /** Responses that stand alone: the pieces of streams, in their order. */
  private pieces: { conversation: Conversation; line: number } | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const request = requestOf(record);
    const response = isResponse(record)
      ? record
      : isResponse(below(record, 'response'))
        ? below(record, 'response')
        : null;
    const error =
      asObject(get(below(record, 'response'), 'error')) ??
      asObject(get(record, 'error')) ??
      asObject(failureOf(record));
    if (request === null && response === null && error === null) {
      this.emit.reject(
        place,
        'neither a request nor a response of generateContent',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const model = asText(get(request, 'model')) ?? asText(get(record, 'model'));
    if (request === null && error === null) {
      this.pieces ??= {
        conversation: new Conversation(`${this.source.shortHash}:${place.line}`),
        line: place.line,
      };
      this.pieces.conversation.response(response, model, place.line);
      return;
    }
    const conversation = new Conversation(`${this.source.shortHash}:${place.line}`);
    if (request !== null) conversation.request(request, place.line);
    if (response !== null) conversation.response(response, model, place.line);
    if (error !== null) conversation.failed(error, model, place.line);
    conversation.log.tell(this.emit, { sessionId: `${this.source.shortHash}:${place.line}` });
  }

  end(): void {
    this.pieces?.conversation.log.tell(this.emit, {
      sessionId: `${this.source.shortHash}:${this.pieces.line}`,
    });
  }
}

function sniff(sample: Sample): Sniffed | null {
  const { records } = sample;
  const responses = records.filter(
    (record) => isResponse(record) || isResponse(below(record, 'response')),
  ).length;
  if (responses > 0 && responses * 2 >= records.length)
    return {
      confidence: 0.9,
      reason: `${responses} of ${records.length} records hold candidates with contents`,
    };
  const requests = records.filter((record) => requestOf(record) !== null).length;
  return requests > 0 && requests * 2 >= records.length
    ? { confidence: 0.85, reason: `${requests} of ${records.length} records hold contents with parts` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    '`generateContent` logged as request and response, either alone, and the pieces of streams; camel case or snake case.',
    'Batches and logged calls of Vertex AI (`full_request`, `full_response`), and prompts saved by AI Studio (`chunkedPrompt`).',
  ],
  spans: [
    'A response becomes a model call with its tokens; pieces of one response are one call. Function calls become tool calls, function responses end them.',
    'A blocked prompt or a withheld answer is an error of type `content_filter`.',
  ],
  turns:
    'Each record with a request is a session of its own; loose responses of a file are one. Contents of role user with words open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: ['Further candidates and inline data stay in the raw record.'],
};

const geminiApi: TraceFormat = {
  id: 'gemini-api',
  title: 'Gemini API calls',
  description: 'Requests, responses and streams of the Gemini API.',
  documentation: 'https://ai.google.dev/api/generate-content',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  sniff,
  canContinue: (head) => head.every((record) => requestOf(record) !== null),
  recalls: true,
  read: (emit, source) => new GeminiApiReader(emit, source),
};

export default geminiApi;
