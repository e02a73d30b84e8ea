/**
 * From which likeness of the users' words are two runs of one request? tau-bench runs every task four times, with a user who
 * is played by a model and words the request anew each time: pairs of one task are runs of one request, pairs of two tasks
 * are not. The gate compares hashed trigrams of all that users say (src/engine/regression/match.ts). Tasks in halves: the
 * threshold is looked for on the fit half, and holds on the report half or does not.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { halfOf } from './labelled-turns.mjs';

const THRESHOLDS = [0.2, 0.3, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8];
const percent = (count, n) => `${((count / Math.max(1, n)) * 100).toFixed(2)}%`;

function pairsOf(engine, runs) {
  const sets = runs.map((run) =>
    engine.hashedTrigrams(
      run.traj
        .filter((message) => message.role === 'user')
        .map((message) => String(message.content ?? '').slice(0, 2000))
        .join('\n'),
    ),
  );
  const pairs = [];
  for (let i = 0; i < runs.length; i++)
    for (let j = i + 1; j < runs.length; j++)
      pairs.push({
        isSame: runs[i].task_id === runs[j].task_id,
        similarity: engine.jaccard(sets[i], sets[j]),
      });
  return pairs;
}

export function measureCaseMatching(engine, data) {
  const path = join(
    data,
    '../traces/tau-bench/sierra-research+tau-bench/historical_trajectories/gpt-4o-airline.json',
  );
  if (!existsSync(path)) {
    console.log('skipped: data absent');
    return;
  }
  const runs = JSON.parse(readFileSync(path, 'utf8'));
  for (const half of ['fit', 'report']) {
    const pairs = pairsOf(
      engine,
      runs.filter((run) => halfOf(`tau-bench airline/${run.task_id}`) === half),
    );
    const same = pairs.filter((pair) => pair.isSame);
    const other = pairs.filter((pair) => !pair.isSame);
    console.log(`\n### ${half}: ${same.length} pairs of one task, ${other.length} of two\n`);
    console.log('| trigram Jaccard from | one task, taken for one | two tasks, taken for one |');
    console.log('|---|---|---|');
    for (const least of THRESHOLDS) {
      const taken = (list) => list.filter((pair) => pair.similarity >= least).length;
      console.log(
        `| ${least} | ${percent(taken(same), same.length)} | ${percent(taken(other), other.length)} |`,
      );
    }
    const sorted = other.map((pair) => pair.similarity).sort((a, b) => b - a);
    console.log(
      `\nMost alike of two tasks: ${sorted
        .slice(0, 5)
        .map((value) => value.toFixed(2))
        .join(', ')}`,
    );
  }
}
