import { useState, type ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import { HintFlag, LaneMark } from '../../components/flag';
import { formatCompact, formatCount, formatPlural, formatShare, percentTick } from '../../lib/format';
import { laneColor } from '../../lib/lanes';
import { openSessions } from '../../lib/session-query';
import { BarRows } from '../../components/bar-rows';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import classes from '../../components/chart.module.css';

const SHOWN = 10;

/** How many sessions each signal was found in. */
export function SignalChart({ overview }: { overview: Overview }): ReactNode {
  const [isWhole, setIsWhole] = useState(false);
  const all = overview.bySignal;
  const shown = isWhole ? all : all.slice(0, SHOWN);
  return (
    <ChartCard
      title="Signals, by the share of sessions they were found in"
      actions={
        all.length > SHOWN && (
          <button type="button" className={classes.textButton} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? `first ${SHOWN}` : `all ${all.length}`}
          </button>
        )
      }
    >
      {all.length === 0 ? (
        <ChartEmpty>
          No signal was found in {formatPlural(overview.sessions, 'session')}. That may be good news, or the
          traces lack what signals look at: tool results, statuses, words of the user.
        </ChartEmpty>
      ) : (
        <BarRows
          axis="sessions with it, % of all, with 95% interval"
          tick={percentTick}
          most={1}
          rows={shown.map((signal) => ({
            key: signal.signal,
            label: (
              <>
                <LaneMark lane={signal.lane} isSmall />
                <span>{signal.title}</span>
                {signal.isHint && <HintFlag />}
              </>
            ),
            value: signal.sessions.share ?? 0,
            low: signal.sessions.low,
            high: signal.sessions.high,
            color: laneColor(signal.lane),
            figures: (
              <>
                <span>{formatCompact(signal.findings)}</span>
                <span className={classes.dim}>{formatShare(signal.sessions)}</span>
              </>
            ),
            tip: (
              <>
                <b>{signal.title}</b>
                {formatPlural(signal.findings, 'finding')} in {formatCount(signal.sessions.count)} of{' '}
                {formatPlural(signal.sessions.n, 'session')}: {formatShare(signal.sessions)}
              </>
            ),
            opens: `Show the sessions with ${signal.title}: ${formatShare(signal.sessions)}`,
            onOpen: () =>
              openSessions({ signals: [signal.signal] }, { key: 'findingCount', descending: true }),
          }))}
        />
      )}
    </ChartCard>
  );
}
