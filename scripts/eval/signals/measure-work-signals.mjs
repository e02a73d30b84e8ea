// Signals of tools and the environment on runs of coding agents whose return codes and outcomes are known. Prints tables in Markdown.
import { join } from 'node:path';
import { loadEngine } from '../load-engine.mjs';
import { areaUnderCurve, bootstrapInterval, detectionFigures } from '../measures.mjs';
import { readMiniSweAgent } from './mini-swe-agent.mjs';
import { contextOf } from './two-turns.mjs';

/** A list of words for failure, the baseline; written for this file and not tuned on any set. */
const WORDS = /\b(error|exception|traceback|failed|failure|fatal|not found|no such|denied|invalid)\b/iu;

function short(value) {
  return Number.isFinite(value) ? value.toFixed(3).replace(/^0\./u, '.') : '–';
}

function decisionCells(rows) {
  const figures = (drawn) =>
    detectionFigures(
      drawn.map((row) => row.label),
      drawn.map((row) => row.fires),
    );
  const { precision, recall, f1 } = figures(rows);
  const interval = bootstrapInterval(
    rows,
    (row) => row.session,
    (drawn) => figures(drawn).f1,
    300,
  );
  return `${short(precision)} | ${short(recall)} | ${short(f1)} (${interval.map(short).join('–')})`;
}

function aucCell(rows) {
  const auc = (drawn) =>
    areaUnderCurve(
      drawn.map((row) => row.label),
      drawn.map((row) => row.score),
    );
  const interval = bootstrapInterval(rows, (row) => row.session, auc, 300);
  return `${short(auc(rows))} (${interval.map(short).join('–')})`;
}

function trajectoryOf({ id, spans }, workspace) {
  return {
    sessionId: id,
    format: 'mini-swe-agent',
    model: null,
    feature: null,
    userId: null,
    flags: [],
    spans,
    labels: [],
    declaredTools: null,
    workspace,
  };
}

function findingsOf(engine, session, workspace, id) {
  const detector = engine.detectors.get(id);
  return detector.inspect(trajectoryOf(session, workspace), detector.parameters.parse({}));
}

/** Per command: is its return code above zero? grep and its like answer by 1, so they are a table of their own. */
function measureExits(engine, sessions, workspace) {
  const rows = sessions.flatMap((session) => {
    const flagged = new Set(
      findingsOf(engine, session, workspace, 'nonzero-exit').map((finding) => finding.evidence[0]),
    );
    return session.spans
      .filter((span) => session.codes.has(span.spanId))
      .map((span) => ({
        session: session.id,
        label: session.codes.get(span.spanId) !== 0,
        fires: flagged.has(span.spanId),
        hasWords: WORDS.test(span.text),
      }));
  });
  const size = `${rows.length} (${rows.filter((row) => row.label).length})`;
  console.log(
    '\nNon-zero return codes, per command\n\n| rule | n (positive) | precision | recall | F1 (95%) |\n|---|---|---|---|---|',
  );
  console.log(`| nonzero-exit | ${size} | ${decisionCells(rows)} |`);
  console.log(
    `| list of words | ${size} | ${decisionCells(rows.map((row) => ({ ...row, fires: row.hasWords })))} |`,
  );
  console.log(`| always | ${size} | ${decisionCells(rows.map((row) => ({ ...row, fires: true })))} |`);
}

/** Per call: was it made before in this run with nothing else between (truth: the command, letter by letter)? */
function measureRepetition(engine, sessions, workspace) {
  const rows = sessions.map((session) => {
    const calls = session.spans.filter((span) => span.kind === 'tool');
    const counts = new Map();
    for (const { callHash } of calls) counts.set(callHash, (counts.get(callHash) ?? 0) + 1);
    const isRepeating = Math.max(0, ...counts.values()) >= 3;
    const loops = ['retry-loop', 'oscillation', 'repeated-reads'].flatMap((id) =>
      findingsOf(engine, session, workspace, id),
    );
    return { session: session.id, label: isRepeating, fires: loops.length > 0, score: calls.length };
  });
  const size = `${rows.length} (${rows.filter((row) => row.label).length})`;
  console.log(
    '\nA command given three times or more, per run\n\n| rule | n (positive) | precision | recall | F1 (95%) | AUC (95%) |\n|---|---|---|---|---|---|',
  );
  console.log(`| retry-loop, oscillation or repeated-reads | ${size} | ${decisionCells(rows)} | – |`);
  console.log(`| always | ${size} | ${decisionCells(rows.map((row) => ({ ...row, fires: true })))} | – |`);
  console.log(`| length of the run | ${size} | – | – | – | ${aucCell(rows)} |`);
}

const OUTCOME = [
  'nonzero-exit',
  'missing-resource',
  'timeout',
  'retry-loop',
  'oscillation',
  'parameter-drift',
  'repeated-reads',
  'result-contradicts-claim',
  'unconfirmed-action',
];

/** Per run: does the number of findings tell that the issue was not resolved? Beside the run's length. */
function measureOutcome(engine, sessions, workspace) {
  const size = `${sessions.length} (${sessions.filter((one) => !one.isResolved).length})`;
  const line = (name, score) => {
    const rows = sessions.map((one) => ({ session: one.id, label: !one.isResolved, score: score(one) }));
    console.log(`| ${name} | ${size} | ${aucCell(rows)} |`);
  };
  console.log(
    '\nNot resolved, per run, by the number of findings\n\n| rule | n (not resolved) | AUC (95%) |\n|---|---|---|',
  );
  for (const id of OUTCOME) line(id, (one) => findingsOf(engine, one, workspace, id).length);
  line('all of these together', (one) =>
    OUTCOME.reduce((sum, id) => sum + findingsOf(engine, one, workspace, id).length, 0),
  );
  line('length of the run', (one) => one.spans.length);
}

/** Measures on `data`'s neighbour `traces`; nothing here is fitted, the half that is reported is fixed by a hash. */
export async function measureWorkSignals(_corrections, data) {
  const sessions = readMiniSweAgent(join(data, '../traces'));
  if (sessions === null) {
    console.log('skipped: data absent');
    return;
  }
  const engine = await loadEngine('scripts/engine-for-user-signals.mjs');
  const workspace = contextOf(engine, []);
  const reported = sessions.filter((session) => session.half === 'report');
  console.log(`mini-swe-agent: ${reported.length} of ${sessions.length} runs reported`);
  measureExits(engine, reported, workspace);
  measureRepetition(engine, reported, workspace);
  measureOutcome(engine, reported, workspace);
}
