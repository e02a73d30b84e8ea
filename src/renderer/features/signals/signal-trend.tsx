import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Signal } from '../../../shared/model/signal';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { TrendPlot } from '../../components/trend-plot';
import { orpc } from '../../lib/client';
import { laneColor } from '../../lib/lanes';
import { openSessions } from '../../lib/session-query';
import { periodsOf } from '../../lib/trend-periods';

/** How the share of sessions with the signal moves over time. */
export function SignalTrendChart({ signal }: { signal: Signal }): ReactNode {
  const query = useQuery(orpc.signal.trend.queryOptions({ input: { signal: signal.id } }));
  return (
    <ChartCard
      title={`Share of sessions with it, by ${query.data?.unit ?? 'day'}`}
      note="Band: 95% interval; times in UTC"
    >
      {query.isPending ? (
        <SkeletonRows rows={5} label="Counting" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.points.length < 2 ? (
        <ChartEmpty>
          {query.data.points.length === 0
            ? 'The sources of these sessions carry no times, so there is nothing to draw over time.'
            : `All sessions are of one ${query.data.unit}. With more imported, a trend stands here.`}
        </ChartEmpty>
      ) : (
        <Plot signal={signal} trend={query.data} />
      )}
    </ChartCard>
  );
}

type Trend = Awaited<ReturnType<typeof orpc.signal.trend.call>>;

function Plot({ signal, trend }: { signal: Signal; trend: Trend }): ReactNode {
  const { periods } = periodsOf(
    trend.points.map(({ startMs, sessions }) => ({
      dayMs: startMs,
      sessions: sessions.n,
      withFindings: sessions.count,
      withCorrections: 0,
    })),
    trend.unit,
  );
  return (
    <TrendPlot
      periods={periods}
      unit={trend.unit}
      measures={[{ title: 'with it', color: laneColor(signal.pillar), shareOf: (period) => period.findings }]}
      onOpen={(period) => openSessions({ signals: [signal.id], startMs: [period.fromMs, period.toMs] })}
    />
  );
}
