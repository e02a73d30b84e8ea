import type { ReactNode } from 'react';
import type { ReportBlock } from '../../../shared/model/report';
import { formatPercent, percentTick } from '../../lib/format';
import classes from './report-paper.module.css';

const SIZE = { width: 860, height: 200, left: 44, right: 8, top: 10, bottom: 26 };
const LABELS = 8;

interface TrendFigureProps {
  block: Extract<ReportBlock, { type: 'trend' }>;
  reference: ReactNode;
}

/** A share over time: points with their intervals, as the written report draws it. */
export function TrendFigure({ block, reference }: TrendFigureProps): ReactNode {
  const { points, title, note } = block;
  const { width, height, left, right, top, bottom } = SIZE;
  const most = Math.max(...points.map(({ share }) => share.high ?? 0));
  const highest = [0.05, 0.1, 0.2, 0.25, 0.5, 1].find((one) => most <= one) ?? 1;
  const x = (i: number) => left + ((i + 0.5) / points.length) * (width - left - right);
  const y = (share: number) => height - bottom - (share / highest) * (height - top - bottom);
  const every = Math.max(1, Math.ceil(points.length / LABELS));
  const known = points.flatMap(({ share, label }, i) =>
    share.share === null ? [] : [{ i, label, ...share, share: share.share }],
  );
  return (
    <figure className={classes.figure}>
      <figcaption>
        {title} {reference}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title} className={classes.trend}>
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <g key={part}>
            <line
              x1={left}
              x2={width - right}
              y1={y(part * highest)}
              y2={y(part * highest)}
              className={classes.grid}
            />
            <text x={left - 6} y={y(part * highest) + 4} textAnchor="end">
              {percentTick(part * highest)}
            </text>
          </g>
        ))}
        {known.map(({ i, low, high }) => (
          <line
            key={i}
            x1={x(i)}
            x2={x(i)}
            y1={y(low ?? 0)}
            y2={y(high ?? 1)}
            className={classes.trendWhisker}
          />
        ))}
        <polyline
          points={known.map(({ i, share }) => `${x(i)},${y(share)}`).join(' ')}
          className={classes.trendLine}
        />
        {known.map(({ i, label, share, n }) => (
          <circle key={i} cx={x(i)} cy={y(share)} r={3} className={classes.trendDot}>
            <title>{`${label}: ${formatPercent(share)}, n = ${n}`}</title>
          </circle>
        ))}
        {points.map(({ label }, i) =>
          i % every === 0 ? (
            <text key={label} x={x(i)} y={height - 8} textAnchor="middle">
              {label}
            </text>
          ) : null,
        )}
      </svg>
      <p className={classes.note}>{note}</p>
    </figure>
  );
}
