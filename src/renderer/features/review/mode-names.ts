import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { orpc } from '../../lib/client';

/** Names of failure modes by id; the id itself for one the codebook no longer has. */
export function useModeNames(): (failureModeId: string) => string {
  const codebook = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  return useMemo(() => {
    const names = new Map((codebook.data?.failureModes ?? []).map((mode) => [mode.id, mode.name]));
    return (failureModeId: string) => names.get(failureModeId) ?? failureModeId;
  }, [codebook.data]);
}
