import type { ReactNode } from 'react';
import type { Signal, Trust } from '../../../shared/model/signal';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { formatCount, formatScore } from '../../lib/format';
import classes from './signals.module.css';
import { readingWords } from './trust-words';

/** What was measured of a signal on labelled data, beside the best trivial or published rule, and what reading its findings came to. */
export function TrustTable({ signal }: { signal: Signal }): ReactNode {
  const { trust, reading } = signal;
  return (
    <ChartCard
      title="How far it can be trusted"
      note={
        trust.length > 0 &&
        'Measured on the halves of public labelled data that no threshold was fitted on, with the detector as it comes; not blind: its word lists were extended after reading that set, so the figure flatters. Your traces may differ.'
      }
    >
      {trust.length === 0 ? (
        <ChartEmpty>
          Not measured on labels: {whyNot(signal)} Read some findings below before you build on it, and mark
          those that are wrong.
        </ChartEmpty>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Data set</th>
              <th>of</th>
              <th className={classes.number}>n</th>
              <th className={classes.number}>positive</th>
              <th className={classes.number}>precision</th>
              <th className={classes.number}>recall</th>
              <th className={classes.number}>F1 or AUC, 95% interval</th>
              <th className={classes.number}>beside</th>
            </tr>
          </thead>
          <tbody>
            {trust.map((one) => (
              <tr key={`${one.dataSet} ${one.unit}`}>
                <td>{one.dataSet}</td>
                <td>{one.unit}</td>
                <td className={classes.number}>{formatCount(one.count)}</td>
                <td className={classes.number}>{formatCount(one.positives)}</td>
                <td className={classes.number}>{formatScore(one.precision)}</td>
                <td className={classes.number}>{formatScore(one.recall)}</td>
                <td className={classes.number}>{mainFigure(one)}</td>
                <td className={classes.number}>{baseline(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {reading !== null && (
        <p>
          <b>{readingWords(reading)}</b>: findings on public traces, drawn at random and judged by one reader,
          who mended the detector on an earlier draw. No labels, no recall.
          {reading.fails !== '' && ` Wrong or weak: ${reading.fails}.`}
        </p>
      )}
    </ChartCard>
  );
}

function whyNot({ origin }: Signal): string {
  if (origin === 'query') return 'nobody else knows a query of this workspace.';
  return origin === 'room'
    ? 'its figures are those of corrections as a whole, in the evaluation report.'
    : 'there are no figures of it on labelled data.';
}

function mainFigure(trust: Trust): string {
  const figure = trust.f1 === null ? `AUC ${formatScore(trust.auc)}` : `F1 ${formatScore(trust.f1)}`;
  return trust.low === null || trust.high === null
    ? figure
    : `${figure} [${formatScore(trust.low)}, ${formatScore(trust.high)}]`;
}

function baseline(trust: Trust): string {
  if (trust.baseline === '') return '';
  const figure = trust.f1 === null ? trust.baselineAuc : trust.baselineF1;
  return figure === null ? trust.baseline : `${trust.baseline} ${formatScore(figure)}`;
}
