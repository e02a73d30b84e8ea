import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Facets } from '../../../shared/contract/session';
import type { ShownImport } from '../../../shared/model/source';
import type { SessionFilter } from '../../../shared/model/session';
import { SafeText } from '../../components/safe-text';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { importName } from '../../lib/import-words';
import { compactFilter } from '../../lib/session-query';
import versioned from '../../components/versioned-list.module.css';
import { visible } from '../../lib/visible-text';
import classes from './objectives.module.css';

type Facet = 'formats' | 'features' | 'models' | 'cohorts' | 'agentVersions' | 'importIds';
const TITLES: Record<Facet, string> = {
  formats: 'Format',
  features: 'Feature',
  models: 'Model',
  cohorts: 'Cohort',
  agentVersions: 'Agent version',
  importIds: 'Import',
};
const ORDER: readonly Facet[] = ['formats', 'features', 'models', 'cohorts', 'agentVersions', 'importIds'];
const LONGEST = 60;

interface Value {
  value: string;
  label: string;
  count: number;
}

function valuesOf(facet: Facet, facets: Facets | undefined, imports: readonly ShownImport[]): Value[] {
  if (facet === 'importIds')
    return imports.map((one) => ({ value: one.importId, label: importName(one), count: one.sessions }));
  return facets?.[facet] ?? [];
}

/** Which sessions the objective holds for: what was chosen as chips, and a menu to choose more. */
export function FilterChips({
  filter,
  onChange,
}: {
  filter: SessionFilter;
  onChange: (filter: SessionFilter) => void;
}): ReactNode {
  const facets = useQuery(orpc.session.facets.queryOptions({ input: { filter: {} } }));
  const imports = useQuery(orpc.imports.list.queryOptions());
  const values = (facet: Facet) => valuesOf(facet, facets.data, imports.data ?? []);
  const set = (facet: Facet, chosen: string[]) => onChange(compactFilter({ ...filter, [facet]: chosen }));
  const chips = ORDER.flatMap((facet) => (filter[facet] ?? []).map((value) => ({ facet, value })));
  const others = Object.keys(compactFilter(filter)).filter(
    (key) => !(ORDER as readonly string[]).includes(key),
  );
  return (
    <div className={classes.chips} role="group" aria-label="For which sessions">
      {chips.length === 0 && others.length === 0 && <span className={versioned.dim}>all sessions</span>}
      {chips.map(({ facet, value }) => (
        <span key={`${facet}:${value}`} className={classes.chip}>
          <span className={versioned.dim}>{TITLES[facet]}</span>
          <SafeText
            text={(values(facet).find((one) => one.value === value)?.label ?? value).slice(0, LONGEST)}
          />
          <ActionIcon
            size={18}
            aria-label={`Remove ${TITLES[facet]} ${visible(value, 80)}`}
            onClick={() =>
              set(
                facet,
                (filter[facet] ?? []).filter((one) => one !== value),
              )
            }
          >
            <IconX size={12} />
          </ActionIcon>
        </span>
      ))}
      {others.length > 0 && (
        <span className={classes.chip}>
          and {formatPlural(others.length, 'other condition')}
          <ActionIcon
            size={18}
            aria-label="Remove the other conditions"
            onClick={() =>
              onChange(Object.fromEntries(Object.entries(filter).filter(([key]) => !others.includes(key))))
            }
          >
            <IconX size={12} />
          </ActionIcon>
        </span>
      )}
      <Menu position="bottom-start" width={340}>
        <Menu.Target>
          <Button size="compact-xs" leftSection={<IconPlus size={12} aria-hidden />}>
            Only some
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={classes.menu}>
          {ORDER.map((facet) => {
            const open = values(facet).filter((one) => filter[facet]?.includes(one.value) !== true);
            if (open.length === 0) return null;
            return (
              <div key={facet}>
                <Menu.Label>{TITLES[facet]}</Menu.Label>
                {open.slice(0, 20).map((one) => (
                  <Menu.Item
                    key={one.value}
                    onClick={() => set(facet, [...(filter[facet] ?? []), one.value])}
                  >
                    <span className={versioned.menuItem}>
                      <SafeText text={one.label.slice(0, LONGEST)} />
                      <span className={versioned.dim}>{formatCount(one.count)}</span>
                    </span>
                  </Menu.Item>
                ))}
              </div>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
