// Signals of tools and the environment on runs of coding agents whose return codes and outcomes are known. Prints tables in Markdown.
import { join } from 'node:path';
import { loadEngine } from '../load-engine.mjs';
import { tableLines, writeMeasured } from '../write-report.mjs';
import { anchored } from './anchor.mjs';
import { loadModules, readMarkedRuns } from './imported-runs.mjs';
import { readMiniSweAgent } from './mini-swe-agent.mjs';
import { decided, HEADER, ordered, tableRow, writeTrust } from './trust.mjs';
import { contextOf } from './two-turns.mjs';

/** A list of words for failure, the baseline; written for this file and not tuned on any set. */
const WORDS = /\b(error|exception|traceback|failed|failure|fatal|not found|no such|denied|invalid)\b/iu;

const groupOf = (row) => row.group;

/** Figures of rows with `label` and `fires`, ready for a table. */
function rowOf(dataSet, rule, rows, more = {}) {
  return {
    dataSet,
    rule,
    count: rows.length,
    positives: rows.filter((row) => row.label).length,
    ...decided(rows, groupOf),
    ...more,
  };
}

/** A detector's row with the simple rules and the anchor beside it; `rows` of both halves. */
function besideRules(learner, { signal, unit, dataSet, rows, rules }) {
  const report = rows.filter((row) => row.half === 'report');
  const simple = [
    ...rules.map(([rule, fires]) =>
      rowOf(
        dataSet,
        rule,
        report.map((row) => ({ ...row, fires: fires(row) })),
      ),
    ),
    rowOf(
      dataSet,
      'always',
      report.map((row) => ({ ...row, fires: true })),
      { auc: 0.5 },
    ),
  ];
  const anchor = anchored(learner, rows);
  const best = simple
    .filter(({ rule }) => rule !== 'all ten together')
    .reduce((a, b) => (b.f1 > a.f1 ? b : a));
  return {
    signal,
    unit,
    ...rowOf(dataSet, signal, report),
    baseline: best.rule,
    baselineF1: best.f1,
    baselineAuc: NaN,
    rules: anchor === null ? simple : [...simple, rowOf(dataSet, 'anchor', anchor, ordered(anchor, groupOf))],
  };
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

/** Per command: is its return code above zero? grep and its like answer by 1, and count as failures here. */
function measureExits(engine, learner, sessions, workspace) {
  const rows = sessions.flatMap((session) => {
    const flagged = new Set(
      findingsOf(engine, session, workspace, 'nonzero-exit').map((finding) => finding.evidence[0]),
    );
    return session.spans
      .filter((span) => session.codes.has(span.spanId))
      .map((span) => ({
        group: session.id,
        half: session.half,
        label: session.codes.get(span.spanId) !== 0,
        fires: flagged.has(span.spanId),
        // The anchor must not read the code itself, which stands in the text.
        text: span.text.replace(/<returncode>[^<]*<\/returncode>/u, ''),
      }));
  });
  return besideRules(learner, {
    signal: 'nonzero-exit',
    unit: 'command with a return code',
    dataSet: 'mini-swe-agent',
    rows,
    rules: [['word list', (row) => WORDS.test(row.text)]],
  });
}

/**
 * Per call: is it the same command as the one before, letter by letter, with nothing in between? Beside Plano's rule: three
 * identical calls or more, whatever comes between and whatever they bring.
 */
function measureRepetition(engine, learner, sessions, workspace) {
  const rows = sessions.map((session) => {
    const calls = session.spans.filter((span) => span.kind === 'tool');
    const counts = new Map();
    for (const { callHash } of calls) counts.set(callHash, (counts.get(callHash) ?? 0) + 1);
    return {
      group: session.id,
      half: session.half,
      label: calls.some((call, i) => i > 0 && call.callHash === calls[i - 1].callHash),
      isThrice: Math.max(0, ...counts.values()) >= 3,
      fires: findingsOf(engine, session, workspace, 'retry-loop').length > 0,
      text: calls.map((call) => call.input ?? '').join(' '),
    };
  });
  return besideRules(learner, {
    signal: 'retry-loop',
    unit: 'run in which a command is given twice running',
    dataSet: 'mini-swe-agent',
    rows,
    rules: [['Plano’s rule', (row) => row.isThrice]],
  });
}

const READ_FROM_TEXT = [
  'nonzero-exit',
  'missing-resource',
  'timeout',
  'http-error',
  'authentication',
  'rate-limit',
  'sandbox-denial',
  'guardrail-block',
  'silent-tool-failure',
  'unmarked-tool-error',
];

/** Per call: does its source mark it as failed? All marks are hidden, so that the detectors have the text alone. */
function measureMarks(engine, learner, runs) {
  const bySet = new Map();
  for (const { set, half, trajectory } of runs) {
    const calls = trajectory.spans.filter(
      (span) => span.kind === 'tool' && (span.status === 'ok' || span.status === 'error'),
    );
    const spans = trajectory.spans.map((span) =>
      span.kind === 'tool' && (span.status === 'error' || span.status === 'ok')
        ? { ...span, status: 'unset', statusMessage: null, errorType: null }
        : span,
    );
    const flaggedBy = (ids) =>
      new Set(
        ids.flatMap((id) => {
          const detector = engine.detectors.get(id);
          const found = detector.inspect({ ...trajectory, spans }, detector.parameters.parse({}));
          return found.flatMap((finding) => finding.evidence);
        }),
      );
    const flagged = flaggedBy(READ_FROM_TEXT);
    const alone = flaggedBy(['unmarked-tool-error']);
    // Of one call one detector tells: where an answer builds on the error, it is the silent failure.
    const inItsPlace = flaggedBy(['silent-tool-failure']);
    const isError = (span) => engine.payloadFault(span, 200)?.isError === true;
    const rows = calls.map((span) => ({
      group: trajectory.sessionId,
      half,
      label: span.status === 'error',
      fires: alone.has(span.spanId) || (inItsPlace.has(span.spanId) && isError(span)),
      firesAny: flagged.has(span.spanId),
      text: span.text,
    }));
    bySet.set(set, [...(bySet.get(set) ?? []), ...rows]);
  }
  return [...bySet].map(([set, rows]) => ({
    ...besideRules(learner, {
      signal: 'unmarked-tool-error',
      unit: 'tool call its source marks as failed',
      dataSet: set,
      rows,
      rules: [
        ['word list', (row) => WORDS.test(row.text.slice(0, 400))],
        ['all ten together', (row) => row.firesAny],
      ],
    }),
  }));
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
    const rows = sessions.map((one) => ({ group: one.id, label: !one.isResolved, score: score(one) }));
    const cells = tableRow({ dataSet: '', rule: name, count: 0, positives: 0, ...ordered(rows, groupOf) });
    return [name, size, cells.at(-1)];
  };
  return tableLines(
    ['rule', 'n (not resolved)', 'AUC (95%)'],
    [
      ...OUTCOME.map((id) => line(id, (one) => findingsOf(engine, one, workspace, id).length)),
      line('all of these together', (one) =>
        OUTCOME.reduce((sum, id) => sum + findingsOf(engine, one, workspace, id).length, 0),
      ),
      line('length of the run', (one) => one.spans.length),
    ],
  );
}

/** Writes the tables of mini-swe-agent and of marked calls, and what the Signals screen says of these detectors. */
export async function measureWorkSignals(learnerOf, data, root, { more = null } = {}) {
  const sessions = readMiniSweAgent(join(data, '../traces'), more);
  if (sessions === null) {
    console.log('skipped: data absent');
    return;
  }
  const engine = await loadEngine('scripts/engine-for-user-signals.mjs', { isBesidePackages: true });
  const learner = { ...learnerOf, tokenize: engine.tokenize };
  const workspace = contextOf(engine, []);
  const reported = sessions.filter((session) => session.half === 'report');
  const found = [
    measureExits(engine, learner, sessions, workspace),
    measureRepetition(engine, learner, sessions, workspace),
  ];
  const marked = measureMarks(engine, learner, await readMarkedRuns(await loadModules(), data));
  const lines = (list) => tableLines(HEADER, list.flatMap((one) => [one, ...one.rules]).map(tableRow));
  const parts = {
    'work-signals': lines(found),
    'marked-calls': lines(marked),
    'not-resolved': measureOutcome(engine, reported, workspace),
  };
  for (const [name, part] of Object.entries(parts)) {
    console.log(`\n${name}\n\n${part.join('\n')}`);
    writeMeasured(root, name, part);
  }
  await writeTrust(root, 'work', [...found, ...marked]);
}
