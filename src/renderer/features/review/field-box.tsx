import type { ReactNode } from 'react';
import { cx } from '../../lib/class-names';
import { fieldName, type Field } from './draft';
import classes from './verdict.module.css';

export function fieldElementId(field: Field): string {
  return `review-${fieldName(field)}`;
}

interface FieldBoxProps {
  field: Field;
  title: ReactNode;
  isActive: boolean;
  onActivate: () => void;
  children: ReactNode;
}

/** One field of the verdict; the one the figures mean is marked. */
export function FieldBox({ field, title, isActive, onActivate, children }: FieldBoxProps): ReactNode {
  return (
    <fieldset
      id={fieldElementId(field)}
      className={cx(classes.field, isActive && classes.active)}
      aria-current={isActive ? 'true' : undefined}
      onPointerDown={onActivate}
      onFocus={onActivate}
    >
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

interface ValueProps {
  /** The key that chooses it. */
  number: number | null;
  isChosen: boolean;
  tone?: 'good' | 'fail' | undefined;
  title?: string | undefined;
  isDisabled?: boolean;
  onChoose: () => void;
  children: ReactNode;
}

/** A value of a field, with its figure. */
export function Value({
  number,
  isChosen,
  tone,
  title,
  isDisabled,
  onChoose,
  children,
}: ValueProps): ReactNode {
  return (
    <button
      type="button"
      className={cx(classes.value, isChosen && classes.chosen, tone !== undefined && classes[tone])}
      aria-pressed={isChosen}
      disabled={isDisabled}
      title={title}
      // The focus stays where the keys are heard.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      {number !== null && <span className={classes.number}>{number}</span>}
      <span className={classes.valueText}>{children}</span>
    </button>
  );
}
