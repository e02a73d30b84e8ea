/**
 * tau2-bench results: one document with all simulations, or the newer folder (`results.json` and one file a simulation
 * below `simulations/`), text and voice. The user is played by a model, so no turn is a person's; it may call tools of
 * its own, which are shown as work of the environment and not as the agent's calls. Voice runs come in ticks of a
 * fraction of a second: a stretch of speech is one span. Must not judge: reward and checks go out as labels.
 * https://github.com/sierra-research/tau2-bench
 */
import { AgentLog, firstLine, type LogSpan } from '../../../shared/trace/agent-log';
import { reasoningOf } from '../../../shared/trace/chat-spans';
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

/** What the simulated user says to end a run: a signal to the benchmark, not to the agent. */
const STOP = /^###(STOP|TRANSFER|OUT-OF-SCOPE)###$/;
/** Ends that are the run's failure, not its result. */
const BROKEN = /error|max_steps|timeout|exceeded/;

type LineOf = (pointer: string) => number;

class Simulation {
  private readonly log: AgentLog;
  /** Speech that goes on, by speaker. */
  private readonly speaking = new Map<string, LogSpan>();

  constructor(
    prefix: string,
    private readonly model: string | null,
    private readonly lineOf: LineOf,
  ) {
    this.log = new AgentLog(prefix);
  }

  message(message: unknown, pointer: string): void {
    const role = asText(get(message, 'role'));
    const line = this.lineOf(pointer);
    const timeNs = toNs(get(message, 'timestamp'));
    const nested = asArray(get(message, 'tool_messages'));
    if (role === 'tool' && nested.length > 0) for (const each of nested) this.result(each, line, timeNs);
    else if (role === 'tool') this.result(message, line, timeNs);
    else if (role === 'assistant') this.answer(message, line, timeNs);
    else if (role === 'user') this.user(message, line, timeNs);
    else if (role === 'system')
      this.log.add({
        line,
        spanId: null,
        kind: 'system',
        name: 'instructions',
        startNs: timeNs,
        text: contentText(get(message, 'content')),
        raw: message,
      });
    else
      this.log.note(
        role === null ? 'message without a role left out' : `message of role "${role.slice(0, 40)}" left out`,
      );
  }

  private answer(message: unknown, line: number, timeNs: bigint | null): void {
    const usage = get(message, 'usage');
    const text = contentText(get(message, 'content'));
    const span = this.log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: this.model ?? asText(at(message, 'raw_data', 'model')),
      startNs: timeNs,
      status: 'ok',
      text,
      output: asText(text),
      inputTokens: asNumber(get(usage, 'prompt_tokens')),
      outputTokens: asNumber(get(usage, 'completion_tokens')),
      costUsd: asNumber(get(message, 'cost')),
      attributes: filled({ reasoning: reasoningOf(get(get(message, 'raw_data'), 'message')) }),
      raw: message,
    });
    for (const call of asArray(get(message, 'tool_calls'))) this.call(call, line, timeNs, span.spanId);
  }

  private user(message: unknown, line: number, timeNs: bigint | null): void {
    const text = contentText(get(message, 'content')).trim();
    const span = { line, spanId: null, startNs: timeNs, text, raw: message };
    if (STOP.test(text)) this.log.add({ ...span, kind: 'event', name: 'user ends the run' });
    else if (text !== '')
      this.log.add({
        ...span,
        kind: 'user',
        origin: 'simulated',
        name: 'user message',
        input: text,
        attributes: filled({ userCostUsd: get(message, 'cost') }),
      });
    for (const call of asArray(get(message, 'tool_calls'))) this.call(call, line, timeNs, null);
  }

  private call(call: unknown, line: number, timeNs: bigint | null, parentSpanId: string | null): void {
    const callId = asText(get(call, 'id'));
    const toolName = asText(get(call, 'name')) ?? 'unknown tool';
    const span = this.log.call({
      line,
      spanId: callId,
      parentSpanId,
      toolName,
      toolCallId: callId,
      startNs: timeNs,
      input: toJsonText(get(call, 'arguments')),
      raw: call,
    });
    if (get(call, 'requestor') === 'user')
      Object.assign(span, { kind: 'environment', name: `user's tool ${toolName}`, operation: 'user_tool' });
  }

  private result(message: unknown, line: number, timeNs: bigint | null): void {
    const text = contentText(get(message, 'content'));
    const isError = get(message, 'error') === true;
    this.log.result(asText(get(message, 'id')) ?? asText(get(message, 'tool_call_id')), {
      line,
      text,
      status: isError ? 'error' : 'ok',
      statusMessage: isError ? firstLine(text) : null,
      errorType: isError ? 'tool_error' : null,
      endNs: timeNs,
      raw: message,
    });
  }

  tick(tick: unknown, pointer: string): void {
    const line = this.lineOf(pointer);
    const timeNs = toNs(get(tick, 'timestamp'));
    this.speech('agent', get(tick, 'agent_chunk'), line, timeNs);
    this.speech('user', get(tick, 'user_chunk'), line, timeNs);
    for (const by of ['agent', 'user'] as const) {
      for (const call of asArray(get(tick, `${by}_tool_calls`)))
        this.call(
          { requestor: by === 'user' ? 'user' : 'assistant', ...asObject(call) },
          line,
          timeNs,
          this.log.answer?.spanId ?? null,
        );
      for (const result of asArray(get(tick, `${by}_tool_results`))) this.result(result, line, timeNs);
    }
  }

  private speech(by: 'agent' | 'user', chunk: unknown, line: number, timeNs: bigint | null): void {
    const text = contentText(get(chunk, 'content') ?? get(chunk, 'transcript') ?? get(chunk, 'text'));
    const speaks =
      get(chunk, 'contains_speech') === true || (get(chunk, 'contains_speech') === undefined && text !== '');
    const open = this.speaking.get(by);
    if (!speaks) {
      this.speaking.delete(by);
      return;
    }
    if (
      by === 'user' &&
      !open &&
      this.speaking.has('agent') &&
      asText(at(chunk, 'turn_taking_action', 'action'))?.includes('interrupt')
    )
      this.log.add({
        line,
        spanId: null,
        kind: 'event',
        name: 'interruption',
        status: 'interrupted',
        startNs: timeNs,
        text: 'spoke while the agent spoke',
      });
    const span =
      open ??
      this.log.add({
        line,
        spanId: null,
        startNs: timeNs,
        text: '',
        raw: chunk,
        ...(by === 'user'
          ? { kind: 'user', origin: 'simulated', name: 'user message' }
          : { kind: 'llm', name: 'answer', operation: 'speech', model: this.model, status: 'ok' }),
      });
    span.endNs = timeNs;
    span.text = `${span.text ?? ''}${text}`;
    if (by === 'user') span.input = span.text;
    else span.output = span.text;
    this.speaking.set(by, span);
  }

  broke(reason: string, line: number): void {
    this.log.add({
      line,
      spanId: 'run-end',
      kind: 'event',
      name: 'run error',
      status: 'error',
      statusMessage: reason,
      errorType: reason,
      text: reason,
    });
  }

  tell(emit: Emit, common: Partial<LogSpan>): void {
    this.log.tell(emit, common);
  }
}

class Tau2Reader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const simulations = get(record, 'simulations');
    if (Array.isArray(simulations))
      simulations.forEach((each: unknown, i) =>
        this.simulation(each, get(record, 'info'), place, `/simulations/${i}`),
      );
    else if (Array.isArray(get(record, 'messages')) || Array.isArray(get(record, 'ticks')))
      this.simulation(record, null, place, '');
    else if (asObject(get(record, 'info')))
      this.emit.note('settings of a run: its simulations are files of their own');
    else
      this.emit.reject(
        place,
        'neither results with simulations nor a simulation with messages or ticks',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private simulation(record: unknown, info: unknown, place: Place, pointer: string): void {
    const lineOf: LineOf = (inner) => Math.max(place.line, this.source.lineOf(`${pointer}${inner}`));
    const messages = asArray(get(record, 'messages'));
    const ticks = asArray(get(record, 'ticks'));
    const isHead =
      asObject(record) && !('messages' in (record as object)) && !('ticks' in (record as object));
    if (isHead) return this.emit.note('simulation without messages here: they are in a file of its own');
    if (messages.length === 0 && ticks.length === 0) {
      this.emit.reject(
        { line: lineOf('') },
        'the simulation has neither messages nor ticks',
        toJsonText(record)?.slice(0, 1000),
      );
      return;
    }
    const task = asText(get(record, 'task_id')) ?? String(asNumber(get(record, 'task_id')) ?? '?');
    const sessionId =
      asText(get(record, 'id')) ??
      `tau2:${task}:${String(asNumber(get(record, 'trial')) ?? 0)}:${this.source.shortHash}`;
    const simulation = new Simulation(
      `${this.source.shortHash}${pointer}`,
      asText(at(info, 'agent_info', 'llm')),
      lineOf,
    );
    messages.forEach((message, i) => simulation.message(message, `/messages/${i}`));
    if (messages.length === 0) ticks.forEach((tick, i) => simulation.tick(tick, `/ticks/${i}`));
    const reason = asText(get(record, 'termination_reason'));
    if (reason !== null && BROKEN.test(reason)) simulation.broke(reason, lineOf('/termination_reason'));
    simulation.tell(this.emit, {
      sessionId,
      agentName: asText(at(info, 'agent_info', 'implementation')),
      feature: asText(at(info, 'environment_info', 'domain_name')),
      attributes: { taskId: task, trial: get(record, 'trial') },
    });
    this.labels(record, sessionId, { line: lineOf('/reward_info') }, reason);
  }

  private labels(record: unknown, sessionId: string, place: Place, reason: string | null): void {
    const common = { sessionId, annotatorKind: 'code', annotator: 'tau2-bench' } as const;
    const info = get(record, 'reward_info');
    const reward = asNumber(get(info, 'reward'));
    if (reward === null) this.emit.note('run without a reward');
    else
      this.emit.label(
        {
          ...common,
          labelId: `${sessionId}:reward`,
          name: 'reward',
          kind: 'outcome',
          value: reward,
          text: reward >= 1 ? 'pass' : 'fail',
          explanation: toJsonText(info),
        },
        place,
      );
    for (const [part, value] of Object.entries(asObject(get(info, 'reward_breakdown')) ?? {})) {
      const score = asNumber(value);
      if (score !== null)
        this.emit.label(
          {
            ...common,
            labelId: `${sessionId}:reward:${part}`,
            name: `reward ${part.slice(0, 60)}`,
            kind: 'score',
            value: score,
          },
          place,
        );
    }
    if (reason !== null)
      this.emit.label(
        {
          ...common,
          labelId: `${sessionId}:termination`,
          name: 'termination',
          kind: 'outcome',
          text: reason,
        },
        place,
      );
  }
}

function isSimulation(record: unknown): boolean {
  const object = asObject(record);
  if (!object || !Object.hasOwn(object, 'task_id')) return false;
  return (
    (Array.isArray(get(object, 'messages')) &&
      (Object.hasOwn(object, 'reward_info') || Object.hasOwn(object, 'termination_reason'))) ||
    Array.isArray(get(object, 'ticks'))
  );
}

function sniff(sample: Sample): Sniffed | null {
  const [first] = sample.records;
  const isResults =
    asObject(at(first, 'info', 'environment_info')) ?? asObject(at(first, 'info', 'user_info'));
  if (isResults && (Array.isArray(get(first, 'simulations')) || Array.isArray(get(first, 'tasks'))))
    return { confidence: 0.96, reason: 'results with info of agent, user and environment' };
  if (asArray(get(first, 'simulations')).some(isSimulation))
    return { confidence: 0.95, reason: 'simulations with a task, messages and a reward' };
  const runs = sample.records.filter(isSimulation).length;
  return runs > 0
    ? { confidence: 0.95, reason: `${runs} simulations with a task and messages or ticks` }
    : null;
}

const guide: FormatGuide = {
  reads: ['Results with all simulations, or `results.json` beside one file a simulation; text and voice.'],
  spans: [
    'Answers become model calls with usage and cost, their calls tool calls, errors by the mark of the result. Tools the simulated user calls are work of the environment.',
    'A stretch of speech over several ticks is one span; speaking while the agent speaks is an interruption. A run that broke gets an event.',
  ],
  turns:
    'A simulation is a session. User messages open turns with the origin `simulated`; the signals to stop are events.',
  pillars: 'By kind; the user’s tools belong to the environment.',
  labels: 'The reward and the end of a run become outcome labels, the parts of the reward scores.',
  leavesOut: ['Audio is not read.'],
};

const tau2Bench: TraceFormat = {
  id: 'tau2-bench',
  title: 'tau2-bench results',
  description: 'Simulations of the tau2 benchmark, text and voice, with a simulated user and rewards.',
  documentation: 'https://github.com/sierra-research/tau2-bench',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new Tau2Reader(emit, source),
};

export default tau2Bench;
