import { SegmentedControl } from '@mantine/core';
import { Fragment, useState, type ReactNode } from 'react';
import type { Overview } from '../../../shared/contract/overview';
import type { SessionFilter } from '../../../shared/model/session';
import { LaneMark } from '../../components/flag';
import { cx } from '../../lib/class-names';
import { formatCount, formatPercent, formatPlural, formatShare } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { useRovingMarks, useTip } from '../../components/chart-tip';
import { FEW_SESSIONS, heatDepth, heatGrid, heatKinds, heatKindWords, type HeatKind } from './heat-grid';
import chart from '../../components/chart.module.css';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import classes from './heat-map.module.css';

const FACET_OF: Record<HeatKind, keyof SessionFilter> = {
  feature: 'features',
  cohort: 'cohorts',
  model: 'models',
  agentVersion: 'agentVersions',
};

/** Where each signal is frequent: by feature, cohort, model or version of the agent. */
export function HeatMap({ overview }: { overview: Overview }): ReactNode {
  const kinds = heatKinds(overview.heat);
  const [wanted, setWanted] = useState<HeatKind>('feature');
  const kind = kinds.includes(wanted) ? wanted : kinds[0];
  return (
    <ChartCard
      title={
        kind === undefined
          ? 'Signals by feature, cohort and model'
          : `Share of sessions with each signal, by ${heatKindWords[kind].toLowerCase()}`
      }
      actions={
        kinds.length > 1 && (
          <SegmentedControl
            aria-label="Compare by"
            data={kinds.map((one) => ({ value: one, label: heatKindWords[one] }))}
            value={kind ?? 'feature'}
            onChange={(value) => setWanted(value)}
          />
        )
      }
    >
      {kind === undefined ? (
        <ChartEmpty>
          Nothing to compare: these sessions name no features, cohorts, models or versions, or only one of
          each. Traces that carry them are compared here.
        </ChartEmpty>
      ) : (
        <HeatTable overview={overview} kind={kind} />
      )}
    </ChartCard>
  );
}

function HeatTable({ overview, kind }: { overview: Overview; kind: HeatKind }): ReactNode {
  const { values, rows, max } = heatGrid(overview.heat, kind);
  const tip = useTip();
  const roving = useRovingMarks(rows.length * values.length, values.length);
  const known = new Map(overview.bySignal.map((one) => [one.signal, one]));
  if (rows.length === 0) return <ChartEmpty>No signal was found in any of them.</ChartEmpty>;
  const open = (value: string, signal: string | null) =>
    openSessions({ [FACET_OF[kind]]: [value], ...(signal === null ? {} : { signals: [signal] }) });
  return (
    <>
      <div className={classes.scroll}>
        <div
          className={classes.grid}
          style={{ gridTemplateColumns: `minmax(150px, 210px) repeat(${values.length}, minmax(64px, 1fr))` }}
          role="grid"
          aria-label={`Signals by ${heatKindWords[kind]}`}
          onKeyDown={roving.onKeyDown}
        >
          <div className={classes.corner} role="row">
            <span role="columnheader" aria-label="Signal" />
            {values.map(({ value, sessions }) => (
              <button
                key={value}
                type="button"
                role="columnheader"
                className={classes.column}
                title={`${visible(value, 200)}: ${formatPlural(sessions, 'session')}`}
                tabIndex={-1}
                onClick={() => open(value, null)}
              >
                <bdi className={classes.columnName}>
                  <Breakable name={value.slice(0, 80)} />
                </bdi>
                <span className={classes.columnCount}>{formatCount(sessions)}</span>
              </button>
            ))}
          </div>
          {rows.map(({ signal, cells }, row) => (
            <div key={signal} className={classes.corner} role="row">
              <span role="rowheader" className={classes.signal}>
                <LaneMark lane={known.get(signal)?.lane ?? 'llm'} isSmall />
                <span>{known.get(signal)?.title ?? signal}</span>
              </span>
              {cells.map((share, column) => {
                const value = values[column];
                if (value === undefined) return <Fragment key={column} />;
                const depth = heatDepth(share, max);
                const isFew = value.sessions < FEW_SESSIONS;
                return (
                  <button
                    key={value.value}
                    type="button"
                    role="gridcell"
                    className={cx(classes.cell, depth > 0.72 && classes.deep, isFew && classes.few)}
                    style={{
                      background: `color-mix(in srgb, var(--fail) ${(depth * (isFew ? 30 : 78)).toFixed(0)}%, transparent)`,
                    }}
                    aria-label={`${known.get(signal)?.title ?? signal}, ${visible(value.value, 80)}: ${share === null ? 'none' : formatShare(share)}`}
                    {...roving.mark(row * values.length + column)}
                    {...tip(
                      <>
                        <b>
                          {known.get(signal)?.title ?? signal}, <SafeText text={value.value.slice(0, 80)} />
                        </b>
                        {share === null
                          ? 'nothing known'
                          : `${formatCount(share.count)} of ${formatPlural(share.n, 'session')}: ${formatShare(share)}`}
                        {isFew && ' Few sessions: take it with caution.'}
                      </>,
                    )}
                    onClick={() => open(value.value, signal)}
                  >
                    {share?.share == null || share.count === 0 ? '·' : shortPercent(share.share)}
                  </button>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <div className={cx(chart.legend, classes.legend)}>
        <span>
          share of the column&apos;s sessions; the deepest is {formatPercent(max)}; · none; faint below{' '}
          {FEW_SESSIONS} sessions
        </span>
      </div>
    </>
  );
}

/** Whole per cents from ten on: a cell has room for little, and the tooltip says it exactly. */
function shortPercent(share: number): string {
  return share >= 0.0995 ? `${Math.round(share * 100)}%` : formatPercent(share);
}

/** A name that breaks after the marks that part its words, before it breaks within one. */
function Breakable({ name }: { name: string }): ReactNode {
  return name.split(/(?<=[_./:-])/u).map((part, i) => (
    <Fragment key={i}>
      {part}
      <wbr />
    </Fragment>
  ));
}
