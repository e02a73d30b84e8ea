import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SignalPair } from '../../../shared/contract/signal';
import type { Signal } from '../../../shared/model/signal';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { LaneMark } from '../../components/flag';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPercent, formatPlural } from '../../lib/format';
import { laneColor } from '../../lib/lanes';
import { openSessions } from '../../lib/session-query';
import { wilson } from '../../../shared/stats/wilson';
import { percentTick } from '../../lib/format';
import chart from '../../components/chart.module.css';

const SHOWN = 10;

interface PairsChartProps {
  signal: Signal;
  signals: readonly Signal[];
}

/** Which other signals are found in the same sessions. */
export function PairsChart({ signal, signals }: PairsChartProps): ReactNode {
  const query = useQuery(orpc.signal.pairs.queryOptions());
  const byId = new Map(signals.map((one) => [one.id, one]));
  const pairs = (query.data ?? []).flatMap((pair) => {
    const other = otherOf(pair, signal.id);
    const known = other === null ? undefined : byId.get(other);
    return known === undefined ? [] : [{ pair, other: known }];
  });
  return (
    <ChartCard
      title="Found in the same sessions"
      note="How many of the sessions with it have the other as well. × chance: how much more often than if the two had nothing to do with each other."
    >
      {query.isPending ? (
        <SkeletonRows rows={5} label="Counting" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : pairs.length === 0 ? (
        <ChartEmpty>No other signal was found in two or more of its sessions.</ChartEmpty>
      ) : (
        <BarRows
          axis="sessions with both, % of those with it, with 95% interval"
          tick={percentTick}
          most={1}
          rows={pairs.slice(0, SHOWN).map(({ pair, other }) => {
            const own = pair.first === signal.id ? pair.onlyFirst : pair.onlySecond;
            const share = wilson(pair.both, pair.both + own);
            return {
              key: other.id,
              label: (
                <>
                  <LaneMark lane={other.pillar} isSmall />
                  <span>{other.title}</span>
                </>
              ),
              value: share.share ?? 0,
              low: share.low,
              high: share.high,
              color: laneColor(other.pillar),
              figures: (
                <>
                  <span>{formatCount(pair.both)}</span>
                  <span className={chart.dim}>
                    {formatPercent(share.share)}, {pair.lift.toFixed(1)}× chance
                  </span>
                </>
              ),
              tip: (
                <>
                  <b>
                    {signal.title} and {other.title}
                  </b>
                  {formatPlural(pair.both, 'session')} with both, {formatCount(own)} with {signal.title}{' '}
                  alone; {pair.lift.toFixed(2)} times as many as by chance
                </>
              ),
              opens: `Show the sessions with ${signal.title} and ${other.title}: ${formatCount(pair.both)}`,
              onOpen: () => openSessions({ allSignals: [signal.id, other.id] }),
            };
          })}
        />
      )}
    </ChartCard>
  );
}

function otherOf({ first, second }: SignalPair, id: string): string | null {
  if (first === id) return second;
  return second === id ? first : null;
}
