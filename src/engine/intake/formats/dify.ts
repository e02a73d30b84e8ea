/**
 * Messages of Dify applications, from its API (pages of `data`), its database or its logs: each holds a question, its answer, the
 * thoughts of the agent with the tools it used, and the thumbs it got. https://docs.dify.ai/
 */
import { errorKind } from '../../../shared/trace/error-text';
import { firstLine } from '../../../shared/trace/agent-log';
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
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const MARKS = [
  'agent_thoughts',
  'retriever_resources',
  'message_files',
  'feedback',
  'feedbacks',
  'message_tokens',
];

function isMessage(record: unknown): boolean {
  return (
    typeof get(record, 'query') === 'string' &&
    get(record, 'answer') !== undefined &&
    asText(get(record, 'conversation_id')) !== null &&
    MARKS.some((key) => get(record, key) !== undefined)
  );
}

/** The messages of a page of the API, or the one a record is. */
function messagesOf(record: unknown): readonly unknown[] {
  if (isMessage(record)) return [record];
  const data = asArray(get(record, 'data'));
  return data.length > 0 && data.every(isMessage) ? data : [];
}

class DifyReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const messages = messagesOf(record);
    if (messages.length === 0)
      this.emit.reject(
        place,
        'no message with query, answer and conversation_id',
        toJsonText(record)?.slice(0, 1000),
      );
    messages.forEach((message, i) => {
      const line = message === record ? place.line : Math.max(place.line, this.source.lineOf(`/data/${i}`));
      this.message(message, { line });
    });
  }

  private message(message: unknown, place: Place): void {
    const id =
      asText(get(message, 'id')) ??
      asText(get(message, 'message_id')) ??
      `${this.source.shortHash}:${place.line}`;
    const text = asText(get(message, 'query')) ?? '';
    const answer = asText(get(message, 'answer'));
    const startNs = toNs(get(message, 'created_at'));
    const took = asNumber(get(message, 'provider_response_latency'));
    const why = asText(get(message, 'error'));
    const isError = why !== null || get(message, 'status') === 'error';
    const thoughts = asArray(parseMaybe(get(message, 'agent_thoughts')));
    const common: Partial<SpanInput> = {
      sessionId: asText(get(message, 'conversation_id')),
      userId: asText(get(message, 'from_end_user_id')) ?? asText(get(message, 'user')),
      startNs,
    };
    this.emit.span(
      {
        ...common,
        spanId: `${id}:query`,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text,
        input: text,
        raw: message,
      },
      place,
    );
    this.emit.span(
      {
        ...common,
        spanId: id,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        model: asText(get(message, 'model_id')),
        provider: asText(get(message, 'model_provider')),
        endNs: startNs === null || took === null ? null : startNs + BigInt(Math.round(took * 1e9)),
        status: isError ? 'error' : 'ok',
        statusMessage: why === null ? null : firstLine(why),
        errorType: isError ? 'error' : null,
        text: answer,
        output: answer,
        inputTokens: asNumber(get(message, 'message_tokens')),
        outputTokens: asNumber(get(message, 'answer_tokens')),
        costUsd: get(message, 'currency') === 'USD' ? asNumber(get(message, 'total_price')) : null,
        attributes: filled({
          reasoning: thoughts
            .map((one) => asText(get(one, 'thought')) ?? '')
            .filter((one) => one !== answer)
            .join('\n'),
        }),
      },
      place,
    );
    thoughts.forEach((thought, i) => {
      this.tools(
        thought,
        `${id}:thought${i}`,
        { ...common, parentSpanId: id, startNs: toNs(get(thought, 'created_at')) ?? startNs },
        place,
      );
    });
    this.retrieved(message, id, common, place);
    this.feedback(message, id, common.sessionId ?? null, place);
  }

  /** A thought may call several tools, whose names stand in one text. */
  private tools(thought: unknown, spanId: string, common: Partial<SpanInput>, place: Place): void {
    const names = (asText(get(thought, 'tool')) ?? '').split(';').filter((name) => name !== '');
    const [given, seen] = [parseMaybe(get(thought, 'tool_input')), parseMaybe(get(thought, 'observation'))];
    names.forEach((name, i) => {
      const output = toJsonText(get(seen, name) ?? seen) ?? '';
      const isError = errorKind(output) !== null;
      this.emit.span(
        {
          ...common,
          spanId: names.length === 1 ? spanId : `${spanId}.${i}`,
          kind: 'tool',
          name,
          operation: 'execute_tool',
          toolName: name,
          input: toJsonText(get(given, name) ?? given),
          text: output,
          output,
          status: isError ? 'error' : 'unset',
          statusMessage: isError ? firstLine(output) : null,
          raw: thought,
        },
        place,
      );
    });
  }

  private retrieved(message: unknown, id: string, common: Partial<SpanInput>, place: Place): void {
    const found = asArray(
      get(message, 'retriever_resources') ?? at(message, 'metadata', 'retriever_resources'),
    );
    if (found.length === 0) return;
    const text = found.map((one) => asText(get(one, 'content')) ?? '').join('\n');
    this.emit.span(
      {
        ...common,
        spanId: `${id}:retrieval`,
        parentSpanId: id,
        kind: 'retrieval',
        name: 'retrieval',
        text,
        output: text,
        raw: found,
      },
      place,
    );
  }

  private feedback(message: unknown, id: string, sessionId: string | null, place: Place): void {
    const all = [get(message, 'feedback'), ...asArray(get(message, 'feedbacks'))].filter((one) =>
      asObject(one),
    );
    all.forEach((one, i) => {
      const rating = asText(get(one, 'rating'));
      if (rating === null) return;
      this.emit.label(
        {
          labelId: `${id}:feedback${i}`,
          sessionId,
          spanId: id,
          name: 'rating',
          kind: 'feedback',
          annotatorKind: 'human',
          annotator: asText(get(one, 'from_source')),
          value: rating === 'like' ? 1 : rating === 'dislike' ? 0 : null,
          text: rating,
          explanation: asText(get(one, 'content')),
        },
        place,
      );
    });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => messagesOf(record).length > 0).length;
  return found > 0 && found * 2 >= records.length
    ? {
        confidence: 0.9,
        reason: `${found} of ${records.length} records hold a query, its answer and a conversation_id`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: ['Messages of Dify, one a record or as pages of its API.'],
  spans: [
    'The query is a user message, the answer a model call with tokens and price; tools in `agent_thoughts` are tool calls with what they were given and what was observed. What was retrieved is a retrieval.',
    'A message with an error is a failed call.',
  ],
  turns: 'The session is the conversation. Each query opens a turn.',
  pillars: 'By kind.',
  labels: 'Likes and dislikes become feedback on the answer (1 and 0).',
  leavesOut: ['Inputs of the application and files stay in the raw record.'],
};

const dify: TraceFormat = {
  id: 'dify',
  title: 'Dify messages',
  description: 'Messages of chat applications and agents made with Dify.',
  documentation: 'https://docs.dify.ai/',
  guide,
  containers: ['document', 'lines', 'csv', 'parquet'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new DifyReader(emit, source),
};

export default dify;
