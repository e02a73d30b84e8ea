// The session score against outcomes, and where a failure is said to be against annotated steps, on the report halves. Writes the
// tables of docs/evaluation.md and the figures the screens show (session-score-trust.data.ts).
import { existsSync } from 'node:fs';
import { areaUnderCurve, bootstrapInterval, calibrationError, seeded } from '../measures.mjs';
import { figure, tableLines, writeData, writeMeasured } from '../write-report.mjs';
import { loadModules, readFailedRuns, readOutcomeRuns } from './imported-runs.mjs';

function precisionAt(rows, share) {
  const ordered = [...rows].sort((a, b) => b.score - a.score);
  const top = ordered.slice(0, Math.max(1, Math.round(rows.length * share)));
  return top.filter((row) => row.failed).length / top.length;
}

const auc = (rows, key) =>
  areaUnderCurve(
    rows.map((row) => row.failed),
    rows.map((row) => row[key]),
  );
const within = (low, high) => `${figure(low)}–${figure(high)}`;
const byTask = (row) => row.task;
/** Fewer of either kind make no curve. */
const LEAST_OF_KIND = 5;

function scoreOrders(rows) {
  return ['score', 'length'].map((key) => {
    const scored = rows.map((row) => ({ ...row, score: row[key] }));
    const [low, high] = bootstrapInterval(scored, byTask, (drawn) => auc(drawn, 'score'));
    return {
      auc: auc(scored, 'score'),
      low,
      high,
      top10: precisionAt(scored, 0.1),
      top20: precisionAt(scored, 0.2),
    };
  });
}

function measureSet(set, rows) {
  const [score, length] = scoreOrders(rows);
  const [aheadLow, aheadHigh] = bootstrapInterval(
    rows,
    byTask,
    (drawn) => auc(drawn, 'score') - auc(drawn, 'length'),
  );
  const failed = rows.filter((row) => row.failed).length;
  return { set, sessions: rows.length, failed, score, length, ahead: [aheadLow, aheadHigh] };
}

/** Share of the pairs of a failed and another session of the same set that an order puts right; every pair counts alike. */
function pairsRight(rows, sets, key) {
  let right = 0;
  let pairs = 0;
  for (const set of sets) {
    const own = rows.filter((row) => row.set === set);
    const failed = own.filter((row) => row.failed).length;
    const count = failed * (own.length - failed);
    if (count === 0) continue;
    right += count * auc(own, key);
    pairs += count;
  }
  return right / pairs;
}

/** Mean over the sets of the area within each; sets of one kind alone in a draw are left out. */
function meanArea(rows, sets, key) {
  const areas = sets
    .map((set) =>
      auc(
        rows.filter((row) => row.set === set),
        key,
      ),
    )
    .filter(Number.isFinite);
  return areas.reduce((sum, one) => sum + one, 0) / areas.length;
}

/** The share that failed among the first of every set, its own order within each. */
function topWithin(rows, sets, key, share) {
  const tops = sets.flatMap((set) => {
    const own = rows.filter((row) => row.set === set).sort((a, b) => b[key] - a[key]);
    return own.slice(0, Math.max(1, Math.round(own.length * share)));
  });
  return tops.filter((row) => row.failed).length / tops.length;
}

const WITHIN = [
  ['mean of the areas within the sets', meanArea],
  ['pairs within the sets put right', pairsRight],
  ['failed among the first 10% of every set', (rows, sets, key) => topWithin(rows, sets, key, 0.1)],
  ['failed among the first 20% of every set', (rows, sets, key) => topWithin(rows, sets, key, 0.2)],
];
const ROUNDS = 2000;

/** Score beside length within sets, and by how much it is ahead; tasks drawn again with all their trials in both orders. */
function withinSets(rows, sets, isOf) {
  const kept = rows.filter((row) => sets.includes(row.set) && isOf(row.set));
  const own = sets.filter(isOf);
  return WITHIN.map(([name, of]) => ({
    name,
    score: of(kept, own, 'score'),
    length: of(kept, own, 'length'),
    ahead: bootstrapInterval(
      kept,
      byTask,
      (drawn) => of(drawn, own, 'score') - of(drawn, own, 'length'),
      ROUNDS,
    ),
  }));
}

const isOfAgent = (set) => set !== 'Inspect, answers to questions';

function scoreTable(measured, all, stratified, errorOf) {
  const cells = (one) =>
    ['score', 'length'].map((key) => [
      one.set,
      one.sessions,
      one.failed,
      key === 'score' ? '**session score**' : 'length',
      `${figure(one[key].auc)} (${within(one[key].low, one[key].high)})`,
      figure(one[key].top10),
      figure(one[key].top20),
      key === 'score' ? within(...one.ahead) : '',
      key === 'score' ? figure(errorOf(one.set)) : '',
    ]);
  return [
    ...tableLines(
      [
        'set (report half)',
        'sessions',
        'failed',
        'order',
        'AUC (95%)',
        'top 10%',
        'top 20%',
        'AUC ahead of length (95%)',
        'calibration error',
      ],
      [...measured, all].flatMap(cells),
    ),
    '',
    ...tableLines(
      ['within the sets (report half)', 'sets', 'session score', 'length', 'ahead by (95%)'],
      stratified.flatMap(({ of, rows }) =>
        rows.map((one) => [
          one.name,
          of,
          figure(one.score),
          figure(one.length),
          `${figure(one.score - one.length)} (${within(...one.ahead)})`,
        ]),
      ),
    ),
  ];
}

/** Ways to order the steps of a failed run, likeliest first. */
function orders(engine) {
  const random = seeded(11);
  const steps = (run) => run.trajectory.spans.filter((span) => span.kind === 'llm').map((one) => one.spanId);
  return {
    'ranker of steps': (run) => engine.locate(run.trajectory, run.findings).map((one) => one.spanId),
    'first step first': steps,
    'second step first': (run) => [...steps(run).slice(1), ...steps(run).slice(0, 1)],
    'last step first': (run) => steps(run).reverse(),
    random: (run) =>
      steps(run)
        .map((step) => [random(), step])
        .sort((a, b) => a[0] - b[0])
        .map(([, step]) => step),
  };
}

/** How near the first of an order is to a step at fault, in messages of the run. */
function distance(run, ordered) {
  const place = new Map(run.trajectory.spans.map((span) => [span.spanId, span.position]));
  return Math.min(...run.truth.map((step) => Math.abs(place.get(step) - place.get(ordered[0]))));
}

/** Who speaks at a step; the sets name agents by the span's name. */
function speakerOf(run, spanId) {
  return run.trajectory.spans.find((span) => span.spanId === spanId)?.name ?? null;
}

function measurePlaces(engine, runs) {
  const measured = [];
  for (const set of [...new Set(runs.map((run) => run.set))]) {
    const rows = runs.filter((run) => run.set === set);
    for (const [method, order] of Object.entries(orders(engine))) {
      const hits = rows.map((run, place) => {
        const ordered = order(run);
        return {
          place,
          step: run.truth.includes(ordered[0]),
          three: ordered.slice(0, 3).some((one) => run.truth.includes(one)),
          near1: distance(run, ordered) <= 1,
          near3: distance(run, ordered) <= 3,
          agent: run.truth.some((one) => speakerOf(run, one) === speakerOf(run, ordered[0])),
        };
      });
      const share = (key) => hits.filter((hit) => hit[key]).length / hits.length;
      const [low, high] = bootstrapInterval(
        hits,
        (hit) => hit.place,
        (drawn) => drawn.filter((hit) => hit.step).length / drawn.length,
      );
      measured.push({
        set,
        failures: rows.length,
        method,
        step: share('step'),
        low,
        high,
        near1: share('near1'),
        near3: share('near3'),
        three: share('three'),
        // In a conversation of one agent and a user there is nobody to tell apart.
        agent: set === 'Who&When' ? share('agent') : null,
      });
    }
  }
  return measured;
}

function placeTable(places) {
  return tableLines(
    [
      'set (report half)',
      'failures',
      'order',
      'step found (95%)',
      'within 1',
      'within 3',
      'among first three',
      'agent',
    ],
    places.map((one) => [
      one.set,
      one.failures,
      one.method === 'ranker of steps' ? `**${one.method}**` : one.method,
      `${figure(one.step)} (${within(one.low, one.high)})`,
      figure(one.near1),
      figure(one.near3),
      figure(one.three),
      one.agent === null ? '–' : figure(one.agent),
    ]),
  );
}

/** Scores in fifths: how many sessions had one and how many of them failed. */
function calibration(rows) {
  return [0, 0.2, 0.4, 0.6, 0.8].map((from) => {
    const to = Math.round((from + 0.2) * 10) / 10;
    const own = rows.filter((row) => row.score >= from && (row.score < to || to === 1));
    return { from, to, sessions: own.length, failed: own.filter((row) => row.failed).length };
  });
}

const rounded = (value) => (value === null ? null : Math.round(value * 1000) / 1000);

function trustFile(measured, mean, places, fifths) {
  const order = ({ auc: area, low, high, top10, top20 }) =>
    `{ auc: ${rounded(area)}, low: ${rounded(low)}, high: ${rounded(high)}, top10: ${rounded(top10)}, top20: ${rounded(top20)} }`;
  return `/** How the session score and the place of failures did on the report halves of labelled sets; written by scripts/eval.mjs. */
import type { PlaceTrust, ScoreTrust } from '../../shared/contract/signal';

export const scoreMeasured: readonly ScoreTrust[] = [
${measured.map((one) => `{ set: ${JSON.stringify(one.set)}, sessions: ${one.sessions}, failed: ${one.failed}, score: ${order(one.score)}, length: ${order(one.length)} },`).join('\n')}
];

/** Mean over the sets of the area within each. */
export const scoreAhead = { score: ${rounded(mean.score)}, length: ${rounded(mean.length)}, low: ${rounded(mean.ahead[0])}, high: ${rounded(mean.ahead[1])} };

export const placeMeasured: readonly PlaceTrust[] = [
${places.map((one) => `{ set: ${JSON.stringify(one.set)}, failures: ${one.failures}, method: ${JSON.stringify(one.method)}, step: ${rounded(one.step)}, low: ${rounded(one.low)}, high: ${rounded(one.high)}, three: ${rounded(one.three)} },`).join('\n')}
];

/** Sessions of the report halves by their score. */
export const scoreCalibration: readonly { from: number; to: number; sessions: number; failed: number }[] = [
${fifths.map((one) => `{ from: ${one.from}, to: ${one.to}, sessions: ${one.sessions}, failed: ${one.failed} },`).join('\n')}
];
`;
}

/** `npm run eval -- session-score`; `more` is a folder of further runs. */
export async function measureSessionScore(_engine, data, root, { more = null } = {}) {
  if (!existsSync(data)) {
    console.log('skipped: data absent');
    return;
  }
  const engine = await loadModules();
  const rows = (await readOutcomeRuns(engine, data, more))
    .filter((run) => run.half === 'report')
    .map((run) => ({
      set: run.set,
      task: run.task,
      failed: run.failed,
      length: run.length,
      score: engine.probabilityOf(engine.shippedModel, run.inputs),
    }));
  const runs = (await readFailedRuns(engine, data)).filter((run) => run.half === 'report');
  if (rows.length === 0 || runs.length === 0) {
    console.log('skipped: data absent');
    return;
  }
  const sets = [...new Set(rows.map((row) => row.set))].filter((set) => {
    const own = rows.filter((row) => row.set === set);
    const failed = own.filter((row) => row.failed).length;
    return Math.min(failed, own.length - failed) >= LEAST_OF_KIND;
  });
  const ofSet = (set) => rows.filter((row) => set === 'all together' || row.set === set);
  const errorOf = (set) =>
    calibrationError(
      ofSet(set).map((row) => row.failed),
      ofSet(set).map((row) => row.score),
    );
  const measured = sets.map((set) => measureSet(set, ofSet(set)));
  const stratified = [
    { of: 'all', rows: withinSets(rows, sets, () => true) },
    { of: 'runs of agents', rows: withinSets(rows, sets, isOfAgent) },
  ];
  const [mean] = stratified[0].rows;
  const table = scoreTable(measured, measureSet('all together', rows), stratified, errorOf);
  const places = measurePlaces(engine, runs);
  const fifths = calibration(rows);
  const calibrated = tableLines(
    ['score', 'sessions', 'failed', 'share'],
    fifths.map((one) => [
      `${figure(one.from)} to ${figure(one.to)}`,
      one.sessions,
      one.failed,
      figure(one.failed / one.sessions),
    ]),
  );
  for (const lines of [table, placeTable(places), calibrated]) console.log(`${lines.join('\n')}\n`);
  writeMeasured(root, 'session-score', [...table, '', ...calibrated]);
  writeMeasured(root, 'failure-place', placeTable(places));
  await writeData(
    root,
    'src/engine/signals/session-score-trust.data.ts',
    trustFile(measured, mean, places, fifths),
  );
}
