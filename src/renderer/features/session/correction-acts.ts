/**
 * What an analyst can say of a user turn here: that it is a correction or not, and of which failure mode. Shown at once,
 * taken back when the engine refuses; undo is the workspace's.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Correction, CorrectionState } from '../../../shared/model/correction';
import type { Finding } from '../../../shared/model/signal';
import { client, orpc } from '../../lib/client';
import { ACTS } from '../../lib/query-client';
import { toastDone } from '../../lib/toast';

type Verdict = 'confirmed' | 'rejected';

export interface CorrectionActs {
  /** `null` takes the verdict back. */
  judge: (correction: Correction, verdict: Verdict | null) => void;
  /** Says that a finding is wrong, so that it counts nowhere; said again, takes it back. */
  refute: (finding: Finding) => void;
  add: (spanId: string) => void;
  /** Assigns a failure mode, or takes it away where it is the one assigned; makes the turn a correction first if need be. */
  assign: (spanId: string, correction: Correction | undefined, failureModeId: string, name: string) => void;
}

export function useCorrectionActs(sessionId: string): CorrectionActs {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => orpc.session.outline.queryKey({ input: { sessionId } }), [sessionId]);

  const change = useCallback(
    async (correctionId: string, edit: (correction: Correction) => Correction) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData(queryKey);
      if (before !== undefined)
        queryClient.setQueryData(queryKey, {
          ...before,
          corrections: before.corrections.map((correction) =>
            correction.correctionId === correctionId ? edit(correction) : correction,
          ),
        });
      return { before };
    },
    [queryClient, queryKey],
  );
  const restore = useCallback(
    (result: Awaited<ReturnType<typeof change>> | undefined) => {
      if (result?.before !== undefined) queryClient.setQueryData(queryKey, result.before);
    },
    [queryClient, queryKey],
  );

  const { mutate: judge } = useMutation({
    scope: ACTS,
    mutationFn: ({ correction, verdict }: { correction: Correction; verdict: Verdict | null }) =>
      client.correction.judge({ correctionIds: [correction.correctionId], verdict }),
    onMutate: ({ correction, verdict }) =>
      change(correction.correctionId, (old) => ({
        ...old,
        state: verdict ?? ('proposed' satisfies CorrectionState),
      })),
    onError: (_error, _variables, result) => restore(result),
    meta: { doing: 'judge the correction' },
  });
  const { mutate: refute } = useMutation({
    scope: ACTS,
    mutationFn: ({ findingId, verdict }: Finding) =>
      client.signal.judge({ findingIds: [findingId], verdict: verdict === 'wrong' ? null : 'wrong' }),
    onSuccess: (_data, { verdict }) =>
      toastDone(verdict === 'wrong' ? 'The finding counts again.' : 'Judged wrong: it counts nowhere.'),
    meta: { doing: 'judge the finding' },
  });
  const { mutate: add } = useMutation({
    scope: ACTS,
    mutationFn: ({ spanId }: { spanId: string }) => client.correction.add({ sessionId, spanId }),
    onSuccess: () => toastDone('This turn is a correction now.'),
    meta: { doing: 'add the correction' },
  });
  const { mutate: assign } = useMutation({
    scope: ACTS,
    mutationFn: async (variables: {
      spanId: string;
      correction: Correction | undefined;
      failureModeId: string;
      name: string;
    }) => {
      const { correction, spanId, failureModeId } = variables;
      const correctionId =
        correction?.correctionId ?? (await client.correction.add({ sessionId, spanId })).correctionId;
      const isAssigned = correction?.failureModeIds.includes(failureModeId) === true;
      await client.correction.assign({
        correctionIds: [correctionId],
        failureModeId,
        mode: isAssigned ? 'remove' : 'set',
      });
    },
    onMutate: ({ correction, failureModeId }) =>
      correction === undefined
        ? undefined
        : change(correction.correctionId, (old) =>
            old.failureModeIds.includes(failureModeId)
              ? { ...old, failureModeIds: old.failureModeIds.filter((id) => id !== failureModeId) }
              : { ...old, state: 'confirmed', failureModeIds: [failureModeId] },
          ),
    onError: (_error, _variables, result) => restore(result),
    onSuccess: (_data, { correction, failureModeId, name }) =>
      toastDone(
        correction?.failureModeIds.includes(failureModeId) === true
          ? `No longer ${name}.`
          : `Sorted as ${name}.`,
      ),
    meta: { doing: 'sort the correction' },
  });
  return useMemo(
    () => ({
      judge: (correction, verdict) => judge({ correction, verdict }),
      refute,
      add: (spanId) => add({ spanId }),
      assign: (spanId, correction, failureModeId, name) =>
        assign({ spanId, correction, failureModeId, name }),
    }),
    [judge, refute, add, assign],
  );
}
