/**
 * The review screen: queues of sessions, reading them one after another with a verdict panel beside the session, and what
 * came of it. The session itself comes through its slot (components/session-slot.tsx). Must not show what others said to
 * a reviewer of a blind queue; the engine does not hand it out.
 */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatHash, useRouteOf } from '../../lib/navigation';
import { Agreement } from './agreement';
import { Disagreements } from './disagreements';
import { NewQueue } from './new-queue';
import { QueueFrame } from './queue-frame';
import { QueueItems } from './queue-items';
import { QueueList } from './queue-list';
import { Results } from './results';
import { Work } from './work';

export function ReviewScreen(): ReactNode {
  const route = useRouteOf('review');
  if (route?.view === 'new') return <NewQueue />;
  if (route?.queueId === undefined) return <QueueList />;
  return <QueueViews queueId={route.queueId} />;
}

function QueueViews({ queueId }: { queueId: string }): ReactNode {
  const route = useRouteOf('review');
  const queues = useQuery(orpc.review.queues.queryOptions());
  if (queues.isError) return <ErrorState error={queues.error} onRetry={() => void queues.refetch()} />;
  if (queues.data === undefined) return <SkeletonRows label="Fetching the queue" />;
  const queue = queues.data.find((one) => one.queueId === queueId);
  if (queue === undefined)
    return (
      <EmptyState
        title="This workspace has no such queue"
        actions={<a href={formatHash({ screen: 'review' })}>All queues</a>}
      >
        It may have been undone, or belong to another workspace.
      </EmptyState>
    );
  const view = route?.view ?? 'items';
  if (view === 'work') return <Work key={queueId} queue={queue} place={route?.place} />;
  return (
    <QueueFrame queue={queue} view={view}>
      {view === 'results' ? (
        <Results queue={queue} />
      ) : view === 'agreement' ? (
        <Agreement queueId={queueId} />
      ) : view === 'disagreements' ? (
        <Disagreements queue={queue} />
      ) : (
        <QueueItems queue={queue} />
      )}
    </QueueFrame>
  );
}
