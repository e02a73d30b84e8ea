/**
 * The spans of one turn of the support agent: a root `invoke_agent` span with its model calls, tool calls, retrievals,
 * HTTP requests and guardrails, laid out on a clock. Attribute names follow the OpenTelemetry GenAI conventions.
 */
import type { Rng } from '../rng';
import type { Attributes, Span, SpanEvent } from './otlp';

export interface Speaker {
  sessionId: string;
  userId: string;
  feature: string;
  cohort: string;
  agentVersion: string;
  model: string;
}

export interface ToolFailure {
  httpStatus: number;
  type: string;
  message: string;
}

export const agentName = 'tavolane-support';
export const systemPrompt =
  'You are the support agent of Tavolane (flights, parcels, Tavolane Plus). Answer briefly, in the customer’s language. ' +
  'Use tools for facts; never guess. Confirm before any change that costs money or cannot be undone.';

const modelPace: Readonly<Record<string, { firstTokenMs: number; perTokenMs: number }>> = {
  'meridian-2': { firstTokenMs: 620, perTokenMs: 13 },
  'meridian-2-mini': { firstTokenMs: 310, perTokenMs: 6 },
  'quill-70b': { firstTokenMs: 480, perTokenMs: 17 },
};

export class TurnTrace {
  readonly traceId: string;
  readonly rootId: string;
  readonly spans: Span[] = [];
  private readonly rootEvents: SpanEvent[] = [];
  private inputTokens = 0;
  private outputTokens = 0;

  constructor(
    private readonly rng: Rng,
    private readonly speaker: Speaker,
    private readonly startMs: number,
    private readonly question: string,
    public nowMs = startMs,
  ) {
    this.traceId = rng.hex(32);
    this.rootId = rng.hex(16);
    this.nowMs += rng.lognormal(9, 0.5);
  }

  /** A model call that ends in tool calls or in an answer. `input` and `output` are JSON texts of messages. */
  chat(input: string, output: string, finish: 'stop' | 'tool_calls', rateLimitedMs = 0): string {
    const { model, sessionId } = this.speaker;
    const pace = modelPace[model] ?? { firstTokenMs: 500, perTokenMs: 12 };
    const inputTokens = 410 + Math.round(input.length / 4.3);
    const outputTokens = Math.max(9, Math.round(output.length / 4.6));
    const startMs = this.nowMs;
    this.nowMs +=
      rateLimitedMs +
      this.rng.lognormal(pace.firstTokenMs, 0.35) +
      outputTokens * this.rng.lognormal(pace.perTokenMs, 0.2);
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    const events =
      rateLimitedMs === 0
        ? {}
        : {
            events: [
              {
                name: 'rate_limited',
                atMs: startMs + 190,
                attributes: { 'http.response.status_code': 429, 'retry.after_ms': rateLimitedMs },
              },
            ],
          };
    return this.add({
      parentSpanId: this.rootId,
      name: `chat ${model}`,
      kind: 'client',
      startMs,
      endMs: this.nowMs,
      ...events,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': model.startsWith('quill') ? 'quill' : 'meridian',
        'gen_ai.request.model': model,
        'gen_ai.response.model': model,
        'gen_ai.conversation.id': sessionId,
        'gen_ai.input.messages': input,
        'gen_ai.output.messages': output,
        'gen_ai.response.finish_reasons': [finish],
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
      },
    });
  }

  tool(
    name: string,
    callId: string,
    args: string,
    result: string,
    failure: ToolFailure | null,
    hasRequest: boolean,
  ): string {
    const startMs = this.nowMs;
    const requestMs =
      failure?.httpStatus === 504 ? this.rng.lognormal(10_050, 0.01) : this.rng.lognormal(170, 0.7);
    this.nowMs += requestMs + this.rng.lognormal(14, 0.4);
    const spanId = this.add({
      parentSpanId: this.rootId,
      name: `execute_tool ${name}`,
      kind: 'internal',
      startMs,
      endMs: this.nowMs,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': callId,
        'gen_ai.tool.call.arguments': args,
        ...(failure === null ? { 'gen_ai.tool.call.result': result } : { 'error.type': failure.type }),
        'gen_ai.conversation.id': this.speaker.sessionId,
      },
      ...(failure === null ? {} : this.failed(failure)),
    });
    if (hasRequest || failure !== null)
      this.request(spanId, name, startMs + 6, startMs + 6 + requestMs, failure);
    return spanId;
  }

  /** Memory is read and written by the framework itself, not by a model's tool call. */
  memory(name: 'memory_read' | 'memory_write', args: string, result: string): string {
    const startMs = this.nowMs;
    this.nowMs += this.rng.lognormal(21, 0.5);
    return this.add({
      parentSpanId: this.rootId,
      name: `execute_tool ${name}`,
      kind: 'internal',
      startMs,
      endMs: this.nowMs,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.type': 'datastore',
        'gen_ai.tool.call.arguments': args,
        'gen_ai.tool.call.result': result,
        'gen_ai.conversation.id': this.speaker.sessionId,
      },
    });
  }

  retrieval(parentSpanId: string, query: string, documents: string, startMs: number, endMs: number): string {
    return this.add({
      parentSpanId,
      name: 'retrieval help-center',
      kind: 'client',
      startMs,
      endMs,
      attributes: {
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.data_source.id': 'help-center',
        'gen_ai.retrieval.query.text': query,
        'gen_ai.retrieval.documents': documents,
        'gen_ai.conversation.id': this.speaker.sessionId,
      },
    });
  }

  guardrail(name: string, outcome: 'pass' | 'redacted'): string {
    const startMs = this.nowMs;
    this.nowMs += this.rng.lognormal(38, 0.4);
    return this.add({
      parentSpanId: this.rootId,
      name: `guardrail ${name}`,
      kind: 'internal',
      startMs,
      endMs: this.nowMs,
      attributes: {
        'gen_ai.operation.name': 'guardrail',
        'guardrail.name': name,
        'guardrail.outcome': outcome,
      },
    });
  }

  /** Closes the root span. `answer` is the JSON text of the agent's last message. */
  end(answer: string): Span[] {
    const { sessionId, userId, feature, cohort, agentVersion, model } = this.speaker;
    this.nowMs += this.rng.lognormal(6, 0.4);
    this.spans.push({
      spanId: this.rootId,
      parentSpanId: '',
      name: `invoke_agent ${agentName}`,
      kind: 'internal',
      startMs: this.startMs,
      endMs: this.nowMs,
      ...(this.rootEvents.length === 0 ? {} : { events: this.rootEvents }),
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': agentName,
        'gen_ai.agent.version': agentVersion,
        'gen_ai.conversation.id': sessionId,
        'gen_ai.request.model': model,
        'user.id': userId,
        feature,
        cohort,
        'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: systemPrompt }]),
        'gen_ai.input.messages': this.question,
        'gen_ai.output.messages': answer,
        'gen_ai.usage.input_tokens': this.inputTokens,
        'gen_ai.usage.output_tokens': this.outputTokens,
      },
    });
    return this.spans;
  }

  private request(
    parentSpanId: string,
    toolName: string,
    startMs: number,
    endMs: number,
    failure: ToolFailure | null,
  ): void {
    const method = /^(get|search|track|list|find|quote|check)/.test(toolName) ? 'GET' : 'POST';
    const path = `/v2/${toolName.replaceAll('_', '-')}`;
    const attributes: Attributes = {
      'http.request.method': method,
      'url.path': path,
      'server.address': 'core.tavolane.example',
      'http.response.status_code': failure?.httpStatus ?? 200,
    };
    this.add({
      parentSpanId,
      name: `${method} ${path}`,
      kind: 'client',
      startMs,
      endMs,
      attributes,
      ...(failure === null ? {} : { error: failure.type }),
    });
  }

  private failed(failure: ToolFailure): { error: string; events: SpanEvent[] } {
    const attributes = { 'exception.type': failure.type, 'exception.message': failure.message };
    return { error: failure.message, events: [{ name: 'exception', atMs: this.nowMs - 1, attributes }] };
  }

  private add(span: Omit<Span, 'spanId'>): string {
    const spanId = this.rng.hex(16);
    this.spans.push({ spanId, ...span });
    return spanId;
  }
}
