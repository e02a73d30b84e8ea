// What verdicts teach: an analyst goes through the dialogues of the report half in random order and confirms or rejects what is
// proposed, by its label; the model learns, and is measured on every turn that was not judged.
import { detectionFigures, seeded } from './measures.mjs';

const VERDICTS = [10, 30, 100];
const SEEDS = [1, 2, 3, 4, 5];

function shuffled(values, seed) {
  const random = seeded(seed);
  return values
    .map((value) => [random(), value])
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}

/** The first `count` proposed turns on the way through the dialogues; null where there are not as many. */
function judgedTurns(rows, isProposed, count, seed) {
  const order = new Map(
    shuffled([...new Set(rows.map((row) => row.dialogue))], seed).map((id, i) => [id, i]),
  );
  const proposed = rows.filter(isProposed).sort((a, b) => order.get(a.dialogue) - order.get(b.dialogue));
  return proposed.length < count ? null : new Set(proposed.slice(0, count));
}

function figuresOf(rows, isProposed) {
  return {
    ...detectionFigures(
      rows.map((row) => row.label),
      rows.map(isProposed),
    ),
    proposed: rows.filter(isProposed).length,
  };
}

/** Figures on the turns not judged, before and after learning from `count` verdicts; null where fewer are proposed than that. */
function learnOnce(engine, model, rows, count, seed) {
  const judged = judgedTurns(rows, (row) => row.score >= model.threshold, count, seed);
  if (judged === null) return null;
  const rest = rows.filter((row) => !judged.has(row));
  if (!rest.some((row) => row.label)) return null;
  const learnt = engine.adaptWeights(
    model,
    [...judged].map((row) => ({ features: row.features, isCorrection: row.label === 1 })),
    shuffled(rest, seed)
      .slice(0, engine.mostAnchors)
      .map((row) => row.features),
  );
  return {
    before: figuresOf(rest, (row) => row.score >= model.threshold),
    after: figuresOf(rest, (row) => engine.probability(row.features, learnt) >= learnt.threshold),
  };
}

/** Prints the table of learning; `sets` are [name, rows] as the readers give them. */
export function measureLearning(engine, model, sets) {
  console.log(
    '| set | turns | corrections | verdicts | F1 of the rest before | after | least gain | proposed before | after |\n|---|---|---|---|---|---|---|---|---|',
  );
  const figure = (value) => value.toFixed(3).replace(/^0/u, '');
  for (const [name, given] of sets) {
    const rows = given.map((row) => {
      const features = engine.readTurn(row.context);
      return { ...row, features, score: engine.probability(features, model) };
    });
    for (const count of VERDICTS) {
      const runs = SEEDS.map((seed) => learnOnce(engine, model, rows, count, seed)).filter(Boolean);
      if (runs.length === 0) continue;
      const mean = (side, key) => runs.reduce((sum, run) => sum + run[side][key], 0) / runs.length;
      const least = Math.min(...runs.map((run) => run.after.f1 - run.before.f1));
      const positives = rows.filter((row) => row.label).length;
      console.log(
        `| ${name} | ${rows.length} | ${positives} | ${count} | ${figure(mean('before', 'f1'))} | ${figure(mean('after', 'f1'))} | ${least.toFixed(3)} | ${mean('before', 'proposed').toFixed(0)} | ${mean('after', 'proposed').toFixed(0)} |`,
      );
    }
  }
}
