import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Finding, Signal } from '../../../shared/model/signal';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { client, orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import { FINDING_PAGE, FindingList } from './finding-list';
import chart from '../../components/chart.module.css';

/** The findings of a signal, page by page. */
export function FindingsCard({ signal }: { signal: Signal }): ReactNode {
  const [offset, setOffset] = useState(0);
  const query = useQuery({
    ...orpc.signal.findings.queryOptions({ input: { signal: signal.id, offset, limit: FINDING_PAGE } }),
    placeholderData: keepPreviousData,
  });
  const judge = useMutation({
    mutationFn: ({ findingId, verdict }: Finding) =>
      client.signal.judge({ findingIds: [findingId], verdict: verdict === 'wrong' ? null : 'wrong' }),
    meta: { doing: 'judge the finding' },
  });
  return (
    <ChartCard
      title="Findings"
      note="Each leads to its place in its session. Those said to be wrong count nowhere."
      actions={
        signal.sessionCount > 0 && (
          <button
            type="button"
            className={chart.textButton}
            onClick={() => openSessions({ signals: [signal.id] }, { key: 'findingCount', descending: true })}
          >
            its {formatPlural(signal.sessionCount, 'session')}
          </button>
        )
      }
    >
      {query.isPending ? (
        <SkeletonRows rows={6} label="Fetching the findings" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.total === 0 ? (
        <ChartEmpty>
          {signal.isEnabled
            ? 'Nothing was found. That may be good news, or the traces lack what it looks at.'
            : 'It is switched off. Switch it on and it looks at all sessions.'}
        </ChartEmpty>
      ) : (
        <FindingList
          items={query.data.items}
          total={query.data.total}
          offset={offset}
          onOffset={setOffset}
          onRefute={(finding) => judge.mutate(finding)}
        />
      )}
    </ChartCard>
  );
}
