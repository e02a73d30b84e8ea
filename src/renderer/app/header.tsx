import type { ReactNode } from 'react';
import { Kbd } from '../components/kbd';
import { showDialogue } from '../lib/frame-state';
import { formatHash, useRoute, type Route } from '../lib/navigation';
import { useWorkspace } from '../lib/workspace';
import { useWorkspaceState } from '../lib/workspace-state';
import { OfflineBadge } from './offline-badge';
import { screenOf } from './screens';
import classes from './header.module.css';

/** Where one is: product, workspace, screen; and after it what the screen adds. */
export function Header({ slotRef }: { slotRef: (element: HTMLElement | null) => void }): ReactNode {
  const route = useRoute();
  const workspace = useWorkspace().data ?? null;
  const list = useWorkspaceState((state) => state.sessionList);
  const screen = screenOf(route.screen);
  const back: Route = { screen: 'sessions', ...list };
  return (
    <header className={classes.header}>
      <a className={classes.product} href={formatHash({ screen: 'home' })}>
        Faultline
      </a>
      <nav className={classes.crumbs} aria-label="Where you are">
        {workspace !== null && (
          <>
            <a href={formatHash({ screen: 'overview' })} title={workspace.path}>
              {workspace.name}
            </a>
            <span aria-hidden>/</span>
          </>
        )}
        {route.screen === 'session' ? (
          <>
            <a href={formatHash(back)}>Sessions</a>
            <span aria-hidden>/</span>
          </>
        ) : (
          <h1 className={classes.screen}>{screen?.title}</h1>
        )}
      </nav>
      <div className={classes.slot} ref={slotRef} />
      <div className={classes.end}>
        <OfflineBadge />
        <button
          type="button"
          className={classes.palette}
          aria-label="Command palette"
          onClick={() => showDialogue('palette')}
        >
          <Kbd keys="mod+k" />
        </button>
      </div>
    </header>
  );
}
