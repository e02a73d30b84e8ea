import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SessionFlag } from '../../../shared/model/session';
import { Flag } from '../../components/flag';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SafeText } from '../../components/safe-text';
import { orpc } from '../../lib/client';
import {
  formatCompact,
  formatCost,
  formatCount,
  formatDateTime,
  formatDuration,
  formatPercent,
  formatPlural,
} from '../../lib/format';
import { navigate } from '../../lib/navigation';
import { useWorkspaceState } from '../../lib/workspace-state';
import { visible } from '../../lib/visible-text';
import { useSession } from './session-context';
import type { SessionData } from './session-data';
import classes from './session-header.module.css';

/** What is odd about the record, in a few words and in a sentence. */
const FLAGS: Record<SessionFlag, [string, string]> = {
  'no-times': ['no times', 'The source has no times: the timeline is by order.'],
  'some-times-missing': ['some times missing', 'Some spans have no time: they are placed by order.'],
  'missing-end-times': ['ends missing', 'Some spans have no end: their duration is not known.'],
  'clock-backwards': ['clock ran back', 'Some spans begin before the one that came before them.'],
  'unresolved-parents': ['parents missing', 'Some spans name a parent that is not in the import.'],
  'no-session-id': ['no session id', 'The source names no session: the trace or the file stands for it.'],
  'no-user-text': ['no user text', 'The source carries no user messages: each trace counts as a turn.'],
  'rewound-branch': [
    'left branches',
    'The user went back and took another way; the left branches are greyed.',
  ],
  'sub-agents': ['sub-agents', 'The agent started others; they are nested.'],
  fork: ['fork', 'The session began as a copy of another one; only what is new is here.'],
};
/** Facts that are no oddity: the screen shows them anyway. */
const PLAIN = new Set<SessionFlag>(['sub-agents', 'rewound-branch', 'fork']);

/** After the breadcrumb: the session's id, how much it holds, and what is odd about its record. */
export function SessionHeader({ data }: { data: SessionData }): ReactNode {
  const { session, fork } = data;
  const { select } = useSession();
  const agent = [session.agentName, session.agentVersion].filter((part) => part !== null).join(' ');
  const tokens = (session.inputTokens ?? 0) + (session.outputTokens ?? 0);
  const parts = [
    formatPlural(session.turnCount, 'turn'),
    formatPlural(session.spanCount, 'span'),
    session.durationMs === null ? '' : formatDuration(session.durationMs),
    tokens === 0 ? '' : `${formatCompact(tokens)} tokens`,
    session.costUsd === null ? '' : formatCost(session.costUsd),
    session.startTimeMs === null ? '' : formatDateTime(session.startTimeMs),
  ].filter((part) => part !== '');
  return (
    <HeaderDetail>
      <h1 className={classes.id} title={visible(session.sessionId)}>
        <SafeText text={session.sessionId.slice(0, 80)} />
      </h1>
      <span
        className={classes.facts}
        title={visible([...parts, agent, session.model ?? ''].filter(Boolean).join(', '))}
      >
        {parts.join(', ')}
        {agent !== '' && (
          <>
            , <SafeText text={agent.slice(0, 80)} />
          </>
        )}
        {session.model !== null && (
          <>
            , <SafeText text={session.model.slice(0, 60)} />
          </>
        )}
      </span>
      {session.failProbability !== null && (
        <Flag title="Probability that it failed its user; shows why" onClick={() => select(null)}>
          score {formatPercent(session.failProbability)}
        </Flag>
      )}
      {fork !== null && (
        <Flag
          title={`${FLAGS.fork[1]} ${formatPlural(fork.copiedSpanCount, 'span')} stand in ${visible(fork.originSessionId)}; opens it.`}
          onClick={() => {
            navigate({ screen: 'session', sessionId: fork.originSessionId });
          }}
        >
          {FLAGS.fork[0]}
        </Flag>
      )}
      {session.flags
        .filter((flag) => !PLAIN.has(flag))
        .map((flag) => (
          <Flag key={flag} tone="warn" title={FLAGS[flag][1]}>
            {FLAGS[flag][0]}
          </Flag>
        ))}
    </HeaderDetail>
  );
}

export type Neighbours = ReturnType<typeof useNeighbours>;

/** The sessions before and after this one in the list it was opened from. */
export function useNeighbours(sessionId: string, isEnabled: boolean) {
  const list = useWorkspaceState((state) => state.sessionList);
  return useQuery(orpc.session.neighbours.queryOptions({ input: { sessionId, ...list }, enabled: isEnabled }))
    .data;
}

interface SessionStatusProps {
  data: SessionData;
  neighbours: Neighbours;
}

export function SessionStatus({ data, neighbours }: SessionStatusProps): ReactNode {
  const isPartial = data.spans.length < data.spanCount;
  return (
    <StatusDetail>
      {isPartial && (
        <span role="status">
          loading: {formatCount(data.spans.length)} of {formatPlural(data.spanCount, 'span')}
        </span>
      )}
      {neighbours !== undefined && neighbours.place > 0 && (
        <span>
          session {formatCount(neighbours.place)} of {formatCount(neighbours.total)}
        </span>
      )}
      <KeyHint keys="[">previous</KeyHint>
      <KeyHint keys="]">next</KeyHint>
      <KeyHint keys="j">turn</KeyHint>
      <KeyHint keys="n">finding</KeyHint>
      <KeyHint keys="c">correction</KeyHint>
      <KeyHint keys="e">unfold</KeyHint>
      <KeyHint keys="/">search</KeyHint>
    </StatusDetail>
  );
}
