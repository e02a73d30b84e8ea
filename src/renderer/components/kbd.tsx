import { Fragment, type ReactNode } from 'react';
import { keyLabels } from '../lib/keyboard';
import classes from './kbd.module.css';

/** Keys as they are printed on the keyboard: `<Kbd keys="mod+k" />`, `<Kbd keys="g s" />`. */
export function Kbd({ keys }: { keys: string }): ReactNode {
  return (
    <span className={classes.keys}>
      {keyLabels(keys).map((chord, index) => (
        <Fragment key={index}>
          <kbd className={classes.key}>{chord.join(' ')}</kbd>
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
