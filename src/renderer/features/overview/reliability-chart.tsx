import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { useState, type ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import { formatCount, formatPercent, formatPlural, formatShare, percentTick } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { compound, reliabilityCurve, sliderLimit, stepsToHalf, type Chance } from './reliability';
import chart from '../../components/chart.module.css';
import classes from './reliability-chart.module.css';

const LEFT = 42;
const RIGHT = 16;
const TOP = 10;
const HEIGHT = 150;
const AXIS = 34;

/** What the reliability of a single step comes to over a whole session. */
export function ReliabilityChart({ overview }: { overview: Overview }): ReactNode {
  const { perStepSuccess, medianSteps } = overview.steps;
  const limit = sliderLimit(perStepSuccess, medianSteps);
  const [chosen, setChosen] = useState<number | null>(null);
  const steps = Math.min(chosen ?? Math.max(Math.round(medianSteps ?? 10), 1), limit);
  const chance = compound(perStepSuccess, steps);
  const half = stepsToHalf(perStepSuccess);
  return (
    <ChartCard
      title="What the reliability of one step comes to over several"
      note="A step is a model or tool call and succeeds unless it ends in an error. The curve supposes that every step is needed and none depends on another; agents that recover do better, silent failures are not in it."
      actions={
        <button
          type="button"
          className={chart.textButton}
          onClick={() => openSessions({}, { key: 'toolErrorCount', descending: true })}
        >
          sessions with most errors
        </button>
      }
    >
      {chance === null ? (
        <ChartEmpty>There are no model or tool calls in this workspace to reckon with.</ChartEmpty>
      ) : (
        <div className={classes.sides}>
          <div className={classes.facts}>
            <Fact
              title="one step"
              value={formatPercent(perStepSuccess.share)}
              detail={`of ${formatPlural(perStepSuccess.n, 'step')}`}
            />
            <Fact
              title={formatPlural(steps, 'step')}
              value={formatPercent(chance.value)}
              detail={`[${(chance.low * 100).toFixed(1)}, ${(chance.high * 100).toFixed(1)}]`}
              isMain
            />
            <Fact
              title="half is lost after"
              value={half === null ? 'never' : formatPlural(half, 'step')}
              detail={
                medianSteps === null ? '' : `a session has ${formatCount(Math.round(medianSteps))} (median)`
              }
            />
          </div>
          <div className={classes.plot}>
            <Curve overview={overview} limit={limit} steps={steps} chance={chance} />
            <label className={classes.slider}>
              <span>Steps</span>
              <input
                type="range"
                min={1}
                max={limit}
                value={steps}
                aria-valuetext={`${formatPlural(steps, 'step')}: ${formatPercent(chance.value)}`}
                onChange={(event) => setChosen(event.currentTarget.valueAsNumber)}
              />
              <output>{formatCount(steps)}</output>
            </label>
          </div>
        </div>
      )}
    </ChartCard>
  );
}

interface FactProps {
  title: string;
  value: string;
  detail: string;
  isMain?: boolean;
}

function Fact({ title, value, detail, isMain = false }: FactProps): ReactNode {
  return (
    <div className={classes.fact} data-main={isMain || undefined}>
      <span className={classes.factTitle}>{title}</span>
      <span className={classes.factValue}>{value}</span>
      <span className={classes.factTitle}>{detail}</span>
    </div>
  );
}

interface CurveProps {
  overview: Overview;
  limit: number;
  steps: number;
  chance: Chance;
}

function Curve({ overview, limit, steps, chance }: CurveProps): ReactNode {
  const { ref, width } = useElementSize();
  const { perStepSuccess, medianSteps } = overview.steps;
  const inner = Math.max(width - LEFT - RIGHT, 10);
  const x = scaleLinear([1, limit], [LEFT, LEFT + inner]);
  const y = scaleLinear([0, 1], [TOP + HEIGHT, TOP]);
  const points = reliabilityCurve(perStepSuccess, limit);
  type Point = (typeof points)[number];
  const curve = line<Point>()
    .x((point) => x(point.steps))
    .y((point) => y(point.chance.value));
  const band = area<Point>()
    .x((point) => x(point.steps))
    .y0((point) => y(point.chance.low))
    .y1((point) => y(point.chance.high));
  const median = medianSteps === null || medianSteps < 1 || medianSteps > limit ? null : medianSteps;
  const label = `Chance that all steps succeed: ${formatShare(perStepSuccess)} for one, ${formatPercent(chance.value)} for ${steps}`;
  return (
    <div ref={ref}>
      <svg className={chart.plot} height={TOP + HEIGHT + AXIS} role="img" aria-label={label}>
        {[0, 0.25, 0.5, 0.75, 1].map((value) => (
          <g key={value}>
            <line className={chart.grid} x1={LEFT} x2={LEFT + inner} y1={y(value)} y2={y(value)} />
            <text className={chart.axisText} x={LEFT - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {percentTick(value)}
            </text>
          </g>
        ))}
        {x.ticks(6).map((value) => (
          <text key={value} className={chart.axisText} x={x(value)} y={TOP + HEIGHT + 16} textAnchor="middle">
            {formatCount(value)}
          </text>
        ))}
        <text className={chart.axisText} x={LEFT + inner} y={TOP + HEIGHT + 31} textAnchor="end">
          steps that all must succeed
        </text>
        {median !== null && (
          <g>
            <line className={classes.median} x1={x(median)} x2={x(median)} y1={TOP} y2={TOP + HEIGHT} />
            <text
              className={chart.axisText}
              x={x(median) + (x(median) > LEFT + inner - 120 ? -5 : 5)}
              y={TOP + 10}
              textAnchor={x(median) > LEFT + inner - 120 ? 'end' : 'start'}
            >
              median session
            </text>
          </g>
        )}
        <path className={chart.band} d={band(points) ?? undefined} fill="var(--acc)" />
        <path className={chart.line} d={curve(points) ?? undefined} stroke="var(--acc)" />
        <line className={classes.chosen} x1={x(steps)} x2={x(steps)} y1={y(chance.value)} y2={TOP + HEIGHT} />
        <circle className={chart.dot} cx={x(steps)} cy={y(chance.value)} r={5} fill="var(--acc)" />
      </svg>
    </div>
  );
}
