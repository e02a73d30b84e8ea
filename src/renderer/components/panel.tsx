import type { ReactNode } from 'react';
import { cx } from '../lib/class-names';
import classes from './panel.module.css';

interface PanelProps {
  /** What the panel shows; names it for screen readers too. */
  title: string;
  /** Beside the title: a count, a state. */
  detail?: ReactNode;
  /** At the right end of the bar. */
  actions?: ReactNode;
  /** Small capitals, for panels inside a panel. */
  isMinor?: boolean;
  /** The content scrolls by itself, as lists of virtual rows do. */
  hasOwnScroll?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A titled part of a screen: a bar of one line, and below it what scrolls. */
export function Panel(props: PanelProps): ReactNode {
  const { title, detail, actions, isMinor = false, hasOwnScroll = false, className, children } = props;
  return (
    <section className={cx(classes.panel, className)} aria-label={title}>
      <div className={cx(classes.bar, isMinor && classes.minor)}>
        <h2 className={classes.title}>{title}</h2>
        {detail !== undefined && <div className={classes.detail}>{detail}</div>}
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={cx(classes.body, !hasOwnScroll && classes.scrolls)}>{children}</div>
    </section>
  );
}
