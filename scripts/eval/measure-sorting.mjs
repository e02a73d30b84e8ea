// How well unsorted texts are proposed after a simulated analyst has sorted some: in our order, at random, and so many per class.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readClinc, readStackOverflow } from './measure-clustering.mjs';
import { seeded } from './measures.mjs';

const percent = (value) => value.toFixed(3).replace(/^0/u, '');
/** The analyst sorts so many before the order is made anew: as on screen, where it is made anew while they sort. */
const BATCH_SHARE = 0.2;

function shuffled(count, seed) {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => [random(), i])
    .sort(([a], [b]) => a - b)
    .map(([, i]) => i);
}

function perClass(truth, count, seed) {
  const seen = new Map();
  return shuffled(truth.length, seed).filter((i) => {
    const before = seen.get(truth[i]) ?? 0;
    seen.set(truth[i], before + 1);
    return before < count;
  });
}

/** Accuracy over all items (the sorted count as right) and over the unsorted alone. */
function figures(truth, sorted, modeIds) {
  const isSorted = new Set(sorted);
  let right = 0;
  truth.forEach((label, i) => {
    if (!isSorted.has(i) && modeIds[i] === label) right++;
  });
  return {
    all: (right + isSorted.size) / truth.length,
    unsorted: right / Math.max(1, truth.length - isSorted.size),
  };
}

async function measureSet(engine, name, rows, anchors) {
  const truth = rows.map((row) => row.label);
  const classes = new Set(truth).size;
  const pacer = new engine.Pacer();
  const matrix = engine.sortingFeatures(rows.map((row) => row.text));
  const near = await engine.nearestRows(matrix, pacer);
  const learn = (sorted, ordered = 0) => {
    const isSorted = new Set(sorted);
    return engine.learnModes(
      { matrix, near },
      truth.map((label, i) => (isSorted.has(i) ? [label] : [])),
      truth.map(() => false),
      pacer,
      ordered,
    );
  };
  const budgets = [
    ...[1, 3, 5, 10].map((count) => ({ name: `${count} per class`, size: count * classes, count })),
    ...[0.01, 0.02, 0.05, 0.1].map((share) => ({
      name: `${share * 100} %`,
      size: Math.round(share * rows.length),
    })),
  ].sort((a, b) => a.size - b.size);
  const ours = [];
  for (const budget of budgets) {
    while (ours.length < budget.size) {
      const batch = Math.min(budget.size - ours.length, Math.max(20, Math.round(BATCH_SHARE * ours.length)));
      const { order } = await learn(ours, batch);
      ours.push(...order.slice(0, batch));
    }
    const random = shuffled(rows.length, 5).slice(0, budget.size);
    const cell = async (sorted) => {
      const { all, unsorted } = figures(truth, sorted, (await learn(sorted)).modeIds);
      return `${percent(all)} (${percent(unsorted)})`;
    };
    const balanced = budget.count === undefined ? '–' : await cell(perClass(truth, budget.count, 5));
    const anchor = budget.count === undefined ? '–' : percent(anchors[budget.count]);
    console.log(
      `| ${name} | ${budget.name} | ${budget.size} | ${await cell(ours.slice(0, budget.size))} | ${await cell(random)} | ${balanced} | ${anchor} |`,
    );
  }
}

/** Prints the table of docs/evaluation.md, section Sorting. */
export async function measureSorting(engine, data) {
  if (!existsSync(join(data, 'clinc150'))) {
    console.log('skipped: data absent');
    return;
  }
  console.log(
    'Accuracy over all items (over the unsorted alone)\n\n| set | sorted | items | our order | random order | random, so many per class | anchor: TF-IDF + LR |\n|---|---|---|---|---|---|---|',
  );
  const titles = readStackOverflow(data);
  const drawn = new Set(shuffled(titles.length, 3).slice(0, 5000));
  await measureSet(engine, 'CLINC test', readClinc(data).test, { 1: 0.447, 3: 0.656, 5: 0.735, 10: 0.813 });
  await measureSet(
    engine,
    'StackOverflow, 5,000',
    titles.filter((_, i) => drawn.has(i)),
    { 1: 0.428, 3: 0.588, 5: 0.683, 10: 0.771 },
  );
}
