import { useElementSize } from '@mantine/hooks';
import { scaleBand, scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { Fragment, type ReactNode } from 'react';
import type { Share } from '../../shared/model/codebook';
import { formatCompact, formatCount, formatPlural, formatShare, percentTick } from '../lib/format';
import {
  labelledPeriods,
  periodLabel,
  periodWords,
  type TrendSpan,
  type TrendUnit,
} from '../lib/trend-periods';
import { useRovingMarks, useTip } from './chart-tip';
import classes from './chart.module.css';

const LEFT = 42;
const RIGHT = 12;
const SHARE_HEIGHT = 130;
const GAP = 30;
const COUNT_HEIGHT = 44;
const AXIS = 20;
const LABEL_ROOM = 74;

/** A share of the sessions of each period, as one line. */
export interface TrendMeasure<P> {
  /** Goes on after a share: `with findings`. */
  title: string;
  /** A CSS colour. */
  color: string;
  dash?: string | undefined;
  shareOf: (period: P) => Share;
}

interface TrendPlotProps<P extends TrendSpan> {
  periods: readonly P[];
  unit: TrendUnit;
  measures: readonly TrendMeasure<P>[];
  onOpen: (period: P) => void;
}

/** Shares over time with their intervals, above how many sessions there were; each period leads to its rows. */
export function TrendPlot<P extends TrendSpan>(props: TrendPlotProps<P>): ReactNode {
  const { periods, unit, measures, onOpen } = props;
  const { ref, width } = useElementSize();
  const tip = useTip();
  const roving = useRovingMarks(periods.length, periods.length);
  const inner = Math.max(width - LEFT - RIGHT, 10);
  const x = scaleBand(
    periods.map((_, index) => index),
    [LEFT, LEFT + inner],
  ).padding(0.18);
  const middle = (index: number) => (x(index) ?? 0) + x.bandwidth() / 2;
  const top = Math.max(
    ...periods
      .filter((period) => period.sessions > 0)
      .flatMap((period) => measures.map((measure) => measure.shareOf(period).share ?? 0)),
    0.05,
  );
  const y = scaleLinear([0, Math.min(top * 1.15, 1)], [SHARE_HEIGHT, 0])
    .nice(4)
    .clamp(true);
  const most = Math.max(...periods.map((period) => period.sessions), 1);
  const countTop = SHARE_HEIGHT + GAP;
  const count = scaleLinear([0, most], [countTop + COUNT_HEIGHT, countTop]);
  const height = countTop + COUNT_HEIGHT + AXIS;
  const labels = labelledPeriods(periods.length, Math.floor(inner / LABEL_ROOM));
  return (
    <div ref={ref}>
      <svg
        className={classes.plot}
        height={height}
        role="group"
        aria-label="Periods"
        onKeyDown={roving.onKeyDown}
      >
        {y.ticks(4).map((value) => (
          <g key={value}>
            <line className={classes.grid} x1={LEFT} x2={LEFT + inner} y1={y(value)} y2={y(value)} />
            <text className={classes.axisText} x={LEFT - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {percentTick(value)}
            </text>
          </g>
        ))}
        {measures.map((measure) => (
          <Measure key={measure.title} measure={measure} periods={periods} x={middle} y={y} />
        ))}
        <line
          className={classes.axisLine}
          x1={LEFT}
          x2={LEFT + inner}
          y1={countTop + COUNT_HEIGHT}
          y2={countTop + COUNT_HEIGHT}
        />
        <text className={classes.axisText} x={LEFT - 8} y={countTop} dy="0.6em" textAnchor="end">
          {formatCompact(most)}
        </text>
        <text className={classes.axisText} x={LEFT} y={countTop - 6}>
          sessions
        </text>
        {periods.map((period, index) => (
          <rect
            key={period.fromMs}
            className={classes.columnAll}
            x={x(index)}
            width={x.bandwidth()}
            y={count(period.sessions)}
            height={countTop + COUNT_HEIGHT - count(period.sessions)}
          />
        ))}
        {labels.map((index) => (
          <text key={index} className={classes.axisText} x={middle(index)} y={height - 5} textAnchor="middle">
            {periodLabel(periods[index]?.fromMs ?? 0, unit)}
          </text>
        ))}
        {periods.map((period, index) => (
          <rect
            key={period.fromMs}
            className={classes.hit}
            x={(x(index) ?? 0) - (x.step() - x.bandwidth()) / 2}
            width={x.step()}
            y={0}
            height={countTop + COUNT_HEIGHT}
            role="button"
            aria-label={`${periodWords(period.fromMs, unit)}: ${formatPlural(period.sessions, 'session')}${measures.map((measure) => `, ${formatShare(measure.shareOf(period))} ${measure.title}`).join('')}`}
            {...roving.mark(index)}
            {...tip(
              <>
                <b>{periodWords(period.fromMs, unit)}</b>
                {formatPlural(period.sessions, 'session')}
                {measures.map((measure) => (
                  <Fragment key={measure.title}>
                    <br />
                    {formatCount(measure.shareOf(period).count)} {measure.title}:{' '}
                    {formatShare(measure.shareOf(period))}
                  </Fragment>
                ))}
              </>,
            )}
            onClick={() => onOpen(period)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              onOpen(period);
            }}
          />
        ))}
      </svg>
    </div>
  );
}

interface MeasureProps<P> {
  measure: TrendMeasure<P>;
  periods: readonly P[];
  x: (index: number) => number;
  y: (value: number) => number;
}

/** One share over time: a line where periods follow each other, a dot each, and the intervals as a band. */
function Measure<P>({ measure, periods, x, y }: MeasureProps<P>): ReactNode {
  const points = periods.map((period, index) => ({ index, share: measure.shareOf(period) }));
  const has = (point: (typeof points)[number]) => point.share.share !== null;
  const curve = line<(typeof points)[number]>()
    .defined(has)
    .x((point) => x(point.index))
    .y((point) => y(point.share.share ?? 0));
  const band = area<(typeof points)[number]>()
    .defined(has)
    .x((point) => x(point.index))
    .y0((point) => y(point.share.low ?? 0))
    .y1((point) => y(point.share.high ?? 0));
  return (
    <g aria-hidden>
      <path className={classes.band} d={band(points) ?? undefined} fill={measure.color} />
      <path
        className={classes.line}
        d={curve(points) ?? undefined}
        stroke={measure.color}
        strokeDasharray={measure.dash}
      />
      {periods.length <= 62 &&
        points
          .filter(has)
          .map(({ index, share }) => (
            <circle
              key={index}
              className={classes.dot}
              cx={x(index)}
              cy={y(share.share ?? 0)}
              r={3}
              fill={measure.color}
            />
          ))}
    </g>
  );
}
