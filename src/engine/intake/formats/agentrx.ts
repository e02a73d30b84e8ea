/**
 * AgentRx: failed trajectories (tau-bench runs whose messages are numbered, and lists of messages of named agents) and
 * the ground truth beside them, joined by the id of the trajectory whichever file comes first. Owns both kinds of file;
 * must not judge: the failures are what people annotated. https://github.com/microsoft/AgentRx
 */
import { chatSession } from '../../../shared/trace/chat-session';
import {
  asArray,
  asNumber,
  asText,
  at,
  get,
  isObject,
  toJsonText,
  type JsonObject,
} from '../../../shared/trace/json';
import { contentText } from '../../../shared/trace/messages';
import { excerptOf } from '../../../shared/trace/otel-value';
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

/** What the simulated user of tau-bench says to end a run: a signal to the benchmark, not to the agent. */
const STOP = '###STOP###';
const AGENT = /^(Orchestrator|WebSurfer|FileSurfer|Coder|Assistant|ComputerTerminal|Executor|MagenticOne)/;

function isTruth(record: unknown): boolean {
  return get(record, 'trajectory_id') !== undefined && Array.isArray(get(record, 'failures'));
}

function isNumbered(record: unknown): boolean {
  const first = asArray(get(record, 'traj'))[0];
  return get(record, 'task_id') !== undefined && typeof get(first, 'index') === 'number';
}

function isStep(record: unknown): boolean {
  return AGENT.test(asText(get(record, 'role')) ?? '') && typeof get(record, 'content') === 'string';
}

function idText(value: unknown): string {
  return asText(value) ?? (typeof value === 'number' ? String(value) : '?');
}

class AgentRxReader implements FormatReader {
  #step = 0;

  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    if (!isObject(record)) this.emit.reject(place, 'a record must be an object', excerptOf(record));
    else if (isTruth(record)) this.#truth(record, place);
    else if (Array.isArray(get(record, 'traj'))) this.#run(record, place);
    else if (asText(get(record, 'role')) !== null) this.#agentStep(record, place);
    else this.emit.reject(place, 'neither a trajectory nor its failures', excerptOf(record));
  }

  #truth(record: JsonObject, place: Place): void {
    const id = idText(get(record, 'trajectory_id'));
    const sessionId = `agentrx:${id}`;
    const root = get(record, 'root_cause');
    for (const [i, failure] of asArray(get(record, 'failures')).entries()) {
      const line = { line: Math.max(place.line, this.source.lineOf(`/failures/${i}`)) };
      const step = asNumber(get(failure, 'step_number'));
      const category = asText(get(failure, 'failure_category'));
      if (category === null) {
        this.emit.reject(line, 'failure without a category', excerptOf(failure));
        continue;
      }
      const isRoot =
        get(root, 'failure_id') !== undefined && get(root, 'failure_id') === get(failure, 'failure_id');
      const why = [
        get(failure, 'step_reason'),
        get(failure, 'category_reason'),
        isRoot ? get(root, 'reason_for_root_cause') : null,
        isRoot ? get(record, 'failure_summary') : null,
      ];
      this.emit.label(
        {
          labelId: `${sessionId}:failure:${idText(get(failure, 'failure_id'))}`,
          sessionId,
          // Steps are counted from 1, messages from 0.
          spanId: step === null || step < 1 ? null : `m${step - 1}`,
          name: isRoot ? 'root cause' : 'failure',
          kind: 'failure',
          annotatorKind: 'human',
          annotator: 'AgentRx',
          value: step,
          text: category,
          explanation: [
            `${asText(get(failure, 'failed_agent')) ?? 'agent'} at step ${step ?? '?'}`,
            ...why.filter((one) => typeof one === 'string'),
          ].join('\n'),
        },
        line,
      );
    }
  }

  #run(record: JsonObject, place: Place): void {
    const sessionId = `agentrx:${idText(get(record, 'task_id'))}`;
    const attributes = {
      taskId: get(record, 'task_id'),
      trial: get(record, 'trial'),
      task: at(record, 'info', 'task'),
    };
    const userId = asText(at(record, 'info', 'task', 'user_id'));
    const read = chatSession(
      asArray(get(record, 'traj')),
      { sessionId, userId, attributes },
      'simulated',
      (text) => /^\s*Error\b/.test(text),
    );
    const lineOf = (index: number): Place => ({
      line: Math.max(place.line, this.source.lineOf(`/traj/${index}`)),
    });
    for (const { span, index } of read.spans) {
      const isStop = span.kind === 'user' && span.text?.trim() === STOP;
      this.emit.span(
        isStop ? { ...span, kind: 'event', name: 'user ends the run', origin: null } : span,
        lineOf(index),
      );
    }
    for (const note of read.notes) this.emit.note(note);
    for (const { index, reason } of read.problems) this.emit.reject(lineOf(index), reason);
    const reward = asNumber(get(record, 'reward'));
    if (reward === null) return;
    this.emit.label(
      {
        labelId: `${sessionId}:reward`,
        sessionId,
        name: 'reward',
        kind: 'outcome',
        annotatorKind: 'code',
        annotator: 'tau-bench',
        value: reward,
        text: reward >= 1 ? 'pass' : 'fail',
        explanation: toJsonText(at(record, 'info', 'reward_info') ?? null),
      },
      place,
    );
  }

  /** A message of a named agent: the list is the whole file, whose name is the trajectory's id. */
  #agentStep(record: JsonObject, place: Place): void {
    const role = asText(get(record, 'role')) ?? '';
    const speaker = role.replace(/\s*\([^)]*\)\s*$/, '').replace(/\s*->.*$/, '');
    const text = contentText(get(record, 'content'));
    const isUser = /^(human|user)$/i.test(speaker);
    this.emit.span(
      {
        spanId: `m${this.#step}`,
        sessionId: `agentrx:${this.source.name.replace(/\.jsonl?(\.\w+)?$/, '')}`,
        kind: isUser ? 'user' : /terminal|executor/i.test(speaker) ? 'tool' : 'llm',
        origin: isUser ? 'simulated' : null,
        name: isUser ? 'user message' : speaker,
        agentName: isUser ? null : speaker,
        toolName: /terminal|executor/i.test(speaker) ? speaker : null,
        text,
        raw: record,
      },
      place,
    );
    this.#step += 1;
  }
}

function sniff(sample: Sample): Sniffed | null {
  if (sample.records.some(isTruth))
    return { confidence: 0.97, reason: 'records have a trajectory_id and failures' };
  if (sample.records.some(isNumbered))
    return { confidence: 0.98, reason: 'runs of tau-bench whose messages are numbered' };
  const steps = sample.records.filter(isStep).length;
  return steps * 3 >= sample.records.length && steps > 1
    ? { confidence: 0.9, reason: 'a list of messages whose roles name agents' }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Trajectories of tau-bench with numbered messages, and lists of `{role, content}` whose roles name the agents.',
    'Ground truth: `trajectory_id`, `failures`, `root_cause`. It is joined to the trajectories by their id, in whatever order the files come.',
  ],
  spans: ['Messages become user messages, model calls, and tool calls with the result that answers them.'],
  turns:
    'A trajectory is a session. Its user is simulated; each message opens a turn, but for the signal to stop, which is an event.',
  pillars: 'By kind.',
  labels:
    'Each failure becomes a label of kind `failure` at its step (counted from 1), by a person; the root cause is named so. The reward becomes an outcome.',
  leavesOut: [
    'A failure at a step that is the result of a tool points at the message, which is shown with its call.',
    'Policies (text files) are not read.',
  ],
};

const format: TraceFormat = {
  id: 'agentrx',
  title: 'AgentRx trajectories and failures',
  description: 'Failed agent trajectories and the steps and categories of failure that people annotated.',
  documentation: 'https://github.com/microsoft/AgentRx',
  guide,
  containers: ['lines', 'document'],
  ordering: 'stream',
  recalls: true,
  sniff,
  read: (emit, source) => new AgentRxReader(emit, source),
};

export default format;
