import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ChartCard } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatScore } from '../../lib/format';
import classes from './signals.module.css';

function interval({ low, high }: { low: number; high: number }): string {
  return `[${formatScore(low)}, ${formatScore(high)}]`;
}

/** What the session score, which all signals feed, and the place of a failure are worth on labelled data. */
export function ScoreTrust(): ReactNode {
  const query = useQuery(orpc.signal.scoreTrust.queryOptions({ meta: { changesWith: 'imports' } }));
  if (query.isPending) return <SkeletonRows rows={4} label="Fetching the figures" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { sets, ahead, places } = query.data;
  return (
    <ChartCard
      title="The session score, which all signals feed"
      note={`Area under the curve on the halves of labelled sets that nothing was fitted on, beside the order by length. Mean over the sets ${formatScore(ahead.score)} beside ${formatScore(ahead.length)}, ahead by ${interval(ahead)}. Your traces may differ.`}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Data set</th>
            <th className={classes.number}>sessions</th>
            <th className={classes.number}>failed</th>
            <th className={classes.number}>AUC, 95% interval</th>
            <th className={classes.number}>by length</th>
            <th className={classes.number}>failed in top 10%</th>
            <th className={classes.number}>by length</th>
          </tr>
        </thead>
        <tbody>
          {sets.map((one) => (
            <tr key={one.set}>
              <td>{one.set}</td>
              <td className={classes.number}>{formatCount(one.sessions)}</td>
              <td className={classes.number}>{formatCount(one.failed)}</td>
              <td className={classes.number}>
                {formatScore(one.score.auc)} {interval(one.score)}
              </td>
              <td className={classes.number}>{formatScore(one.length.auc)}</td>
              <td className={classes.number}>{formatScore(one.score.top10)}</td>
              <td className={classes.number}>{formatScore(one.length.top10)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Where a failed run first went wrong</th>
            <th>order</th>
            <th className={classes.number}>runs</th>
            <th className={classes.number}>step found, 95% interval</th>
            <th className={classes.number}>among the first three</th>
          </tr>
        </thead>
        <tbody>
          {places.map((one) => (
            <tr key={`${one.set} ${one.method}`}>
              <td>{one.set}</td>
              <td>{one.method}</td>
              <td className={classes.number}>{formatCount(one.failures)}</td>
              <td className={classes.number}>
                {formatScore(one.step)} {interval(one)}
              </td>
              <td className={classes.number}>{formatScore(one.three)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ChartCard>
  );
}
