/** What of the screen's layout is kept on this machine, for every workspace: columns, and whether the facets show. */
import { useCallback, useState } from 'react';
import { parseColumns, type ColumnState } from './column-state';

const COLUMNS_KEY = 'faultline.sessions.columns';
const FACETS_KEY = 'faultline.sessions.facets';

export function useColumns(): [ColumnState, (columns: ColumnState) => void] {
  const [columns, setColumns] = useState(() => parseColumns(window.localStorage.getItem(COLUMNS_KEY)));
  const change = useCallback((next: ColumnState) => {
    setColumns(next);
    window.localStorage.setItem(COLUMNS_KEY, JSON.stringify(next));
  }, []);
  return [columns, change];
}

export function useFacetsShown(): [boolean, () => void] {
  const [isShown, setIsShown] = useState(() => window.localStorage.getItem(FACETS_KEY) !== 'hidden');
  const toggle = () => {
    setIsShown(!isShown);
    window.localStorage.setItem(FACETS_KEY, isShown ? 'hidden' : 'shown');
  };
  return [isShown, toggle];
}
