import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { scaleBand, scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import { useMemo, useState, type ReactNode } from 'react';
import type { SqlColumn, SqlResult } from '../../../shared/contract/sql';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { useRovingMarks, useTip } from '../../components/chart-tip';
import chart from '../../components/chart.module.css';
import { SafeText } from '../../components/safe-text';
import { formatPlural } from '../../lib/format';
import {
  axisTitle,
  chooseChart,
  columnKind,
  kindsFor,
  pointsOf,
  valueText,
  type ChartChoice,
  type ChartKind,
  type ChartPoint,
} from './chart-choice';
import classes from './result-chart.module.css';

const KIND_TITLES: Record<ChartKind, string> = { bar: 'Bars', line: 'Line', scatter: 'Scatter' };
const LEFT = 64;
const RIGHT = 16;
const TOP = 22;
const PLOT_HEIGHT = 260;
const LABEL_LENGTH = 14;

interface ResultChartProps {
  result: SqlResult;
  /** Shows the row behind a mark. */
  onRow: (row: number) => void;
}

/** The result as a chart, chosen by the types of its columns; kind and axes can be changed. */
export function ResultChart({ result, onRow }: ResultChartProps): ReactNode {
  const { columns } = result;
  const suggested = useMemo(() => chooseChart(columns), [columns]);
  const [own, setOwn] = useState<{ columns: readonly SqlColumn[]; choice: ChartChoice } | null>(null);
  const choice = own?.columns === columns ? own.choice : suggested;
  const drawn = useMemo(() => (choice === null ? null : pointsOf(result, choice)), [result, choice]);
  const x = columns[choice?.x ?? -1];
  const y = columns[choice?.y ?? -1];
  if (choice === null || drawn === null || x === undefined || y === undefined)
    return (
      <div className={classes.pane}>
        <ChartEmpty>
          A chart needs a column of figures, and a column of words, times or figures to set it against: SELECT
          tool_name, count(*) AS calls … GROUP BY tool_name.
        </ChartEmpty>
      </div>
    );
  const left = [
    drawn.withoutFigure > 0 ? `${formatPlural(drawn.withoutFigure, 'row')} without a value left out` : '',
    drawn.beyond > 0
      ? `${formatPlural(drawn.beyond, 'row')} beyond the first ${drawn.points.length} left out`
      : '',
    result.isCut ? 'the result itself was cut' : '',
  ].filter((part) => part !== '');
  return (
    <div className={classes.pane}>
      <ChartCard
        title={choice.kind === 'scatter' ? `${y.name} against ${x.name}` : `${y.name} by ${x.name}`}
        note={`${formatPlural(drawn.points.length, choice.kind === 'bar' ? 'bar' : 'point')}, one per row${left.map((part) => `; ${part}`).join('')}. Choose a mark to see its row.`}
        actions={
          <ChartControls
            columns={columns}
            choice={choice}
            onChange={(next) => setOwn({ columns, choice: next })}
          />
        }
      >
        {drawn.points.length === 0 ? (
          <ChartEmpty>No row has a value in both columns. Choose others.</ChartEmpty>
        ) : (
          <Plot points={drawn.points} choice={choice} columns={[x, y]} result={result} onRow={onRow} />
        )}
      </ChartCard>
    </div>
  );
}

interface ChartControlsProps {
  columns: readonly SqlColumn[];
  choice: ChartChoice;
  onChange: (choice: ChartChoice) => void;
}

function ChartControls({ columns, choice, onChange }: ChartControlsProps): ReactNode {
  const options = (fits: (column: SqlColumn) => boolean) =>
    columns.flatMap((column, index) => (fits(column) ? [{ value: String(index), label: column.name }] : []));
  const kinds = kindsFor(columns[choice.x] ?? { name: '', type: '' });
  return (
    <>
      {kinds.length > 1 && (
        <SegmentedControl
          aria-label="Kind of chart"
          data={kinds.map((kind) => ({ value: kind, label: KIND_TITLES[kind] }))}
          value={choice.kind}
          onChange={(value) =>
            onChange({ ...choice, kind: kinds.find((kind) => kind === value) ?? choice.kind })
          }
        />
      )}
      <NativeSelect
        aria-label="Column on the horizontal axis"
        data={options((column) => kindsFor(column).length > 0)}
        value={String(choice.x)}
        onChange={(event) => {
          const x = Number(event.currentTarget.value);
          const fitting = kindsFor(columns[x] ?? { name: '', type: '' });
          const kind = fitting.includes(choice.kind) ? choice.kind : (fitting[0] ?? choice.kind);
          onChange({ ...choice, x, kind });
        }}
      />
      <NativeSelect
        aria-label="Column on the vertical axis"
        data={options((column) => columnKind(column) === 'number')}
        value={String(choice.y)}
        onChange={(event) => onChange({ ...choice, y: Number(event.currentTarget.value) })}
      />
    </>
  );
}

interface PlotProps {
  points: readonly ChartPoint[];
  choice: ChartChoice;
  columns: readonly [SqlColumn, SqlColumn];
  result: SqlResult;
  onRow: (row: number) => void;
}

/** The axes' scales: pixels of a point, and what stands below the horizontal one. */
function scalesOf(points: readonly ChartPoint[], { kind }: ChartChoice, x: SqlColumn, width: number) {
  const right = Math.max(width - RIGHT, LEFT + 10);
  const figures = points.map((point) => point.y);
  const low = Math.min(...figures);
  const high = Math.max(...figures);
  const floor = kind === 'bar' ? Math.min(0, low) : low;
  const ceiling = kind === 'bar' ? Math.max(0, high) : high;
  const y = scaleLinear([floor, ceiling === floor ? floor + 1 : ceiling], [TOP + PLOT_HEIGHT, TOP]).nice(5);
  if (kind === 'bar') {
    const band = scaleBand(
      points.map((point) => point.row),
      [LEFT, right],
    ).padding(0.2);
    const place = (point: ChartPoint) => (band(point.row) ?? 0) + band.bandwidth() / 2;
    const ticks = points.map((point) => ({ at: place(point), label: String(point.x) }));
    return { y, place, ticks, bandWidth: band.bandwidth(), right };
  }
  const places = points.map((point) => Number(point.x));
  const ends: [number, number] = [Math.min(...places), Math.max(...places)];
  if (ends[0] === ends[1]) ends[1] += 1;
  const isTime = columnKind(x) === 'time';
  const scale = isTime ? scaleUtc(ends, [LEFT + 8, right - 8]) : scaleLinear(ends, [LEFT + 8, right - 8]);
  const count = Math.max(Math.floor((right - LEFT) / 110), 2);
  const format = scale.tickFormat(count) as (value: number | Date) => string;
  const ticks = scale.ticks(count).map((value) => ({ at: scale(value), label: format(value) }));
  return { y, place: (point: ChartPoint) => scale(Number(point.x)), ticks, bandWidth: 0, right };
}

function Plot({ points, choice, columns: [x, y], result, onRow }: PlotProps): ReactNode {
  const { ref, width } = useElementSize();
  const tip = useTip();
  const roving = useRovingMarks(points.length, points.length);
  const scales = useMemo(() => scalesOf(points, choice, x, width), [points, choice, x, width]);
  const isSlanted = choice.kind === 'bar' && points.length * 90 > width - LEFT;
  const bottom = TOP + PLOT_HEIGHT;
  const height = bottom + (isSlanted ? 92 : 22) + 20;
  const zero = scales.y(Math.max(scales.y.domain()[0] ?? 0, 0));
  const curve = line<ChartPoint>()
    .x(scales.place)
    .y((point) => scales.y(point.y));
  return (
    <div ref={ref} className={classes.plot}>
      <svg
        className={chart.plot}
        height={height}
        role="group"
        aria-label="Marks"
        onKeyDown={roving.onKeyDown}
      >
        <text className={chart.axisText} x={4} y={10}>
          {axisTitle(y)}
        </text>
        {scales.y.ticks(5).map((value) => (
          <g key={value}>
            <line
              className={chart.grid}
              x1={LEFT}
              x2={scales.right}
              y1={scales.y(value)}
              y2={scales.y(value)}
            />
            <text className={chart.axisText} x={LEFT - 8} y={scales.y(value)} dy="0.32em" textAnchor="end">
              {scales.y.tickFormat(5)(value)}
            </text>
          </g>
        ))}
        <line className={chart.axisLine} x1={LEFT} x2={scales.right} y1={bottom} y2={bottom} />
        {scales.ticks.map(({ at, label }, index) => (
          <text
            key={index}
            className={chart.axisText}
            textAnchor={isSlanted ? 'end' : 'middle'}
            transform={`translate(${at} ${bottom + 15})${isSlanted ? ' rotate(-40)' : ''}`}
          >
            {label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH).toWellFormed()}…` : label}
          </text>
        ))}
        <text className={chart.axisText} x={scales.right} y={height - 4} textAnchor="end">
          {axisTitle(x)}
        </text>
        {choice.kind === 'line' && (
          <path className={chart.line} d={curve(points) ?? undefined} stroke="var(--lane-llm)" aria-hidden />
        )}
        {points.map((point, index) => {
          const words = [x, y].map((column, at) => ({
            name: column.name,
            value: valueText(result.rows[point.row]?.[at === 0 ? choice.x : choice.y] ?? 'null').slice(
              0,
              120,
            ),
          }));
          const of = {
            role: 'button',
            'aria-label': words.map(({ name, value }) => `${name} ${value}`).join(', '),
            ...roving.mark(index),
            ...tip(
              words.map(({ name, value }) => (
                <div key={name}>
                  {name}: <SafeText text={value} />
                </div>
              )),
            ),
            onClick: () => onRow(point.row),
          };
          return choice.kind === 'bar' ? (
            <rect
              key={point.row}
              className={classes.bar}
              x={scales.place(point) - scales.bandWidth / 2}
              width={scales.bandWidth}
              y={Math.min(scales.y(point.y), zero)}
              height={Math.max(Math.abs(zero - scales.y(point.y)), 1)}
              {...of}
            />
          ) : (
            <circle
              key={point.row}
              className={classes.point}
              cx={scales.place(point)}
              cy={scales.y(point.y)}
              r={4}
              {...of}
            />
          );
        })}
      </svg>
    </div>
  );
}
