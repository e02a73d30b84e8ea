import type { ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import { SafeText } from '../../components/safe-text';
import { formatCompact, formatCount, formatPlural, formatShare } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { openSessions } from '../../lib/session-query';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import classes from '../../components/chart.module.css';
import { visible } from '../../lib/visible-text';

const SEVERITIES = ['', 'Notice (1)', 'Minor (2)', 'Major (3)', 'Critical (4)'];

/** Failure modes by how grave they are and how often they were met; what people said apart from what is proposed. */
export function FailureModeChart({ overview }: { overview: Overview }): ReactNode {
  const modes = overview.failureModes.toSorted(
    (a, b) => b.severity - a.severity || b.reviewed + b.proposed - (a.reviewed + a.proposed),
  );
  return (
    <ChartCard
      title="Failure modes, the gravest first"
      note={
        modes.length > 0 && (
          <span className={classes.legend}>
            <span className={classes.key}>
              <svg className={classes.swatch} aria-hidden>
                <rect width={14} height={10} rx={2} fill="var(--lane-llm)" />
              </svg>
              sorted by a person
            </span>
            <span className={classes.key}>
              <svg className={classes.swatch} aria-hidden>
                <rect width={14} height={10} fill="url(#hatch)" />
              </svg>
              proposed
            </span>
          </span>
        )
      }
    >
      {modes.length === 0 ? (
        <ChartEmpty>
          No correction is sorted into a failure mode yet.{' '}
          <a href={formatHash({ screen: 'corrections' })}>Sort the corrections</a>, and what goes wrong most
          often stands here.
        </ChartEmpty>
      ) : (
        <BarRows
          axis="corrections, sorted and proposed"
          tick={formatCompact}
          rows={modes.map((mode) => ({
            key: mode.failureModeId,
            group: SEVERITIES[mode.severity] ?? '',
            label: (
              <span>
                <SafeText text={mode.name.slice(0, 120)} />
              </span>
            ),
            value: mode.reviewed,
            proposed: mode.proposed,
            color: 'var(--lane-llm)',
            figures: (
              <>
                <span>
                  {formatCount(mode.reviewed)} + {formatCount(mode.proposed)}
                </span>
                <span className={classes.dim}>{formatShare(mode.sessions)}</span>
              </>
            ),
            tip: (
              <>
                <b>
                  <SafeText text={mode.name.slice(0, 120)} />
                </b>
                {formatPlural(mode.reviewed, 'correction')} sorted into it, {formatCount(mode.proposed)} more
                proposed. In {formatCount(mode.sessions.count)} of {formatPlural(mode.sessions.n, 'session')}:{' '}
                {formatShare(mode.sessions)}
              </>
            ),
            opens: `Show the sessions with ${visible(mode.name, 120)}: ${mode.reviewed} sorted, ${mode.proposed} proposed`,
            onOpen: () => openSessions({ failureModeIds: [mode.failureModeId] }),
          }))}
        />
      )}
    </ChartCard>
  );
}
