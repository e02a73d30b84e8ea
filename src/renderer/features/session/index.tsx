/**
 * The session screen: conversation, timeline and inspector over one selection. Owns fetching its session and saying why
 * it cannot; must not know other screens but by their routes.
 */
import type { ReactNode } from 'react';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { useRouteOf } from '../../lib/navigation';
import { useSessionData } from './session-data';
import { SessionView } from './session-view';

export function SessionScreen(): ReactNode {
  const route = useRouteOf('session');
  // Another session is another screen: nothing that was folded or searched for is carried over.
  return route && <Session key={route.sessionId} sessionId={route.sessionId} spanId={route.spanId} />;
}

function Session({ sessionId, spanId }: { sessionId: string; spanId: string | undefined }): ReactNode {
  const { data, error, retry } = useSessionData(sessionId);
  if (data === null && error !== null) return <ErrorState error={error} onRetry={retry} />;
  if (data === null) return <SkeletonRows rows={14} label="Loading the session" />;
  return <SessionView data={data} spanId={spanId} />;
}
