import type { ReactNode } from 'react';
import type { Lane } from '../../shared/model/pillar';
import { cx } from '../lib/class-names';
import { laneColor, laneInk, laneLetters } from '../lib/lanes';
import classes from './flag.module.css';

interface FlagProps {
  /** `fail` for findings, `mode` for failure modes, `quiet` for plain facts, `good` for what was confirmed. */
  tone?: 'fail' | 'warn' | 'good' | 'mode' | 'quiet';
  /** Proposed by the machine and not confirmed by a person. */
  isProposed?: boolean;
  title?: string | undefined;
  onClick?: (() => void) | undefined;
  children: ReactNode;
}

/** A short remark in a frame: a finding, a correction, a failure mode, a state. Dashed while only proposed. */
export function Flag({ tone = 'quiet', isProposed = false, title, onClick, children }: FlagProps): ReactNode {
  const className = cx(classes.flag, classes[tone], isProposed && classes.proposed);
  return onClick === undefined ? (
    <span className={className} title={title}>
      {children}
    </span>
  ) : (
    <button type="button" className={cx(className, classes.button)} title={title} onClick={onClick}>
      {children}
    </button>
  );
}

/** Stands beside a signal that is no more than a hint. */
export function HintFlag(): ReactNode {
  return <Flag title="Not measured, or right in fewer than six of ten cases">hint</Flag>;
}

/** The lane's letter in its colour, so that neither stands alone. */
export function LaneMark({ lane, isSmall = false }: { lane: Lane; isSmall?: boolean }): ReactNode {
  return (
    <span
      className={cx(classes.lane, isSmall && classes.small)}
      style={{ background: `color-mix(in srgb, ${laneColor(lane)} 20%, transparent)`, color: laneInk(lane) }}
      title={lane}
      role="img"
      aria-label={lane}
    >
      {laneLetters[lane]}
    </span>
  );
}
