/**
 * The memory of smolagents' agents: a task, then steps with what the model wrote, the tools it called, what was observed, and
 * the errors of a step; as a list of steps, or a run a record with its question. Code that the agent runs is a call of
 * `python_interpreter`. https://huggingface.co/docs/smolagents/tutorials/memory
 */
import { AgentLog, firstLine } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { asArray, asNumber, asObject, asText, at, get, toJsonText } from '../../../shared/trace/json';
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

const LISTS = ['steps', 'agent_memory', 'memory', 'logs', 'intermediate_steps', 'full_steps'];

function isAction(step: unknown): boolean {
  return (
    (get(step, 'step_number') !== undefined || get(step, 'step') !== undefined) &&
    (get(step, 'model_output') !== undefined ||
      get(step, 'observations') !== undefined ||
      get(step, 'llm_output') !== undefined)
  );
}

function isStep(step: unknown): boolean {
  return (
    isAction(step) ||
    asText(get(step, 'task')) !== null ||
    asText(get(step, 'system_prompt')) !== null ||
    get(step, 'plan') !== undefined ||
    (get(step, 'output') !== undefined && Object.keys(asObject(step) ?? {}).length <= 2)
  );
}

/** The steps of a run that is one record, with the name of their list. */
function runOf(record: unknown): { steps: readonly unknown[]; key: string } | null {
  for (const key of LISTS) {
    const steps = asArray(get(record, key));
    if (steps.length > 0 && steps.every(isStep) && steps.some(isAction)) return { steps, key };
  }
  return null;
}

class Run {
  readonly log: AgentLog;

  constructor(
    prefix: string,
    private readonly model: string | null = null,
  ) {
    this.log = new AgentLog(prefix);
  }

  step(step: unknown, line: number): void {
    const task = asText(get(step, 'task'));
    const system = asText(get(step, 'system_prompt'));
    const plan = asText(get(step, 'plan'));
    if (isAction(step)) this.action(step, line);
    else if (task !== null)
      this.log.add({
        line,
        spanId: null,
        kind: 'user',
        origin: 'human',
        name: 'user message',
        text: task,
        input: task,
        raw: step,
      });
    else if (system !== null)
      this.log.add({ line, spanId: null, kind: 'system', name: 'instructions', text: system, raw: step });
    else if (plan !== null) this.answer(step, line, plan, 'plan');
    else this.final(step, line);
  }

  private answer(step: unknown, line: number, text: string, name: string): string {
    const usage = get(step, 'token_usage');
    const timing = get(step, 'timing');
    const [startNs, endNs] = [
      toNs(get(timing, 'start_time') ?? get(step, 'start_time')),
      toNs(get(timing, 'end_time') ?? get(step, 'end_time')),
    ];
    const error = get(step, 'error');
    const why = asText(get(error, 'message')) ?? asText(error);
    const calls = asArray(get(step, 'tool_calls'));
    const isOwn = why !== null && calls.length === 0;
    return this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name,
      operation: 'chat',
      model: this.model,
      startNs,
      endNs,
      status: isOwn ? 'error' : 'ok',
      statusMessage: isOwn ? firstLine(why) : null,
      errorType: isOwn ? (asText(get(error, 'type')) ?? 'error') : null,
      text,
      output: asText(text),
      inputTokens: asNumber(get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'output_tokens')),
      attributes: filled({ step: get(step, 'step_number') }),
      raw: step,
    }).spanId;
  }

  private action(step: unknown, line: number): void {
    const said =
      get(step, 'model_output') ?? get(step, 'llm_output') ?? at(step, 'model_output_message', 'content');
    const parentSpanId = this.answer(step, line, contentText(said), 'answer');
    const error = get(step, 'error');
    const why = asText(get(error, 'message')) ?? asText(error);
    const seen = contentText(get(step, 'observations'));
    const calls = asArray(get(step, 'tool_calls'));
    calls.forEach((call, i) => {
      const inner = asObject(get(call, 'function')) ?? call;
      const name = asText(get(inner, 'name')) ?? 'unknown tool';
      const isLast = i === calls.length - 1;
      const text = isLast ? [seen, why ?? ''].filter(Boolean).join('\n') : '';
      const added = this.log.call({
        line,
        spanId: null,
        parentSpanId,
        toolName: name,
        toolCallId: asText(get(call, 'id')),
        input: toJsonText(get(inner, 'arguments')),
        // What was observed is of all calls of a step together.
        ...(isLast
          ? {
              text,
              output: text,
              status: why === null ? 'ok' : 'error',
              statusMessage: why === null ? null : firstLine(why),
              errorType: why === null ? null : (asText(get(error, 'type')) ?? 'error'),
            }
          : {}),
        raw: call,
      });
      this.log.close(added);
    });
  }

  /** The answer that a run ended with; that of the last call, as a rule. */
  private final(step: unknown, line: number): void {
    const text = contentText(get(step, 'output'));
    const last = this.log.answer;
    if (last && get(last.raw, 'is_final_answer') === true)
      last.text = [last.text, text].filter(Boolean).join('\n');
    else
      this.log.add({
        line,
        spanId: null,
        kind: 'llm',
        name: 'final answer',
        status: 'ok',
        text,
        output: text,
        raw: step,
      });
  }
}

class SmolagentsReader implements FormatReader {
  private loose: Run | null = null;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const run = runOf(record);
    if (run) this.run(record, run, place);
    else if (isStep(record)) {
      this.loose ??= new Run(this.source.shortHash);
      this.loose.step(record, place.line);
    } else this.emit.reject(place, 'neither a step nor a run with steps', toJsonText(record)?.slice(0, 1000));
  }

  private run(
    record: unknown,
    { steps, key }: { steps: readonly unknown[]; key: string },
    place: Place,
  ): void {
    const sessionId = asText(get(record, 'task_id')) ?? `${this.source.shortHash}:${place.line}`;
    const run = new Run(sessionId, asText(get(record, 'model_id')));
    const question = asText(get(record, 'question')) ?? asText(get(record, 'task'));
    if (question !== null && !steps.some((step) => asText(get(step, 'task')) !== null))
      run.step({ task: question }, place.line);
    steps.forEach((step, i) => run.step(step, Math.max(place.line, this.source.lineOf(`/${key}/${i}`))));
    run.log.tell(this.emit, { sessionId });
    const correct = get(record, 'is_correct') ?? get(record, 'correct');
    if (typeof correct === 'boolean')
      this.emit.label(
        {
          labelId: `${sessionId}:correct`,
          sessionId,
          name: 'correct',
          kind: 'outcome',
          annotatorKind: 'code',
          value: Number(correct),
        },
        place,
      );
  }

  end(): void {
    this.loose?.log.tell(this.emit, { sessionId: `${this.source.shortHash}:1` });
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const runs = records.filter((record) => runOf(record) !== null).length;
  if (runs > 0 && runs * 2 >= records.length)
    return {
      confidence: 0.9,
      reason: `${runs} of ${records.length} records are runs with steps and observations`,
    };
  const actions = records.filter(isAction).length;
  return actions > 0 && records.filter(isStep).length * 2 > records.length
    ? {
        confidence: 0.9,
        reason: `${actions} of ${records.length} records are steps with a model’s output and observations`,
      }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Steps of an agent’s memory (`agent.memory.get_full_steps()`), as a list or a step a line.',
    'Runs with such a list (`steps`, `agent_memory`, …) beside their question, as evaluations keep them.',
  ],
  spans: [
    'A task is a user message, a step a model call with its time and tokens, each tool in it a tool call. What a step observed is the result of its last call; an error of a step with calls is that call’s, else the model’s.',
    'A plan is a model call named so.',
  ],
  turns: 'A list is a session, a run one of its own. Tasks open turns.',
  pillars: 'By kind.',
  labels: '`is_correct` of a run becomes an outcome.',
  leavesOut: ['The messages a step sent to the model repeat the memory and stay in the raw record.'],
};

const smolagents: TraceFormat = {
  id: 'smolagents',
  title: 'smolagents memory',
  description: 'Memory steps and runs of agents made with smolagents.',
  documentation: 'https://huggingface.co/docs/smolagents/tutorials/memory',
  guide,
  containers: ['document', 'lines', 'parquet'],
  ordering: 'stream',
  canContinue: (head) => head.every((record) => runOf(record) !== null),
  recalls: true,
  sniff,
  read: (emit, source) => new SmolagentsReader(emit, source),
};

export default smolagents;
