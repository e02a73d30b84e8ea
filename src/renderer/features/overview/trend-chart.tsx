import { useMemo, type ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { TrendPlot, type TrendMeasure } from '../../components/trend-plot';
import { openSessions } from '../../lib/session-query';
import { periodsOf, type TrendPeriod } from '../../lib/trend-periods';
import classes from '../../components/chart.module.css';

const MEASURES: readonly TrendMeasure<TrendPeriod>[] = [
  { title: 'with findings', color: 'var(--fail)', shareOf: (period) => period.findings },
  {
    title: 'with corrections',
    color: 'var(--lane-llm)',
    dash: '5 3',
    shareOf: (period) => period.corrections,
  },
];

/** How the shares of sessions with findings and with corrections move over time, above how many sessions there were. */
export function TrendChart({ overview }: { overview: Overview }): ReactNode {
  const { unit, periods } = useMemo(() => periodsOf(overview.trend), [overview.trend]);
  return (
    <ChartCard
      title={`Share of sessions with findings and corrections, by ${unit}`}
      note={
        periods.length > 1 && (
          <span className={classes.legend}>
            {MEASURES.map((measure) => (
              <span key={measure.title} className={classes.key}>
                <svg className={classes.swatch} aria-hidden>
                  <line
                    x1={0}
                    x2={14}
                    y1={5}
                    y2={5}
                    stroke={measure.color}
                    strokeWidth={2}
                    strokeDasharray={measure.dash}
                  />
                </svg>
                {measure.title}
              </span>
            ))}
            <span>bands: 95% intervals; times in UTC</span>
          </span>
        )
      }
    >
      {periods.length < 2 ? (
        <ChartEmpty>
          {periods.length === 0
            ? 'The sources of these sessions carry no times, so there is nothing to draw over time.'
            : 'All sessions are of one day. With more days imported, a trend stands here.'}
        </ChartEmpty>
      ) : (
        <TrendPlot
          periods={periods}
          unit={unit}
          measures={MEASURES}
          onOpen={(period) => openSessions({ startMs: [period.fromMs, period.toMs] })}
        />
      )}
    </ChartCard>
  );
}
