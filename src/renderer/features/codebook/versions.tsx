import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatDateTime, formatPlural } from '../../lib/format';
import { DiffView } from './diff-view';
import classes from './versions.module.css';

const PANES = [240, 420] as const;

interface VersionsProps {
  version: number | undefined;
  /** The version it is held against; the one before it where none is chosen. */
  against: number | undefined;
  onChoose: (version: number) => void;
  onAgainst: (version: number) => void;
}

/** All versions, the newest first, and what changed between two of them. */
export function Versions({ version, against, onChoose, onAgainst }: VersionsProps): ReactNode {
  const query = useQuery(orpc.codebook.versions.queryOptions());
  if (query.isPending) return <SkeletonRows label="Fetching the versions" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const versions = query.data;
  const chosenAt = Math.max(
    versions.findIndex((one) => one.version === version),
    0,
  );
  const chosen = versions[chosenAt];
  const base = versions.find((one) => one.version === against) ?? versions[chosenAt + 1];
  const others = versions.filter((one) => one.version !== chosen?.version);
  return (
    <SplitPanes
      id="codebook.versions"
      direction="row"
      initial={30}
      min={PANES}
      label="versions and what changed"
      first={
        <Panel title="Versions" detail={`${versions.length}, newest first`} hasOwnScroll>
          <VirtualList
            count={versions.length}
            estimateSize={() => 64}
            getKey={(index) => versions[index]?.version ?? index}
            label="Versions"
            renderItem={(index) => {
              const one = versions[index];
              if (one === undefined) return null;
              return (
                <button
                  type="button"
                  className={cx(classes.row, one === chosen && classes.chosen)}
                  aria-current={one === chosen}
                  onClick={() => onChoose(one.version)}
                >
                  <span className={classes.head}>
                    <b>Version {one.version}</b>
                    <span className={classes.size}>{formatPlural(one.size, 'failure mode')}</span>
                  </span>
                  {one.note !== '' && <span className={classes.note}>{one.note}</span>}
                  <span className={classes.facts}>
                    {formatDateTime(one.at)}, {one.author}
                  </span>
                </button>
              );
            }}
          />
        </Panel>
      }
      second={
        <Panel
          title={
            chosen === undefined
              ? 'What changed'
              : base === undefined
                ? `Version ${chosen.version} is the only one`
                : `What changed in version ${chosen.version}`
          }
          actions={
            chosen !== undefined &&
            others.length > 0 && (
              <label className={classes.against}>
                against
                <Select
                  className={classes.select}
                  data={others.map((one) => ({
                    value: String(one.version),
                    label: `version ${one.version}`,
                  }))}
                  value={base === undefined ? null : String(base.version)}
                  placeholder="another version"
                  allowDeselect={false}
                  onChange={(value) => {
                    if (value !== null) onAgainst(Number(value));
                  }}
                />
              </label>
            )
          }
        >
          {chosen !== undefined && base !== undefined ? (
            <DiffView from={base.version} to={chosen.version} />
          ) : (
            <p className={classes.none}>
              It is where the codebook began. What later versions change will be shown against it.
            </p>
          )}
        </Panel>
      }
    />
  );
}
