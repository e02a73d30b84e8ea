import { useRef, useState, type ReactNode } from 'react';
import { cx } from '../lib/class-names';
import { ChartTipContext, type ChartTip } from './chart-tip';
import classes from './chart.module.css';

interface ChartCardProps {
  /** What the chart shows, as a sentence without a full stop. */
  title: string;
  /** What the figures are of, and what to do with the chart. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

const TIP_WIDTH = 260;

/** A chart with its title, and the place where its tooltip is shown. */
export function ChartCard({ title, note, actions, className, children }: ChartCardProps): ReactNode {
  const bodyRef = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<{ left: number; top: number; isBelow: boolean; content: ReactNode } | null>(
    null,
  );
  const [api] = useState<ChartTip>(() => ({
    show: (target, content) => {
      const body = bodyRef.current?.getBoundingClientRect();
      if (body === undefined) return;
      const mark = target.getBoundingClientRect();
      const middle = mark.left + Math.min(mark.width, 400) / 2 - body.left;
      const isBelow = mark.top - body.top < 70;
      setTip({
        left: Math.min(Math.max(middle, TIP_WIDTH / 2), Math.max(body.width - TIP_WIDTH / 2, TIP_WIDTH / 2)),
        top: isBelow ? mark.bottom - body.top + 6 : mark.top - body.top - 6,
        isBelow,
        content,
      });
    },
    hide: () => setTip(null),
  }));
  return (
    <section className={cx(classes.card, className)} aria-label={title}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {note !== undefined && <p className={classes.note}>{note}</p>}
      <div ref={bodyRef} className={classes.body}>
        <ChartTipContext value={api}>{children}</ChartTipContext>
        {tip !== null && (
          <div
            className={cx(classes.tip, tip.isBelow && classes.below)}
            style={{ left: tip.left, top: tip.top, maxWidth: TIP_WIDTH }}
            role="tooltip"
          >
            {tip.content}
          </div>
        )}
      </div>
    </section>
  );
}

/** In a chart that has nothing to show: why, and what to do. */
export function ChartEmpty({ children }: { children: ReactNode }): ReactNode {
  return <p className={classes.empty}>{children}</p>;
}
