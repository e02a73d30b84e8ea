/**
 * Trajectories in the Agent Trajectory Interchange Format, as Harbor (Terminal-Bench 2) and agents run by it write them: steps of
 * system, user and agent, the agent's with tool calls, observations and metrics; and the results of trials, which say what
 * the verifier gave. A trial's folder joins both. Must not tell steps again that were copied from another trajectory.
 * https://github.com/laude-institute/harbor/blob/main/docs/rfcs/0001-trajectory-format.md
 */
import { AgentLog, type LogSpan } from '../../../shared/trace/agent-log';
import { filled } from '../../../shared/trace/claude-line';
import { textEnd } from '../../../shared/trace/error-text';
import {
  asArray,
  asNumber,
  asObject,
  asText,
  at,
  get,
  isObject,
  toJsonText,
} from '../../../shared/trace/json';
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

function isTrajectory(record: unknown): boolean {
  return (
    Array.isArray(get(record, 'steps')) &&
    (/^ATIF/.test(asText(get(record, 'schema_version')) ?? '') ||
      (asText(get(record, 'session_id')) !== null && asText(at(record, 'agent', 'name')) !== null))
  );
}

/** The result of a trial of Harbor, or of one run of Terminal-Bench. */
function isResult(record: unknown): boolean {
  return (
    asText(get(record, 'trial_name')) !== null &&
    (get(record, 'verifier_result') !== undefined || typeof get(record, 'is_resolved') === 'boolean')
  );
}

function resultsOf(record: unknown): readonly unknown[] {
  if (isResult(record)) return [record];
  const listed = asArray(get(record, 'results'));
  return listed.length > 0 && listed.every(isResult) ? listed : [];
}

/** The trial whose folder a trajectory lies in (`<trial>/agent/trajectory.json`). */
function trialOf(path: string): string | null {
  const parts = path.split(/[\\/]/);
  return parts.at(-2) === 'agent' ? (parts.at(-3) ?? null) : null;
}

class AtifReader implements FormatReader {
  constructor(
    private readonly emit: Emit,
    private readonly source: SourceContext,
  ) {}

  record(record: unknown, place: Place): void {
    const results = resultsOf(record);
    if (isTrajectory(record)) this.trajectory(record, place);
    else if (results.length > 0) for (const result of results) this.result(result, place);
    else
      this.emit.reject(
        place,
        'neither a trajectory with steps nor the result of a trial',
        toJsonText(record)?.slice(0, 1000),
      );
  }

  private trajectory(record: unknown, place: Place): void {
    const log = new AgentLog(`${this.source.shortHash}:${place.line}`);
    const model = asText(at(record, 'agent', 'model_name'));
    asArray(get(record, 'steps')).forEach((step, i) => {
      const line = Math.max(place.line, this.source.lineOf(`/steps/${i}`));
      if (get(step, 'is_copied_context') === true) log.note('step copied from another trajectory left out');
      else this.step(log, step, line, model);
    });
    log.tell(this.emit, {
      sessionId: asText(get(record, 'session_id')) ?? `${this.source.shortHash}:${place.line}`,
      traceId: trialOf(this.source.path),
      agentName: asText(at(record, 'agent', 'name')),
      agentVersion: asText(at(record, 'agent', 'version')),
    });
  }

  private step(log: AgentLog, step: unknown, line: number, model: string | null): void {
    const source = asText(get(step, 'source'));
    const text = contentText(get(step, 'message'));
    const id = asNumber(get(step, 'step_id'));
    const span = {
      line,
      spanId: id === null ? null : `step${id}`,
      startNs: toNs(get(step, 'timestamp')),
      text,
      raw: step,
    };
    if (source === 'user')
      log.add({ ...span, kind: 'user', origin: 'human', name: 'user message', input: text });
    else if (source === 'system') {
      log.add({ ...span, kind: 'system', name: 'instructions' });
      this.observed(log, step, line, null);
    } else if (source === 'agent') this.agent(log, step, span, model);
    else log.note(`step of source "${(source ?? '').slice(0, 40)}" counted only`);
  }

  private agent(
    log: AgentLog,
    step: unknown,
    span: Pick<LogSpan, 'line' | 'startNs' | 'text' | 'raw'> & { spanId: string | null },
    model: string | null,
  ): void {
    const metrics = get(step, 'metrics');
    const answer = log.add({
      ...span,
      kind: 'llm',
      name: 'answer',
      operation: 'chat',
      model: asText(get(step, 'model_name')) ?? model,
      status: 'ok',
      output: asText(span.text),
      inputTokens: asNumber(get(metrics, 'prompt_tokens')),
      outputTokens: asNumber(get(metrics, 'completion_tokens')),
      cacheReadTokens: asNumber(get(metrics, 'cached_tokens')),
      costUsd: asNumber(get(metrics, 'cost_usd')),
      attributes: filled({ reasoning: asText(get(step, 'reasoning_content')), extra: get(step, 'extra') }),
    });
    asArray(get(step, 'tool_calls')).forEach((call, i) => {
      const name = asText(get(call, 'function_name')) ?? 'unknown tool';
      log.call({
        line: span.line,
        spanId: `${answer.spanId}.call${i}`,
        parentSpanId: answer.spanId,
        startNs: span.startNs ?? null,
        toolName: name,
        toolCallId: asText(get(call, 'tool_call_id')),
        input: toJsonText(get(call, 'arguments')),
        raw: call,
      });
    });
    this.observed(log, step, span.line, answer);
  }

  /** What came back; an observation that names no call is what the environment showed. */
  private observed(log: AgentLog, step: unknown, line: number, answer: LogSpan | null): void {
    for (const result of asArray(at(step, 'observation', 'results'))) {
      const callId = asText(get(result, 'source_call_id'));
      const refs = asArray(get(result, 'subagent_trajectory_ref'));
      const ran = asText(get(refs[0], 'session_id')) ?? asText(get(refs[0], 'trajectory_id'));
      const text = contentText(get(result, 'content'));
      if (callId !== null || log.isWaiting) {
        const call = log.result(callId, { line, text, ...textEnd(text), raw: result });
        if (ran !== null) call.spawnsAgentId = ran;
      } else
        log.add({
          line,
          spanId: null,
          parentSpanId: answer?.spanId ?? null,
          kind: 'environment',
          name: 'observation',
          text,
          output: text,
          raw: result,
        });
    }
  }

  private result(result: unknown, place: Place): void {
    const trial = asText(get(result, 'trial_name')) ?? '';
    const rewards = get(result, 'verifier_result');
    const scores = asObject(get(rewards, 'rewards')) ?? { reward: get(rewards, 'reward') };
    const resolved = get(result, 'is_resolved');
    if (typeof resolved === 'boolean') this.label(trial, 'resolved', Number(resolved), null, place);
    else
      for (const [name, value] of Object.entries(scores))
        if (asNumber(value) !== null) this.label(trial, name, asNumber(value), null, place);
    const failure = get(result, 'exception_info');
    const why = asText(get(failure, 'exception_message')) ?? asText(get(failure, 'exception_type'));
    const mode = asText(get(result, 'failure_mode'));
    if (isObject(failure)) this.label(trial, 'exception', null, why ?? 'exception', place);
    if (mode !== null && mode !== 'unset' && mode !== 'none')
      this.label(trial, 'failure_mode', null, mode, place);
  }

  private label(trial: string, name: string, value: number | null, text: string | null, place: Place): void {
    this.emit.label(
      {
        labelId: `${trial}:${name}`,
        traceId: trial,
        name,
        kind: text === null ? 'outcome' : 'failure',
        annotatorKind: 'code',
        annotator: 'verifier',
        value,
        text,
      },
      place,
    );
  }
}

function sniff({ records }: Sample): Sniffed | null {
  const trajectories = records.filter(isTrajectory).length;
  if (trajectories > 0 && trajectories * 2 >= records.length)
    return { confidence: 0.97, reason: `${trajectories} trajectories with steps and an agent` };
  const results = records.filter((record) => resultsOf(record).length > 0).length;
  return results > 0 && results * 2 >= records.length
    ? { confidence: 0.9, reason: `${results} results of trials with what the verifier gave` }
    : null;
}

const guide: FormatGuide = {
  reads: [
    'Trajectories of the Agent Trajectory Interchange Format (`ATIF-v1.…`), as Harbor and Terminal-Bench 2 keep them, a document or a line each.',
    'Results of trials (`result.json` of Harbor, `results.json` of Terminal-Bench).',
  ],
  spans: [
    'A step of the agent is a model call with its metrics; its tool calls are tool calls, ended by the observations that name them. An observation without a call is what the environment showed.',
    'Tools are not marked as failed in such files: a call is an error where its text is a shell’s or interpreter’s complaint.',
  ],
  turns: 'A session is a trajectory. Steps of source user open turns.',
  pillars: 'By kind.',
  labels:
    'Rewards of the verifier become outcomes, exceptions and failure modes failures; they find their session by the trial’s name, where the trajectory lies in the folder of its trial.',
  leavesOut: ['Steps copied from an earlier trajectory, sums of tokens at the end, and images are left out.'],
};

const atif: TraceFormat = {
  id: 'atif',
  title: 'Harbor and Terminal-Bench trajectories (ATIF)',
  description: 'Agent trajectories in the interchange format of Harbor, and the results of its trials.',
  documentation: 'https://github.com/laude-institute/harbor',
  guide,
  containers: ['document', 'lines'],
  ordering: 'stream',
  canContinue: true,
  sniff,
  read: (emit, source) => new AtifReader(emit, source),
};

export default atif;
