// Labelled runs as the workbench itself sees them: every set is imported into a workspace of its own, and what is read back
// is what stands there after detectors and scoring ran. So what is fitted and measured is what the product does.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { halfOf } from '../labelled-turns.mjs';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** The engine's modules, DuckDB included. */
export async function loadModules() {
  const { module } = await runnerImport(join(ROOT, 'scripts/engine-for-imports.mjs'), {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
  });
  return module;
}

function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => pattern.test(path))
    .sort();
}

const value = (labels, name) => labels.find((one) => one.name === name)?.value ?? null;
/** The second and third part of a session id such as `tau:12:0:hash`. */
const part = (sessionId, index) => sessionId.split(':')[index] ?? sessionId;

/**
 * Sets with outcomes: files, the outcome of a session from its labels (true failed, null not known) and the task it is a trial
 * of. All are MIT. Halves are by task, so that no trial of a task is on both sides, be it in another set (`tasksOf`). `more` is
 * a folder of further runs of the same kinds, which docs/evaluation.md names; without it some sets are smaller or absent.
 */
const SETS = [
  {
    name: 'tau-bench airline',
    files: (traces) => filesBelow(join(traces, 'tau-bench'), /gpt-4o-airline\.json$/),
    failed: (labels) => lessThanOne(value(labels, 'reward')),
    task: (id) => part(id, 1),
  },
  {
    name: 'tau-bench retail',
    files: (_, data) => filesBelow(join(data, 'agentrx/tau_retail'), /tau_dataset_full\.json$/),
    failed: (labels) => lessThanOne(value(labels, 'reward')),
    task: (id) => part(id, 1),
  },
  {
    name: 'tau-bench retail, other agents',
    tasksOf: 'tau-bench retail',
    files: (_, __, more) => (more === null ? [] : filesBelow(join(more, 'tau-bench-retail'), /\.json$/)),
    failed: (labels) => lessThanOne(value(labels, 'reward')),
    task: (id) => part(id, 1),
  },
  {
    name: 'mini-swe-agent',
    files: (traces, _, more) => {
      const all = more === null ? [] : filesBelow(join(more, 'mini-swe-agent'), /\.json$/);
      return all.length > 0 ? all : filesBelow(join(traces, 'mini-swe-agent'), /\.json$/);
    },
    failed: (labels) => lessThanOne(value(labels, 'resolved')),
    task: (id) => part(id, 0),
  },
  {
    name: 'tau2-bench airline',
    files: (traces) => filesBelow(join(traces, 'tau2/blakeelias+tau2-bench'), /\.json$/),
    failed: (labels) => lessThanOne(value(labels, 'reward')),
    task: (id) => id,
  },
  {
    name: 'Inspect, answers to questions',
    files: (traces) => [
      ...filesBelow(join(traces, 'inspect-scout'), /examples\/.*\.eval$/),
      ...filesBelow(join(traces, 'inspect-ai/UKGovernmentBEIS+inspect_ai/tests'), /scorer\/.*\.eval$/),
    ],
    failed: (labels) =>
      lessThanOne(labels.find((one) => one.kind === 'outcome' && one.value !== null)?.value ?? null),
    task: (id) => id,
  },
];

function lessThanOne(reward) {
  return reward === null ? null : reward < 1;
}

/** Opens an engine over a folder of its own, imports the files, hands it to `use` and removes everything. */
async function withImported(modules, files, use) {
  const dir = mkdtempSync(join(tmpdir(), 'faultline-eval-'));
  const state = await modules.EngineState.create({
    shell: 'cli',
    version: 'eval',
    dataDir: join(dir, 'data'),
    sampleDir: null,
    launchIntake: modules.inProcessIntake,
  });
  try {
    const client = modules.createRouterClient(modules.createRouter(state));
    await client.workspace.create({ name: 'Evaluation' });
    const handles = files.map((path) => ({ handle: state.grants.grant(path) }));
    for await (const event of await client.imports.start({ files: handles }))
      if (event.type === 'failed') throw new Error('The import failed.');
    for await (const event of await client.signal.run({})) if (event.type === 'done') break;
    return await use(state.workspace.db);
  } finally {
    await state.closeWorkspace();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function sessionsOf(modules, db) {
  const sessions = await db.all(
    'SELECT session_id AS id, span_count AS "spanCount" FROM session ORDER BY session_id',
  );
  const ids = sessions.map((one) => one.id);
  const inputs = await modules.readScoreInputs(db, ids);
  const findings = new Map(ids.map((id) => [id, []]));
  for (const one of await db.all(
    'SELECT session_id AS id, signal, severity, evidence FROM standing_finding ORDER BY session_id, turn_no, finding_id',
  ))
    findings.get(one.id)?.push(one);
  const found = [];
  for (let from = 0; from < ids.length; from += 50)
    for (const trajectory of await modules.readTrajectories(
      db,
      ids.slice(from, from + 50),
      modules.EMPTY_CONTEXT,
    ))
      found.push({
        trajectory,
        inputs: inputs.get(trajectory.sessionId),
        findings: findings.get(trajectory.sessionId) ?? [],
        length: trajectory.spans.length,
      });
  return found;
}

/** Sets whose sources mark the tool calls that failed. All are MIT or Apache-2.0. */
const MARKED_SETS = [
  ['tau-bench airline', (traces) => filesBelow(join(traces, 'tau-bench'), /gpt-4o-airline\.json$/)],
  ['Claude Code', (traces) => filesBelow(join(traces, 'claude-code'), /\.jsonl$/)],
  ['Codex', (traces) => filesBelow(join(traces, 'codex'), /\.jsonl$/)],
  ['OpenHands', (traces) => filesBelow(join(traces, 'openhands'), /\.jsonl?$/)],
];

/** Sessions of sets whose sources mark failed calls: { set, half, trajectory }; of the sets that are there. */
export async function readMarkedRuns(modules, data) {
  const runs = [];
  for (const [set, files] of MARKED_SETS) {
    const paths = files(join(data, '../traces'));
    if (paths.length === 0) continue;
    const sessions = await withImported(modules, paths, (db) => sessionsOf(modules, db));
    for (const { trajectory } of sessions)
      runs.push({ set, trajectory, half: halfOf(`${set}/${trajectory.sessionId}`) });
  }
  return runs;
}

/** Runs with an outcome: { set, task, half, failed, length, inputs, findings, trajectory }; of the sets that are there. */
export async function readOutcomeRuns(modules, data, more = null) {
  const runs = [];
  for (const set of SETS) {
    const files = set.files(join(data, '../traces'), data, more);
    if (files.length === 0) continue;
    const sessions = await withImported(modules, files, (db) => sessionsOf(modules, db));
    for (const one of sessions) {
      const failed = set.failed(one.trajectory.labels);
      const task = `${set.tasksOf ?? set.name}/${set.task(one.trajectory.sessionId)}`;
      if (failed !== null) runs.push({ ...one, set: set.name, task, half: halfOf(task), failed });
    }
  }
  return runs;
}

/** Sets of failed runs with the step and, where it is said, the agent at fault. */
const FAILURE_SETS = [
  {
    name: 'Who&When',
    files: (data) => filesBelow(join(data, 'who_and_when'), /\.json$/),
    isRoot: (label) => label.name === 'mistake',
    half: (id) => halfOf(`Who&When/${part(id, 1)}`),
  },
  {
    name: 'AgentRx',
    files: (data) => [
      ...filesBelow(join(data, 'agentrx/tau_retail'), /tau_dataset_failed\.json$/),
      ...filesBelow(join(data, 'agentrx/ground_truth'), /tau_ground_truth\.json$/),
    ],
    isRoot: (label) => label.kind === 'failure',
    half: (id) => halfOf(`AgentRx/${part(id, 1)}`),
  },
];

/** Failed runs with what people annotated: { set, half, trajectory, findings, truth }; truth are the spans at fault. */
export async function readFailedRuns(modules, data) {
  const runs = [];
  for (const set of FAILURE_SETS) {
    const files = set.files(data);
    if (files.length === 0) continue;
    const sessions = await withImported(modules, files, (db) => sessionsOf(modules, db));
    for (const one of sessions) {
      const { labels, sessionId } = one.trajectory;
      const truth = labels.filter((label) => set.isRoot(label) && label.spanId !== null);
      if (truth.length > 0)
        runs.push({
          ...one,
          set: set.name,
          half: set.half(sessionId),
          truth: [...new Set(truth.map((label) => label.spanId))],
        });
    }
  }
  return runs;
}
