/**
 * The frame every screen sits in: header, rail, status line, the dialogues that belong to no screen, and the keys that
 * work everywhere. Knows the screens by their registry alone.
 */
import { useMantineColorScheme } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { FrameSlotsContext } from '../components/frame-slots';
import { SessionSlotContext, type SessionSlotProps } from '../components/session-slot';
import { SkeletonRows } from '../components/skeleton';
import { showDialogue } from '../lib/frame-state';
import { useShortcuts, type Shortcut } from '../lib/keyboard';
import { goBack, goForward, navigate, useRoute, type ScreenId } from '../lib/navigation';
import { useShownTheme } from '../lib/lanes';
import { shell } from '../lib/shell';
import { redo, undo, useWorkspace } from '../lib/workspace';
import { receiveFiles, runCommand } from './commands';
import { DropTarget } from './drop-target';
import { EngineBanner } from './engine-banner';
import { ErrorBoundary } from './error-boundary';
import { Header } from './header';
import { KeyboardHelp } from './keyboard-help';
import { LogDrawer } from './log-drawer';
import { NameDialogue } from './name-dialogue';
import { Palette } from './palette';
import { Rail } from './rail';
import { destinations, screenOf } from './screens';
import { StatusLine } from './status-line';
import classes from './frame.module.css';

/** What shows a session within other screens; they know it by its slot alone. */
const EmbeddedSession = lazy(async () => ({
  default: (await import('../features/session/embedded-session')).EmbeddedSession,
}));
const showSession = (props: SessionSlotProps): ReactNode => <EmbeddedSession {...props} />;

function useFrameShortcuts(hasWorkspace: boolean): void {
  const { setColorScheme } = useMantineColorScheme();
  const shownTheme = useShownTheme();
  const shortcuts: Shortcut[] = [
    {
      keys: 'mod+k',
      description: 'Command palette',
      whenTyping: true,
      run: () => showDialogue('palette'),
    },
    { keys: '?', description: 'All keys', run: () => showDialogue('keyboard-help') },
    { keys: 'mod+z', description: 'Undo', isDisabled: !hasWorkspace, run: () => void undo() },
    {
      keys: ['mod+shift+z', 'mod+y'],
      description: 'Redo',
      isDisabled: !hasWorkspace,
      run: () => void redo(),
    },
    ...destinations
      .filter((screen) => hasWorkspace || !screen.needsWorkspace)
      .flatMap((screen) =>
        screen.goKey === null
          ? []
          : [
              {
                keys: `g ${screen.goKey}`,
                description: `Go to ${screen.title}`,
                run: () => navigate(screen.route),
              },
            ],
      ),
    {
      keys: 'g l',
      description: 'The log: what was done, and by whom',
      isDisabled: !hasWorkspace,
      run: () => showDialogue('log'),
    },
    { keys: 'alt+ArrowLeft', description: 'Back', run: goBack },
    { keys: 'alt+ArrowRight', description: 'Forward', run: goForward },
    {
      keys: 'mod+shift+l',
      description: 'Light or dark theme',
      run: () => setColorScheme(shownTheme === 'dark' ? 'light' : 'dark'),
    },
  ];
  useShortcuts('Everywhere', shortcuts);
}

/** The screen to show: without a workspace only those that need none; at the very start the one that is most use. */
function useShownScreen(): { id: ScreenId; isWaiting: boolean; hasWorkspace: boolean } {
  const { screen } = useRoute();
  const workspace = useWorkspace();
  const info = workspace.data ?? null;
  const hasWorkspace = info !== null;
  const isBarred = screenOf(screen)?.needsWorkspace === true && !hasWorkspace && !workspace.isPending;
  useEffect(() => {
    if (isBarred) navigate({ screen: 'home' }, { replace: true });
  }, [isBarred]);
  useEffect(() => {
    if (info !== null && ['', '#', '#/'].includes(window.location.hash))
      navigate({ screen: info.sessionCount === 0 ? 'import' : 'overview' }, { replace: true });
  }, [info]);
  return { id: isBarred ? 'home' : screen, isWaiting: workspace.isPending, hasWorkspace };
}

export function Frame(): ReactNode {
  const { id, isWaiting, hasWorkspace } = useShownScreen();
  const screen = screenOf(id);
  const [header, setHeader] = useState<HTMLElement | null>(null);
  const [status, setStatus] = useState<HTMLElement | null>(null);
  const slots = useMemo(() => ({ header, status }), [header, status]);
  useFrameShortcuts(hasWorkspace);
  useEffect(() => shell.onCommand((command) => void runCommand(command)), []);
  useEffect(() => shell.openedFiles((files) => void receiveFiles(files)), []);
  useEffect(() => {
    document.title = screen === undefined ? 'Faultline' : `${screen.title} - Faultline`;
  }, [screen]);

  const waiting = <SkeletonRows label="Loading" />;
  return (
    <FrameSlotsContext value={slots}>
      <div className={classes.frame}>
        <Header slotRef={setHeader} />
        <EngineBanner />
        <Rail hasWorkspace={hasWorkspace} />
        <main className={classes.main}>
          <ErrorBoundary resetKey={id}>
            {/* Keyed: while the next screen's code loads, the one before must be gone and write to no address any more. */}
            <Suspense key={id} fallback={waiting}>
              <SessionSlotContext value={showSession}>
                {isWaiting || screen === undefined ? waiting : <screen.component />}
              </SessionSlotContext>
            </Suspense>
          </ErrorBoundary>
        </main>
        <StatusLine slotRef={setStatus} />
      </div>
      <DropTarget />
      <Palette />
      <KeyboardHelp />
      <LogDrawer />
      <NameDialogue />
    </FrameSlotsContext>
  );
}
