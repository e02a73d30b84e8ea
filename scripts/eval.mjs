#!/usr/bin/env node
/**
 * Measures the analyses on labelled data that is not part of the project:
 *   node scripts/eval.mjs corrections|satisfaction|clustering|sorting|redaction|review-order|case-matching|read-findings|user-signals|work-signals|session-score|signals [--data ../shared/evaldata] [--more folder]
 * Prints 'skipped: data absent' where the data is not there. The figures stand in docs/evaluation.md.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadEngine } from './eval/load-engine.mjs';
import { measureCaseMatching } from './eval/measure-case-matching.mjs';
import { measureClustering } from './eval/measure-clustering.mjs';
import { measureCorrections } from './eval/measure-corrections.mjs';
import { measureReviewOrder } from './eval/measure-review-order.mjs';
import { measureRedaction } from './eval/measure-redaction.mjs';
import { measureSatisfaction } from './eval/measure-satisfaction.mjs';
import { measureSorting } from './eval/measure-sorting.mjs';
import { measureReadFindings } from './eval/signals/measure-read-findings.mjs';
import { measureSessionScore } from './eval/signals/measure-session-score.mjs';
import { measureUserSignals } from './eval/signals/measure-user-signals.mjs';
import { measureWorkSignals } from './eval/signals/measure-work-signals.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MEASURES = {
  corrections: measureCorrections,
  satisfaction: measureSatisfaction,
  clustering: measureClustering,
  sorting: measureSorting,
  'review-order': measureReviewOrder,
  'case-matching': measureCaseMatching,
  redaction: measureRedaction,
  'read-findings': measureReadFindings,
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, more: { type: 'string' }, errors: { type: 'boolean' } },
});
const measure = MEASURES[positionals[0]];
if (measure === undefined) {
  console.error(
    `Usage: node scripts/eval.mjs ${Object.keys(MEASURES).join('|')} [--data folder] [--more folder]`,
  );
  process.exit(2);
}
await measure(
  // The order of review is measured on the whole engine, which needs its packages beside it.
  positionals[0] === 'review-order'
    ? await loadEngine('scripts/engine-for-review.mjs', { isBesidePackages: true })
    : await loadEngine('scripts/engine-for-eval.mjs'),
  values.data ?? join(ROOT, '../shared/evaldata'),
  ROOT,
  { errors: values.errors ?? false, more: values.more ?? null },
);
