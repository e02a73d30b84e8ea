import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { SignalPreview } from '../../../shared/contract/signal';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { FINDING_PAGE, FindingList } from './finding-list';
import classes from './signals.module.css';

/** What a change adds and drops, before it is made: how many, and which. */
export function PreviewCard({ preview }: { preview: SignalPreview }): ReactNode {
  const [change, setChange] = useState<'added' | 'dropped'>(preview.added > 0 ? 'added' : 'dropped');
  const [offset, setOffset] = useState(0);
  const query = useQuery(
    orpc.signal.previewFindings.queryOptions({
      input: { previewId: preview.previewId, change, offset, limit: FINDING_PAGE },
    }),
  );
  const isSame = preview.added === 0 && preview.dropped === 0;
  return (
    <div className={classes.preview} role="region" aria-label="What it changes">
      <p>
        <b>
          {isSame
            ? 'It changes nothing.'
            : `It adds ${formatPlural(preview.added, 'finding')} and drops ${formatCount(preview.dropped)}.`}
        </b>{' '}
        {formatPlural(preview.kept, 'finding')} {preview.kept === 1 ? 'stays' : 'stay'};{' '}
        {formatPlural(preview.sessionsAfter, 'session')} would have it instead of{' '}
        {formatCount(preview.sessionsBefore)}.
      </p>
      {!isSame && (
        <>
          <SegmentedControl
            aria-label="Which findings"
            data={[
              { value: 'added', label: `added ${formatCount(preview.added)}` },
              { value: 'dropped', label: `dropped ${formatCount(preview.dropped)}` },
            ]}
            value={change}
            onChange={(value) => {
              setChange(value);
              setOffset(0);
            }}
          />
          {query.isPending ? (
            <SkeletonRows rows={3} label="Fetching the findings" />
          ) : query.isError ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : query.data.total === 0 ? (
            <p className={classes.dim}>None are {change}.</p>
          ) : (
            <FindingList
              items={query.data.items}
              total={query.data.total}
              offset={offset}
              onOffset={setOffset}
            />
          )}
        </>
      )}
    </div>
  );
}
