/**
 * Clustering against scikit-learn's TF-IDF + truncated SVD to 64 dimensions + mini-batch k-means, in turns on the same texts:
 *   npm run bench -- clustering [--sizes 10000,100000] [--rounds 3]
 * The texts are made here: intents with words of their own among words common to all. Where Python or scikit-learn (Debian:
 * python3-sklearn) is absent, only the product is measured. Results that are kept stand in docs/benchmarks/clustering.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clusteringFigures } from '../eval/measures.mjs';
import { makeIntents } from './lib/make-intents.mjs';

const ONCE = fileURLToPath(new URL('lib/cluster-once.mjs', import.meta.url));
const SKLEARN = fileURLToPath(new URL('lib/sklearn-once.py', import.meta.url));
const CLUSTERS = { 1_000: 20, 10_000: 50, 100_000: 200 };

/** A Python that has scikit-learn; null where there is none. */
function findPython() {
  return (
    ['python3', '/usr/bin/python3'].find(
      (python) => spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' }).status === 0,
    ) ?? null
  );
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function once(command, args) {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

function measure(size, rounds, python, folder) {
  const k = CLUSTERS[size] ?? Math.round(Math.sqrt(size / 4));
  const { texts, labels } = makeIntents(size, k);
  const file = join(folder, `${size}.json`);
  writeFileSync(file, JSON.stringify(texts));
  const nmi = (found) => clusteringFigures(labels, found).nmi;
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    const theirs = python && once(python, [SKLEARN, file, String(k)]);
    const ours = once(process.execPath, [ONCE, file, String(k), 'groups']);
    pairs.push({ ours, theirs });
    console.error(
      `${size}: ${ours.seconds.toFixed(2)} s${theirs ? `, scikit-learn ${theirs.seconds.toFixed(2)} s` : ''}`,
    );
  }
  const whole = once(process.execPath, [ONCE, file, String(k), 'map']);
  const seconds = (side) => median(pairs.map((pair) => pair[side].seconds));
  const ratio = python
    ? median(pairs.map(({ ours, theirs }) => ours.seconds / theirs.seconds)).toFixed(2)
    : '';
  const cells = [
    size,
    k,
    seconds('ours').toFixed(2),
    python ? seconds('theirs').toFixed(2) : 'not there',
    ratio,
    nmi(pairs[0].ours.labels).toFixed(3),
    python ? median(pairs.map(({ theirs }) => nmi(theirs.labels))).toFixed(3) : '',
    whole.seconds.toFixed(1),
    whole.cpuSeconds.toFixed(1),
    whole.trustworthiness.toFixed(3),
    Math.round(Math.max(whole.peakMb, ...pairs.map(({ ours }) => ours.peakMb))),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

export function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: '10000,100000' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const python = findPython();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  console.log(
    '| texts | clusters | features to clusters, s | scikit-learn, s | ratio | NMI | NMI, scikit-learn | with labels and map, s | of it CPU, s | trustworthiness | peak MB |\n|---|---|---|---|---|---|---|---|---|---|---|',
  );
  try {
    for (const size of values.sizes.split(',')) measure(Number(size), Number(values.rounds), python, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
