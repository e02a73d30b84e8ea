/** How often failure modes occur under a version, where and after what. Of sorted corrections alone: proposals are not in here. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { groupBySchema, type GroupBy, type ModeNumbers } from '../../../shared/contract/numbers';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { ShareBar } from '../../components/share-bar';
import { SaturationChart } from '../../components/saturation-chart';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPlural, formatShare } from '../../lib/format';
import { groupTitles } from '../../lib/group-titles';
import { formatHash } from '../../lib/navigation';
import { SafeText } from '../../components/safe-text';
import { severityTitle } from './severity';
import classes from './numbers.module.css';

export function Numbers(): ReactNode {
  const [version, setVersion] = useState<number>();
  const [by, setBy] = useState<GroupBy>('source');
  const versions = useQuery(orpc.codebook.versions.queryOptions());
  const counts = useQuery(
    orpc.codebook.counts.queryOptions({ input: version === undefined ? {} : { version } }),
  );
  const numbers = useQuery(
    orpc.numbers.modes.queryOptions({ input: { by, ...(version === undefined ? {} : { version }) } }),
  );
  if (counts.isPending || numbers.isPending) return <SkeletonRows label="Counting" />;
  if (counts.isError) return <ErrorState error={counts.error} onRetry={() => void counts.refetch()} />;
  if (numbers.isError) return <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />;
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <Select
          label="Counted under"
          data={(versions.data ?? []).map((one) => ({
            value: String(one.version),
            label: `version ${one.version}`,
          }))}
          value={String(counts.data.version)}
          allowDeselect={false}
          onChange={(value) => setVersion(value === null ? undefined : Number(value))}
        />
        <Select
          label="Told apart by"
          data={groupBySchema.options.map((value) => ({ value, label: groupTitles[value] }))}
          value={by}
          allowDeselect={false}
          onChange={(value) => setBy(groupBySchema.options.find((one) => one === value) ?? 'source')}
        />
        <p className={classes.note}>
          {formatPlural(counts.data.sorted, 'sorted correction')}
          {counts.data.unplaced > 0 &&
            `, ${formatCount(counts.data.unplaced)} of them under failure modes this version does not know`}
          . Proposals are not counted.
        </p>
      </div>
      {counts.data.sorted === 0 ? (
        <EmptyState title="Nothing is sorted yet">
          Sort some corrections; how often each failure mode occurs will stand here, with its interval.
        </EmptyState>
      ) : (
        <>
          <Standing numbers={numbers.data} />
          <Ranking numbers={numbers.data} />
          <Groups numbers={numbers.data} by={by} />
          <Preceding numbers={numbers.data} />
        </>
      )}
    </div>
  );
}

/** How much is sorted, how grave it is, and beside it, in bars of its own, what the machine proposes for the rest. */
function Standing({ numbers }: { numbers: ModeNumbers }): ReactNode {
  const { sorted, sortable, proposed, proposals, severities } = numbers;
  const summary = useQuery(orpc.correction.summary.queryOptions());
  const names = new Map(summary.data?.byFailureMode.map((mode) => [mode.failureModeId, mode.name]) ?? []);
  const most = Math.max(...proposals.map((one) => one.count), 1);
  return (
    <div className={classes.standing}>
      <Panel title="Sorted" detail={`${formatCount(sorted)} of ${formatCount(sortable)}, by severity`}>
        <table className={classes.table}>
          <tbody>
            {severities.map(({ severity, share }) => (
              <tr key={severity}>
                <td>{severityTitle(severity)}</td>
                <td className={classes.right}>{formatCount(share.count)}</td>
                <td>
                  <span className={classes.share}>
                    <ShareBar share={share} of="of sorted corrections" color="var(--fail)" />
                    <span>{formatShare(share)}</span>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel
        title="Only proposed by the machine"
        detail={`${formatCount(proposed)} unsorted, in no other number here`}
      >
        {proposals.length === 0 ? (
          <p className={classes.note}>
            Nothing is proposed. Proposals come once corrections are sorted under two failure modes.
          </p>
        ) : (
          <table className={classes.table}>
            <tbody>
              {proposals.slice(0, 8).map((one) => (
                <tr key={one.failureModeId}>
                  <td>{names.get(one.failureModeId) ?? one.failureModeId}</td>
                  <td className={classes.right}>{formatCount(one.count)}</td>
                  <td className={classes.proposedCell}>
                    <span
                      className={classes.proposed}
                      style={{ width: `${((one.count / most) * 100).toFixed(1)}%` }}
                      aria-hidden
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel title="Saturation" detail="in the order of sorting">
        {summary.data !== undefined && <SaturationChart points={summary.data.saturation} />}
      </Panel>
    </div>
  );
}

/** Failure modes by frequency times severity, with where in the session they come. */
function Ranking({ numbers }: { numbers: ModeNumbers }): ReactNode {
  const max = Math.max(...numbers.ranking.map((mode) => mode.share.high ?? 0), 0);
  return (
    <Panel title="Failure modes by frequency × severity" detail="share of sorted corrections, 95 % interval">
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Failure mode</th>
            <th>Severity</th>
            <th className={classes.right}>Corrections</th>
            <th>Share of sorted corrections, %</th>
            <th className={classes.right}>Frequency × severity</th>
            <th>Place in the session, first to last turn</th>
            <th className={classes.right}>Turn, median (quartiles)</th>
          </tr>
        </thead>
        <tbody>
          {numbers.ranking.map((mode) => (
            <tr key={mode.failureModeId}>
              <td>
                <a
                  className={classes.link}
                  href={formatHash({ screen: 'corrections', failureModeId: mode.failureModeId })}
                >
                  <SafeText text={mode.name} />
                </a>
              </td>
              <td>{severityTitle(mode.severity)}</td>
              <td className={classes.right}>{formatCount(mode.share.count)}</td>
              <td>
                <span className={classes.share}>
                  <ShareBar share={mode.share} of="of sorted corrections" max={max} color="var(--fail)" />
                  <span>{formatShare(mode.share)}</span>
                </span>
              </td>
              <td className={classes.right}>{formatCount(mode.weight)}</td>
              <td>
                <Positions bins={mode.positions} />
              </td>
              <td className={classes.right}>
                {formatTurn(mode.turns.median)} ({formatTurn(mode.turns.low)}–{formatTurn(mode.turns.high)})
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** A quartile of whole numbers may lie between two of them. */
function formatTurn(turn: number): string {
  return Number.isInteger(turn) ? formatCount(turn) : turn.toFixed(1);
}

function Positions({ bins }: { bins: readonly number[] }): ReactNode {
  const most = Math.max(...bins, 1);
  const label = bins
    .map((n, i) => `${String(i * 10)} to ${String(i * 10 + 10)} %: ${formatCount(n)}`)
    .join(', ');
  return (
    <span
      className={classes.positions}
      role="img"
      aria-label={`Corrections by place in the session. ${label}`}
      title={label}
    >
      {bins.map((n, i) => (
        <span key={i} style={{ height: `${((n / most) * 100).toFixed(1)}%` }} />
      ))}
    </span>
  );
}

const MOST_GROUPS = 30;

function Groups({ numbers, by }: { numbers: ModeNumbers; by: GroupBy }): ReactNode {
  const shown = numbers.groups.slice(0, MOST_GROUPS);
  const modes = numbers.ranking.slice(0, 8);
  const max = Math.max(0.05, ...shown.flatMap((group) => group.modes.map((one) => one.share.high ?? 0)));
  return (
    <Panel
      title={`Failure modes by ${groupTitles[by]}`}
      detail={`share of the sorted corrections of each ${groupTitles[by]}, 95 % interval${numbers.groups.length > MOST_GROUPS ? `; the first ${String(MOST_GROUPS)} of ${formatCount(numbers.groups.length)}` : ''}`}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th className={classes.group}>{groupTitles[by]}</th>
            <th className={classes.right}>Sorted</th>
            {modes.map((mode) => (
              <th key={mode.failureModeId}>
                <SafeText text={mode.name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((group) => (
            <tr key={group.value}>
              <td className={classes.group}>{group.value === '' ? 'not said' : group.value}</td>
              <td className={classes.right}>{formatCount(group.sorted)}</td>
              {modes.map((mode) => {
                const own = group.modes.find((one) => one.failureModeId === mode.failureModeId);
                return (
                  <td key={mode.failureModeId} className={classes.number}>
                    {own === undefined ? (
                      '–'
                    ) : (
                      <GroupShare
                        share={own.share}
                        max={max}
                        what={`${mode.name}, ${group.value === '' ? 'not said' : group.value}`}
                        href={formatHash({
                          screen: 'corrections',
                          failureModeId: mode.failureModeId,
                          groupBy: by,
                          group: group.value,
                        })}
                      />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

interface GroupShareProps {
  share: ModeNumbers['ranking'][number]['share'];
  /** The right end of all bars of the table. */
  max: number;
  what: string;
  href: string;
}

/** A share of a group with its interval, and the way to its corrections. */
function GroupShare({ share, max, what, href }: GroupShareProps): ReactNode {
  return (
    <a className={classes.cell} href={href} title={`The ${formatPlural(share.count, 'correction')}: ${what}`}>
      <span>{formatShare(share)}</span>
      <ShareBar share={share} of="of the sorted corrections of its group" max={max} color="var(--fail)" />
    </a>
  );
}

function Preceding({ numbers }: { numbers: ModeNumbers }): ReactNode {
  const names = new Map(numbers.ranking.map((mode) => [mode.failureModeId, mode.name]));
  return (
    <Panel title="What comes before" detail="signals in the turn before, held against all user turns">
      {numbers.preceding.length === 0 ? (
        <p className={classes.note}>
          No signal was found in the turn before three corrections of one failure mode.
        </p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Failure mode</th>
              <th>Signal before</th>
              <th>Before these</th>
              <th>Before any user turn</th>
              <th>Lift (95 % interval)</th>
            </tr>
          </thead>
          <tbody>
            {numbers.preceding.slice(0, 60).map((one) => (
              <tr key={`${one.failureModeId} ${one.signal}`}>
                <td>{names.get(one.failureModeId) ?? one.failureModeId}</td>
                <td>{one.signal}</td>
                <td>{formatShare(one.after)}</td>
                <td>{formatShare(one.elsewhere)}</td>
                <td>
                  {one.lift.toFixed(1)} ({one.low.toFixed(1)}–{one.high.toFixed(1)})
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
