import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { keyLabels } from '../lib/keyboard';
import classes from './kbd.module.css';

/** As icons, since not every font has them. */
const ARROWS: Partial<Record<string, ReactNode>> = {
  '←': <IconArrowLeft size={11} aria-label="left" />,
  '→': <IconArrowRight size={11} aria-label="right" />,
  '↑': <IconArrowUp size={11} aria-label="up" />,
  '↓': <IconArrowDown size={11} aria-label="down" />,
};

/** Keys as they are printed on the keyboard: `<Kbd keys="mod+k" />`, `<Kbd keys="g s" />`. */
export function Kbd({ keys }: { keys: string }): ReactNode {
  return (
    <span className={classes.keys}>
      {keyLabels(keys).map((chord, index) => (
        <Fragment key={index}>
          <kbd className={classes.key}>
            {chord.map((label, at) => (
              <Fragment key={label}>
                {at > 0 && ' '}
                {ARROWS[label] ?? label}
              </Fragment>
            ))}
          </kbd>
        </Fragment>
      ))}
    </span>
  );
}

/** What a key does, for the status line and bars: `next finding [n]`. */
export function KeyHint({ keys, children }: { keys: string; children: ReactNode }): ReactNode {
  return (
    <span className={classes.hint}>
      {children} <Kbd keys={keys} />
    </span>
  );
}
