// The session score against outcomes, and where a failure is said to be against annotated steps.
import { loadEngine } from '../load-engine.mjs';
import { areaUnderCurve, bootstrapInterval, calibrationError, seeded } from '../measures.mjs';
import { readAnnotatedFailures, readLabelledSessions } from './labelled-sessions.mjs';

/** Inputs of the score for one session. */
export function inputsFor(engine, trajectory) {
  const bySignal = new Map();
  for (const row of engine.inspectTrajectory(trajectory))
    bySignal.set(row[1], (bySignal.get(row[1]) ?? 0) + 1);
  return engine.inputsOf(engine.figuresOf(trajectory), bySignal);
}

function precisionAt(rows, share) {
  const ordered = [...rows].sort((a, b) => b.score - a.score);
  const top = ordered.slice(0, Math.max(1, Math.round(rows.length * share)));
  return top.filter((row) => row.failed).length / top.length;
}

const auc = (rows) =>
  areaUnderCurve(
    rows.map((row) => row.failed),
    rows.map((row) => row.score),
  );
const number = (value) => (Number.isFinite(value) ? value.toFixed(3).replace(/^0/, '') : '–');

/** Prints AUC and precision at the top of the report half beside length and random order; gives the rows. */
export function printScores(sessions, methods) {
  console.log(
    '| set (report half) | sessions | failed | order | AUC | top 10% | top 20% | calibration error |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const set of [...new Set(sessions.map((one) => one.set)), 'all']) {
    const rows = sessions.filter((one) => one.half === 'report' && (set === 'all' || one.set === set));
    if (rows.length === 0) continue;
    for (const [name, scoreOf] of Object.entries(methods)) {
      const scored = rows.map((row) => ({ task: row.task, failed: row.failed, score: scoreOf(row) }));
      const [low, high] = bootstrapInterval(scored, (row) => row.task, auc);
      const error =
        name === 'session score'
          ? number(
              calibrationError(
                scored.map((row) => row.failed),
                scored.map((row) => row.score),
              ),
            )
          : '';
      console.log(
        `| ${set} | ${rows.length} | ${rows.filter((row) => row.failed).length} | ${name} | ${number(auc(scored))} (${number(low)}–${number(high)}) | ${number(precisionAt(scored, 0.1))} | ${number(precisionAt(scored, 0.2))} | ${error} |`,
      );
    }
  }
}

/** Share of failures whose annotated step is the likeliest, or among the three likeliest. */
export function printLocations(engine, failures, place = engine.locate) {
  const random = seeded(11);
  const steps = (one) => one.trajectory.spans.filter((span) => span.kind !== 'user');
  const methods = {
    'findings and place': (one) => {
      const findings = engine
        .inspectTrajectory(one.trajectory)
        .map((row) => ({ signal: row[1], severity: row[8], evidence: row[6] }));
      const byPosition = new Map(one.trajectory.spans.map((span) => [span.position, span.step]));
      return place(one.trajectory, findings).map((span) => byPosition.get(span.position));
    },
    'first steps': (one) => steps(one).map((span) => span.step),
    'second step first': (one) =>
      steps(one)
        .map((span) => span.step)
        .slice(1),
    'last steps': (one) =>
      steps(one)
        .map((span) => span.step)
        .reverse(),
    random: (one) =>
      steps(one)
        .map((span) => [random(), span.step])
        .sort((a, b) => a[0] - b[0])
        .map(([, step]) => step),
  };
  console.log('| set (report half) | failures | method | step found | within three |');
  console.log('|---|---|---|---|---|');
  for (const set of [...new Set(failures.map((one) => one.set))]) {
    const rows = failures.filter((one) => one.half === 'report' && one.set === set);
    for (const [name, order] of Object.entries(methods)) {
      const hits = rows.map((one) => {
        const ordered = [...new Set(order(one))];
        return [one.steps.includes(ordered[0]), ordered.slice(0, 3).some((step) => one.steps.includes(step))];
      });
      const [low, high] = bootstrapInterval(
        hits,
        (hit) => hits.indexOf(hit),
        (drawn) => drawn.filter(([hit]) => hit).length / drawn.length,
      );
      const share = (which) => hits.filter((hit) => hit[which]).length / rows.length;
      console.log(
        `| ${set} | ${rows.length} | ${name} | ${number(share(0))} (${number(low)}–${number(high)}) | ${number(share(1))} |`,
      );
    }
  }
}

/** `npm run eval -- session-score` */
export async function measureSessionScore(_engine, data) {
  const engine = await loadEngine('scripts/engine-for-signals.mjs');
  const sessions = readLabelledSessions(engine, data);
  const failures = readAnnotatedFailures(engine, data);
  if (sessions.length === 0 && failures.length === 0) {
    console.log('skipped: data absent');
    return;
  }
  const random = seeded(5);
  printScores(sessions, {
    'session score': (one) => engine.probabilityOf(engine.shippedModel, inputsFor(engine, one.trajectory)),
    length: (one) => one.trajectory.spans.length,
    random: () => random(),
  });
  console.log('');
  printLocations(engine, failures);
}
