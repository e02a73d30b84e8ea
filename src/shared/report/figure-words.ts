/** How a figure of a report is said, alike on the page, in Markdown and on screen: its value, its interval, its n. Pure. */
import type { ReportFigure, ReportPlace } from '../model/report';

export interface FigureWords {
  /** `14.8%`, `1,204`, `0.61`; a dash where there is none. */
  value: string;
  /** `[11.7, 18.6]`, in per cent for shares; empty where there is none. */
  interval: string;
  /** `48 of 324` for a share, `n = 40` for an estimate; empty for a count. */
  n: string;
}

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** Never 0.0% for something, never 100.0% for not all. */
function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  if (share < 1 && share > 0.9995) return '>99.9%';
  return share === 0 || share === 1 ? `${String(100 * share)}%` : `${(100 * share).toFixed(1)}%`;
}

function interval(low: number | null, high: number | null, scale: 'share' | 'number'): string {
  if (low === null || high === null) return '';
  const [from, to] = scale === 'share' ? [100 * low, 100 * high] : [low, high];
  const digits = scale === 'share' ? 1 : 2;
  return `[${from.toFixed(digits)}, ${to.toFixed(digits)}]`;
}

export function figureWords(figure: ReportFigure): FigureWords {
  switch (figure.kind) {
    case 'count':
      return { value: count(figure.count), interval: '', n: '' };
    case 'share': {
      const { share } = figure;
      return {
        value: share.share === null ? '–' : percent(share.share),
        interval: interval(share.low, share.high, 'share'),
        n: `${count(share.count)} of ${count(share.n)}`,
      };
    }
    case 'estimate':
      return {
        value:
          figure.value === null
            ? '–'
            : figure.scale === 'share'
              ? percent(figure.value)
              : figure.value.toFixed(2),
        interval: interval(figure.low, figure.high, figure.scale),
        n: `n = ${count(figure.n)}`,
      };
  }
}

/** The share a bar is drawn of, with its interval; null for figures that are none. */
export function figureBar(figure: ReportFigure): { value: number; low: number; high: number } | null {
  if (figure.kind === 'count') return null;
  if (figure.kind === 'estimate' && figure.scale !== 'share') return null;
  const value = figure.kind === 'share' ? figure.share.share : figure.value;
  const { low, high } = figure.kind === 'share' ? figure.share : figure;
  return value === null ? null : { value, low: low ?? value, high: high ?? value };
}

/** `traces/support.jsonl:4812`; the session alone where the source has no line. */
export function placeWords({ path, line, sessionId, turnNo, spanId }: ReportPlace): {
  file: string;
  where: string;
} {
  const file = path === null ? '' : line === null ? path : `${path}:${String(line)}`;
  const turn = turnNo === null ? '' : `, turn ${String(turnNo)}`;
  return { file, where: `session ${sessionId}${turn}${spanId === null ? '' : `, span ${spanId}`}` };
}
