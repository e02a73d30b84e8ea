// Whole sessions with an outcome, as trajectories. The halves are by task, so that no trial of a task is on both sides.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { halfOf } from '../labelled-turns.mjs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const textOf = (content) =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part) => part?.text ?? '').join('\n')
      : '';

const BLANK = {
  parentSpanId: null,
  traceId: null,
  origin: null,
  operation: null,
  toolName: null,
  toolCallId: null,
  agentId: null,
  spawnsAgentId: null,
  isRewound: false,
  isDerived: false,
  status: 'ok',
  statusMessage: null,
  errorType: null,
  finishReason: null,
  startMs: null,
  endMs: null,
  model: null,
  textTail: null,
  input: null,
  callHash: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  contextTokens: null,
  costUsd: null,
};

/** Spans in order from sketches {kind, text, …}; what is not sketched is what an ordinary span has. */
export function trajectoryOf(engine, sessionId, format, sketches) {
  let turnNo = 0;
  const spans = sketches.map((sketch, position) => {
    if (sketch.kind === 'user') turnNo++;
    const { text, ...more } = sketch;
    return {
      ...BLANK,
      spanId: `s${position}`,
      position,
      turnNo,
      pillar: sketch.kind === 'tool' ? 'tools' : 'llm',
      name: sketch.toolName ?? sketch.kind,
      text: text.slice(0, 2000),
      textTail: text.length > 2000 ? text.slice(-600) : null,
      textLength: text.length,
      ...more,
    };
  });
  return {
    sessionId,
    format,
    model: null,
    feature: null,
    userId: null,
    flags: ['no-times'],
    spans,
    labels: [],
    declaredTools: null,
    workspace: engine.EMPTY_CONTEXT,
  };
}

/** A chat with tool calls as spans; a call carries its result. `stepOf` gets the message each span stands for. */
export function chatSketches(engine, messages) {
  const results = new Map(
    messages.filter((one) => one.role === 'tool').map((one) => [one.tool_call_id, textOf(one.content)]),
  );
  return messages.flatMap((message, step) => {
    const text = textOf(message.content);
    if (message.role === 'user') return [{ kind: 'user', origin: 'simulated', text, step }];
    if (message.role !== 'assistant') return [];
    const said = text === '' ? [] : [{ kind: 'llm', text, step }];
    const calls = (message.tool_calls ?? []).map((call) => {
      const input = String(call.function?.arguments ?? '');
      const toolName = String(call.function?.name ?? '');
      const result = results.get(call.id) ?? '';
      return {
        kind: 'tool',
        toolName,
        toolCallId: call.id,
        input: input.slice(0, 1000),
        callHash: String(engine.hashText(toolName + input)),
        text: result,
        status: /^error\b/i.test(result) ? 'error' : 'ok',
        step,
      };
    });
    return [...said, ...calls];
  });
}

const COMMAND = /```(?:bash|mswea_bash_command)?\n([\s\S]{0,4000}?)```/;

/** A shell agent that writes one command a message and is shown what it prints. */
function shellSketches(engine, messages) {
  return messages.flatMap((message, step) => {
    const text = textOf(message.content);
    if (message.role === 'user' && step < 2) return [{ kind: 'user', origin: 'human', text, step }];
    if (message.role !== 'assistant') return [];
    const input = COMMAND.exec(text)?.[1] ?? '';
    const shown = textOf(messages[step + 1]?.content);
    const code = /^<returncode>(-?\d+)</.exec(shown)?.[1];
    return [
      { kind: 'llm', text, step },
      {
        kind: 'tool',
        toolName: 'bash',
        pillar: 'environment',
        input: JSON.stringify({ command: input }).slice(0, 1000),
        callHash: String(engine.hashText(input)),
        text: shown,
        status: code !== undefined && code !== '0' ? 'error' : 'ok',
        errorType: code !== undefined && code !== '0' ? `exit ${code}` : null,
        step: step + 1,
      },
    ];
  });
}

function session(engine, set, id, task, failed, sketches) {
  return {
    set,
    task: `${set}/${task}`,
    half: halfOf(`${set}/${task}`),
    failed,
    trajectory: trajectoryOf(engine, `${set}/${id}`, set, sketches),
  };
}

/** Robust figures of a set's lengths, as the workspace gives them to detectors and figures. */
function withContext(engine, sessions) {
  const lengths = sessions.map((one) => one.trajectory.spans.length).sort((a, b) => a - b);
  const middle = (list) => list[Math.floor(list.length / 2)] ?? 0;
  const median = middle(lengths);
  const deviation = 1.4826 * middle(lengths.map((one) => Math.abs(one - median)).sort((a, b) => a - b));
  const baseline = {
    group: sessions[0]?.set ?? '',
    sessionCount: sessions.length,
    durationMs: null,
    costUsd: null,
    tokens: null,
    spanCount: { count: sessions.length, median, deviation },
    turnCount: null,
    toolCallCount: null,
  };
  const workspace = { ...engine.EMPTY_CONTEXT, sessionCount: sessions.length, baselineOf: () => baseline };
  return sessions.map((one) => ({ ...one, trajectory: { ...one.trajectory, workspace } }));
}

function tauBench(engine, data) {
  const path = join(
    data,
    '../traces/tau-bench/sierra-research+tau-bench/historical_trajectories/gpt-4o-airline.json',
  );
  return existsSync(path)
    ? read(path).map((run) =>
        session(
          engine,
          'tau-bench airline',
          `${run.task_id}-${run.trial}`,
          run.task_id,
          run.reward < 1,
          chatSketches(engine, run.traj),
        ),
      )
    : [];
}

function tauRetail(engine, data) {
  const path = join(data, 'agentrx/tau_retail/tau_dataset_full.json');
  return existsSync(path)
    ? read(path).map((run) =>
        session(
          engine,
          'tau-bench retail',
          run.task_id,
          run.task_id,
          run.reward < 1,
          chatSketches(engine, run.traj),
        ),
      )
    : [];
}

function shellRuns(engine, data) {
  const root = join(data, '../traces/mini-swe-agent/gruckion+mini-swe-agent/swebench_results');
  if (!existsSync(root)) return [];
  const run = readdirSync(root)[0];
  const summary = read(join(root, run, 'results_summary.json'));
  const resolved = new Map(summary.instances.map((one) => [one.instance_id, one.resolved]));
  return readdirSync(join(root, run, 'trajs'))
    .sort()
    .flatMap((id) => {
      const path = join(root, run, 'trajs', id, `${id}.traj.json`);
      if (!existsSync(path) || !resolved.has(id)) return [];
      return [
        session(
          engine,
          'mini-swe-agent',
          id,
          id,
          !resolved.get(id),
          shellSketches(engine, read(path).messages),
        ),
      ];
    });
}

/** Sessions of every set that is there, with what is usual in their set. All three sets are MIT. */
export function readLabelledSessions(engine, data) {
  return [tauBench, tauRetail, shellRuns].flatMap((from) => withContext(engine, from(engine, data)));
}

/** Failed runs with the annotated step: {set, half, trajectory, steps}, steps counted as spans' own `step`. */
export function readAnnotatedFailures(engine, data) {
  const found = [];
  const hall = join(data, 'who_and_when');
  if (existsSync(hall))
    for (const name of readdirSync(hall, { recursive: true, encoding: 'utf8' })
      .filter((one) => one.endsWith('.json'))
      .sort()) {
      const run = read(join(hall, name));
      if (!Array.isArray(run.history)) continue;
      const sketches = run.history.map((message, step) => ({
        kind: 'llm',
        text: textOf(message.content),
        step,
      }));
      found.push({
        set: 'Who&When',
        half: halfOf(`Who&When/${run.question_ID ?? name}`),
        steps: [Number(run.mistake_step)],
        trajectory: trajectoryOf(engine, name, 'who-and-when', sketches),
      });
    }
  const truth = join(data, 'agentrx/ground_truth/tau_ground_truth.json');
  const runs = join(data, 'agentrx/tau_retail/tau_dataset_failed.json');
  if (existsSync(truth) && existsSync(runs)) {
    const byTask = new Map(read(runs).map((run) => [run.task_id, run]));
    for (const one of read(truth)) {
      const run = byTask.get(one.trajectory_id);
      if (run)
        found.push({
          set: 'AgentRx',
          half: halfOf(`AgentRx/${one.trajectory_id}`),
          // Numbered from 1 over the messages of the run.
          steps: one.failures.map((failure) => failure.step_number - 1),
          trajectory: trajectoryOf(
            engine,
            String(one.trajectory_id),
            'tau-bench',
            chatSketches(engine, run.traj),
          ),
        });
    }
  }
  return found;
}
