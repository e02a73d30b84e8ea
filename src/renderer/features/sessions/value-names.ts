/** What ids in a filter are called: signals and formats by their registries, sources and failure modes by the facets. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Facets } from '../../../shared/contract/session';
import { orpc } from '../../lib/client';
import { FACETS, tenthWords } from './facet-words';
import type { ValueNames } from './filter-edits';

export function useValueNames(facets: Facets | undefined): ValueNames {
  const signals = useQuery(orpc.signal.list.queryOptions());
  const formats = useQuery(orpc.imports.formats.queryOptions());
  return useMemo(() => {
    const names = new Map<string, string>();
    for (const words of FACETS)
      for (const one of facets?.[words.counts] ?? []) names.set(`${words.facet}:${one.value}`, one.label);
    for (const signal of signals.data ?? []) {
      names.set(`signals:${signal.id}`, signal.title);
      names.set(`allSignals:${signal.id}`, signal.title);
    }
    for (const format of formats.data ?? []) names.set(`formats:${format.id}`, format.title);
    return (facet, value) =>
      facet === 'scoreTenths' ? tenthWords(value) : (names.get(`${facet}:${value}`) ?? value);
  }, [facets, signals.data, formats.data]);
}
