import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useCallback, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { cx } from '../lib/class-names';
import classes from './split-panes.module.css';

interface SplitPanesProps {
  /** Under this name the share is kept on this machine. */
  id: string;
  /** `row`: side by side; `column`: one above the other. */
  direction: 'row' | 'column';
  /** The first pane's share at the beginning, in per cent. */
  initial: number;
  /** The least size of the first and the second pane, in pixels. */
  min: readonly [number, number];
  /** Where both do not fit side by side, they stand one below the other and scroll as one. */
  canStack?: boolean;
  /** What the handle parts, for screen readers: `conversation and timeline`. */
  label: string;
  first: ReactNode;
  second: ReactNode;
}

const KEY_STEP = 2;

function stored(id: string, initial: number): number {
  const value = Number(window.localStorage.getItem(`faultline.split.${id}`) ?? Number.NaN);
  return value > 0 && value < 100 ? value : initial;
}

/** Two panes with a handle between them: drag it, move it by the arrow keys, or double-click for the beginning. */
export function SplitPanes({
  id,
  direction,
  initial,
  min,
  canStack = false,
  label,
  first,
  second,
}: SplitPanesProps): ReactNode {
  const [share, setShare] = useState(() => stored(id, initial));
  const rootRef = useRef<HTMLDivElement>(null);
  const size = useElementSize();
  const ref = useMergedRef(rootRef, size.ref);
  // Before the first measure the width is 0.
  const isStacked = canStack && size.width > 0 && size.width < min[0] + min[1];
  const isRow = direction === 'row';

  const move = useCallback(
    (percent: number) => {
      const root = rootRef.current;
      if (root === null) return;
      const whole = isRow ? root.clientWidth : root.clientHeight;
      const most = 100 - (min[1] / whole) * 100;
      const value = Math.max(Math.min(percent, most), (min[0] / whole) * 100);
      setShare(value);
      window.localStorage.setItem(`faultline.split.${id}`, value.toFixed(2));
    },
    [id, isRow, min],
  );
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const root = rootRef.current;
    if (root === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = root.getBoundingClientRect();
    move(
      isRow ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Partial<Record<string, number>> = isRow
      ? { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }
      : { ArrowUp: -KEY_STEP, ArrowDown: KEY_STEP };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(share + step);
  };
  return (
    <div
      ref={ref}
      className={cx(classes.panes, isStacked ? classes.stacked : isRow ? classes.row : classes.column)}
      data-stacked={isStacked || undefined}
      style={isStacked ? {} : { [isRow ? 'gridTemplateColumns' : 'gridTemplateRows']: template(share, min) }}
    >
      {first}
      <div
        className={classes.handle}
        role="separator"
        hidden={isStacked}
        tabIndex={0}
        aria-label={`Border between ${label}`}
        aria-orientation={isRow ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(share)}
        aria-valuemin={0}
        aria-valuemax={100}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
        onDoubleClick={() => move(initial)}
      />
      {second}
    </div>
  );
}

/** The handle takes no room: it lies over the border. */
function template(share: number, [first, second]: readonly [number, number]): string {
  return `minmax(${first}px, ${share}fr) 0 minmax(${second}px, ${100 - share}fr)`;
}
