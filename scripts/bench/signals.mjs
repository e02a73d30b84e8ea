/**
 * How fast all detectors run: `npm run bench -- signals [--spans N] [--quick]`. Makes flat span lines in a temporary folder, imports
 * them with the command line as a person would, which ends when sessions can be opened and goes on with signals and user turns; then
 * lets every detector look at every session again. Says what each detector found, so that a run that finds nothing is seen.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, ROOT } from '../build-if-stale.mjs';
import { writeFlatLines } from './lib/ingest-data.mjs';
import { measured } from './lib/measure.mjs';

const OPTIONS = {
  spans: { type: 'string', default: '1000000' },
  quick: { type: 'boolean', default: false },
};
/** Spans that histories tell of (the users' messages) come on top of those in the file. */
const SPANS_PER_LINE = 1.25;

const number = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

async function cli(...args) {
  const run = await measured([process.execPath, join(ROOT, 'out', 'main', 'cli.js'), ...args, '--json'], {
    UV_THREADPOOL_SIZE: '16',
  });
  return { ...run, answer: JSON.parse(run.stdout) };
}

function table(heads, rows) {
  return [heads, heads.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const wanted = values.quick ? 25_000 : Number(values.spans);
  if (!(wanted >= 100)) {
    console.error('Usage: npm run bench -- signals [--quick] [--spans N]');
    process.exit(2);
  }
  buildIfStale();
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${number(totalmem() / 1e9)} GB, ${process.platform}, Node ${process.versions.node}, load before ${number(loadavg()[0], 1)}\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  try {
    const path = writeFlatLines(join(folder, 'flat.jsonl'), wanted / SPANS_PER_LINE);
    const workspace = join(folder, 'signals.faultline');
    const imported = await cli('import', path, '-w', workspace);
    const { spans, sessions, durationMs, importMs, signalsMs } = imported.answer.import;
    const again = await cli('signals', '-w', workspace, '--anew');
    const seconds = again.answer.run.durationMs / 1000;
    const row = [
      number(statSync(path).size / 1e6),
      number(spans),
      number(sessions),
      number(importMs / 1000, 1),
      number(durationMs / 1000, 1),
      number(signalsMs / 1000, 1),
      number(signalsMs / importMs, 2),
      number(seconds, 1),
      number((seconds * 1e6) / spans, 1),
      number(again.peakRss / 1e6),
      number(imported.peakRss / 1e6),
    ];
    const heads = [
      'MB',
      'spans',
      'sessions',
      'import s',
      'of it reading s',
      'signals after it s',
      '/ import',
      'all again s',
      'µs a span',
      'peak MB',
      'peak MB of the import',
    ];
    console.log(table(heads, [row]));
    const found = again.answer.signals.filter((one) => one.findings > 0);
    console.log(`\n${found.map((one) => `${one.signal} ${number(one.findings)}`).join(', ')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
