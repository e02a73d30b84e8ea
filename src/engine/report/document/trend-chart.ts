/** A share over time as SVG: points with their 95% intervals, an axis from 0, dates below. Numbers of our own alone. */
import type { ReportBlock } from '../../../shared/model/report';
import { html } from '../../workspace/shown-text';

const SIZE = { width: 860, height: 210, left: 44, right: 10, top: 12, bottom: 30 };
/** Dates written below the axis. */
const LABELS = 8;
const COLOUR = { line: '#3b7dbb', whisker: '#9fb9d3', grid: '#e2e6eb' };

/** The next of 5, 10, 20, 25, 50 and 100 per cent that holds all intervals. */
function topOf(highest: number): number {
  return [0.05, 0.1, 0.2, 0.25, 0.5, 1].find((top) => highest <= top) ?? 1;
}

export function trendChart({ points, title }: Extract<ReportBlock, { type: 'trend' }>): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const highest = topOf(Math.max(...points.map(({ share }) => share.high ?? 0)));
  const x = (i: number): number => left + ((i + 0.5) / points.length) * (width - left - right);
  const y = (share: number): number => height - bottom - (share / highest) * (height - top - bottom);
  const at = (value: number): string => value.toFixed(1);
  const grid = [0, 0.25, 0.5, 0.75, 1]
    .map((part) => {
      const level = part * highest;
      const line = at(y(level));
      return `<line x1="${String(left)}" x2="${String(width - right)}" y1="${line}" y2="${line}" stroke="${COLOUR.grid}"/><text x="${String(left - 6)}" y="${at(y(level) + 4)}" text-anchor="end">${String(Number((100 * level).toFixed(2)))}%</text>`;
    })
    .join('');
  const every = Math.max(1, Math.ceil(points.length / LABELS));
  const known = points.flatMap(({ share, label }, i) =>
    share.share === null
      ? []
      : [{ i, label, n: share.n, share: share.share, low: share.low ?? 0, high: share.high ?? 1 }],
  );
  const whiskers = known
    .map(
      ({ i, low, high }) =>
        `<line x1="${at(x(i))}" x2="${at(x(i))}" y1="${at(y(low))}" y2="${at(y(high))}" stroke="${COLOUR.whisker}" stroke-width="2"/>`,
    )
    .join('');
  const line = known.map(({ i, share }) => `${at(x(i))},${at(y(share))}`).join(' ');
  const dots = known
    .map(
      ({ i, share, label, n }) =>
        `<circle cx="${at(x(i))}" cy="${at(y(share))}" r="3" fill="${COLOUR.line}"><title>${html(`${label}: ${(100 * share).toFixed(1)}%, n = ${String(n)}`)}</title></circle>`,
    )
    .join('');
  const dates = points
    .map(({ label }, i) =>
      i % every === 0
        ? `<text x="${at(x(i))}" y="${String(height - 10)}" text-anchor="middle">${html(label)}</text>`
        : '',
    )
    .join('');
  return `<svg width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${html(title)}">${grid}${whiskers}<polyline points="${line}" fill="none" stroke="${COLOUR.line}" stroke-width="1.5"/>${dots}${dates}</svg>`;
}
