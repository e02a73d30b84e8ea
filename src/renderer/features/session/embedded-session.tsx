import type { ReactNode } from 'react';
import type { SessionSlotProps } from '../../components/session-slot';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { useSessionData } from './session-data';
import { SessionView } from './session-view';

/** A session within another screen: the same three parts, with the selection handed to that screen. */
export function EmbeddedSession({ sessionId, spanId, onSpan }: SessionSlotProps): ReactNode {
  const { data, error, retry } = useSessionData(sessionId);
  if (data === null && error !== null) return <ErrorState error={error} onRetry={retry} />;
  if (data === null) return <SkeletonRows rows={14} label="Loading the session" />;
  return <SessionView key={sessionId} data={data} spanId={spanId ?? undefined} onSpan={onSpan} />;
}
