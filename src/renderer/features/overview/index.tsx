/**
 * The overview: how often the agent fails its users, in what ways and where. Every figure is the engine's, carries its
 * interval, and leads to the sessions behind it. Must not reckon anything the engine has not counted, but intervals and
 * what a share comes to over several steps.
 */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { CompoundingChart } from './compounding-chart';
import { FailureModeChart } from './failure-mode-chart';
import { Figures } from './figures';
import { Hatch } from './hatch';
import { HeatMap } from './heat-map';
import { PillarChart } from './pillar-chart';
import { ReliabilityChart } from './reliability-chart';
import { SignalChart } from './signal-chart';
import { TrendChart } from './trend-chart';
import classes from './overview.module.css';

export function OverviewScreen(): ReactNode {
  const query = useQuery(orpc.overview.get.queryOptions());
  if (query.isPending) return <SkeletonRows rows={16} label="Counting" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const overview = query.data;
  if (overview.sessions === 0)
    return (
      <EmptyState
        title="Nothing to look at yet"
        actions={
          <Button component="a" href={formatHash({ screen: 'import' })} variant="filled">
            Import trace files
          </Button>
        }
      >
        The overview counts sessions, and there are none in this workspace. Import some traces first.
      </EmptyState>
    );
  return (
    <div className={classes.screen}>
      <HeaderDetail>
        <span>{formatPlural(overview.sessions, 'session')}</span>
      </HeaderDetail>
      <StatusDetail>
        <span>Every bar, cell and day leads to its sessions</span>
        <KeyHint keys="ArrowDown">next mark</KeyHint>
        <KeyHint keys="Enter">its sessions</KeyHint>
      </StatusDetail>
      <Hatch />
      <Figures overview={overview} />
      <div className={classes.pair}>
        <FailureModeChart overview={overview} />
        <SignalChart overview={overview} />
      </div>
      <HeatMap overview={overview} />
      <div className={classes.uneven}>
        <TrendChart overview={overview} />
        <PillarChart overview={overview} />
      </div>
      <ReliabilityChart overview={overview} />
      <CompoundingChart />
    </div>
  );
}
