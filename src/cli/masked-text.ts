import type { RedactionReport } from '../shared/contract/redaction';
import { count } from './output';

/** What was masked, and what a second look at the finished file still found, in a line. */
export function maskedText({ counts, leaks }: RedactionReport): string {
  const kinds = counts.map(({ kind, count: n }) => `${count(n)} ${kind}`).join(', ');
  const rows = [...new Set(leaks.map((leak) => leak.row))].slice(0, 5).join(', ');
  const second =
    leaks.length === 0
      ? 'a second look found nothing more'
      : `A SECOND LOOK STILL FOUND ${count(leaks.length)} (rows ${rows})`;
  return `masked: ${kinds === '' ? 'nothing' : kinds}; ${second}. Finding nothing is no proof that nothing is there.`;
}
