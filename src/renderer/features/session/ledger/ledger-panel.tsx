/** The goal ledger beside the conversation: what is wanted of the agent, as it stands at the turn one is in. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { goalKinds, type Goal, type GoalKind } from '../../../../shared/model/goal';
import { EmptyState, ErrorState } from '../../../components/empty-state';
import { Flag } from '../../../components/flag';
import { KeyHint } from '../../../components/kbd';
import { Panel } from '../../../components/panel';
import { SafeText } from '../../../components/safe-text';
import { SkeletonRows } from '../../../components/skeleton';
import { cx } from '../../../lib/class-names';
import { orpc } from '../../../lib/client';
import { formatCount, formatPlural } from '../../../lib/format';
import { useSession } from '../session-context';
import { standingAt, type Standing } from './standing';
import classes from './ledger.module.css';

/** More than a session ever holds. */
const LIMIT = 500;

const KIND_TITLES: Record<GoalKind, string> = {
  objective: 'Objectives',
  requirement: 'Requirements',
  preference: 'Preferences',
  profile: 'About the user',
  policy: 'Policies of the instructions',
};

export function LedgerPanel({ onClose }: { onClose: () => void }): ReactNode {
  const { data, selection } = useSession();
  const { sessionId } = data.session;
  const query = useQuery(
    orpc.session.ledger.queryOptions({
      input: { sessionId, offset: 0, limit: LIMIT },
      meta: { changesWith: 'imports' },
    }),
  );
  const current = selection.spanId === null ? undefined : data.indexOf.get(selection.spanId);
  const turnNo = current === undefined ? null : (data.spans[current]?.turnNo ?? null);
  const goals = useMemo(() => query.data?.items ?? [], [query.data]);
  const byKind = useMemo(
    () =>
      goalKinds
        .map((kind) => ({ kind, goals: goals.filter((goal) => goal.kind === kind) }))
        .filter((group) => group.goals.length > 0),
    [goals],
  );
  const broken = goals.filter((goal) => goal.breaches.length > 0).length;
  return (
    <Panel
      title="Goal ledger"
      detail={
        query.data &&
        `${broken > 0 ? `${formatCount(broken)} broken of ${formatCount(goals.length)}` : formatPlural(goals.length, 'entry', 'entries')}${turnNo === null ? '' : `, at turn ${formatCount(turnNo)}`}`
      }
      actions={
        <button type="button" className={classes.action} onClick={onClose}>
          <KeyHint keys="l">close</KeyHint>
        </button>
      }
    >
      {query.isPending ? (
        <SkeletonRows label="Reading the ledger" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : goals.length === 0 ? (
        <EmptyState title="Nothing was asked for in words">
          The ledger lists what users and instructions demand. This session has no message that does.
        </EmptyState>
      ) : (
        <div className={classes.ledger}>
          {byKind.map((group) => (
            <section key={group.kind} aria-label={KIND_TITLES[group.kind]}>
              <h3 className={classes.kind}>
                {KIND_TITLES[group.kind]} <span>{formatCount(group.goals.length)}</span>
              </h3>
              {group.goals.map((goal) => (
                <GoalRow key={goal.goalId} goal={goal} standing={standingAt(goal, turnNo)} />
              ))}
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

const STATE_WORDS: Record<Standing['state'], string> = {
  later: 'said later',
  broken: 'broken',
  lifted: 'taken back',
  served: 'served',
  open: 'not served yet',
};

function GoalRow({ goal, standing }: { goal: Goal; standing: Standing }): ReactNode {
  const { select, selection } = useSession();
  return (
    <div className={cx(classes.goal, standing.state === 'later' && classes.later)}>
      <button
        type="button"
        className={cx(classes.words, selection.spanId === goal.spanId && classes.here)}
        title="Go to where it is said"
        onClick={() => select(goal.spanId)}
      >
        <span className={classes.place}>{goal.turnNo === 0 ? 'start' : `turn ${goal.turnNo}`}</span>
        <span>
          <SafeText text={goal.words} />
        </span>
      </button>
      <div className={classes.facts}>
        {standing.state === 'broken' ? (
          <Flag tone="fail">{STATE_WORDS.broken}</Flag>
        ) : (
          <span>{STATE_WORDS[standing.state]}</span>
        )}
        {standing.served !== null && (
          <Jump spanId={standing.served.spanId}>last served in turn {standing.served.turnNo}</Jump>
        )}
        {goal.lifted !== null && standing.state === 'lifted' && (
          <Jump spanId={goal.lifted.spanId}>in turn {goal.lifted.turnNo}</Jump>
        )}
        {goal.checked !== null && <span title="What is checked">check: {goal.checked}</span>}
      </div>
      {standing.breaches.map((breach) => (
        <div key={`${breach.spanId} ${breach.how}`} className={classes.breach}>
          <Jump spanId={breach.spanId}>
            turn {breach.turnNo}, <SafeText text={breach.how} />
          </Jump>
          <span>
            {breach.turns === 0
              ? 'in the same turn'
              : `${formatPlural(breach.turns, 'turn')}, about ${formatPlural(breach.tokens, 'token')} later`}
          </span>
        </div>
      ))}
    </div>
  );
}

function Jump({ spanId, children }: { spanId: string; children: ReactNode }): ReactNode {
  const { select } = useSession();
  return (
    <button type="button" className={classes.jump} onClick={() => select(spanId)}>
      {children}
    </button>
  );
}
