/**
 * SWE-agent trajectories (`.traj`), old and new: one document a run, with the steps (action, observation), the history
 * of messages and an info block. The steps are the run; what stands before them (instructions, demonstration, task)
 * comes from the history. Demonstrations are no part of the run. There are no times, and a failed command is told by
 * its text alone. Must not judge: exit status goes out as the run's own label.
 * https://swe-agent.com/latest/usage/trajectories/
 */
import { AgentLog, firstLine, type ToolEnd } from '../../../shared/trace/agent-log';
import { callsOf } from '../../../shared/trace/chat-spans';
import { filled } from '../../../shared/trace/claude-line';
import { textEnd } from '../../../shared/trace/error-text';
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

/** Commands of the agent's own interface; whatever else an action begins with is run by the shell. */
const COMMANDS = new Set(
  'open goto scroll_down scroll_up create edit insert undo_edit search_dir search_file find_file submit exit_forfeit str_replace_editor view_image filemap python debug_start debug_add_breakpoint debug_continue debug_step debug_exec_command debug_stop connect_start connect_sendline connect_exec connect_stop'.split(
    ' ',
  ),
);
/** What the interface itself answers to a failed command. */
const REFUSED =
  /^(Your proposed edit has introduced new syntax error|Your edit was not applied|Your command .{0,200} (failed|contains|is not)|File .{0,300} not found|Invalid |Error |No replacement was performed|The command .{0,200} (timed out|failed)|Usage: )/;
/** Steps the agent never took: the model's answer could not be used. */
const FAILED_STEP = /^(exit_|Exit due to|Your output was not formatted correctly)/;

function endOf(observation: string): ToolEnd {
  const start = observation.trimStart();
  if (REFUSED.test(start.slice(0, 600)))
    return { status: 'error', statusMessage: firstLine(start), errorType: 'refused' };
  // A command that prints nothing was answered all the same.
  return observation.trim() === '' ? { status: 'ok' } : textEnd(observation);
}

function toolOf(action: string): string {
  const word = /^\s*([A-Za-z_]{1,40})/.exec(action)?.[1] ?? '';
  return COMMANDS.has(word) ? word : 'bash';
}

class SweAgentReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const steps = asArray(get(record, 'trajectory'));
    const history = asArray(get(record, 'history'));
    if (steps.length === 0 && history.length === 0) {
      this.emit.reject(place, 'the run has neither steps ("trajectory") nor messages ("history")');
      return;
    }
    const log = new AgentLog(this.source.shortHash);
    const lineOf = (pointer: string): number => Math.max(place.line, this.source.lineOf(pointer));
    const firstAnswer = history.findIndex(
      (message) => get(message, 'role') === 'assistant' && get(message, 'is_demo') !== true,
    );
    const spoken = steps.length === 0 ? history.length : firstAnswer < 0 ? history.length : firstAnswer;
    history.slice(0, spoken).forEach((message, i) => this.message(log, message, lineOf(`/history/${i}`)));
    if (steps.length === 0 && firstAnswer >= 0) log.note('run read from its messages: it has no steps');
    const calls = history.filter(
      (message) => get(message, 'role') === 'assistant' && get(message, 'is_demo') !== true,
    );
    steps.forEach((step, i) => this.step(log, step, calls[i], lineOf(`/trajectory/${i}`)));
    const info = get(record, 'info');
    this.outcome(log, info, lineOf('/info'));
    this.totals(log, info);
    const instance = asText(get(record, 'instance_id')) ?? instanceOf(this.source.name);
    const sessionId = `${instance ?? 'swe-agent'}:${this.source.shortHash}`;
    log.tell(this.emit, { sessionId, traceId: instance, agentName: 'SWE-agent' });
    const status = asText(get(info, 'exit_status'));
    if (status === null) log.note('run without an exit status');
    else
      this.emit.label(
        {
          labelId: `${sessionId}:exit-status`,
          sessionId,
          name: 'exit-status',
          kind: 'outcome',
          annotatorKind: 'code',
          annotator: 'SWE-agent',
          text: status,
          explanation: toJsonText(get(info, 'model_stats')),
        },
        { line: lineOf('/info') },
      );
  }

  private message(log: AgentLog, message: unknown, line: number): void {
    const role = asText(get(message, 'role'));
    const text = contentText(get(message, 'content'));
    const span = { line, spanId: null, text, raw: message };
    if (role === null)
      this.emit.reject({ line }, 'the message has no role', toJsonText(message)?.slice(0, 1000));
    else if (get(message, 'is_demo') === true) log.add({ ...span, kind: 'system', name: 'demonstration' });
    else if (role === 'system') log.add({ ...span, kind: 'system', name: 'instructions' });
    else if (role === 'assistant') this.answer(log, message, line);
    else if (role === 'tool' || log.answer !== null)
      log.result(asText(at(message, 'tool_call_ids', 0)) ?? asText(get(message, 'tool_call_id')), {
        line,
        text,
        ...endOf(text),
        raw: message,
      });
    else log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', input: text });
  }

  /** An answer of the history, for runs that keep no steps. */
  private answer(log: AgentLog, message: unknown, line: number): void {
    const text = asText(get(message, 'thought')) ?? contentText(get(message, 'content'));
    const span = log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      status: 'ok',
      text,
      output: contentText(get(message, 'content')),
      raw: message,
    });
    const action = asText(get(message, 'action'));
    const calls = callsOf(message);
    for (const call of calls)
      log.call({
        line,
        spanId: call.id,
        parentSpanId: span.spanId,
        toolName: call.name,
        toolCallId: call.id,
        input: call.arguments,
      });
    if (calls.length === 0 && action !== null)
      log.call({
        line,
        spanId: null,
        parentSpanId: span.spanId,
        toolName: toolOf(action),
        input: action.trim(),
      });
  }

  private step(log: AgentLog, step: unknown, message: unknown, line: number): void {
    const response = asText(get(step, 'response')) ?? '';
    const thought = asText(get(step, 'thought')) ?? response;
    const action = (asText(get(step, 'action')) ?? '').trim();
    const answer = log.add({
      line,
      spanId: null,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      status: FAILED_STEP.test(response) ? 'error' : 'ok',
      statusMessage: FAILED_STEP.test(response) ? firstLine(response) : null,
      text: thought,
      output: response,
      attributes: filled({ reasoning: asText(get(message, 'reasoning_content')) }),
      raw: { ...asObject(step), messages: undefined, query: undefined },
    });
    if (action === '') return;
    const call = asText(get(message, 'action'))?.trim() === action ? callsOf(message)[0] : undefined;
    const observation = asText(get(step, 'observation')) ?? '';
    const seconds = asNumber(get(step, 'execution_time'));
    const tool = log.call({
      line,
      spanId: call?.id ?? null,
      parentSpanId: answer.spanId,
      toolName: call?.name ?? toolOf(action),
      toolCallId: call?.id ?? null,
      input: call?.arguments ?? action,
      attributes: filled({
        durationMs: seconds === null ? null : seconds * 1000,
        state: parseMaybe(get(step, 'state')),
      }),
    });
    // A run that ends in a submission has no observation for it.
    if (Object.hasOwn(asObject(step) ?? {}, 'observation'))
      log.result(tool.toolCallId ?? null, {
        line,
        text: observation,
        ...endOf(observation),
        raw: { observation },
      });
  }

  /** What the run counted in all stands on its last answer: no step says it of itself. */
  private totals(log: AgentLog, info: unknown): void {
    const stats = get(info, 'model_stats');
    const [costUsd, inputTokens, outputTokens] = ['instance_cost', 'tokens_sent', 'tokens_received'].map(
      (key) => asNumber(get(stats, key)),
    );
    if (!log.answer || [costUsd, inputTokens, outputTokens].every((total) => !total)) return;
    Object.assign(log.answer, { costUsd, inputTokens, outputTokens });
    log.note('tokens and cost of a run, told only as a sum, put on its last answer');
  }

  /** A run that broke says so in its exit status; `exit_cost` and the like are its limits. */
  private outcome(log: AgentLog, info: unknown, line: number): void {
    const status = asText(get(info, 'exit_status'));
    if (status === null || !/exit_|error|timeout/.test(status)) return;
    log.add({
      line,
      spanId: 'run-end',
      kind: 'event',
      name: 'run limit',
      status: 'error',
      statusMessage: status,
      errorType: /exit_\w+/.exec(status)?.[0] ?? 'exit',
      text: status,
      raw: info,
    });
  }
}

/** The instance a file is named after: `django__django-1234.traj`; null for other names. */
function instanceOf(name: string): string | null {
  return /^([\w.-]+__[\w.-]+-\d+)\.traj/.exec(name)?.[1] ?? null;
}

function isStep(step: unknown): boolean {
  const object = asObject(step);
  return (
    object !== null &&
    Object.hasOwn(object, 'action') &&
    Object.hasOwn(object, 'observation') &&
    Object.hasOwn(object, 'response')
  );
}

function sniff(sample: Sample): Sniffed | null {
  const [run] = sample.records;
  const steps = asArray(get(run, 'trajectory'));
  if (steps.some(isStep))
    return {
      confidence: 0.95,
      reason: 'the document has a trajectory of actions, observations and responses',
    };
  const history = asArray(get(run, 'history'));
  const isAgent = history.some(
    (message) => asText(get(message, 'agent')) !== null && asText(get(message, 'role')) !== null,
  );
  const info = asObject(get(run, 'info'));
  const isEnded =
    Array.isArray(get(run, 'trajectory')) &&
    info !== null &&
    (Object.hasOwn(info, 'exit_status') || Object.hasOwn(info, 'model_stats'));
  if (isEnded && history.some((message) => asText(get(message, 'role')) !== null))
    return { confidence: 0.9, reason: 'the document has a trajectory, a history and how the run ended' };
  if (
    isAgent &&
    (Object.hasOwn(asObject(run) ?? {}, 'trajectory') ||
      history.some((message) => get(message, 'action') !== undefined))
  )
    return { confidence: 0.9, reason: 'the document has a history of messages with agent and action' };
  return null;
}

const guide: FormatGuide = {
  reads: ['Trajectories `*.traj`, old and new.'],
  spans: [
    'A step becomes a model call and a tool call: the command of the agent’s interface by its name, anything else `bash`.',
    'There are no exit codes: a command failed where its output says so. Runs that ended at a limit or an error get an event.',
    'Runs without steps are read from their history.',
    'Tokens and cost are told of the whole run: they are put on its last answer.',
  ],
  turns:
    'A file is a session, named after its instance. The task opens the only turn; demonstrations are instructions.',
  pillars: 'By kind.',
  labels: 'The exit status becomes an outcome label of the run.',
  leavesOut: [
    'There are no times; the duration of a command is kept where the step has it.',
    'The messages repeated in each step are not read again.',
  ],
};

const sweAgent: TraceFormat = {
  id: 'swe-agent',
  title: 'SWE-agent trajectories',
  description: 'Runs of SWE-agent on a repository: thoughts, commands and what they printed.',
  documentation: 'https://swe-agent.com/latest/usage/trajectories/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new SweAgentReader(emit, source),
};

export default sweAgent;
