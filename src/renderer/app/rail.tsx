import { Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Kbd } from '../components/kbd';
import { cx } from '../lib/class-names';
import { showDialogue } from '../lib/frame-state';
import { useShownTheme } from '../lib/lanes';
import { formatHash, useRoute } from '../lib/navigation';
import { destinations, screenOf } from './screens';
import classes from './rail.module.css';

/** The screens, at the left edge. Links, so that they can be copied and reached by Tab. */
export function Rail({ hasWorkspace }: { hasWorkspace: boolean }): ReactNode {
  const route = useRoute();
  const lit = screenOf(route.screen)?.railId;
  const { setColorScheme } = useMantineColorScheme();
  const shownTheme = useShownTheme();
  const isDark = shownTheme === 'dark';
  return (
    <nav className={classes.rail} aria-label="Screens">
      {destinations.map((screen) => {
        const isOff = screen.needsWorkspace && !hasWorkspace;
        return (
          <Tooltip
            key={screen.id}
            position="right"
            label={
              <>
                <b>{screen.title}</b> {screen.goKey !== null && <Kbd keys={`g ${screen.goKey}`} />}
                <div className={classes.purpose}>{isOff ? 'Open a workspace first' : screen.purpose}</div>
              </>
            }
          >
            <a
              className={cx(classes.item, lit === screen.id && classes.lit, isOff && classes.off)}
              href={isOff ? undefined : formatHash(screen.route)}
              aria-label={screen.title}
              aria-current={lit === screen.id ? 'page' : undefined}
              aria-disabled={isOff}
            >
              <screen.icon size={19} stroke={1.6} aria-hidden />
            </a>
          </Tooltip>
        );
      })}
      <div className={classes.space} />
      <Tooltip position="right" label="Keyboard">
        <button
          type="button"
          className={classes.item}
          aria-label="Keyboard shortcuts"
          onClick={() => showDialogue('keyboard-help')}
        >
          <IconKeyboard size={19} stroke={1.6} aria-hidden />
        </button>
      </Tooltip>
      <Tooltip position="right" label={isDark ? 'Light theme' : 'Dark theme'}>
        <button
          type="button"
          className={classes.item}
          aria-label={isDark ? 'Light theme' : 'Dark theme'}
          onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
        >
          {isDark ? (
            <IconSun size={19} stroke={1.6} aria-hidden />
          ) : (
            <IconMoon size={19} stroke={1.6} aria-hidden />
          )}
        </button>
      </Tooltip>
    </nav>
  );
}
