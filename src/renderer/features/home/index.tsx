/**
 * The home screen: the way into a workspace (recent, new, sample, a drop) and what opens here. Must work without one.
 * Files dropped while no workspace is open wait in lib/workspace-state.ts and get one made for them here.
 */
import { Button } from '@mantine/core';
import { IconFolderOpen, IconPlus, IconSparkles } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { receiveFiles, runCommand } from '../../app/commands';
import { FileSources } from '../../components/file-sources';
import { StatusDetail } from '../../components/frame-slots';
import { client, orpc } from '../../lib/client';
import { useShortcuts } from '../../lib/keyboard';
import { enterWorkspace, useWorkspace } from '../../lib/workspace';
import { useWorkspaceState } from '../../lib/workspace-state';
import { Formats } from './formats';
import { OfflineEvidence } from './offline-evidence';
import { OpenWorkspace } from './open-workspace';
import { RecentWorkspaces } from './recent-workspaces';
import { WaitingFiles } from './waiting-files';
import classes from './home.module.css';

export function HomeScreen(): ReactNode {
  const workspace = useWorkspace().data ?? null;
  const recent = useQuery(orpc.workspace.recent.queryOptions({ staleTime: 0 }));
  const staged = useWorkspaceState((state) => state.stagedFiles);
  const [isOpeningSample, setIsOpeningSample] = useState(false);
  const openSample = () => {
    setIsOpeningSample(true);
    void enterWorkspace(() => client.workspace.openSample()).finally(() => setIsOpeningSample(false));
  };
  useShortcuts('Home', [
    { keys: 'n', description: 'New workspace', run: () => void runCommand('new-workspace') },
    { keys: 'o', description: 'Open a workspace', run: () => void runCommand('open-workspace') },
    { keys: 's', description: 'Open the sample', run: openSample },
  ]);
  const isFirstTime = workspace === null && recent.data?.length === 0 && staged.length === 0;
  const sampleButton = (
    <Button
      variant={isFirstTime ? 'filled' : 'default'}
      leftSection={<IconSparkles size={15} />}
      loading={isOpeningSample}
      onClick={openSample}
    >
      Open the sample
    </Button>
  );
  const workspaceButtons = (
    <>
      <Button leftSection={<IconPlus size={15} />} onClick={() => void runCommand('new-workspace')}>
        New workspace
      </Button>
      <Button leftSection={<IconFolderOpen size={15} />} onClick={() => void runCommand('open-workspace')}>
        Open a workspace
      </Button>
    </>
  );
  return (
    <div className={classes.screen}>
      <StatusDetail>
        <span>Drop trace files, a folder or a workspace anywhere on the window</span>
      </StatusDetail>
      <div className={classes.columns}>
        <div className={classes.main}>
          {isFirstTime && (
            <section className={classes.welcome} aria-label="Start">
              <h2>Find out why an agent failed its users</h2>
              <p>
                Faultline reads the traces your agents leave behind and shows where they went wrong, all on
                this machine. The sample holds three weeks of invented sessions of a support agent and of a
                coding agent: every screen has something in it, and nothing you do there can do harm.
              </p>
              <div className={classes.buttons}>
                {sampleButton}
                {workspaceButtons}
              </div>
            </section>
          )}
          {workspace !== null && <OpenWorkspace workspace={workspace} />}
          {staged.length > 0 && workspace === null ? (
            <WaitingFiles files={staged} recent={recent.data ?? []} />
          ) : (
            <FileSources
              title={
                workspace === null
                  ? 'Drop trace files or a folder anywhere; they get a workspace of their own'
                  : `Drop trace files or a folder anywhere to import them into ${workspace.name}`
              }
              onFiles={receiveFiles}
            />
          )}
          {!isFirstTime && (
            <>
              <div className={classes.buttons}>
                {workspaceButtons}
                {sampleButton}
              </div>
              <RecentWorkspaces recent={recent} openPath={workspace?.path ?? null} />
            </>
          )}
        </div>
        <div className={classes.side}>
          <OfflineEvidence />
          <Formats />
        </div>
      </div>
    </div>
  );
}
