import { useElementSize } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import type { CorrectionSummary } from '../../shared/contract/correction';
import { formatCount, formatPlural } from '../lib/format';
import { newInLast } from '../lib/new-in-last';
import classes from './saturation-chart.module.css';

const HEIGHT = 116;
const MARGIN = { left: 24, right: 8, top: 26, bottom: 20 };
const WINDOW = 100;

/** How many different failure modes had turned up after so many sorted corrections: flat means nothing new any more. */
export function SaturationChart({ points }: { points: CorrectionSummary['saturation'] }): ReactNode {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const last = points.at(-1);
  const window = Math.min(WINDOW, last?.sorted ?? 0);
  return (
    <section className={classes.chart} aria-label="Still finding new ones?">
      <h3 className={classes.chartTitle}>Still finding new ones?</h3>
      <p className={classes.chartNote}>
        {last === undefined
          ? 'Once corrections are sorted, this shows whether new failure modes still turn up.'
          : at !== null && points[at] !== undefined
            ? `After ${formatCount(points[at].sorted)} sorted: ${formatPlural(points[at].modes, 'failure mode')}.`
            : `In the last ${formatCount(window)} sorted: ${formatPlural(newInLast(points, window), 'new failure mode')}.`}
      </p>
      <div ref={ref}>
        {last !== undefined && width > 0 && <Plot points={points} width={width} at={at} onAt={setAt} />}
      </div>
    </section>
  );
}

interface PlotProps {
  points: CorrectionSummary['saturation'];
  width: number;
  at: number | null;
  onAt: (index: number | null) => void;
}

function Plot({ points, width, at, onAt }: PlotProps): ReactNode {
  const most = points.at(-1) ?? { sorted: 1, modes: 1 };
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const x = (sorted: number) => MARGIN.left + (sorted / most.sorted) * (right - MARGIN.left);
  const y = (modes: number) => bottom - (modes / most.modes) * (bottom - MARGIN.top);
  // A new failure mode comes with one correction, so the curve is a stair; it begins with none.
  const path = points.reduce(
    (line, point) => `${line} H ${x(point.sorted).toFixed(1)} V ${y(point.modes).toFixed(1)}`,
    `M ${x(0)} ${y(0)}`,
  );
  const shown = at === null ? undefined : points[at];
  return (
    <svg
      className={classes.plot}
      height={HEIGHT}
      role="img"
      aria-label={`${formatPlural(most.modes, 'failure mode')} after ${formatPlural(most.sorted, 'sorted correction')}`}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const sorted = ((event.clientX - box.left - MARGIN.left) / (right - MARGIN.left)) * most.sorted;
        onAt(
          Math.max(
            points.findLastIndex((point) => point.sorted <= sorted),
            0,
          ),
        );
      }}
      onPointerLeave={() => onAt(null)}
    >
      <line className={classes.grid} x1={MARGIN.left} x2={right} y1={MARGIN.top} y2={MARGIN.top} />
      <line className={classes.axis} x1={MARGIN.left} x2={right} y1={bottom} y2={bottom} />
      <line className={classes.axis} x1={MARGIN.left} x2={MARGIN.left} y1={MARGIN.top} y2={bottom} />
      <text className={classes.axisText} x={MARGIN.left - 6} y={MARGIN.top + 4} textAnchor="end">
        {formatCount(most.modes)}
      </text>
      <text className={classes.axisText} x={MARGIN.left - 6} y={bottom + 4} textAnchor="end">
        0
      </text>
      <text className={classes.axisText} x={0} y={11}>
        failure modes seen
      </text>
      <path className={classes.curve} d={path} />
      {shown !== undefined && (
        <>
          <line
            className={classes.guide}
            x1={x(shown.sorted)}
            x2={x(shown.sorted)}
            y1={MARGIN.top}
            y2={bottom}
          />
          <circle className={classes.point} cx={x(shown.sorted)} cy={y(shown.modes)} r={3} />
        </>
      )}
      <text className={classes.axisText} x={MARGIN.left} y={HEIGHT - 4}>
        corrections sorted
      </text>
      <text className={classes.axisText} x={right} y={HEIGHT - 4} textAnchor="end">
        {formatCount(most.sorted)}
      </text>
    </svg>
  );
}
