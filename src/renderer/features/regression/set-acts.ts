/** What is done to regression sets from several places of the screen. Every save is a new version, and can be undone. */
import { useMutation } from '@tanstack/react-query';
import type { RegressionCase, RegressionSet } from '../../../shared/model/regression';
import { client } from '../../lib/client';
import { navigate, type RouteOf } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';

export type Tab = NonNullable<RouteOf<'regression'>['tab']>;

/** Goes to a set, one of its cases, or a part of the screen. */
export function show(place: Omit<RouteOf<'regression'>, 'screen'>): void {
  navigate({ screen: 'regression', ...place }, { replace: true });
}

interface Change {
  set: RegressionSet;
  cases: RegressionCase[];
  note: string;
}

/** Saves the next version of a set with other cases; the baseline stays, for it is by case. */
export function useSaveCases(onSaved?: () => void) {
  return useMutation({
    mutationFn: ({ set, cases, note }: Change) =>
      client.regression.save({ setId: set.setId, name: set.name, note, cases, baseline: set.baseline }),
    meta: { doing: 'save the set' },
    onSuccess: ({ version }, { note }) => {
      toastDone(`${note}: version ${version}. Undo takes it back.`);
      onSaved?.();
    },
  });
}
