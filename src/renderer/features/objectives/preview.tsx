import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { ShareBar } from '../../components/share-bar';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural, formatShare } from '../../lib/format';
import { checksObstacle, type Draft } from './draft';
import { OutcomeList } from './outcome-list';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

const SHOWN = 60;
const WAIT_MS = 400;

/** What the draft would say of the sessions there are, while it is being written; failed ones first. */
export function Preview({ draft }: { draft: Draft }): ReactNode {
  const [settled] = useDebouncedValue(draft, WAIT_MS);
  const obstacle = checksObstacle(settled);
  const query = useQuery(
    orpc.objective.preview.queryOptions({
      input: {
        objective: {
          decides: settled.decides,
          appliesTo: settled.appliesTo,
          combine: settled.combine,
          checks: settled.checks,
        },
        limit: SHOWN,
      },
      enabled: obstacle === null,
      placeholderData: keepPreviousData,
    }),
  );
  const isCurrent = obstacle === null && query.data !== undefined && !query.isError;
  return (
    <Panel title="Preview" detail={isCurrent ? formatPlural(query.data.total, 'session') : undefined}>
      {obstacle !== null ? (
        <EmptyState title="Nothing to decide yet">{obstacle}</EmptyState>
      ) : query.isError ? (
        <ErrorState error={query.error} title="A check cannot be used" onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <SkeletonRows label="Trying the checks" />
      ) : (
        <div aria-busy={query.isFetching}>
          <div className={classes.previewHead}>
            <ShareBar share={query.data.passed} of="of decided sessions pass" color="var(--ok)" />
            <span>
              {formatShare(query.data.passed)} pass, {formatCount(query.data.passed.count)} of{' '}
              {formatCount(query.data.passed.n)}
              {query.data.undecided > 0 && `; ${formatCount(query.data.undecided)} undecided`}
            </span>
          </div>
          {query.data.total === 0 ? (
            <EmptyState title="No session">
              The objective holds for no session of this workspace. Take a condition off “For which sessions”.
            </EmptyState>
          ) : (
            <OutcomeList rows={query.data.items} label="Sessions as the draft decides them" />
          )}
          {query.data.total > query.data.items.length && (
            <p className={versioned.note}>
              The first {formatCount(query.data.items.length)}, those that fail before those that pass.
              Evaluate to see all.
            </p>
          )}
        </div>
      )}
    </Panel>
  );
}
