/**
 * Amazon Bedrock: the log of model invocations (CloudWatch or S3), logged requests and responses of the Converse API, and the
 * trace events of Bedrock agents. An invocation repeats the whole conversation; only what is new is told. Must not read
 * calls that answer no one, such as embeddings: they are counted.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
 */
import { AgentLog } from '../../../shared/trace/agent-log';
import { agentTrace, BedrockAgent } from '../../../shared/trace/bedrock-agent';
import { answeredBody, sentMessages, type BedrockAnswer } from '../../../shared/trace/bedrock-body';
import { CALL_WITHOUT_RESULT, chatSpans } from '../../../shared/trace/chat-spans';
import { filled } from '../../../shared/trace/claude-line';
import { GrowingChats, type GrowingChat } from '../../../shared/trace/growing-chat';
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
import { sessionOf } from '../../../shared/trace/openai-record';
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

/** A logged call: what went in, what came back, and the record around both. */
interface Call {
  request: unknown;
  response: unknown;
  log: unknown;
}

/** The invocation log in a record: itself, or the message of a log service around it. */
function invocationOf(record: unknown): unknown {
  for (const value of [record, parseMaybe(get(record, 'message')), parseMaybe(get(record, '@message'))])
    if (get(value, 'schemaType') === 'ModelInvocationLog') return value;
  return null;
}

function isConverse(request: unknown, response: unknown): boolean {
  const blocks = asArray(get(request, 'messages')).flatMap((message) => asArray(get(message, 'content')));
  return (
    asObject(at(response, 'output', 'message')) !== null ||
    (asText(get(request, 'modelId')) !== null &&
      blocks.some((block) => get(block, 'type') === undefined && asObject(block) !== null))
  );
}

function callOf(record: unknown): Call | null {
  const log = invocationOf(record);
  if (log)
    return {
      request: parseMaybe(at(log, 'input', 'inputBodyJson')),
      response: parseMaybe(at(log, 'output', 'outputBodyJson')),
      log,
    };
  const [request, response] = [parseMaybe(get(record, 'request')), parseMaybe(get(record, 'response'))];
  return isConverse(request, response) ? { request, response, log: record } : null;
}

class BedrockReader implements FormatReader {
  private readonly chats = new GrowingChats();
  private readonly waiting = new Set<GrowingChat>();
  private readonly log: AgentLog;
  private readonly agent: BedrockAgent;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {
    this.log = new AgentLog(source.shortHash);
    this.agent = new BedrockAgent(this.log);
  }

  record(record: unknown, place: Place): void {
    const trace = agentTrace(record);
    const call = trace === null ? callOf(record) : null;
    if (trace !== null) this.agent.tell(trace, place.line);
    else if (call) this.call(call, place);
    else
      this.emit.reject(
        place,
        'neither a logged model invocation nor a trace of an agent',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private call({ request, response, log }: Call, place: Place): void {
    const sent = sentMessages(request);
    const answer = answeredBody(response);
    const failure =
      asText(get(log, 'errorCode')) ??
      asText(at(response, 'error', 'message')) ??
      asText(at(response, 'Error', 'Message'));
    if (sent === null || (answer === null && failure === null && at(response, 'embedding') !== undefined)) {
      this.emit.note(
        at(log, 'input', 'inputBodyS3Path') === undefined
          ? 'invocation without a conversation counted only'
          : 'invocation whose body is in another file counted only',
      );
      return;
    }
    const own = sessionOf(get(log, 'requestMetadata')) ?? sessionOf(log);
    const { chat, from } = this.chats.place(sent, own, `${this.source.shortHash}:${place.line}`);
    const message = answer?.message ?? (failure === null ? null : { role: 'assistant', content: null });
    const messages = message === null ? sent : [...sent, message];
    const read = chatSpans(messages.slice(from), {
      userOrigin: 'human',
      firstIndex: chat.told,
      earlier: chat.open,
    });
    const fields = callFields(log, request, answer, failure);
    for (const { index, ...span } of read.spans) {
      const isAnswer = message !== null && span.kind === 'llm' && index + from === messages.length - 1;
      this.emit.span(
        {
          ...span,
          ...(isAnswer ? fields : {}),
          startNs: isAnswer || span.kind === 'user' ? (fields.startNs ?? null) : span.startNs,
          sessionId: chat.sessionId,
          feature: asText(at(log, 'requestMetadata', 'feature')),
        },
        place,
      );
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { reason } of read.problems) this.emit.reject(place, reason);
    chat.told += messages.length - from;
    chat.open = read.open;
    this.waiting.add(chat);
    this.chats.told(chat, sent, answer?.message ?? null, own);
  }

  end(): void {
    for (const chat of this.waiting)
      if (chat.open.length > 0) this.emit.note(CALL_WITHOUT_RESULT, chat.open.length);
    this.log.tell(this.emit);
  }
}

/** What the log says of a call, in the names of a span. */
function callFields(
  log: unknown,
  request: unknown,
  answer: BedrockAnswer | null,
  failure: string | null,
): Partial<SpanInput> {
  const startNs = toNs(get(log, 'timestamp'));
  const took = answer?.latencyMs ?? null;
  const isFiltered = /guardrail|content_filter/i.test(answer?.stopReason ?? '');
  return {
    model: asText(get(log, 'modelId')) ?? asText(get(request, 'modelId')),
    provider: 'aws.bedrock',
    startNs,
    endNs: startNs === null || took === null ? null : startNs + BigInt(Math.round(took * 1e6)),
    inputTokens: answer?.inputTokens ?? asNumber(at(log, 'input', 'inputTokenCount')),
    outputTokens: answer?.outputTokens ?? asNumber(at(log, 'output', 'outputTokenCount')),
    cacheReadTokens: answer?.cacheReadTokens ?? null,
    cacheWriteTokens: answer?.cacheWriteTokens ?? null,
    ...(failure === null ? {} : { status: 'error', statusMessage: failure, errorType: failure.slice(0, 80) }),
    ...(isFiltered ? { status: 'error', errorType: 'content_filter' } : {}),
    attributes: filled({
      requestId: get(log, 'requestId'),
      region: get(log, 'region'),
      identity: at(log, 'identity', 'arn'),
      requestMetadata: get(log, 'requestMetadata'),
      stopReason: answer?.stopReason,
    }),
  };
}

function sniff({ records }: Sample): Sniffed | null {
  const logs = records.filter((record) => invocationOf(record) !== null).length;
  const calls = records.filter((record) => callOf(record) !== null).length;
  const traces = records.filter((record) => agentTrace(record) !== null).length;
  if ((calls + traces) * 2 < records.length || calls + traces === 0) return null;
  if (traces > 0)
    return {
      confidence: 0.95,
      reason: `${traces} of ${records.length} records are traces of a Bedrock agent`,
    };
  return logs > 0
    ? { confidence: 0.97, reason: `${logs} of ${records.length} records are of a model invocation log` }
    : { confidence: 0.92, reason: `${calls} of ${records.length} records are calls of the Converse API` };
}

const guide: FormatGuide = {
  reads: [
    'The model invocation log of Amazon Bedrock, from S3 or CloudWatch (also as the message of a log event): Converse, `InvokeModel` and streams, with the bodies of Anthropic, Amazon, Meta, Mistral and Cohere models.',
    'Requests and responses of the Converse API, logged side by side.',
    'Trace events of Bedrock agents, collaborators included.',
  ],
  spans: [
    'A call becomes a model call with its tokens and, where it is told, how long it took; `toolUse` becomes a tool call, ended by the `toolResult` that names it, an error where its status says so.',
    'A failed invocation and what a guardrail withheld are errors.',
    'Of an agent: each model invocation is a model call with its rationale, each action, lookup or call of a collaborator a tool call with what was observed; the final response is the words of the last model call.',
  ],
  turns:
    'A call that repeats an earlier one with its answer goes on with that session; other calls are sessions of their own, unless their request metadata names one. Of an agent the session is its `sessionId`. User messages open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Embeddings and other calls without a conversation, and bodies that were stored in a file of their own, are counted.',
  ],
};

const bedrock: TraceFormat = {
  id: 'bedrock',
  title: 'Amazon Bedrock logs',
  description: 'Model invocation logs, Converse calls and agent traces of Amazon Bedrock.',
  documentation: 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new BedrockReader(emit, source),
};

export default bedrock;
