/** Values of a facet that are not among the most frequent, found by a part of their name. */
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { openFacets, type Facets, type OpenFacet } from '../../../shared/contract/session';
import type { SessionFilter } from '../../../shared/model/session';
import { orpc } from '../../lib/client';

/** A facet, and what narrows the sessions it is counted in. */
export interface FacetSearch {
  facet: OpenFacet;
  filter: SessionFilter;
}

export function isOpenFacet(facet: string): facet is OpenFacet {
  return (openFacets as readonly string[]).includes(facet);
}

/** Empty while nothing is looked for, or nothing has come yet. */
export function useFacetValues(search: FacetSearch | null, find: string): Facets['features'] {
  const { data } = useQuery(
    orpc.session.facetValues.queryOptions({
      input: search === null || find === '' ? skipToken : { ...search, find },
      placeholderData: keepPreviousData,
    }),
  );
  return search === null || find === '' ? [] : (data ?? []);
}
