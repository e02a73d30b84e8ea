/** How far the messages of a session are from the request it was opened with, as a small curve that leads to the turns. */
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { SessionDrift } from '../../../../shared/model/drift';
import { ErrorState } from '../../../components/empty-state';
import { SkeletonRows } from '../../../components/skeleton';
import { cx } from '../../../lib/class-names';
import { orpc } from '../../../lib/client';
import { formatPercent } from '../../../lib/format';
import { useSession } from '../session-context';
import classes from './score.module.css';

const HEIGHT = 76;
const LEFT = 40;
const RIGHT = 10;
const TOP = 8;
const AXIS = 18;

type Point = SessionDrift['points'][number];

export function DriftCurve(): ReactNode {
  const { data } = useSession();
  const query = useQuery(
    orpc.session.drift.queryOptions({
      input: { sessionId: data.session.sessionId },
      meta: { changesWith: 'imports' },
    }),
  );
  if (query.isPending) return <SkeletonRows rows={2} label="Fetching the drift curve" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { points, early, late } = query.data;
  return (
    <section className={classes.panel} aria-label="Drift from the opening request">
      <h3>Words shared with the opening request</h3>
      {points.length < 2 ? (
        <p className={classes.dim}>The opening request, or what follows it, says too little to compare.</p>
      ) : (
        <>
          <Curve points={points} />
          <p className={classes.dim}>
            {early !== null && late !== null && (
              <>
                First third of the agent’s messages {formatPercent(early)}, last third {formatPercent(late)}
                .{' '}
              </>
            )}
            A hint: other words for the same thing look like drift.
          </p>
        </>
      )}
    </section>
  );
}

function Curve({ points }: { points: readonly Point[] }): ReactNode {
  const { select, selection } = useSession();
  const { ref, width } = useElementSize();
  const [at, setAt] = useState(0);
  const chosen = points.findIndex((point) => point.spanId === selection.spanId);
  const current = chosen < 0 ? Math.min(at, points.length - 1) : chosen;
  const inner = Math.max(width - LEFT - RIGHT, 10);
  const first = points[0]?.position ?? 0;
  const last = points.at(-1)?.position ?? 1;
  const x = scaleLinear([first, Math.max(last, first + 1)], [LEFT, LEFT + inner]);
  const y = scaleLinear([0, 1], [TOP + HEIGHT, TOP]);
  const path = line<Point>()
    .x((point) => x(point.position))
    .y((point) => y(point.similarity))([...points].filter((point) => point.speaker === 'agent'));
  const nearest = (event: PointerEvent<SVGSVGElement>): number => {
    const place = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return points.reduce(
      (best, point, i) =>
        Math.abs(x(point.position) - place) < Math.abs(x(points[best]?.position ?? 0) - place) ? i : best,
      0,
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.key === 'Enter') {
      const point = points[current];
      if (point !== undefined) select(point.spanId);
    } else if (step === undefined) return;
    else setAt(Math.max(0, Math.min(points.length - 1, current + step)));
    event.preventDefault();
    event.stopPropagation();
  };
  const here = points[current];
  const words = (point: Point | undefined): string =>
    point === undefined
      ? ''
      : `turn ${String(point.turnNo)}, ${point.speaker}: ${formatPercent(point.similarity)} shared`;
  const turns = points.filter((point, i) => point.turnNo !== points[i - 1]?.turnNo);
  const everyTurn = Math.max(1, Math.ceil(turns.length / Math.max(1, Math.floor(inner / 34))));
  return (
    <div ref={ref} className={classes.drift}>
      <svg
        height={TOP + HEIGHT + AXIS}
        role="slider"
        tabIndex={0}
        aria-label="Message on the drift curve"
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={current + 1}
        aria-valuetext={words(here)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setAt(nearest(event))}
        onClick={() => here !== undefined && select(here.spanId)}
      >
        {[0, 0.5, 1].map((value) => (
          <g key={value}>
            <line className={classes.grid} x1={LEFT} x2={LEFT + inner} y1={y(value)} y2={y(value)} />
            <text className={classes.axis} x={LEFT - 6} y={y(value)} dy="0.32em" textAnchor="end">
              {formatPercent(value).replace('.0', '')}
            </text>
          </g>
        ))}
        {turns
          .filter((_, i) => i % everyTurn === 0)
          .map((point) => (
            <text
              key={point.spanId}
              className={classes.axis}
              x={x(point.position)}
              y={TOP + HEIGHT + 14}
              textAnchor="middle"
            >
              {point.turnNo}
            </text>
          ))}
        <path className={classes.curve} d={path ?? undefined} />
        {points.map((point, i) => (
          <circle
            key={point.spanId}
            className={cx(
              point.speaker === 'user' ? classes.user : classes.agent,
              i === current && classes.here,
            )}
            cx={x(point.position)}
            cy={y(point.similarity)}
            r={i === current ? 4.5 : points.length > 80 ? 1.6 : 2.8}
          />
        ))}
      </svg>
      <div className={classes.legend}>
        <span className={classes.userKey}>user</span>
        <span className={classes.agentKey}>agent</span>
        <span className={classes.dim}>by turn; {words(here)}</span>
      </div>
    </div>
  );
}
