import { useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { cx } from '../../lib/class-names';
import { formatCount } from '../../lib/format';
import { barHeights, binAt, rangeOfSpan, spanBetween, spanOfRange, stepSpan, type Bin } from './brush';
import classes from './histogram-brush.module.css';

interface HistogramBrushProps {
  /** What is counted, and by what: `Sessions by start`. */
  label: string;
  bins: readonly Bin[];
  /** Half-open, in the values of the bins; null when nothing is chosen. */
  range: readonly [number, number] | null;
  onChange: (range: [number, number] | null) => void;
  /** A half-open range of values in words. */
  words: (range: readonly [number, number]) => string;
  /** What stands at the ends of the axis. */
  ends: readonly [string, string];
}

const HEIGHT = 40;

/** Counts over a range of values, all and those that match; drag over it, or use the arrow keys, to choose a stretch. */
export function HistogramBrush({
  label,
  bins,
  range,
  onChange,
  words,
  ends,
}: HistogramBrushProps): ReactNode {
  const rootRef = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ start: number; end: number } | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const heights = useMemo(() => barHeights(bins), [bins]);
  const chosen = range === null ? null : spanOfRange(bins, range);
  const shown = drag === null ? chosen : spanBetween(drag.start, drag.end);
  const first = bins[0];
  const last = bins.at(-1);
  if (first === undefined || last === undefined) return null;

  const place = (event: PointerEvent) => {
    const box = rootRef.current?.getBoundingClientRect();
    return box === undefined ? 0 : binAt(bins.length, (event.clientX - box.left) / box.width);
  };
  const finish = () => {
    if (drag === null) return;
    setDrag(null);
    const span = spanBetween(drag.start, drag.end);
    const isSame = chosen?.first === span.first && chosen.last === span.last;
    onChange(isSame ? null : rangeOfSpan(bins, span));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : null;
    if (step !== null) {
      event.preventDefault();
      const next = stepSpan(bins.length, chosen, step, event.shiftKey);
      onChange(next === null ? null : rangeOfSpan(bins, next));
    } else if (['Delete', 'Backspace', 'Escape'].includes(event.key) && chosen !== null) {
      event.preventDefault();
      onChange(null);
    }
  };
  const at = (index: number | null) => (index === null ? undefined : bins[index]);
  const under = at(hover);
  const note =
    under !== undefined && drag === null
      ? `${words([under.from, under.to])}: ${formatCount(under.matching)} of ${formatCount(under.count)}`
      : shown === null
        ? null
        : words([at(shown.first)?.from ?? first.from, at(shown.last)?.to ?? last.to]);
  return (
    <div className={classes.histogram}>
      <div
        ref={rootRef}
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label={`${label}: arrow keys choose a stretch, with Shift longer or shorter, Delete takes it back`}
        aria-valuemin={0}
        aria-valuemax={bins.length - 1}
        aria-valuenow={shown?.first ?? 0}
        aria-valuetext={shown === null ? 'all' : (note ?? 'all')}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ start: place(event), end: place(event) });
        }}
        onPointerMove={(event) => {
          setHover(place(event));
          if (drag !== null) setDrag({ ...drag, end: place(event) });
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setHover(null)}
        onKeyDown={onKeyDown}
      >
        <svg viewBox={`0 0 ${bins.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
          {shown !== null && (
            <rect
              className={classes.brush}
              x={shown.first}
              width={shown.last - shown.first + 1}
              y={0}
              height={HEIGHT}
            />
          )}
          {heights.map(({ all, matching }, index) => {
            const isOut = shown !== null && (index < shown.first || index > shown.last);
            return (
              <g key={index} className={cx(isOut && classes.out)}>
                <rect
                  className={classes.all}
                  x={index + 0.08}
                  width={0.84}
                  y={HEIGHT * (1 - all)}
                  height={HEIGHT * all}
                />
                <rect
                  className={classes.matching}
                  x={index + 0.08}
                  width={0.84}
                  y={HEIGHT * (1 - matching)}
                  height={HEIGHT * matching}
                />
              </g>
            );
          })}
        </svg>
      </div>
      <div className={classes.axis} aria-hidden>
        {note === null ? (
          <>
            <span>{ends[0]}</span>
            <span>{ends[1]}</span>
          </>
        ) : (
          <span className={classes.note}>{note}</span>
        )}
      </div>
    </div>
  );
}
