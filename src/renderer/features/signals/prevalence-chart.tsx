import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { groupKinds } from '../../../shared/contract/signal';
import type { SessionFilter } from '../../../shared/model/session';
import type { Signal } from '../../../shared/model/signal';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCompact, formatCount, formatPlural, formatShare, percentTick } from '../../lib/format';
import { laneColor } from '../../lib/lanes';
import { openSessions } from '../../lib/session-query';
import chart from '../../components/chart.module.css';
import { visible } from '../../lib/visible-text';

type GroupKind = (typeof groupKinds)[number];

const KINDS: Record<GroupKind, { word: string; facet: keyof SessionFilter }> = {
  format: { word: 'format', facet: 'formats' },
  source: { word: 'source', facet: 'sourceIds' },
  model: { word: 'model', facet: 'models' },
  agentVersion: { word: 'version', facet: 'agentVersions' },
  feature: { word: 'feature', facet: 'features' },
  cohort: { word: 'cohort', facet: 'cohorts' },
};

/** Where the signal is frequent: its share of the sessions of each source, model, feature or cohort. */
export function PrevalenceChart({ signal }: { signal: Signal }): ReactNode {
  const [by, setBy] = useState<GroupKind>('model');
  const query = useQuery(orpc.signal.prevalence.queryOptions({ input: { by } }));
  return (
    <ChartCard
      title={`Share of sessions with it, by ${KINDS[by].word}`}
      actions={
        <SegmentedControl
          aria-label="Compare by"
          data={groupKinds.map((kind) => ({ value: kind, label: KINDS[kind].word }))}
          value={by}
          onChange={(value) => setBy(value)}
        />
      }
    >
      {query.isPending ? (
        <SkeletonRows rows={5} label="Counting" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.groups.length === 0 ? (
        <ChartEmpty>These sessions name no {KINDS[by].word}. Compare by something else.</ChartEmpty>
      ) : (
        <Bars signal={signal} by={by} prevalence={query.data} />
      )}
    </ChartCard>
  );
}

interface BarsProps {
  signal: Signal;
  by: GroupKind;
  prevalence: Awaited<ReturnType<typeof orpc.signal.prevalence.call>>;
}

function Bars({ signal, by, prevalence }: BarsProps): ReactNode {
  const found = prevalence.rows.find((row) => row.signal === signal.id);
  if (found === undefined) return <ChartEmpty>Nothing was found, so there is nothing to compare.</ChartEmpty>;
  const rows = prevalence.groups.flatMap((group, index) => {
    const share = found.groups[index];
    return share === undefined ? [] : [{ group, share }];
  });
  return (
    <BarRows
      axis="sessions with it, % of the group, with 95% interval; the largest groups first"
      tick={percentTick}
      most={1}
      rows={rows.map(({ group, share }) => ({
        key: group.value,
        label: (
          <span title={visible(group.label)}>
            <SafeText text={group.label.slice(0, 120)} />
          </span>
        ),
        value: share.share ?? 0,
        low: share.low,
        high: share.high,
        color: laneColor(signal.pillar),
        figures: (
          <>
            <span>{formatCompact(share.count)}</span>
            <span className={chart.dim}>{formatShare(share)}</span>
          </>
        ),
        tip: (
          <>
            <b>
              <SafeText text={group.label.slice(0, 200)} />
            </b>
            {formatCount(share.count)} of {formatPlural(share.n, 'session')}: {formatShare(share)}
          </>
        ),
        opens: `Show the sessions with ${signal.title} of ${visible(group.label, 120)}: ${formatShare(share)}`,
        onOpen: () => openSessions({ signals: [signal.id], [KINDS[by].facet]: [group.value] }),
      }))}
    />
  );
}
