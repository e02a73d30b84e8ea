import type { ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import { LaneMark } from '../../components/flag';
import { formatCount, formatPlural, formatShare, percentTick } from '../../lib/format';
import { laneColor } from '../../lib/lanes';
import { openSessions } from '../../lib/session-query';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import classes from '../../components/chart.module.css';

/** Which part of the agent its errors are in. */
export function PillarChart({ overview }: { overview: Overview }): ReactNode {
  const pillars = overview.pillars.filter((one) => one.spans > 0);
  return (
    <ChartCard title="Spans that ended in an error, by pillar">
      {pillars.length === 0 ? (
        <ChartEmpty>No spans of an agent in this workspace.</ChartEmpty>
      ) : (
        <BarRows
          axis="spans with an error, % of the pillar's spans, with 95% interval"
          tick={percentTick}
          most={1}
          labelWidth={110}
          rows={pillars.map((one) => ({
            key: one.pillar,
            label: (
              <>
                <LaneMark lane={one.pillar} isSmall />
                <span>{one.pillar}</span>
              </>
            ),
            value: one.errors.share ?? 0,
            low: one.errors.low,
            high: one.errors.high,
            color: laneColor(one.pillar),
            figures: (
              <>
                <span>{formatCount(one.errors.count)}</span>
                <span className={classes.dim}>{formatShare(one.errors)}</span>
              </>
            ),
            tip: (
              <>
                <b>{one.pillar}</b>
                {formatCount(one.errors.count)} of {formatPlural(one.spans, 'span')} ended in an error:{' '}
                {formatShare(one.errors)}
              </>
            ),
            opens: `Show the sessions with errors in ${one.pillar}: ${formatShare(one.errors)} of its spans`,
            onOpen: () => openSessions({ errorPillars: [one.pillar] }),
          }))}
        />
      )}
    </ChartCard>
  );
}
