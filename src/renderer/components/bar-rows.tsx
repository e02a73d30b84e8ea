import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { Fragment, type ReactNode } from 'react';
import { axisEnd } from './axis-end';
import { useRovingMarks, useTip } from './chart-tip';
import classes from './chart.module.css';

export interface BarRow {
  key: string;
  /** Above the first row of a group. */
  group?: string;
  label: ReactNode;
  value: number;
  /** A further part of the bar, hatched: proposed and not reviewed. */
  proposed?: number;
  /** Ends of the confidence interval, in the unit of the value. */
  low?: number | null;
  high?: number | null;
  figures: ReactNode;
  tip: ReactNode;
  color: string;
  /** What opening the row does, for those who cannot see it: `Show the sessions with retry loop`. */
  opens: string;
  onOpen: () => void;
}

interface BarRowsProps {
  rows: readonly BarRow[];
  /** What the bars measure, with the unit: `sessions with it, % of all`. */
  axis: string;
  tick: (value: number) => string;
  /** Width of the column for the names, in pixels. */
  labelWidth?: number;
  /** The axis goes no further than this, where values cannot either. */
  most?: number;
}

/** Pixels a tick's figure needs, and those the row needs besides the bar and the name. */
const TICK_ROOM = 58;
const FIGURES_WIDTH = 220;

/** An interval as a line with ends; without the right end where it goes on past the axis. */
function Whisker({ low, high, isCut }: { low: number; high: number; isCut: boolean }): ReactNode {
  return (
    <>
      <line className={classes.whisker} x1={`${low}%`} x2={`${high}%`} y1={11} y2={11} />
      <line className={classes.whisker} x1={`${low}%`} x2={`${low}%`} y1={8} y2={14} />
      {!isCut && <line className={classes.whisker} x1={`${high}%`} x2={`${high}%`} y1={8} y2={14} />}
    </>
  );
}

/** Bars below each other on one axis: name, bar with its interval, figures; each leads to its rows. */
export function BarRows({ rows, axis, tick, labelWidth = 190, most = Infinity }: BarRowsProps): ReactNode {
  const { ref, width } = useElementSize();
  const tip = useTip();
  const roving = useRovingMarks(rows.length, 1);
  const scale = scaleLinear([0, Math.min(axisEnd(rows), most)], [0, 100]).nice(4);
  const [, end = 1] = scale.domain();
  if (end > most) scale.domain([0, most]);
  const ticks = scale.ticks(
    Math.min(Math.max(Math.floor((width - labelWidth - FIGURES_WIDTH) / TICK_ROOM), 1), 5),
  );
  const x = (value: number) => Math.min(Math.max(scale(value), 0), 100);
  const whisker = (row: BarRow) => ({
    low: x(row.low ?? 0),
    high: x(row.high ?? 0),
    isCut: scale(row.high ?? 0) > 100,
  });
  return (
    <div
      ref={ref}
      className={classes.rows}
      style={{ gridTemplateColumns: `minmax(96px, ${labelWidth}px) minmax(80px, 1fr) max-content` }}
      role="group"
      onKeyDown={roving.onKeyDown}
    >
      {rows.map((row, index) => (
        <Fragment key={row.key}>
          {row.group !== undefined && row.group !== rows[index - 1]?.group && (
            <div className={classes.group}>{row.group}</div>
          )}
          <button
            type="button"
            className={classes.row}
            aria-label={row.opens}
            {...roving.mark(index)}
            {...tip(row.tip)}
            onClick={() => {
              roving.setActive(index);
              row.onOpen();
            }}
          >
            <span className={classes.label}>{row.label}</span>
            <svg className={classes.bar} aria-hidden>
              {ticks.map((value) => (
                <line
                  key={value}
                  className={classes.grid}
                  x1={`${x(value)}%`}
                  x2={`${x(value)}%`}
                  y1={0}
                  y2="100%"
                />
              ))}
              <rect x={0} width={`${x(row.value)}%`} y={5} height={12} rx={2} fill={row.color} />
              {row.proposed !== undefined && row.proposed > 0 && (
                <rect
                  x={`${x(row.value)}%`}
                  width={`${x(row.value + row.proposed) - x(row.value)}%`}
                  y={5}
                  height={12}
                  fill="url(#hatch)"
                  color={row.color}
                />
              )}
              {row.low != null && row.high != null && <Whisker {...whisker(row)} />}
            </svg>
            <span className={classes.figures}>{row.figures}</span>
          </button>
        </Fragment>
      ))}
      <div className={classes.axisRow} aria-hidden>
        <span className={classes.axisTicks}>
          {ticks.map((value) => (
            <span key={value} style={{ left: `${x(value)}%` }}>
              {tick(value)}
            </span>
          ))}
        </span>
        <span className={classes.axisTitle}>{axis}</span>
      </div>
    </div>
  );
}
