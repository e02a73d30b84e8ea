/**
 * Does the review queue find failures sooner than chance, and by how much? tau-bench runs (gpt-4o, airline) are imported
 * without their rewards, the queue orders them, and the rewards say which of the first k failed. Beside it: chance, the
 * longest runs first, and the failure probability alone. The session score was fitted on half of the tasks; the other half
 * ("report") is measured by itself.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { halfOf } from './labelled-turns.mjs';

const DEPTHS = [10, 20, 50];
const DRAWS = 200;
const SET = 'tau-bench airline';
const percent = (share) => `${(share * 100).toFixed(0)}%`;
const interval = ({ share, low, high }) => `${percent(share)} (${percent(low)}–${percent(high)})`;

/** log of n choose k. */
function logChoose(n, k) {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log(n - k + i) - Math.log(i);
  return sum;
}

/** Probability that a random draw of `depth` of `n`, `failed` of which failed, holds at least `found` of them. */
function chanceOf(n, failed, depth, found) {
  let sum = 0;
  for (let k = found; k <= Math.min(depth, failed); k++)
    if (depth - k <= n - failed)
      sum += Math.exp(logChoose(failed, k) + logChoose(n - failed, depth - k) - logChoose(n, depth));
  return Math.min(1, sum);
}

/** Runs read until `share` of all failures were found. */
function readUntil(order, failed, share) {
  const wanted = Math.ceil(share * order.filter((id) => failed.get(id)).length);
  let found = 0;
  return order.findIndex((id) => (failed.get(id) && (found += 1)) === wanted || found >= wanted) + 1;
}

const averagePrecision = (order, failed) => {
  let found = 0;
  let sum = 0;
  for (const [i, id] of order.entries())
    if (failed.get(id)) {
      found += 1;
      sum += found / (i + 1);
    }
  return found === 0 ? 0 : sum / found;
};

function print(engine, title, orders, failed) {
  const n = orders[0].order.length;
  const failures = orders[0].order.filter((id) => failed.get(id)).length;
  const base = failures / n;
  console.log(
    `\n### ${title}: ${n} runs, ${failures} failed (${percent(base)}: what chance finds at every depth)\n`,
  );
  console.log(
    `| order | ${DEPTHS.map((k) => `precision at ${k}`).join(' | ')} | p at ${DEPTHS.join(', ')} | average precision | runs read for half of the failures |`,
  );
  console.log(`|---|${DEPTHS.map(() => '---|').join('')}---|---|---|`);
  for (const { name, order } of orders) {
    const found = DEPTHS.map((depth) => order.slice(0, depth).filter((id) => failed.get(id)).length);
    const shares = found.map((count, i) => engine.wilson(count, Math.min(DEPTHS[i], n)));
    const ps = found.map((count, i) => chanceOf(n, failures, Math.min(DEPTHS[i], n), count).toFixed(3));
    console.log(
      `| ${name} | ${shares.map(interval).join(' | ')} | ${ps.join(', ')} | ${averagePrecision(order, failed).toFixed(3)} | ${readUntil(order, failed, 0.5)} |`,
    );
  }
  const random = engine.seededRandom(7);
  const draws = Array.from({ length: 2000 }, () => {
    const list = [...orders[0].order];
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  });
  const spread = DEPTHS.map((depth) => {
    const shares = draws
      .map((list) => list.slice(0, depth).filter((id) => failed.get(id)).length / Math.min(depth, n))
      .sort((a, b) => a - b);
    return `${percent(base)} (${percent(shares[50])}–${percent(shares[1949])})`;
  });
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  console.log(
    `| random, 2,000 orders | ${spread.join(' | ')} | | ${mean(draws.map((list) => averagePrecision(list, failed))).toFixed(3)} | ${mean(draws.map((list) => readUntil(list, failed, 0.5))).toFixed(0)} |`,
  );
}

export async function measureReviewOrder(engine, data) {
  const path = join(
    data,
    '../traces/tau-bench/sierra-research+tau-bench/historical_trajectories/gpt-4o-airline.json',
  );
  if (!existsSync(path)) {
    console.log('skipped: data absent');
    return;
  }
  const runs = JSON.parse(readFileSync(path, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'faultline-order-'));
  // The reward is the truth here: nothing that orders may see it.
  const blind = join(folder, 'runs.json');
  writeFileSync(
    blind,
    JSON.stringify(
      runs.map((run) => {
        const hidden = structuredClone(run);
        delete hidden.reward;
        delete hidden.info?.reward_info;
        return hidden;
      }),
    ),
  );
  const workspace = await engine.workspaceOf(join(folder, 'data'), blind, 'tau-bench');
  try {
    await measure(engine, workspace.client, runs);
  } finally {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(engine, client, runs) {
  const labels = await client.sql.run({
    query: 'SELECT count(*) AS n FROM labels',
    limit: 1,
    timeoutSeconds: 60,
  });
  if (Number(labels.result.rows[0][0]) !== 0) throw new Error('A label of the export was imported.');
  const { items } = await client.session.list({ offset: 0, limit: 1000, withStrip: false });
  const truth = new Map(runs.map((run) => [`tau:${run.task_id}:${run.trial}`, run]));
  const runOf = (id) => truth.get(id.split(':').slice(0, 3).join(':'));
  const failed = new Map(items.map(({ sessionId }) => [sessionId, runOf(sessionId).reward < 1]));
  const size = items.length;
  const orderOf = async (sampling) => {
    const { queueId } = await client.review.createQueue({
      name: 'order',
      sampling,
      size,
      withReviewed: true,
    });
    return (await drawn(client, queueId)).map((one) => one.sessionId);
  };
  const weights = { probability: 1, severity: 1, uncertainty: 1, novelty: 1, reach: 1 };
  const queue = await orderOf({ kind: 'top', weights });
  const byScore = await orderOf({
    kind: 'top',
    weights: { probability: 1, severity: 0, uncertainty: 0, novelty: 0, reach: 0 },
  });
  const longest = [...items].sort((a, b) => b.spanCount - a.spanCount).map((one) => one.sessionId);
  const orders = [
    { name: '**the queue, most urgent first**', order: queue },
    { name: 'failure probability alone', order: byScore },
    { name: 'longest first', order: longest },
    { name: 'shortest first', order: [...longest].reverse() },
  ];
  print(engine, 'All runs', orders, failed);
  const isReport = (id) => halfOf(`${SET}/${runOf(id).task_id}`) === 'report';
  print(
    engine,
    'Runs of tasks the score was not fitted on',
    orders.map(({ name, order }) => ({ name, order: order.filter(isReport) })),
    failed,
  );
  await printDrawn(engine, client, failed, size, weights);
}

/** The queue as it is drawn by default: with a probability proportional to priority, so that rates can be corrected. */
async function printDrawn(engine, client, failed, size, weights) {
  const base = [...failed.values()].filter(Boolean).length / size;
  console.log('\n### Drawn in proportion to priority, which supports rates\n');
  console.log('| size | failures in the sample, mean of 200 seeds | corrected rate, mean | truth |');
  console.log('|---|---|---|---|');
  for (const depth of [20, 50]) {
    let plain = 0;
    let corrected = 0;
    for (let seed = 1; seed <= DRAWS; seed++) {
      const { queueId } = await client.review.createQueue({
        name: `draw ${depth} ${seed}`,
        size: depth,
        seed,
        withReviewed: true,
        sampling: { kind: 'priority', weights },
      });
      const queue = await drawn(client, queueId);
      const bad = queue.filter((one) => failed.get(one.sessionId));
      const weight = (list) => list.reduce((sum, one) => sum + 1 / one.inclusion, 0);
      plain += bad.length / queue.length;
      corrected += weight(bad) / weight(queue);
    }
    console.log(
      `| ${depth} | ${percent(plain / DRAWS)} | ${percent(corrected / DRAWS)} | ${percent(base)} |`,
    );
  }
}

/** The items of a queue with the probability they were drawn with, as the journal has it. */
async function drawn(client, queueId) {
  const { items } = await client.workspace.history({ offset: 0, limit: 1 });
  const { queue } = items[0].act;
  if (queue.queueId !== queueId) throw new Error('The latest fact is not the queue.');
  return queue.items;
}
