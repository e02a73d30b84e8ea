import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Kbd } from '../components/kbd';
import { showDialogue, useDialogue } from '../lib/frame-state';
import { shownKeys, useShortcutScopes } from '../lib/keyboard';
import classes from './keyboard-help.module.css';

/** Every key that works now, by scope, the screen's own first. */
export function KeyboardHelp(): ReactNode {
  const isOpen = useDialogue() === 'keyboard-help';
  const scopes = useShortcutScopes();
  return (
    <Modal opened={isOpen} onClose={() => showDialogue(null)} title="Keyboard" size={720}>
      <div className={classes.scopes} tabIndex={-1} data-autofocus>
        {isOpen &&
          scopes
            .filter((scope) => !scope.isDialogue)
            .toReversed()
            .map((scope, index) => (
              <section key={index} className={classes.scope}>
                <h3 className={classes.title}>{scope.title}</h3>
                <dl className={classes.list}>
                  {scope.shortcuts
                    .filter((shortcut) => shortcut.isHidden !== true)
                    .map((shortcut) => (
                      <div key={shortcut.description} className={classes.row}>
                        <dt>{shortcut.description}</dt>
                        <dd className={classes.keys}>
                          <Kbd keys={shownKeys(shortcut)} />
                        </dd>
                      </div>
                    ))}
                </dl>
              </section>
            ))}
      </div>
    </Modal>
  );
}
