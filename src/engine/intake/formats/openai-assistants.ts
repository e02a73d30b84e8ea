/**
 * The OpenAI Assistants API: pages and objects of messages, runs and run steps, the events of its streams, and bundles of them
 * in one document. A step says which message it wrote or which tools it called; messages, steps and runs meet by their ids, in
 * one file or several. Must not count a run's tokens beside those of its steps.
 * https://platform.openai.com/docs/api-reference/run-steps
 */
import { firstLine } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asText, at, get, isObject, toJsonText } from '../../../shared/trace/json';
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
  SpanInput,
  TraceFormat,
} from '../format';

const KINDS = ['thread.message', 'thread.run', 'thread.run.step'] as const;
type Kind = (typeof KINDS)[number];

interface Found {
  kind: Kind;
  value: unknown;
  line: number;
}

/** How deep a bundle may hold its objects. */
const MAX_DEPTH = 5;

function kindOf(value: unknown): Kind | null {
  const kind = asText(get(value, 'object'));
  return KINDS.find((one) => one === kind) ?? null;
}

/** The objects of the API in a value with their JSON pointers: itself, items of a page, the data of an event, parts of a bundle. */
function objectsIn(value: unknown, pointer = '', depth = 0): { value: unknown; pointer: string }[] {
  if (kindOf(value) !== null) return [{ value, pointer }];
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null
      ? objectsIn(inner, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1)
      : [],
  );
}

const time = (value: unknown, key: string): bigint | null => toNs(get(value, key), 's');

function endOf(value: unknown): bigint | null {
  return (
    ['completed_at', 'failed_at', 'cancelled_at', 'expired_at', 'incomplete_at']
      .map((key) => time(value, key))
      .find((ns) => ns !== null) ?? null
  );
}

/** How a run, a step or a message ended. */
function ending(value: unknown): Pick<SpanInput, 'status' | 'statusMessage' | 'errorType'> {
  const status = asText(get(value, 'status'));
  const error = get(value, 'last_error');
  if (status === 'failed' || isObject(error))
    return {
      status: 'error',
      statusMessage: firstLine(asText(get(error, 'message')) ?? status ?? ''),
      errorType: asText(get(error, 'code')) ?? 'error',
    };
  if (status === 'cancelled' || status === 'cancelling') return { status: 'interrupted' };
  if (status === 'expired' || status === 'incomplete')
    return {
      status: 'error',
      statusMessage: asText(at(value, 'incomplete_details', 'reason')) ?? status,
      errorType: status,
    };
  return { status: status === 'completed' ? 'ok' : 'unset' };
}

function tokens(value: unknown): Pick<SpanInput, 'inputTokens' | 'outputTokens'> {
  const usage = get(value, 'usage');
  return {
    inputTokens: asNumber(get(usage, 'prompt_tokens')),
    outputTokens: asNumber(get(usage, 'completion_tokens')),
  };
}

/** What a call of a tool was given and gave back; null output where none came. */
function callOf(call: unknown): { name: string; input: string | null; output: string | null } {
  const type = asText(get(call, 'type')) ?? 'tool';
  const own = get(call, type);
  if (type === 'function')
    return {
      name: asText(get(own, 'name')) ?? type,
      input: toJsonText(get(own, 'arguments')),
      output: toJsonText(get(own, 'output')),
    };
  if (type === 'code_interpreter') {
    const outputs = asArray(get(own, 'outputs'));
    const said = outputs.map((one) => asText(get(one, 'logs')) ?? `[${asText(get(one, 'type')) ?? 'output'}]`);
    return { name: type, input: asText(get(own, 'input')), output: outputs.length > 0 ? said.join('\n') : null };
  }
  const results = asArray(get(own, 'results'));
  return {
    name: type,
    input: toJsonText(get(own, 'ranking_options')),
    output: results.length > 0 ? toJsonText(results) : null,
  };
} // prettier-ignore

class AssistantsReader implements FormatReader {
  private readonly found = new Map<string, Found>();

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const objects = objectsIn(record);
    const event = asText(get(record, 'event'));
    if (objects.length === 0 && event === null) {
      this.emit.reject(
        place,
        'no message, run or step of the Assistants API',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    if (objects.length === 0) this.emit.note(`event "${event ?? ''}" counted only`);
    for (const { value, pointer } of objects) this.take(value, pointer, place);
  }

  /** Streams and polls tell an object again and again: what it is in the end counts. */
  private take(value: unknown, pointer: string, place: Place): void {
    const kind = kindOf(value);
    const id = asText(get(value, 'id'));
    if (kind === null) return;
    if (id === null) {
      this.emit.reject(place, `a ${kind} without an id`, toJsonText(value)?.slice(0, 1000));
      return;
    }
    const line = pointer === '' ? place.line : Math.max(place.line, this.source.lineOf(pointer));
    this.found.set(id, { kind, value, line });
  }

  end(): void {
    const all = [...this.found.values()].sort(
      (a, b) => Number(get(a.value, 'created_at') ?? 0) - Number(get(b.value, 'created_at') ?? 0),
    );
    const runs = new Map(all.flatMap(({ kind, value }) => (kind === 'thread.run' ? [[get(value, 'id'), value]] : [])));
    for (const one of all) {
      const run = one.kind === 'thread.run' ? one.value : runs.get(get(one.value, 'run_id'));
      if (one.kind === 'thread.message') this.message(one, run);
      else if (one.kind === 'thread.run') this.run(one, all);
      else this.step(one, run);
    }
  } // prettier-ignore

  private span(span: Omit<SpanInput, 'sessionId'>, { value, line }: Found): void {
    const { attributes = null, ...rest } = span;
    const metadata = get(value, 'metadata');
    const isTold = isObject(metadata) && Object.keys(metadata).length > 0;
    this.emit.span(
      {
        ...rest,
        sessionId: asText(get(value, 'thread_id')),
        attributes: isTold ? { ...attributes, metadata } : attributes,
      },
      { line },
    );
  }

  private message(one: Found, run: unknown): void {
    const { value } = one;
    const text = contentText(get(value, 'content'));
    const startNs = time(value, 'created_at');
    const told = { spanId: String(get(value, 'id')), startNs, text, raw: value };
    if (get(value, 'role') === 'user') {
      this.span({ ...told, kind: 'user', origin: 'human', name: 'user message', input: text }, one);
      return;
    }
    this.span(
      {
        ...told,
        kind: 'llm',
        name: 'answer',
        operation: 'chat',
        parentSpanId: asText(get(value, 'run_id')),
        model: asText(get(run, 'model')),
        agentName: asText(get(value, 'assistant_id')),
        endNs: endOf(value),
        output: text,
        ...ending(value),
      },
      one,
    );
  }

  private run(one: Found, all: readonly Found[]): void {
    const { value } = one;
    const hasSteps = all.some(
      ({ kind, value: step }) => kind === 'thread.run.step' && get(step, 'run_id') === get(value, 'id'),
    );
    this.span(
      {
        spanId: String(get(value, 'id')),
        kind: 'agent',
        name: asText(get(value, 'assistant_id')) ?? 'run',
        agentName: asText(get(value, 'assistant_id')),
        operation: 'invoke_agent',
        model: asText(get(value, 'model')),
        startNs: time(value, 'started_at') ?? time(value, 'created_at'),
        endNs: endOf(value),
        input: asText(get(value, 'instructions')),
        ...ending(value),
        ...(hasSteps ? {} : tokens(value)),
        attributes: filled({ usage: get(value, 'usage'), requiredAction: get(value, 'required_action') }),
        raw: value,
      },
      one,
    );
  }

  private step(one: Found, run: unknown): void {
    const { value } = one;
    const details = get(value, 'step_details');
    const common = {
      parentSpanId: asText(get(value, 'run_id')),
      agentName: asText(get(value, 'assistant_id')),
      startNs: time(value, 'created_at'),
      endNs: endOf(value),
    };
    const answer = {
      ...common,
      kind: 'llm' as const,
      name: 'answer',
      operation: 'chat',
      model: asText(get(run, 'model')),
      ...tokens(value),
      ...ending(value),
    };
    const messageId = asText(at(details, 'message_creation', 'message_id'));
    if (messageId !== null) {
      // The message itself may be in another file, or in none.
      this.span({ ...answer, spanId: messageId, completes: true }, one);
      return;
    }
    const stepId = String(get(value, 'id'));
    const calls = asArray(get(details, 'tool_calls'));
    this.span({ ...answer, ...(calls.length > 0 ? { status: 'ok', statusMessage: null, errorType: null } : {}), spanId: stepId, raw: value }, one);
    calls.forEach((call, i) => {
      const { name, input, output } = callOf(call);
      const end = ending(value);
      // A step that failed did so where nothing came back.
      const status = output !== null ? { status: 'ok' as const } : end.status === 'ok' ? { status: 'unset' as const } : end;
      const told = { ...common, ...status, input, output, text: output, raw: call, toolName: name };
      const id = asText(get(call, 'id'));
      this.span({ ...told, spanId: id === null || id === '' ? `${stepId}:${String(i)}` : id, parentSpanId: stepId, kind: 'tool', name, operation: 'execute_tool', toolCallId: id }, one);
    });
  } // prettier-ignore
}

function sniff({ records }: Sample): Sniffed | null {
  const found = records.filter((record) => objectsIn(record).length > 0).length;
  const events = records.filter((record) => /^(thread|error|done)/.test(asText(get(record, 'event')) ?? '')).length;
  return found > 0 && Math.max(found, events) * 2 > records.length
    ? { confidence: 0.95, reason: `${String(found)} of ${String(records.length)} records hold messages, runs or steps of the Assistants API` }
    : null;
} // prettier-ignore

const guide: FormatGuide = {
  reads: [
    'Messages, runs and run steps as the API returns them: pages (`data`), objects, one a line, or several kinds in one document.',
    'Events of streams (`thread.message.completed`, `thread.run.step.completed` …): what an object is in the end counts, pieces are counted.',
  ],
  spans: [
    'A message of the user becomes a user message, one of the assistant a model call; the step that wrote it adds its tokens and its end, also from another file.',
    'A step with tool calls becomes a model call with the calls below it: functions, the code interpreter, searches in files. A call of a failed step that gave nothing back is an error.',
    'A run becomes an agent span; cancelled runs are interrupted, failed, expired and incomplete ones errors.',
  ],
  turns: 'A session is a thread. Each message of the user opens a turn.',
  pillars: 'By kind.',
  labels: 'Such files carry none.',
  leavesOut: [
    'Tokens of a run whose steps are in the file are those of its steps. Assistants, files and vector stores are not read.',
  ],
};

const format: TraceFormat = {
  id: 'openai-assistants',
  title: 'OpenAI Assistants threads',
  description: 'Messages, runs and run steps of the OpenAI Assistants API.',
  documentation: 'https://platform.openai.com/docs/api-reference/run-steps',
  guide,
  containers: ['lines', 'document'],
  ordering: 'time',
  recalls: true,
  sniff,
  read: (emit, source) => new AssistantsReader(emit, source),
};

export default format;
