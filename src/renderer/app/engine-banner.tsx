import { useEffect, useState, type ReactNode } from 'react';
import { orpc, client } from '../lib/client';
import { queryClient, refreshAll } from '../lib/query-client';
import { shell } from '../lib/shell';
import { toastError } from '../lib/toast';
import classes from './engine-banner.module.css';

/** Starts a new engine and opens in it the workspace that was open. */
async function restart(): Promise<void> {
  const before = queryClient.getQueryData(orpc.workspace.current.queryKey()) ?? null;
  await shell.restartEngine();
  if (before !== null) {
    const recent = await client.workspace.recent();
    const same = recent.find((workspace) => workspace.path === before.path);
    if (same !== undefined) await client.workspace.openRecent({ id: same.id });
  }
  await refreshAll();
}

/** Shown while the engine is dead: why, that nothing is lost, and the way back. */
export function EngineBanner(): ReactNode {
  const [reason, setReason] = useState<string | null>(null);
  const [isRestarting, setIsRestarting] = useState(false);
  useEffect(
    () =>
      shell.onEngineDown((why) => {
        setReason(why);
        // What it last said of itself holds no longer.
        void queryClient.invalidateQueries({ queryKey: orpc.app.key() });
      }),
    [],
  );
  if (reason === null) return null;
  const onRestart = () => {
    setIsRestarting(true);
    restart()
      .then(() => setReason(null))
      .catch((error: unknown) => toastError(error, 'restart the engine'))
      .finally(() => setIsRestarting(false));
  };
  return (
    <div className={classes.banner} role="alert">
      <span className={classes.text}>
        <b>The engine has stopped.</b> {reason} What you did is safe in the journal.
      </span>
      <button type="button" className={classes.button} disabled={isRestarting} onClick={onRestart}>
        {isRestarting ? 'Starting…' : 'Restart the engine'}
      </button>
    </div>
  );
}
