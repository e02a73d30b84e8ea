/**
 * mini-swe-agent trajectories (`.traj.json`): a list of messages with an info block, one document a run. The agent's
 * commands stand in a bash block of its answers (version 1) or in tool calls (version 2); what they printed comes back
 * as a message of role user or tool that begins with a return code. No person speaks but in the task at the start.
 * Must not judge: exit status goes out as the run's own label, resolved flags come with the benchmark's report.
 * https://mini-swe-agent.com/latest/usage/output_files/
 */
import { AgentLog, exitEnd, firstLine, type ToolEnd } from '../../../shared/trace/agent-log';
import { callsOf, reasoningOf } from '../../../shared/trace/chat-spans';
import { filled } from '../../../shared/trace/claude-line';
import { textEnd } from '../../../shared/trace/error-text';
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

const RETURN_CODE = /^\s*<returncode>\s*(-?\d{1,10})\s*<\/returncode>/;
const BLOCK = /^```(?:mswea_bash_command|bash)[^\S\n]*\n/gm;
const TIMED_OUT = /^\s*The last command .{0,4000}timed out/s;
const FORMAT_ERROR = /^\s*(Please always provide EXACTLY ONE|Format error|Tool call error)/;

/** The command an answer of version 1 wants to run; null when it names none or several, which the agent refuses. */
function commandOf(text: string): string | null {
  const starts = [...text.matchAll(BLOCK)];
  const [start] = starts;
  if (!start || starts.length > 1) return null;
  const from = start.index + start[0].length;
  const end = text.indexOf('```', from);
  return text.slice(from, end < 0 ? text.length : end).trim();
}

/** How a command ended: by its return code, else by what the program says of it. */
function endOf(message: unknown, text: string): ToolEnd {
  const code = asNumber(at(message, 'extra', 'returncode')) ?? asNumber(RETURN_CODE.exec(text)?.[1]);
  if (TIMED_OUT.test(text)) return { status: 'error', statusMessage: firstLine(text), errorType: 'timeout' };
  const exception = asText(at(message, 'extra', 'exception_info'));
  if (exception !== null)
    return { status: 'error', statusMessage: firstLine(exception), errorType: 'exception' };
  return code === null ? textEnd(text) : exitEnd(code);
}

class Run {
  private readonly log: AgentLog;
  private beforeNs: bigint | null = null;
  /** Whether an answer says what it cost. */
  private hasCost = false;

  constructor(
    private readonly emit: Emit,
    shortHash: string,
  ) {
    this.log = new AgentLog(shortHash);
  }

  message(message: unknown, line: number): void {
    const role = asText(get(message, 'role'));
    const text = contentText(get(message, 'content'));
    const startNs = toNs(at(message, 'extra', 'timestamp'));
    const span = { line, spanId: null, startNs, text, raw: message };
    if (role === 'system' || role === 'developer')
      this.log.add({ ...span, kind: 'system', name: 'instructions' });
    else if (role === 'assistant') this.answer(message, text, line);
    else if (role === 'tool') this.observed(message, text, line, startNs);
    else if (role === 'exit') this.ended(message, text, line);
    else if (role !== 'user')
      this.emit.reject(
        { line },
        role === null ? 'the message has no role' : `unknown role "${role.slice(0, 40)}"`,
        toJsonText(message)?.slice(0, 1000),
      );
    else if (this.log.answer === null)
      this.log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', input: text });
    else this.fed(message, text, line, startNs);
    this.beforeNs = startNs ?? this.beforeNs;
  }

  /** A message of role user after the first answer: the program brings back output, or finds fault with the answer. */
  private fed(message: unknown, text: string, line: number, startNs: bigint | null): void {
    const isFault = FORMAT_ERROR.test(text);
    const waits = this.log.isWaiting;
    if (waits && !isFault) this.observed(message, text, line, startNs);
    else {
      const answer = this.log.answer;
      if (isFault && answer)
        Object.assign(answer, { status: 'error', statusMessage: firstLine(text), errorType: 'format' });
      this.log.add({
        line,
        spanId: null,
        kind: 'user',
        origin: 'harness',
        name: 'program text',
        startNs,
        text,
        input: text,
        raw: message,
      });
    }
  }

  private observed(message: unknown, text: string, line: number, endNs: bigint | null): void {
    this.log.result(asText(get(message, 'tool_call_id')), {
      line,
      text,
      ...endOf(message, text),
      endNs,
      raw: message,
    });
  }

  private ended(message: unknown, text: string, line: number): void {
    const status = asText(at(message, 'extra', 'exit_status')) ?? 'exit';
    const isDone = /^submitted$/i.test(status);
    if (isDone) this.log.endOpen({ status: 'ok' });
    this.log.add({
      line,
      spanId: null,
      kind: 'event',
      name: 'run end',
      status: isDone ? 'ok' : 'error',
      statusMessage: isDone ? null : status,
      errorType: isDone ? null : status,
      text: text === '' ? status : text,
      raw: message,
    });
  }

  private answer(message: unknown, text: string, line: number): void {
    const response = at(message, 'extra', 'response');
    const usage = get(response, 'usage');
    const endNs = toNs(get(response, 'created')) ?? toNs(at(message, 'extra', 'timestamp'));
    const span = this.log.add({
      line,
      spanId: asText(get(response, 'id')),
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(response, 'model')),
      provider: asText(get(response, 'provider')),
      startNs: endNs,
      status: 'ok',
      text,
      output: text,
      inputTokens: asNumber(get(usage, 'prompt_tokens') ?? get(usage, 'input_tokens')),
      outputTokens: asNumber(get(usage, 'completion_tokens') ?? get(usage, 'output_tokens')),
      cacheReadTokens: asNumber(
        at(usage, 'prompt_tokens_details', 'cached_tokens') ??
          at(usage, 'input_tokens_details', 'cached_tokens'),
      ),
      reasoningTokens: asNumber(at(usage, 'completion_tokens_details', 'reasoning_tokens')),
      costUsd: asNumber(at(message, 'extra', 'cost') ?? get(usage, 'cost')),
      attributes: filled({
        reasoning: reasoningOf(at(response, 'choices', 0, 'message') ?? message) ?? reasoningOf(message),
      }),
      raw: message,
    });
    this.hasCost ||= typeof span.costUsd === 'number';
    const common = { line, parentSpanId: span.spanId, startNs: endNs };
    const calls = callsOf(message);
    for (const call of calls)
      this.log.call({
        ...common,
        spanId: call.id,
        toolName: call.name,
        toolCallId: call.id,
        input: call.arguments,
      });
    const command =
      calls.length > 0 ? null : (asText(at(message, 'extra', 'actions', 0, 'command')) ?? commandOf(text));
    if (command !== null) this.log.call({ ...common, spanId: null, toolName: 'bash', input: command });
  }

  /** What the run cost in all stands on its last answer, where no answer says its own. */
  total(costUsd: number | null): void {
    const answer = this.log.answer;
    if (!answer || !costUsd || this.hasCost) return;
    answer.costUsd = costUsd;
    this.log.note('cost of a run, told only as a sum, put on its last answer');
  }

  tell(common: { sessionId: string; traceId: string | null; agentVersion: string | null }): void {
    this.log.tell(this.emit, { ...common, agentName: 'mini-swe-agent' });
  }
}

class MiniSweAgentReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const messages = get(record, 'messages');
    if (!Array.isArray(messages)) {
      this.emit.reject(place, 'the run has no list of messages', toJsonText(record)?.slice(0, 1000));
      return;
    }
    const run = new Run(this.emit, this.source.shortHash);
    messages.forEach((message: unknown, i) =>
      run.message(message, Math.max(place.line, this.source.lineOf(`/messages/${i}`))),
    );
    const info = get(record, 'info');
    run.total(asNumber(at(info, 'model_stats', 'instance_cost')));
    const instance = asText(get(record, 'instance_id')) ?? instanceOf(this.source.name);
    const sessionId = `${instance ?? 'mini-swe-agent'}:${this.source.shortHash}`;
    run.tell({ sessionId, traceId: instance, agentVersion: asText(get(info, 'mini_version')) });
    const status = asText(get(info, 'exit_status'));
    if (status === null) return;
    this.emit.label(
      {
        labelId: `${sessionId}:exit-status`,
        sessionId,
        name: 'exit-status',
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: 'mini-swe-agent',
        text: status,
        explanation: toJsonText(get(info, 'model_stats')),
      },
      { line: Math.max(place.line, this.source.lineOf('/info')) },
    );
  }
}

function instanceOf(name: string): string | null {
  return /^([\w.-]+__[\w.-]+-\d+)\.traj/.exec(name)?.[1] ?? null;
}

function sniff(sample: Sample): Sniffed | null {
  for (const run of sample.records) {
    const version = asText(get(run, 'trajectory_format'));
    if (version?.startsWith('mini-swe-agent'))
      return { confidence: 0.97, reason: `trajectory_format is "${version.slice(0, 40)}"` };
    const info = asObject(get(run, 'info'));
    const messages = asArray(get(run, 'messages'));
    if (
      info &&
      messages.length > 0 &&
      (Object.hasOwn(info, 'mini_version') || Object.hasOwn(info, 'exit_status'))
    )
      return { confidence: 0.92, reason: 'the document has messages and an info block with an exit status' };
  }
  return null;
}

const guide: FormatGuide = {
  reads: ['Trajectories `*.traj.json` of versions 1 and 2.'],
  spans: [
    'Answers become model calls with tokens and cost (where only the run says what it cost, its last answer has it); the bash block (version 1) or the tool calls (version 2) become tool calls, ended by the message that brings the output, by its return code.',
    'An answer in a shape the program refuses is a failed call. The end of a run that was not submitted is an error.',
  ],
  turns:
    'A file is a session, named after its instance. The task opens the only turn; later messages of role user come from the program.',
  pillars: 'By kind.',
  labels:
    'The exit status becomes an outcome label of the run. Flags of the benchmark come with its report (format `swe-bench`) and find the run by the instance.',
  leavesOut: ['The configuration in `info` stays in the raw record.'],
};

const miniSweAgent: TraceFormat = {
  id: 'mini-swe-agent',
  title: 'mini-swe-agent trajectories',
  description: 'Runs of mini-swe-agent: answers, bash commands and their return codes.',
  documentation: 'https://mini-swe-agent.com/latest/usage/output_files/',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new MiniSweAgentReader(emit, source),
};

export default miniSweAgent;
