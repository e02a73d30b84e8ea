import type { ReactNode } from 'react';
import { KeyHint } from '../components/kbd';
import { SignalStageStatus } from '../components/signal-stage';
import { showDialogue } from '../lib/frame-state';
import { formatRecent } from '../lib/format';
import { useWorkspace } from '../lib/workspace';
import classes from './status-line.module.css';

/** The bottom line: at the left what the screen says, at the right that what was done is kept. */
export function StatusLine({ slotRef }: { slotRef: (element: HTMLElement | null) => void }): ReactNode {
  const workspace = useWorkspace().data ?? null;
  const savedAt = workspace?.lastFactAt ?? null;
  return (
    <footer className={classes.line}>
      <div className={classes.slot} ref={slotRef} />
      <div className={classes.end}>
        {workspace !== null && <SignalStageStatus />}
        {workspace !== null && savedAt !== null && (
          <span title={`${workspace.factCount} facts in ${workspace.path}`}>
            saved in the journal, {formatRecent(savedAt)}
          </span>
        )}
        <button type="button" className={classes.help} onClick={() => showDialogue('keyboard-help')}>
          <KeyHint keys="?">keys</KeyHint>
        </button>
      </div>
    </footer>
  );
}
