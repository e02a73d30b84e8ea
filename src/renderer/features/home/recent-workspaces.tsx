import { IconAlertTriangle, IconX } from '@tabler/icons-react';
import { useMutation, type UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { cx } from '../../lib/class-names';
import { client, orpc } from '../../lib/client';
import { formatRecent } from '../../lib/format';
import { enterWorkspace } from '../../lib/workspace';
import classes from './home.module.css';

export type RecentWorkspace = Awaited<ReturnType<typeof client.workspace.recent>>[number];

interface RecentWorkspacesProps {
  recent: UseQueryResult<RecentWorkspace[]>;
  /** The one that is open, which is shown elsewhere. */
  openPath: string | null;
}

/** Workspaces that were open before: opened by a click, forgotten by another; those that are gone say so. */
export function RecentWorkspaces({ recent, openPath }: RecentWorkspacesProps): ReactNode {
  const [opening, setOpening] = useState<string | null>(null);
  const forget = useMutation(
    orpc.workspace.forgetRecent.mutationOptions({ meta: { doing: 'forget the workspace' } }),
  );
  const open = (id: string) => {
    setOpening(id);
    void enterWorkspace(() => client.workspace.openRecent({ id })).finally(() => setOpening(null));
  };
  const shown = recent.data?.filter((workspace) => workspace.path !== openPath) ?? [];
  return (
    <section className={classes.recent} aria-label="Recent workspaces">
      <h2>Recent workspaces</h2>
      {recent.isPending && <SkeletonRows rows={3} label="Looking for workspaces" />}
      {recent.isError && <ErrorState error={recent.error} onRetry={() => void recent.refetch()} />}
      {recent.isSuccess && shown.length === 0 && (
        <p className={classes.none}>
          {openPath === null
            ? 'None yet. A workspace you make or open is listed here.'
            : 'No other workspace was open on this machine.'}
        </p>
      )}
      <ul className={classes.list}>
        {shown.map((workspace) => (
          <li key={workspace.id} className={cx(classes.item, !workspace.exists && classes.gone)}>
            <button
              type="button"
              className={classes.open}
              disabled={!workspace.exists || opening !== null}
              onClick={() => open(workspace.id)}
            >
              <span className={classes.name}>
                {workspace.name}
                {!workspace.exists && (
                  <span className={classes.missing}>
                    <IconAlertTriangle size={13} aria-hidden /> not there any more
                  </span>
                )}
                {opening === workspace.id && <span className={classes.state}>opening…</span>}
              </span>
              <span className={classes.path}>{workspace.path}</span>
            </button>
            <span className={classes.when}>{formatRecent(workspace.openedAt)}</span>
            <button
              type="button"
              className={classes.forget}
              title="Forget: takes it off this list, deletes nothing"
              aria-label={`Forget ${workspace.name}`}
              onClick={() => forget.mutate({ id: workspace.id })}
            >
              <IconX size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
