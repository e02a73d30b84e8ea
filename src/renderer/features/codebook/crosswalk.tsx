/**
 * Which categories stand for each other, between the codebook and the built-in sets: read, changed, taken away, added to,
 * saved as a file. Each change is one fact of the journal and one step of undo; there is no draft here.
 */
import { Button, FileButton, Menu, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconX } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { crosswalkRelationSchema, type CrosswalkRelation } from '../../../shared/model/codebook';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { client, orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { shell } from '../../lib/shell';
import { toastDone } from '../../lib/toast';
import { importSentence, relationWords, shownLinks, type Link } from './crosswalk-words';
import classes from './crosswalk.module.css';

const RELATIONS = crosswalkRelationSchema.options.map((value) => ({ value, label: relationWords[value] }));

interface Wanted {
  fromId: string;
  toId: string;
  relation: CrosswalkRelation | null;
}

export function Crosswalk(): ReactNode {
  const links = useQuery(orpc.codebook.crosswalk.queryOptions());
  const [text, setText] = useState('');
  const [set, setSet] = useState<string | null>(null);
  const { mutate } = useMutation({
    mutationFn: (wanted: Wanted) => client.codebook.link(wanted),
    onSuccess: (_data, { relation }) =>
      toastDone(
        relation === null ? 'Took the link away. Undo brings it back.' : 'Saved. Undo takes it back.',
      ),
    meta: { doing: 'change the crosswalk' },
  });
  const sets = useMemo(
    () => [...new Set(links.data?.flatMap((link) => [link.fromSet, link.toSet]) ?? [])].sort(),
    [links.data],
  );
  if (links.isPending) return <SkeletonRows label="Fetching the crosswalk" />;
  if (links.isError) return <ErrorState error={links.error} onRetry={() => void links.refetch()} />;
  const shown = shownLinks(links.data, text, set);
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <TextInput
          className={classes.search}
          aria-label="Search the categories"
          placeholder="Search the categories"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          className={classes.set}
          aria-label="Only links of this set"
          placeholder="All sets"
          data={sets}
          value={set}
          clearable
          searchable
          onChange={setSet}
        />
        <span className={classes.count}>
          {shown.length < links.data.length
            ? `${String(shown.length)} of ${formatPlural(links.data.length, 'link')}`
            : formatPlural(links.data.length, 'link')}
        </span>
        <Import />
        <Export />
      </div>
      <NewLink links={links.data} onSave={mutate} />
      <Panel title="Links" detail="the category on the left stands so to the one on the right">
        {shown.length === 0 ? (
          <EmptyState
            title="No link is like that"
            actions={
              <Button
                onClick={() => {
                  setText('');
                  setSet(null);
                }}
              >
                Show all
              </Button>
            }
          >
            Search for other words, or link two categories above.
          </EmptyState>
        ) : (
          <LinkTable links={shown} onSave={mutate} />
        )}
      </Panel>
    </div>
  );
}

function LinkTable({
  links,
  onSave,
}: {
  links: readonly Link[];
  onSave: (wanted: Wanted) => void;
}): ReactNode {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>Category</th>
          <th className={classes.relation}>stands to</th>
          <th>Category</th>
          <th>Link</th>
          <th aria-label="Take it away" />
        </tr>
      </thead>
      <tbody>
        {links.map((link) => {
          const { fromId, toId } = link;
          const pair = `${link.fromName} and ${link.toName}`;
          return (
            <tr key={`${fromId} ${toId}`}>
              <End name={link.fromName} set={link.fromSet} />
              <td className={classes.relation}>
                <Select
                  aria-label={`How ${pair} stand to each other`}
                  data={RELATIONS}
                  value={link.relation}
                  allowDeselect={false}
                  onChange={(value) => {
                    const relation = crosswalkRelationSchema.safeParse(value);
                    if (relation.success && relation.data !== link.relation)
                      onSave({ fromId, toId, relation: relation.data });
                  }}
                />
              </td>
              <End name={link.toName} set={link.toSet} />
              <td className={classes.origin}>
                {!link.isBuiltIn ? 'yours' : link.isChanged ? 'built in, changed' : 'built in'}
              </td>
              <td>
                <button
                  type="button"
                  className={classes.remove}
                  aria-label={`Take away the link of ${pair}`}
                  onClick={() => onSave({ fromId, toId, relation: null })}
                >
                  <IconX size={14} aria-hidden />
                </button>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function End({ name, set }: { name: string; set: string }): ReactNode {
  return (
    <td>
      {name}
      <span className={classes.ofSet}>{set}</span>
    </td>
  );
}

/** Two categories and how they stand to each other. */
function NewLink({ links, onSave }: { links: readonly Link[]; onSave: (wanted: Wanted) => void }): ReactNode {
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [relation, setRelation] = useState<CrosswalkRelation>('related');
  const categories = useCategories();
  const isKnown = links.some((link) => link.fromId === from && link.toId === to);
  const why =
    from !== null && from === to
      ? 'A category cannot be linked to itself.'
      : isKnown
        ? 'These two are linked already; change the link below.'
        : null;
  return (
    <form
      className={classes.new}
      aria-label="A new link"
      onSubmit={(event) => {
        event.preventDefault();
        if (from === null || to === null || why !== null) return;
        onSave({ fromId: from, toId: to, relation });
        setTo(null);
      }}
    >
      <Select
        label="Category"
        placeholder="Choose one"
        data={categories}
        value={from}
        searchable
        limit={400}
        onChange={setFrom}
      />
      <Select
        label="stands to"
        data={RELATIONS}
        value={relation}
        allowDeselect={false}
        onChange={(value) => {
          const parsed = crosswalkRelationSchema.safeParse(value);
          if (parsed.success) setRelation(parsed.data);
        }}
      />
      <Select
        label="Category"
        placeholder="Choose another"
        data={categories}
        value={to}
        searchable
        limit={400}
        error={why}
        onChange={setTo}
      />
      <Button type="submit" variant="filled" disabled={from === null || to === null || why !== null}>
        Link them
      </Button>
    </form>
  );
}

/** Every category once, under the set it is from; those of the codebook first. */
function useCategories(): { group: string; items: { value: string; label: string }[] }[] {
  const starters = useQuery(orpc.codebook.starters.queryOptions({ meta: { changesWith: 'imports' } }));
  const current = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  return useMemo(() => {
    const own = current.data?.failureModes.filter((mode) => !mode.isRetired) ?? [];
    const taken = new Set(own.map((mode) => mode.id));
    const item = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
    return [
      { group: 'Codebook', items: own.map(item) },
      ...(starters.data ?? []).map((set) => ({
        group: set.title,
        items: set.failureModes
          .filter((mode) => !taken.has(mode.id) && Boolean(taken.add(mode.id)))
          .map(item),
      })),
    ].filter((group) => group.items.length > 0);
  }, [starters.data, current.data]);
}

/** Adds and changes the links of a file; what it does not name stays. */
function Import(): ReactNode {
  const { mutate, isPending } = useMutation({
    mutationFn: async (file: File) =>
      client.codebook.importCrosswalk({ name: file.name, text: await file.text() }),
    onSuccess: (counts, file) => toastDone(importSentence(file.name, counts)),
    meta: { doing: 'take in the links' },
  });
  return (
    <FileButton accept=".json,.csv" onChange={(file) => file !== null && mutate(file)}>
      {(props) => (
        <Button {...props} className={classes.import} loading={isPending}>
          Take in a file
        </Button>
      )}
    </FileButton>
  );
}

function Export(): ReactNode {
  const { mutate, isPending } = useMutation({
    mutationFn: async (format: 'json' | 'csv' | 'markdown') => {
      const { handle, name } = await client.codebook.exportCrosswalk({ format });
      if (await shell.saveFile(handle, name)) toastDone(`Saved the crosswalk as ${name}.`);
    },
    meta: { doing: 'export the crosswalk' },
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button loading={isPending} rightSection={<IconChevronDown size={13} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => mutate('markdown')}>Markdown, to read</Menu.Item>
        <Menu.Item onClick={() => mutate('csv')}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => mutate('json')}>JSON, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
