/**
 * The sessions screen: every session of the workspace, narrowed by facets and search, sorted and paged by the engine.
 * The list is in the address (lib/session-query.ts), so that it can be come back to and walked through. Must not hold
 * more rows than the pages around those in sight.
 */
import { Button } from '@mantine/core';
import { IconClipboardCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Facets } from '../../../shared/contract/session';
import type { SessionFilter } from '../../../shared/model/session';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash } from '../../lib/navigation';
import { compactFilter, showSessionQuery, useKeptSessionQuery } from '../../lib/session-query';
import { useActiveRow } from './active-row';
import { ColumnChooser } from './column-chooser';
import type { SavedView } from './column-state';
import { FacetPanel } from './facet-panel';
import { filterChips, withoutPart, type ValueNames } from './filter-edits';
import { useColumns, useFacetsShown } from './kept-layout';
import { SavedViews } from './saved-views';
import { useSessionPages, type SessionPages } from './session-pages';
import { SessionTable } from './session-table';
import { FacetToggle, FilterChips, SearchField } from './toolbar';
import { useValueNames } from './value-names';
import toolbar from './toolbar.module.css';
import classes from './sessions.module.css';

const RANGE_AT_FIRST = { first: 0, last: 40 };
/** How soon to count anew what a search has found meanwhile: counting all facets takes longer than a page of rows. */
const COUNTING_MS = 1_000;

/** The rows in sight, told by the table, and the pages they are in. */
function usePagesInSight(query: ReturnType<typeof useKeptSessionQuery>) {
  const [range, setRange] = useState(RANGE_AT_FIRST);
  const onRangeChange = useCallback(
    (first: number, last: number) =>
      setRange((before) => (before.first === first && before.last === last ? before : { first, last })),
    [],
  );
  return { pages: useSessionPages(query, range.first, range.last), onRangeChange };
}

export function SessionsScreen(): ReactNode {
  const query = useKeptSessionQuery();
  const { filter } = query;
  const listKey = useMemo(() => JSON.stringify(query), [query]);
  const [columns, setColumns] = useColumns();
  const [isFacetsShown, toggleFacets] = useFacetsShown();
  const { pages, onRangeChange } = usePagesInSight(query);
  const active = useActiveRow(listKey, pages);
  const searchRef = useRef<HTMLInputElement>(null);

  const facets = useQuery(
    orpc.session.facets.queryOptions({
      input: { filter, isWhole: false },
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => ((state.data?.searched ?? 1) < 1 ? COUNTING_MS : false),
    }),
  );
  const nameOf = useValueNames(facets.data);
  const chips = useMemo(() => filterChips(filter, nameOf), [filter, nameOf]);
  const text = filter.text ?? '';
  const meta = useMemo(
    () => ({
      text,
      signalTitle: (signal: string) => nameOf('signals', signal),
      formatTitle: (format: string) => nameOf('formats', format),
    }),
    [text, nameOf],
  );
  const isNarrowed = chips.length > 0 || text !== '';
  const setFilter = (next: SessionFilter) => showSessionQuery({ ...query, filter: compactFilter(next) });
  const clear = () => setFilter({});
  const onSearch = (next: string) =>
    showSessionQuery(
      { ...query, filter: next === '' ? withoutPart(filter, 'text') : { ...filter, text: next } },
      // The first search is a step to come back from; what is added to it is not.
      { replace: text !== '' && next !== '' },
    );
  const onApply = (view: SavedView) => {
    setColumns(view.columns);
    showSessionQuery(view);
  };
  useShortcuts('Sessions', [
    ...active.shortcuts,
    { keys: '/', description: 'Search all texts', run: () => searchRef.current?.select() },
    { keys: 'x', description: 'Clear all filters', isDisabled: !isNarrowed, run: clear },
    { keys: 'f', description: 'Show or hide the filters', run: toggleFacets },
  ]);

  const { tableRef } = active;
  const list = (
    <div className={classes.list}>
      <ListState pages={pages}>
        <SessionTable
          ref={tableRef}
          query={query}
          columns={columns}
          onColumnsChange={setColumns}
          onSortChange={(sort) => showSessionQuery({ filter, sort })}
          pages={pages}
          onRangeChange={onRangeChange}
          meta={meta}
          activeIndex={active.index}
          onOpen={active.open}
          initialScrollTop={active.initialScrollTop}
          empty={<NoSessions searched={pages.searched} isNarrowed={isNarrowed} onClear={clear} />}
        />
      </ListState>
    </div>
  );
  return (
    <div className={classes.screen}>
      <Totals pages={pages} total={facets.data?.total} isNarrowed={isNarrowed} activeIndex={active.index} />
      <div className={toolbar.bar}>
        <FacetToggle isShown={isFacetsShown} chosenCount={chips.length} onToggle={toggleFacets} />
        <SearchField
          text={text}
          onChange={onSearch}
          inputRef={searchRef}
          isBusy={(pages.isStale && text !== '') || pages.searched < 1}
          onLeave={() => tableRef.current?.focus()}
        />
        <div className={toolbar.end}>
          <Button
            component="a"
            className={toolbar.menuButton}
            leftSection={<IconClipboardCheck size={14} />}
            href={formatHash({ screen: 'review', view: 'new', filter })}
          >
            Review these
          </Button>
          <SavedViews current={{ ...query, columns }} onApply={onApply} />
          <ColumnChooser columns={columns} onChange={setColumns} />
        </div>
      </div>
      <FilterChips chips={chips} onRemove={setFilter} onClear={clear} />
      <div className={classes.body}>
        {isFacetsShown && facets.data?.total !== 0 ? (
          <SplitPanes
            id="sessions.facets"
            direction="row"
            initial={20}
            min={FACET_PANES}
            label="filters and sessions"
            first={<FacetState facets={facets} filter={filter} nameOf={nameOf} onChange={setFilter} />}
            second={list}
          />
        ) : (
          list
        )}
      </div>
    </div>
  );
}

const FACET_PANES = [210, 420] as const;

interface FacetStateProps {
  facets: UseQueryResult<Facets>;
  filter: SessionFilter;
  nameOf: ValueNames;
  onChange: (filter: SessionFilter) => void;
}

function FacetState({ facets, ...props }: FacetStateProps): ReactNode {
  if (facets.isError) return <ErrorState error={facets.error} onRetry={() => void facets.refetch()} />;
  if (facets.data === undefined) return <SkeletonRows rows={14} label="Counting" />;
  return <FacetPanel facets={facets.data} {...props} />;
}

function ListState({ pages, children }: { pages: SessionPages; children: ReactNode }): ReactNode {
  if (pages.error !== null) return <ErrorState error={pages.error} onRetry={pages.retry} />;
  if (pages.isPending) return <SkeletonRows rows={20} label="Fetching the sessions" />;
  return children;
}

interface TotalsProps {
  pages: SessionPages;
  /** Sessions of the workspace. */
  total: number | undefined;
  isNarrowed: boolean;
  activeIndex: number;
}

/** How many there are and where one is, in the header and the status line. */
function Totals({ pages, total, isNarrowed, activeIndex }: TotalsProps): ReactNode {
  return (
    <>
      <HeaderDetail>
        {!pages.isPending && total !== undefined && (
          <span>
            {pages.isStale
              ? 'searching…'
              : isNarrowed
                ? `${formatCount(pages.total)} of ${formatPlural(total, 'session')}`
                : formatPlural(total, 'session')}
            {!pages.isStale && pages.searched < 1 && `, ${searchedWords(pages.searched)}`}
          </span>
        )}
      </HeaderDetail>
      <StatusDetail>
        {pages.total > 0 && (
          <span>
            row {formatCount(activeIndex + 1)} of {formatCount(pages.total)}
          </span>
        )}
        <KeyHint keys="j">next</KeyHint>
        <KeyHint keys="k">previous</KeyHint>
        <KeyHint keys="Enter">open</KeyHint>
        <KeyHint keys="/">search</KeyHint>
        <KeyHint keys="f">filters</KeyHint>
      </StatusDetail>
    </>
  );
}

/** How far a search is. Never all, as long as it goes on. */
function searchedWords(searched: number): string {
  return `${String(Math.floor(searched * 100))}% searched`;
}

interface NoSessionsProps {
  searched: number;
  isNarrowed: boolean;
  onClear: () => void;
}

function NoSessions({ searched, isNarrowed, onClear }: NoSessionsProps): ReactNode {
  if (searched < 1)
    return (
      <EmptyState title="Nothing found yet">{`The search goes on: ${searchedWords(searched)}.`}</EmptyState>
    );
  return isNarrowed ? (
    <EmptyState title="No session matches" actions={<Button onClick={onClear}>Clear all filters</Button>}>
      Take back one of the filters above, or all of them.
    </EmptyState>
  ) : (
    <EmptyState
      title="No sessions yet"
      actions={
        <Button component="a" href={formatHash({ screen: 'import' })} variant="filled">
          Import trace files
        </Button>
      }
    >
      Sessions are read from trace files. Drop some onto the window, or choose them on the import screen.
    </EmptyState>
  );
}
