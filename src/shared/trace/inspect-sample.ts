/**
 * One sample of an Inspect AI log as spans: from its events where it has them, else from its messages.
 * Knows no eval and no places: those are the format's to add. https://inspect.aisi.org.uk/eval-logs.html
 */
import type { Origin, SpanStatus } from '../model/span';
import { chatSpans } from './chat-spans';
import type { GenAiSpan } from './genai-span';
import { attached, inspectMessage, originOfInspect, pooledInput } from './inspect-message';
import { asArray, asNumber, asObject, asText, at, get, isObject, toJsonText, type JsonObject } from './json';
import { contentText } from './messages';
import { toNs } from './time';

/** A span of a sample with where in it its event or message is. */
export interface SampleSpan {
  span: GenAiSpan & { origin?: Origin | null };
  pointer: string;
}

/** Events that change only what the log itself keeps; they are counted and stay in the raw record of nothing. */
const BOOKKEEPING = new Set(['state', 'store', 'sample_init', 'span_end', 'subtask']);

/** Events that are shown as what happened; others are as well, and counted, since nobody knows what they mean. */
const KNOWN_EVENTS = new Set(
  'input approval sample_limit compaction interrupt error score score_edit info logger'.split(' '),
);

const SPAN_KINDS: Readonly<Record<string, GenAiSpan['kind']>> = { agent: 'agent', memory: 'memory' };

class SampleReader {
  readonly spans: SampleSpan[] = [];
  readonly notes = new Map<string, number>();
  readonly #open = new Map<string, GenAiSpan>();
  /** Spans within a scorer, with the scorer's id. */
  readonly #scorers = new Map<string, string>();
  readonly #steps: string[] = [];
  readonly #pool: readonly unknown[];

  constructor(private readonly sample: JsonObject) {
    this.#pool = asArray(at(sample, 'events_data', 'messages') ?? get(sample, 'message_pool'));
  }

  events(events: readonly unknown[]): void {
    for (const [i, event] of events.entries()) {
      if (isObject(event)) this.#event(event, i);
      else this.#note('event that is no object');
    }
  }

  #note(what: string): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + 1);
  }

  #text(value: unknown): string {
    return contentText(attached(value, get(this.sample, 'attachments')));
  }

  #json(value: unknown): string | null {
    return toJsonText(attached(value, get(this.sample, 'attachments')));
  }

  #add(
    event: JsonObject,
    index: number,
    span: Partial<GenAiSpan> & Pick<GenAiSpan, 'kind' | 'name'>,
  ): GenAiSpan {
    const startNs = toNs(get(event, 'timestamp'));
    const own = asText(get(event, 'span_id'));
    const ends = toNs(get(event, 'completed'));
    const working = asNumber(get(event, 'working_time'));
    const added: GenAiSpan = {
      spanId: asText(get(event, 'uuid')) ?? `e${index}`,
      parentSpanId: own !== null && this.#open.has(own) ? own : (this.#steps.at(-1) ?? null),
      startNs,
      endNs:
        ends ?? (startNs !== null && working !== null ? startNs + BigInt(Math.round(working * 1e9)) : null),
      status: 'unset',
      operation: asText(get(event, 'event')),
      raw: event,
      ...span,
    };
    // A model that grades the answer is an agent of its own: what it is told is no turn of the user.
    const scorer = this.#scorers.get(added.parentSpanId ?? '');
    if (scorer !== undefined) added.agentId = scorer;
    this.spans.push({ span: added, pointer: `/events/${index}` });
    return added;
  }

  #event(event: JsonObject, index: number): void {
    const type = asText(get(event, 'event')) ?? '';
    switch (type) {
      case 'span_begin':
        return this.#begin(
          event,
          index,
          asText(get(event, 'id')) ?? `e${index}`,
          asText(get(event, 'parent_id')),
        );
      case 'span_end':
        return this.#end(event, asText(get(event, 'id')));
      case 'step':
        if (get(event, 'action') === 'end') return this.#end(event, this.#steps.pop() ?? null);
        this.#begin(event, index, `step-${index}`, this.#steps.at(-1) ?? null);
        this.#steps.push(`step-${index}`);
        return;
      case 'model':
        return this.#model(event, index);
      case 'tool':
        return this.#tool(event, index);
      case 'sandbox':
        return this.#sandbox(event, index);
      default:
        if (BOOKKEEPING.has(type)) this.#note(`event "${type}" not shown`);
        else this.#other(event, type, index);
    }
  }

  #begin(event: JsonObject, index: number, id: string, parent: string | null): void {
    const type = asText(get(event, 'type')) ?? '';
    const name = asText(get(event, 'name')) ?? type;
    const kind = Object.hasOwn(SPAN_KINDS, type) ? (SPAN_KINDS[type] ?? 'chain') : 'chain';
    const span = this.#add(event, index, {
      kind,
      name,
      spanId: id,
      parentSpanId: parent !== null && this.#open.has(parent) ? parent : null,
      operation: type,
    });
    if (kind === 'agent') span.agentName = name;
    const scorer = type === 'scorer' ? id : parent === null ? undefined : this.#scorers.get(parent);
    if (scorer !== undefined) this.#scorers.set(id, scorer);
    this.#open.set(id, span);
  }

  #end(event: JsonObject, id: string | null): void {
    const span = id === null ? undefined : this.#open.get(id);
    if (span) span.endNs = toNs(get(event, 'timestamp'));
    else this.#note('end of a span that never began');
  }

  #model(event: JsonObject, index: number): void {
    const attachments = get(this.sample, 'attachments');
    const input = pooledInput(event, this.#pool).map((message) => attached(message, attachments));
    const output = asObject(get(event, 'output'));
    const answer = attached(at(output, 'choices', 0, 'message'), attachments);
    const said = inspectMessage(answer);
    const error = asText(get(event, 'error')) ?? asText(get(output, 'error'));
    const usage = get(output, 'usage');
    this.#add(event, index, {
      kind: 'llm',
      name: asText(get(event, 'model')) ?? 'model',
      model: asText(get(output, 'model')) ?? asText(get(event, 'model')),
      status: error === null ? 'ok' : 'error',
      statusMessage: error?.slice(0, 2000) ?? null,
      text: said?.text ?? null,
      input: toJsonText(input),
      output: toJsonText(answer),
      inputTokens: asNumber(get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      cacheReadTokens: asNumber(get(usage, 'input_tokens_cache_read')),
      cacheWriteTokens: asNumber(get(usage, 'input_tokens_cache_write')),
      reasoningTokens: asNumber(get(usage, 'reasoning_tokens')),
      costUsd: asNumber(get(usage, 'total_cost')),
      attributes: { stop_reason: at(output, 'choices', 0, 'stop_reason'), retries: get(event, 'retries') },
      // Contents are in the input and output; the request as sent would only repeat them.
      raw: { ...event, input: undefined, output: undefined, call: undefined },
      history: {
        input: input.flatMap((message) => inspectMessage(message) ?? []),
        output: said ? [said] : [],
      },
    });
  }

  #tool(event: JsonObject, index: number): void {
    const error = asObject(get(event, 'error'));
    const name = asText(get(event, 'function')) ?? 'unknown tool';
    const result = this.#text(get(event, 'result'));
    const failed = error !== null || get(event, 'failed') === true;
    const isRefused = asText(get(error, 'type')) === 'approval';
    const status: SpanStatus = isRefused ? 'rejected' : failed ? 'error' : 'ok';
    const message = asText(get(error, 'message'));
    this.#add(event, index, {
      kind: 'tool',
      name,
      toolName: name,
      toolCallId: asText(get(event, 'id')),
      status,
      statusMessage: message ?? null,
      errorType: asText(get(error, 'type')),
      text: result === '' ? message : result,
      input: this.#json(get(event, 'arguments')),
      output: this.#json(get(event, 'result')),
    });
  }

  #sandbox(event: JsonObject, index: number): void {
    const code = asNumber(get(event, 'result'));
    const output = this.#text(get(event, 'output'));
    this.#add(event, index, {
      kind: 'environment',
      name: `sandbox ${asText(get(event, 'action')) ?? ''}`.trim(),
      status: code !== null && code !== 0 ? 'error' : 'ok',
      statusMessage: code !== null && code !== 0 ? `exit code ${code}` : null,
      input: asText(get(event, 'cmd')) ?? asText(get(event, 'file')),
      output: output === '' ? null : output,
      text: output === '' ? null : output,
    });
  }

  #other(event: JsonObject, type: string, index: number): void {
    if (type === 'input') {
      const text = this.#text(get(event, 'input'));
      const span = this.#add(event, index, { kind: 'user', name: 'input at the console', text, input: text });
      (span as SampleSpan['span']).origin = 'command';
      return;
    }
    if (!KNOWN_EVENTS.has(type)) this.#note(`event "${type.slice(0, 60)}" not known, kept as an event`);
    const error = get(event, 'error');
    const isError = type === 'error';
    const message =
      asText(get(error, 'message')) ?? asText(get(event, 'message')) ?? this.#json(get(event, 'data'));
    const decision = asText(get(event, 'decision'));
    this.#add(event, index, {
      kind: 'event',
      name: type === 'interrupt' ? 'interruption' : type === '' ? 'event' : type.replaceAll('_', ' '),
      status: isError ? 'error' : decision === 'reject' || decision === 'terminate' ? 'rejected' : 'unset',
      statusMessage: isError
        ? (message?.slice(0, 2000) ?? null)
        : (asText(get(event, 'explanation')) ?? null),
      text: decision ?? message ?? this.#json(get(event, 'score')),
    });
  }
}

/** The spans of a list of events. */
export function eventSpans(
  sample: JsonObject,
  events: readonly unknown[],
): { spans: SampleSpan[]; notes: ReadonlyMap<string, number> } {
  const reader = new SampleReader(sample);
  reader.events(events);
  return { spans: reader.spans, notes: reader.notes };
}

/** The spans of a sample without events: its messages. */
export function messageSpans(sample: JsonObject): { spans: SampleSpan[]; notes: readonly string[] } {
  const messages = asArray(attached(get(sample, 'messages'), get(sample, 'attachments')));
  const chat = messages.map((message) =>
    isObject(message)
      ? {
          ...message,
          name: get(message, 'function') ?? null,
          is_error: asObject(get(message, 'error')) !== null,
          content: contentText(get(message, 'content')) || (asText(at(message, 'error', 'message')) ?? ''),
          tool_calls: asArray(get(message, 'tool_calls')).map((call) =>
            isObject(call) ? { ...call, name: asText(get(call, 'function')) ?? get(call, 'name') } : call,
          ),
        }
      : message,
  );
  const read = chatSpans(chat, { userOrigin: 'simulated' });
  const spans = read.spans.map(({ index, ...span }) => ({
    span: {
      ...span,
      ...(span.kind === 'user' ? { origin: originOfInspect(messages[index]) } : { origin: null }),
      raw: messages[index],
    },
    pointer: `/messages/${index}`,
  }));
  const summed = addTotals(
    sample,
    spans.map(({ span }) => span),
  );
  return {
    spans,
    notes: [
      ...read.notes,
      ...read.problems.map((problem) => problem.reason),
      ...(summed ? ['tokens of a sample, told only as a sum, put on its last answer'] : []),
    ],
  };
}

/** When a sample without events began and ended, and what its model counted in all; whether several answers share the sum. */
function addTotals(sample: JsonObject, spans: GenAiSpan[]): boolean {
  const answers = spans.filter((span) => span.kind === 'llm');
  const last = answers.at(-1);
  const first = spans.find((span) => span.kind === 'user') ?? spans[0];
  const usage = Object.values(asObject(get(sample, 'model_usage')) ?? {});
  if (first) first.startNs ??= toNs(get(sample, 'started_at'));
  if (last) last.endNs ??= toNs(get(sample, 'completed_at'));
  // Of several models it is not known which one answered what.
  if (!last || usage.length !== 1) return false;
  Object.assign(last, {
    inputTokens: asNumber(get(usage[0], 'input_tokens')),
    outputTokens: asNumber(get(usage[0], 'output_tokens')),
    cacheReadTokens: asNumber(get(usage[0], 'input_tokens_cache_read')),
    reasoningTokens: asNumber(get(usage[0], 'reasoning_tokens')),
    costUsd: asNumber(get(usage[0], 'total_cost')),
  });
  return answers.length > 1;
}
