import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode, type Ref } from 'react';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatClock, formatDuration, formatPlural } from '../../lib/format';
import type { Ran } from './console-state';
import { examples } from './examples.data';
import { quotedName } from './query-text';
import classes from './side-pane.module.css';

export const sideTabs = ['views', 'saved', 'history', 'examples'] as const;
export type SideTab = (typeof sideTabs)[number];
const TAB_TITLES: Record<SideTab, string> = {
  views: 'Views',
  saved: 'Saved',
  history: 'History',
  examples: 'Examples',
};

interface SidePaneProps {
  tab: SideTab;
  onTab: (tab: SideTab) => void;
  text: string;
  history: readonly Ran[];
  /** Puts a word in at the cursor. */
  onInsert: (word: string) => void;
  /** Takes a query into the editor. */
  onTake: (query: string) => void;
  filterRef: Ref<HTMLInputElement>;
  nameRef: Ref<HTMLInputElement>;
}

/** What there is to ask: the views with their columns, queries that were kept, that were run, and to begin with. */
export function SidePane(props: SidePaneProps): ReactNode {
  const { tab, onTab, text, history, onInsert, onTake, filterRef, nameRef } = props;
  return (
    <aside className={classes.pane} aria-label="Views and queries">
      <div className={classes.tabs}>
        <SegmentedControl
          fullWidth
          aria-label="What the pane shows"
          data={sideTabs.map((value) => ({ value, label: TAB_TITLES[value] }))}
          value={tab}
          onChange={(value) => onTab(sideTabs.find((one) => one === value) ?? 'views')}
        />
      </div>
      {tab === 'views' && <Views onInsert={onInsert} filterRef={filterRef} />}
      {tab === 'saved' && <Saved text={text} onTake={onTake} nameRef={nameRef} />}
      {tab === 'history' && <History history={history} onTake={onTake} />}
      {tab === 'examples' && (
        <ul className={classes.list} aria-label="Examples">
          {examples.map(({ title, query }) => (
            <li key={title}>
              <QueryButton title={title} query={query} onTake={onTake} />
            </li>
          ))}
        </ul>
      )}
    </aside>
  );
}

function Views({
  onInsert,
  filterRef,
}: {
  onInsert: (word: string) => void;
  filterRef: Ref<HTMLInputElement>;
}): ReactNode {
  const [filter, setFilter] = useState('');
  const views = useQuery(orpc.sql.views.queryOptions({ meta: { changesWith: 'imports' } }));
  if (views.isPending) return <SkeletonRows rows={12} label="Fetching the views" />;
  if (views.isError) return <ErrorState error={views.error} onRetry={() => void views.refetch()} />;
  const words = filter.toLowerCase().split(/\s+/u).filter(Boolean);
  const fits = (...texts: string[]) => words.every((word) => texts.join(' ').toLowerCase().includes(word));
  const shown = views.data.flatMap((view) => {
    const isWhole = fits(view.name, view.grain);
    const columns = isWhole
      ? view.columns
      : view.columns.filter((column) => fits(view.name, column.name, column.meaning));
    return columns.length > 0 ? [{ ...view, columns }] : [];
  });
  return (
    <>
      <div className={classes.find}>
        <TextInput
          ref={filterRef}
          placeholder="Find a view or a column"
          aria-label="Find a view or a column"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      <div className={classes.list}>
        {shown.map((view) => (
          <details key={`${view.name} ${words.length > 0}`} className={classes.view} open={words.length > 0}>
            <summary className={classes.viewName}>
              <code>{view.name}</code>
              <button
                type="button"
                className={classes.put}
                aria-label={`Put in ${view.name}`}
                title="Put the name in at the cursor"
                onClick={() => onInsert(view.name)}
              >
                put in
              </button>
            </summary>
            <p className={classes.grain}>{view.grain}</p>
            {view.columns.map((column) => (
              <button
                key={column.name}
                type="button"
                className={classes.column}
                title="Put the name in at the cursor"
                onClick={() => onInsert(quotedName(column.name))}
              >
                <span className={classes.columnName}>
                  <code>{column.name}</code>
                  <span className={classes.type}>{column.type.toLowerCase()}</span>
                </span>
                <span className={classes.meaning}>{column.meaning}</span>
              </button>
            ))}
          </details>
        ))}
        {shown.length === 0 && <p className={classes.none}>No view and no column of this name.</p>}
      </div>
    </>
  );
}

function Saved({
  text,
  onTake,
  nameRef,
}: {
  text: string;
  onTake: (query: string) => void;
  nameRef: Ref<HTMLInputElement>;
}): ReactNode {
  const [name, setName] = useState('');
  const saved = useQuery(orpc.sql.saved.queryOptions());
  const save = useMutation(orpc.sql.save.mutationOptions({ meta: { doing: 'save the query' } }));
  const remove = useMutation(orpc.sql.remove.mutationOptions({ meta: { doing: 'remove the query' } }));
  const trimmed = name.trim();
  const known = saved.data ?? [];
  return (
    <>
      <form
        className={classes.save}
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed !== '') save.mutate({ name: trimmed, query: text }, { onSuccess: () => setName('') });
        }}
      >
        <TextInput
          ref={nameRef}
          placeholder="Save this query as"
          aria-label="Name of the query"
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="filled"
          disabled={trimmed === '' || text.trim() === ''}
          loading={save.isPending}
        >
          {known.some((one) => one.name === trimmed) ? 'Replace' : 'Save'}
        </Button>
      </form>
      {saved.isError && <ErrorState error={saved.error} onRetry={() => void saved.refetch()} />}
      <ul className={classes.list} aria-label="Saved queries">
        {known.map(({ name: title, query }) => (
          <li key={title} className={classes.savedRow}>
            <QueryButton title={title} query={query} onTake={onTake} />
            <button
              type="button"
              className={classes.remove}
              aria-label={`Remove the query ${title}`}
              title="Remove (can be undone)"
              onClick={() => remove.mutate({ name: title })}
            >
              <IconTrash size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {saved.isSuccess && known.length === 0 && (
        <p className={classes.none}>
          No saved queries. Give the one in the editor a name to find it here again; it is kept in the
          workspace.
        </p>
      )}
    </>
  );
}

function History({
  history,
  onTake,
}: {
  history: readonly Ran[];
  onTake: (query: string) => void;
}): ReactNode {
  if (history.length === 0)
    return <p className={classes.none}>What you run stands here until the program is closed.</p>;
  return (
    <ul className={classes.list} aria-label="History">
      {history.map(({ query, atMs, rows, durationMs }) => (
        <li key={query}>
          <QueryButton
            title={`${formatClock(atMs)}, ${rows === null ? 'failed' : formatPlural(rows, 'row')}, ${formatDuration(durationMs)}`}
            query={query}
            onTake={onTake}
          />
        </li>
      ))}
    </ul>
  );
}

function QueryButton({
  title,
  query,
  onTake,
}: {
  title: string;
  query: string;
  onTake: (query: string) => void;
}): ReactNode {
  return (
    <button type="button" className={classes.query} onClick={() => onTake(query)}>
      <span className={classes.queryTitle}>
        <SafeText text={title} />
      </span>
      <code className={classes.queryText}>
        <SafeText text={query.slice(0, 200)} />
      </code>
    </button>
  );
}
