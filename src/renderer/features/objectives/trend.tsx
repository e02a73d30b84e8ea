import { useElementSize } from '@mantine/hooks';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { ReactNode } from 'react';
import type { ObjectiveResults } from '../../../shared/contract/objective';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { useRovingMarks, useTip } from '../../components/chart-tip';
import { formatCount, formatPlural, formatShare, percentTick } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import { formatP } from '../../lib/comparison-words';
import chart from '../../components/chart.module.css';

const LEFT = 42;
const RIGHT = 14;
const HEIGHT = 130;
const AXIS = 22;
const DAY_MS = 86_400_000;
const LABEL_ROOM = 90;

type Day = ObjectiveResults['trend'][number];

function dayWords(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The pass rate by day, with the day after which it changed most. */
export function Trend({ results }: { results: ObjectiveResults }): ReactNode {
  const days = results.trend.filter((day) => day.passed.n > 0);
  const { change } = results;
  return (
    <ChartCard
      title="Pass rate by day"
      note={
        days.length > 1 &&
        (change === null
          ? 'Share of decided sessions that pass, days in UTC; band: 95% interval.'
          : `Largest change after ${dayWords(change.dayMs)}: from ${formatShare(change.before)} to ${formatShare(change.after)}, p ${formatP(change.p)} by permutation. Band: 95% interval; days in UTC.`)
      }
    >
      {days.length < 2 ? (
        <ChartEmpty>
          {days.length === 0
            ? 'No decided session carries a time, so there is nothing to draw over time.'
            : 'All decided sessions are of one day. With more days imported, a trend stands here.'}
        </ChartEmpty>
      ) : (
        <Plot days={days} change={change} />
      )}
    </ChartCard>
  );
}

function Plot({ days, change }: { days: readonly Day[]; change: ObjectiveResults['change'] }): ReactNode {
  const { ref, width } = useElementSize();
  const tip = useTip();
  const roving = useRovingMarks(days.length, days.length);
  const right = Math.max(width - RIGHT, LEFT + 10);
  const x = scaleUtc([days[0]?.dayMs ?? 0, days.at(-1)?.dayMs ?? 1], [LEFT, right]);
  const y = scaleLinear([0, 1], [HEIGHT, 4]);
  const curve = line<Day>()
    .x((day) => x(day.dayMs))
    .y((day) => y(day.passed.share ?? 0));
  const band = area<Day>()
    .x((day) => x(day.dayMs))
    .y0((day) => y(day.passed.low ?? 0))
    .y1((day) => y(day.passed.high ?? 1));
  const step = (right - LEFT) / Math.max(days.length - 1, 1);
  const changeX = change === null ? null : x(change.dayMs + DAY_MS / 2);
  return (
    <div ref={ref}>
      <svg
        className={chart.plot}
        height={HEIGHT + AXIS}
        role="group"
        aria-label="Days"
        onKeyDown={roving.onKeyDown}
      >
        {y.ticks(4).map((value) => (
          <g key={value}>
            <line className={chart.grid} x1={LEFT} x2={right} y1={y(value)} y2={y(value)} />
            <text className={chart.axisText} x={LEFT - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {percentTick(value)}
            </text>
          </g>
        ))}
        {x.ticks(Math.max(Math.floor((right - LEFT) / LABEL_ROOM), 1)).map((date) => (
          <text
            key={date.getTime()}
            className={chart.axisText}
            x={x(date)}
            y={HEIGHT + AXIS - 5}
            textAnchor="middle"
          >
            {date.getTime() % DAY_MS === 0 ? dayWords(date.getTime()).slice(5) : ''}
          </text>
        ))}
        <path className={chart.band} d={band(days) ?? undefined} fill="var(--ok)" />
        <path className={chart.line} d={curve(days) ?? undefined} stroke="var(--ok)" />
        {changeX !== null && (
          <line
            x1={changeX}
            x2={changeX}
            y1={0}
            y2={HEIGHT}
            stroke="var(--dim)"
            strokeDasharray="4 3"
            aria-hidden
          />
        )}
        {days.map((day, index) => (
          <g key={day.dayMs}>
            {days.length <= 62 && (
              <circle
                className={chart.dot}
                cx={x(day.dayMs)}
                cy={y(day.passed.share ?? 0)}
                r={3}
                fill="var(--ok)"
              />
            )}
            <rect
              className={chart.hit}
              x={x(day.dayMs) - step / 2}
              width={step}
              y={0}
              height={HEIGHT}
              role="button"
              aria-label={`${dayWords(day.dayMs)}: ${formatShare(day.passed)} pass`}
              {...roving.mark(index)}
              {...tip(
                <>
                  <b>{dayWords(day.dayMs)}</b>
                  {formatShare(day.passed)} pass
                  <br />
                  {formatCount(day.passed.count)} of {formatPlural(day.passed.n, 'decided session')}
                </>,
              )}
              onClick={() => openSessions({ startMs: [day.dayMs, day.dayMs + DAY_MS] })}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                openSessions({ startMs: [day.dayMs, day.dayMs + DAY_MS] });
              }}
            />
          </g>
        ))}
      </svg>
    </div>
  );
}
