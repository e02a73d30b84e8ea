// One measured run of the product's clustering in a process of its own: cluster-once.mjs FILE K groups|map
import { readFileSync } from 'node:fs';
import { loadEngine } from '../../eval/load-engine.mjs';

const [file, k, what] = process.argv.slice(2);
const engine = await loadEngine('scripts/engine-for-eval.mjs');
const texts = JSON.parse(readFileSync(file, 'utf8'));
const cpuBefore = process.cpuUsage();
const started = performance.now();
let answer;
if (what === 'groups') answer = { labels: Array.from(await engine.groupQuickly(texts, Number(k), 1)) };
else {
  const items = texts.map((text, i) => ({ id: String(i), text }));
  const { trustworthiness } = await engine.clusterCorrections(items, { k: Number(k), effort: 'quick' });
  answer = { trustworthiness };
}
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const cpuSeconds = (user + system) / 1e6;
console.log(
  JSON.stringify({ seconds, cpuSeconds, peakMb: process.resourceUsage().maxRSS / 1024, ...answer }),
);
