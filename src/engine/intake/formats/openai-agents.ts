/**
 * OpenAI Agents SDK traces as the SDK's exporter sends them: `trace` and `trace.span` objects, a line each or in `data`
 * lists. A trace's `group_id` is the conversation; spans that came before their trace find it by the trace id. Spans of
 * type response carry no texts but an id, unless the exporter was told to add them; generation spans carry the history.
 * https://openai.github.io/openai-agents-python/tracing/
 */
import { callsOf, reasoningOf } from '../../../shared/trace/chat-spans';
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
import { contentText } from '../../../shared/trace/messages';
import { responseUsage } from '../../../shared/trace/responses-items';
import { toNs } from '../../../shared/trace/time';
import type {
  Emit,
  FormatGuide,
  FormatReader,
  Message,
  Place,
  Sample,
  Sniffed,
  SourceContext,
  SpanInput,
  TraceFormat,
} from '../format';

const KINDS: Readonly<Record<string, SpanInput['kind']>> = {
  agent: 'agent',
  function: 'tool',
  generation: 'llm',
  response: 'llm',
  handoff: 'chain',
  guardrail: 'guardrail',
  mcp_tools: 'chain',
  transcription: 'llm',
  speech: 'llm',
  speech_group: 'chain',
};

interface Held {
  record: unknown;
  line: number;
}

/** A message of a generation or an item of a response in the one shape for all providers; null for other items. */
function messageOf(item: unknown): Message | null {
  const type = asText(get(item, 'type')) ?? 'message';
  const role = asText(get(item, 'role'));
  const text = contentText(get(item, 'content'));
  if (type === 'function_call_output' || role === 'tool') {
    const output = type === 'function_call_output' ? contentText(get(item, 'output')) : text;
    return {
      role: 'tool',
      text: output,
      toolCallId: asText(get(item, 'call_id')) ?? asText(get(item, 'tool_call_id')),
    };
  }
  if (type === 'function_call')
    return {
      role: 'assistant',
      text: '',
      toolCalls: [
        {
          id: asText(get(item, 'call_id')),
          name: asText(get(item, 'name')) ?? 'unknown tool',
          arguments: toJsonText(get(item, 'arguments')) ?? '',
        },
      ],
    };
  if (role === 'system' || role === 'developer') return { role: 'system', text };
  if (role === 'user') return { role: 'user', text };
  if (role !== 'assistant') return null;
  const reasoning = reasoningOf(item);
  const calls = callsOf(item).map((call) => ({
    id: call.id,
    name: call.name,
    arguments: call.arguments ?? '',
  }));
  return {
    role: 'assistant',
    text,
    ...(reasoning === null ? {} : { reasoning }),
    ...(calls.length > 0 ? { toolCalls: calls } : {}),
  };
}

function messagesOf(value: unknown): Message[] {
  const opened = parseMaybe(value);
  if (typeof opened === 'string') return opened === '' ? [] : [{ role: 'user', text: opened }];
  return asArray(opened).flatMap((item) => messageOf(item) ?? []);
}

class AgentsReader implements FormatReader {
  private readonly spans: Held[] = [];
  private readonly traces = new Map<string, Held>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const list = get(record, 'data') ?? get(record, 'spans') ?? get(record, 'items');
    if (Array.isArray(list)) {
      if (get(record, 'object') === 'trace') this.take(record, place.line);
      list.forEach((each: unknown, i) =>
        this.take(each, Math.max(place.line, this.source.lineOf(`/data/${i}`))),
      );
    } else this.take(record, place.line);
  }

  private take(record: unknown, line: number): void {
    const id = asText(get(record, 'id'));
    const kind = get(record, 'object');
    if (id === null || (kind !== 'trace' && kind !== 'trace.span'))
      this.emit.reject({ line }, 'neither a trace nor a span with an id', toJsonText(record)?.slice(0, 1000));
    else if (kind === 'trace') this.traces.set(id, { record, line });
    else this.spans.push({ record, line });
  }

  end(): void {
    const agents = new Map(
      this.spans
        .filter(({ record }) => at(record, 'span_data', 'type') === 'agent')
        .map(({ record }) => [asText(get(record, 'id')) ?? '', asText(at(record, 'span_data', 'name'))]),
    );
    for (const held of this.spans) this.span(held, agents);
    const used = new Set(this.spans.map(({ record }) => asText(get(record, 'trace_id'))));
    for (const id of this.traces.keys()) if (!used.has(id)) this.emit.note('trace without a span');
  }

  private span({ record, line }: Held, agents: ReadonlyMap<string, string | null>): void {
    const data = get(record, 'span_data');
    const type =
      asText(at(data, 'sdk_span_type')) ??
      asText(at(data, 'data', 'sdk_span_type')) ??
      asText(get(data, 'type')) ??
      'unknown';
    const traceId = asText(get(record, 'trace_id'));
    const trace = this.traces.get(traceId ?? '')?.record;
    const error = asObject(get(record, 'error'));
    const cause = asText(at(error, 'data', 'error'));
    const message = error
      ? [asText(get(error, 'message')) ?? 'error', ...(cause === null ? [] : [cause])].join(': ')
      : null;
    const parentId = asText(get(record, 'parent_id'));
    const kind = Object.hasOwn(KINDS, type) ? (KINDS[type] ?? 'chain') : 'chain';
    const isTripped = type === 'guardrail' && get(data, 'triggered') === true;
    this.emit.span(
      {
        spanId: asText(get(record, 'id')) ?? '',
        parentSpanId: parentId,
        traceId,
        sessionId: asText(get(trace, 'group_id')),
        kind,
        name: asText(get(data, 'name')) ?? type,
        operation: type,
        agentName: type === 'agent' ? asText(get(data, 'name')) : (agents.get(parentId ?? '') ?? null),
        startNs: toNs(get(record, 'started_at')),
        endNs: toNs(get(record, 'ended_at')),
        status: error || isTripped ? 'error' : 'ok',
        statusMessage:
          message === null ? (isTripped ? 'the guardrail was triggered' : null) : firstLine(message),
        errorType: error
          ? (asText(at(error, 'data', 'error_type')) ?? 'error')
          : isTripped
            ? 'guardrail'
            : null,
        feature: asText(get(trace, 'workflow_name')),
        userId: asText(at(trace, 'metadata', 'user_id')),
        attributes: filled({
          metadata: get(trace, 'metadata'),
          errorData: get(error, 'data'),
          handoffs: get(data, 'handoffs'),
          tools: get(data, 'tools'),
          from: get(data, 'from_agent'),
          to: get(data, 'to_agent'),
          responseId: get(data, 'response_id'),
        }),
        raw: record,
        ...this.content(type, data),
      },
      { line },
    );
  }

  private content(type: string, data: unknown): Partial<SpanInput> {
    if (type === 'function') {
      const text = contentText(parseMaybe(get(data, 'output')) ?? '');
      const toolName = asText(get(data, 'name')) ?? 'unknown tool';
      return { toolName, input: toJsonText(get(data, 'input')), text, output: text };
    }
    if (type === 'generation' || type === 'response') {
      const response = get(data, 'response');
      const input = messagesOf(get(data, 'input'));
      const output = messagesOf(get(data, 'output') ?? get(response, 'output'));
      const text = output
        .map((message) => message.text)
        .filter((said) => said !== '')
        .join('\n');
      const usage = get(data, 'usage') ?? get(response, 'usage');
      return {
        model: asText(get(data, 'model')) ?? asText(get(response, 'model')),
        provider: 'openai',
        text,
        output: text === '' ? null : text,
        ...responseUsage(usage),
        ...(input.length + output.length > 0 ? { history: { input, output } } : {}),
      };
    }
    if (type === 'handoff')
      return { text: `${asText(get(data, 'from_agent')) ?? '?'} → ${asText(get(data, 'to_agent')) ?? '?'}` };
    const input = get(data, 'input') ?? get(data, 'data');
    const usage =
      asObject(get(data, 'usage')) && asNumber(at(data, 'usage', 'input_tokens')) !== null
        ? get(data, 'usage')
        : null;
    return {
      model: asText(get(data, 'model')),
      input: toJsonText(input),
      output: toJsonText(get(data, 'output')),
      attributes: filled({ usage, data: get(data, 'data') }),
    };
  }
}

function sniff(sample: Sample): Sniffed | null {
  const isTrace = (value: unknown): boolean =>
    (get(value, 'object') === 'trace.span' && asObject(get(value, 'span_data')) !== null) ||
    (get(value, 'object') === 'trace' && get(value, 'workflow_name') !== undefined);
  const found = sample.records.filter(
    (record) => isTrace(record) || asArray(get(record, 'data')).some(isTrace),
  ).length;
  return found > 0
    ? {
        confidence: 0.97,
        reason: `${found} of ${sample.records.length} records are traces or spans with span_data`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: ['`trace` and `trace.span` objects of the Agents SDK, a line each or in `data` lists.'],
  spans: [
    'Spans keep their tree. Generations and responses become model calls, functions tool calls, guardrails guardrails (a triggered one is an error), agents agents; handoffs and the rest chains.',
  ],
  turns:
    'The session is the trace’s `group_id`, whichever of trace and span comes first; without one each trace stands alone. User messages in the history that are new to a session open turns.',
  pillars: 'By kind.',
  labels: '',
  leavesOut: [
    'Response spans hold an id and no text unless the exporter was told to add it.',
    'Audio is not read.',
  ],
};

const openaiAgents: TraceFormat = {
  id: 'openai-agents',
  title: 'OpenAI Agents SDK traces',
  description: 'Traces and spans exported by the OpenAI Agents SDK.',
  documentation: 'https://openai.github.io/openai-agents-python/tracing/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'time',
  recalls: true,
  sniff,
  read: (emit, source) => new AgentsReader(emit, source),
};

export default openaiAgents;
