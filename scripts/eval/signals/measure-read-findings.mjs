// What reading findings on real traces came to: the counts stand in ../read-findings.json, written down while reading; this works out
// shares and intervals and writes the table of docs/evaluation.md and what the Signals screen says of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEngine } from '../load-engine.mjs';
import { tableLines, writeData, writeMeasured } from '../write-report.mjs';

const two = (value) => value.toFixed(2).replace(/^0\./, '.');
const of = (draw) => (draw === undefined ? '' : `${draw.right} of ${draw.read}`);

/** `npm run eval -- read-findings`; needs no data. */
export async function measureReadFindings(_engine, _data, root) {
  const { wilson } = await loadEngine('src/shared/stats/wilson.ts');
  const { detectors } = await loadEngine('scripts/engine-for-user-signals.mjs', { isBesidePackages: true });
  const { signals } = JSON.parse(readFileSync(join(root, 'scripts/eval/read-findings.json'), 'utf8'));
  const rows = signals.map(({ signal, readings, fails }) => {
    const last = readings.at(-1);
    const { share, low, high } = wilson(last.right, last.read);
    return { signal, readings, fails, last, share, low, high };
  });
  const lines = tableLines(
    [
      'signal',
      'right of read, first draw',
      'later draws',
      'precision (95%, Wilson)',
      'hint',
      'where it fails',
    ],
    rows.map((row) => [
      row.signal,
      of(row.readings[0]),
      row.readings.slice(1).map(of).join(', then '),
      `${two(row.share)} (${two(row.low)}–${two(row.high)})`,
      (detectors.get(row.signal)?.isHint ?? true) ? 'yes' : 'no',
      row.fails,
    ]),
  );
  console.log(lines.join('\n'));
  writeMeasured(root, 'read-findings', lines);
  const round = (value) => Math.round(value * 1000) / 1000;
  await writeData(
    root,
    'src/engine/signals/trust-read.data.ts',
    `/** Findings on public traces judged one by one, the last draw of each signal; written by scripts/eval.mjs. */
import type { Reading } from '../../shared/model/signal';

export const readFindings: Readonly<Record<string, Reading>> = {
${rows.map((row) => `'${row.signal}': { right: ${row.last.right}, read: ${row.last.read}, low: ${round(row.low)}, high: ${round(row.high)}, fails: ${JSON.stringify(row.fails === '–' ? '' : row.fails)} },`).join('\n')}
};
`,
  );
}
