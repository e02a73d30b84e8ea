import { IconAlertTriangle } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import type { SessionRow } from '../../../shared/model/session';
import { SafeText } from '../../components/safe-text';
import { formatHash } from '../../lib/navigation';
import { shownMatch } from './shown-match';
import { flagWords } from './facet-words';
import classes from './session-table.module.css';

/** These change how a session must be read; the others are in their own column. */
const GRAVE: readonly SessionRow['flags'][number][] = [
  'clock-backwards',
  'unresolved-parents',
  'no-session-id',
];

/** What tells one session from another; below it, while something is searched for, where it was found first. */
export function TitleCell({ session, text }: { session: SessionRow; text: string }): ReactNode {
  const { match } = session;
  const found = useMemo(() => (match === undefined ? null : shownMatch(match.excerpt, text)), [match, text]);
  const grave = session.flags.filter((flag) => GRAVE.includes(flag));
  const href = formatHash({
    screen: 'session',
    sessionId: session.sessionId,
    ...(match === undefined ? {} : { spanId: match.spanId }),
  });
  return (
    <span className={classes.title}>
      <span className={classes.titleLine}>
        <a className={classes.link} href={href} tabIndex={-1} draggable={false}>
          {session.title === '' ? (
            <span className={classes.id}>{session.sessionId}</span>
          ) : (
            <SafeText text={session.title.slice(0, 240)} />
          )}
        </a>
        {grave.length > 0 && (
          <IconAlertTriangle
            size={13}
            className={classes.grave}
            aria-label={grave.map((flag) => flagWords[flag].title).join(', ')}
          >
            <title>{grave.map((flag) => flagWords[flag].meaning).join(' ')}</title>
          </IconAlertTriangle>
        )}
      </span>
      {match !== undefined && found !== null && (
        <span className={classes.excerpt}>
          <span className={classes.turn}>turn {match.turnNo}</span>
          <SafeText text={found.excerpt} marks={found.marks} />
        </span>
      )}
    </span>
  );
}
