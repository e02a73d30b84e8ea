import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clusteringFigures, seeded } from './measures.mjs';

export function readClinc(data) {
  const all = JSON.parse(readFileSync(join(data, 'clinc150/data_full.json'), 'utf8'));
  const domains = JSON.parse(readFileSync(join(data, 'clinc150/domains.json'), 'utf8'));
  const domainOf = new Map(
    Object.entries(domains).flatMap(([domain, intents]) => intents.map((intent) => [intent, domain])),
  );
  const rows = (parts) =>
    parts.map(([text, intent]) => ({ text, label: intent, domain: domainOf.get(intent) }));
  return { test: rows(all.test), all: rows([...all.train, ...all.val, ...all.test]) };
}

export function readStackOverflow(data) {
  const labels = readFileSync(join(data, 'stc2/StackOverflow_gnd.txt'), 'utf8').trim().split(/\s+/u);
  const texts = readFileSync(join(data, 'stc2/StackOverflow.txt'), 'utf8').split('\n');
  return labels.map((label, i) => ({ text: texts[i] ?? '', label }));
}

function readTweets(data) {
  const lines = readFileSync(join(data, 'stc_rakib/tweet-original-order.txt'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('\t'));
  return lines.map((line) => ({ label: line.split('\t')[0], text: line.split('\t')[1] }));
}

/** `count` texts of `classes` classes (all where absent), drawn by the seed. */
function draw(rows, count, classes, seed) {
  const random = seeded(seed);
  const keyed = [...new Set(rows.map((row) => row.label))]
    .map((label) => [random(), label])
    .sort(([a], [b]) => a - b);
  const kept = new Set(keyed.slice(0, classes ?? keyed.length).map(([, label]) => label));
  return rows
    .filter((row) => kept.has(row.label))
    .map((row) => [random(), row])
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, row]) => row);
}

async function run(engine, rows, options) {
  const started = performance.now();
  const found = await engine.clusterCorrections(
    rows.map(({ text }, i) => ({ id: String(i), text })),
    options,
  );
  const seconds = (performance.now() - started) / 1000;
  const labels = new Array(rows.length).fill('outlier');
  for (const cluster of found.clusters) for (const id of cluster.memberIds) labels[Number(id)] = cluster.id;
  return {
    ...clusteringFigures(
      rows.map((row) => row.label),
      labels,
    ),
    k: found.k,
    outliers: found.outlierIds.length,
    seconds,
  };
}

const SKLEARN = fileURLToPath(new URL('sklearn-clusters.py', import.meta.url));

/** A Python that has scikit-learn; null where there is none. */
function findPython() {
  return (
    ['python3', '/usr/bin/python3'].find(
      (python) => spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' }).status === 0,
    ) ?? null
  );
}

/** scikit-learn on the same texts with the true number of clusters: a line a method, the mean of its seeds. */
function compare(python, rows, trueCount) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-eval-'));
  try {
    const file = join(folder, 'texts.json');
    writeFileSync(file, JSON.stringify(rows.map(({ text }) => text)));
    const started = performance.now();
    const found = JSON.parse(
      execFileSync(python, [SKLEARN, file, String(trueCount)], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
    );
    const seconds = (performance.now() - started) / 1000;
    for (const [method, runs] of Object.entries(found)) {
      const figures = runs.map((labels) =>
        clusteringFigures(
          rows.map((row) => row.label),
          labels,
        ),
      );
      const mean = (key) => figures.reduce((sum, one) => sum + one[key], 0) / figures.length;
      const result = { k: trueCount, outliers: 0, seconds: seconds / Object.keys(found).length };
      for (const key of ['nmi', 'ari', 'accuracy']) result[key] = mean(key);
      console.log(line('', rows, trueCount, `scikit-learn: ${method}`, result));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function line(name, rows, trueCount, how, result) {
  const figure = (value) => value.toFixed(3).replace(/^0/u, '');
  return `| ${name} | ${rows.length} | ${trueCount} | ${how} | ${result.k} | ${figure(result.nmi)} | ${figure(result.ari)} | ${figure(result.accuracy)} | ${result.outliers} | ${result.seconds.toFixed(1)} |`;
}

/** Small draws say too little to compare on. */
const COMPARED_FROM = 2_000;

/** Prints the table of docs/evaluation.md, section Clustering. Outliers count as one more cluster. */
export async function measureClustering(engine, data) {
  if (!existsSync(join(data, 'clinc150'))) {
    console.log('skipped: data absent');
    return;
  }
  const clinc = readClinc(data);
  const stackOverflow = readStackOverflow(data);
  const tweets = readTweets(data);
  const sets = [
    ['CLINC, 5 intents', draw(clinc.all, 50, 5, 101)],
    ['CLINC, 12 intents', draw(clinc.all, 200, 12, 102)],
    ['CLINC, 20 intents', draw(clinc.all, 1000, 20, 103)],
    ['CLINC test', clinc.test],
    ['CLINC test, 10 domains', clinc.test.map((row) => ({ ...row, label: row.domain }))],
    ['StackOverflow, 8 topics', draw(stackOverflow, 200, 8, 104)],
    ['StackOverflow', draw(stackOverflow, 1000, undefined, 105)],
    ['StackOverflow', stackOverflow],
    ['Tweets, 20 topics', draw(tweets, 400, 20, 107)],
    ['Tweets', tweets],
    ['CLINC, all', clinc.all],
  ];
  console.log(
    '| set | texts | true k | k | found k | NMI | ARI | accuracy | outliers | seconds |\n|---|---|---|---|---|---|---|---|---|---|',
  );
  const python = findPython();
  if (python === null) console.log('scikit-learn is not there: no comparison');
  for (const [name, rows] of sets) {
    const trueCount = new Set(rows.map((row) => row.label)).size;
    console.log(
      line(name, rows, trueCount, 'true', await run(engine, rows, { k: trueCount, outlierCosine: 0 })),
    );
    console.log(line('', rows, trueCount, 'chosen', await run(engine, rows, {})));
    if (python !== null && rows.length >= COMPARED_FROM) compare(python, rows, trueCount);
  }
}
