#!/usr/bin/env node
/**
 * Measures the analyses on labelled data that is not part of the project:
 *   node scripts/eval.mjs corrections|clustering|sorting|user-signals|work-signals|session-score|signals [--data ../shared/evaldata]
 * Prints 'skipped: data absent' where the data is not there. The figures stand in docs/evaluation.md.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadEngine } from './eval/load-engine.mjs';
import { measureClustering } from './eval/measure-clustering.mjs';
import { measureCorrections } from './eval/measure-corrections.mjs';
import { measureSorting } from './eval/measure-sorting.mjs';
import { measureSessionScore } from './eval/signals/measure-session-score.mjs';
import { measureUserSignals } from './eval/signals/measure-user-signals.mjs';
import { measureWorkSignals } from './eval/signals/measure-work-signals.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MEASURES = {
  corrections: measureCorrections,
  clustering: measureClustering,
  sorting: measureSorting,
  'user-signals': measureUserSignals,
  'work-signals': measureWorkSignals,
  'session-score': measureSessionScore,
  signals: async (...of) => {
    await measureUserSignals(...of);
    console.log('');
    await measureWorkSignals(...of);
    console.log('');
    await measureSessionScore(...of);
  },
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' } } });
const measure = MEASURES[positionals[0]];
if (measure === undefined) {
  console.error(`Usage: node scripts/eval.mjs ${Object.keys(MEASURES).join('|')} [--data folder]`);
  process.exit(2);
}
await measure(
  await loadEngine('scripts/engine-for-eval.mjs'),
  values.data ?? join(ROOT, '../shared/evaldata'),
  ROOT,
);
