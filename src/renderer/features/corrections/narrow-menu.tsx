/** Narrows the cards of any pile: by what kind of correction they look like, and by what the user's turn does. */
import { Button, Checkbox, MultiSelect, Popover } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconFilter } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { groupBySchema, type GroupBy, type SessionGroup } from '../../../shared/contract/numbers';
import { correctionKindSchema, correctionKindTitles } from '../../../shared/model/correction';
import { userActSchema, userActWords } from '../../../shared/model/user-turn';
import { orpc } from '../../lib/client';
import { formatCount } from '../../lib/format';
import { groupTitles } from '../../lib/group-titles';
import { filterOf, NOT_NARROWED } from './place';
import type { Table } from './use-table';
import classes from './top-bar.module.css';

/** Times are reached from the numbers of the codebook, and shown here while they narrow. */
const GROUPINGS = groupBySchema.options;

export function NarrowMenu({ table }: { table: Table }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { kinds, acts, groups } = table.narrowing;
  const chosen = kinds.length + acts.length + groups.length;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          variant={chosen > 0 ? 'filled' : 'default'}
          leftSection={<IconFilter size={14} aria-hidden />}
          aria-label={chosen > 0 ? `Narrow the cards, by ${String(chosen)} now` : 'Narrow the cards'}
          onClick={() => setOpen(!isOpen)}
        >
          {chosen > 0 ? formatCount(chosen) : 'Narrow'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {isOpen && <Choices table={table} onClose={() => setOpen(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ table, onClose }: { table: Table; onClose: () => void }): ReactNode {
  const { narrowing, setNarrowing, place, text } = table;
  const facets = useQuery(
    orpc.correction.facets.queryOptions({
      input: { filter: filterOf(place, text, narrowing) },
      placeholderData: keepPreviousData,
    }),
  );
  const countOf = (list: readonly { value: string; count: number }[] | undefined, value: string) =>
    list?.find((one) => one.value === value)?.count ?? 0;
  const toggled = <T,>(list: readonly T[], value: T) =>
    list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
  const kinds = correctionKindSchema.options.filter(
    (kind) => countOf(facets.data?.kinds, kind) > 0 || narrowing.kinds.includes(kind),
  );
  const acts = userActSchema.options.filter(
    (act) => countOf(facets.data?.acts, act) > 0 || narrowing.acts.includes(act),
  );
  return (
    <div className={classes.narrow}>
      <fieldset>
        <legend>It looks like</legend>
        {kinds.map((kind) => (
          <Checkbox
            key={kind}
            label={<Counted title={correctionKindTitles[kind]} count={countOf(facets.data?.kinds, kind)} />}
            checked={narrowing.kinds.includes(kind)}
            onChange={() => setNarrowing({ ...narrowing, kinds: toggled(narrowing.kinds, kind) })}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>The user’s turn is a</legend>
        {acts.map((act) => (
          <Checkbox
            key={act}
            title={userActWords[act].definition}
            label={<Counted title={userActWords[act].title} count={countOf(facets.data?.acts, act)} />}
            checked={narrowing.acts.includes(act)}
            onChange={() => setNarrowing({ ...narrowing, acts: toggled(narrowing.acts, act) })}
          />
        ))}
      </fieldset>
      <fieldset className={classes.groups}>
        <legend>The session is of</legend>
        {GROUPINGS.map((by) => (
          <GroupChoice key={by} by={by} counted={facets.data?.groups ?? []} table={table} />
        ))}
      </fieldset>
      <div className={classes.buttons}>
        <Button
          disabled={narrowing.kinds.length + narrowing.acts.length + narrowing.groups.length === 0}
          onClick={() => setNarrowing(NOT_NARROWED)}
        >
          Show all
        </Button>
        <Button variant="filled" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

interface GroupChoiceProps {
  by: GroupBy;
  counted: readonly (SessionGroup & { count: number })[];
  table: Table;
}

/** Sessions of some groups only; not there where all are of one. */
function GroupChoice({ by, counted, table }: GroupChoiceProps): ReactNode {
  const { narrowing, setNarrowing } = table;
  const chosen = narrowing.groups.filter((group) => group.by === by).map((group) => group.value);
  const offered = counted.filter((group) => group.by === by);
  if (chosen.length === 0 && offered.length < 2) return null;
  const countOf = new Map(offered.map((group) => [group.value, group.count]));
  const data = [...new Set([...offered.map((group) => group.value), ...chosen])].map((value) => ({
    value: `=${value}`,
    label: `${value === '' ? 'not said' : value} · ${formatCount(countOf.get(value) ?? 0)}`,
  }));
  return (
    <MultiSelect
      label={groupTitles[by]}
      placeholder={chosen.length === 0 ? 'any' : ''}
      data={data}
      value={chosen.map((value) => `=${value}`)}
      searchable
      // The popover gives it the focus when it opens; its list would lie over the rest.
      openOnFocus={false}
      comboboxProps={{ withinPortal: false }}
      onChange={(values) =>
        setNarrowing({
          ...narrowing,
          groups: [
            ...narrowing.groups.filter((group) => group.by !== by),
            ...values.map((value) => ({ by, value: value.slice(1) })),
          ],
        })
      }
    />
  );
}

function Counted({ title, count }: { title: string; count: number }): ReactNode {
  return (
    <>
      {title} <span className={classes.counted}>{formatCount(count)}</span>
    </>
  );
}
