/** Success of one step by pillar, what it comes to over a session, how sessions really ended, and what a better pillar would change. */
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Compounding } from '../../../shared/contract/compounding';
import type { Pillar } from '../../../shared/model/pillar';
import { ChartCard, ChartEmpty } from '../../components/chart-card';
import { ErrorState } from '../../components/empty-state';
import { LaneMark } from '../../components/flag';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatCount, formatPercent, formatPlural, formatShare } from '../../lib/format';
import classes from './compounding-chart.module.css';

const BASES: Record<Compounding['basis'], string> = {
  verdicts: 'as people judged them',
  labels: 'by the outcome in the export',
  both: 'as people judged them, else by the outcome in the export',
  none: '',
};

/** Tenths of a percent: finer steps of success matter where sessions are long. */
const SLIDER_STEP = 0.001;

export function CompoundingChart(): ReactNode {
  const [wanted, setWanted] = useState<{ pillar: Pillar; success: number } | null>(null);
  const [whatIf] = useDebouncedValue(wanted, 150);
  const query = useQuery(
    orpc.signal.compounding.queryOptions({ input: { whatIf }, placeholderData: keepPreviousData }),
  );
  const found = query.data;
  return (
    <ChartCard
      title="What single steps come to, pillar by pillar"
      note="A step is a model call, a tool call or a retrieval; it goes wrong when it ends in an error or a finding of severity 3 or 4 is drawn at it. p to the n supposes that every step is needed and none depends on another."
    >
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : found === undefined ? (
        <SkeletonRows rows={5} label="Reckoning" />
      ) : found.pillars.length === 0 ? (
        <ChartEmpty>There are no steps in this workspace to reckon with.</ChartEmpty>
      ) : (
        <>
          <Pillars found={found} />
          <Ends found={found} />
          <WhatIf found={found} wanted={wanted} onWant={setWanted} />
        </>
      )}
    </ChartCard>
  );
}

function range({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '' : ` [${(low * 100).toFixed(1)}, ${(high * 100).toFixed(1)}]`;
}

function Pillars({ found }: { found: Compounding }): ReactNode {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th>Pillar</th>
          <th className={classes.number}>steps</th>
          <th className={classes.number}>one step succeeds</th>
          <th className={classes.number}>a session</th>
          <th className={classes.number}>all of those, p to the n</th>
        </tr>
      </thead>
      <tbody>
        {found.pillars.map((one) => (
          <tr key={one.pillar}>
            <td>
              <LaneMark lane={one.pillar} isSmall /> {one.pillar}
            </td>
            <td className={classes.number}>{formatCount(one.success.n)}</td>
            <td className={classes.number}>{formatShare(one.success)}</td>
            <td className={classes.number}>{one.stepsPerSession.toFixed(1)}</td>
            <td className={classes.number}>
              {formatPercent(one.compound.value)}
              {range(one.compound)}
            </td>
          </tr>
        ))}
        {found.independent !== null && (
          <tr className={classes.total}>
            <td colSpan={4}>All steps of a session, mean over {formatPlural(found.sessions, 'session')}</td>
            <td className={classes.number}>
              {formatPercent(found.independent.value)}
              {range(found.independent)}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Ends({ found }: { found: Compounding }): ReactNode {
  if (found.basis === 'none')
    return (
      <p className={classes.words}>
        Nobody knows how these sessions ended. Judge some (open a session, or review a queue), or import
        outcomes with the traces, and this shows how far the reckoning holds.
      </p>
    );
  const { impact, succeeded } = found;
  return (
    <>
      <p className={classes.words}>
        <b>{formatShare(succeeded)}</b> of {formatPlural(succeeded.n, 'session')} succeeded,{' '}
        {BASES[found.basis]}.{' '}
        {impact?.value === null || impact === null
          ? 'No share of wrong steps explains that: they fail without a step that shows it.'
          : impact.value > 1
            ? 'That is less than p to the n: sessions fail for reasons that no step shows.'
            : `So about ${formatPercent(impact.value)}${range(impact)} of the steps that go wrong cost the session; the rest is made good.`}
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Sessions of so many steps</th>
            <th className={classes.number}>sessions</th>
            <th className={classes.number}>p to the n says</th>
            <th className={classes.number}>succeeded</th>
          </tr>
        </thead>
        <tbody>
          {found.byLength.map((one, i) => (
            <tr key={i}>
              <td>
                {one.from === one.to
                  ? formatCount(one.from)
                  : `${formatCount(one.from)} to ${formatCount(one.to)}`}
              </td>
              <td className={classes.number}>{formatCount(one.succeeded.n)}</td>
              <td className={classes.number}>{formatPercent(one.predicted)}</td>
              <td className={classes.number}>{formatShare(one.succeeded)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

interface WhatIfProps {
  found: Compounding;
  wanted: { pillar: Pillar; success: number } | null;
  onWant: (wanted: { pillar: Pillar; success: number }) => void;
}

function WhatIf({ found, wanted, onWant }: WhatIfProps): ReactNode {
  // The pillar with most to gain is the one to ask about first.
  const worst = [...found.pillars].sort((a, b) => a.compound.value - b.compound.value)[0];
  const pillar = wanted?.pillar ?? worst?.pillar ?? 'tools';
  const now = found.pillars.find((one) => one.pillar === pillar)?.success.share ?? 1;
  const success = wanted?.success ?? now;
  const { whatIf } = found;
  const after = whatIf?.expected ?? whatIf?.independent ?? null;
  return (
    <div className={classes.whatIf}>
      <label>
        What if one step of{' '}
        <select
          value={pillar}
          onChange={(event) => {
            const chosen = found.pillars.find((one) => one.pillar === event.currentTarget.value);
            if (chosen !== undefined) onWant({ pillar: chosen.pillar, success: chosen.success.share ?? 1 });
          }}
        >
          {found.pillars.map((one) => (
            <option key={one.pillar} value={one.pillar}>
              {one.pillar}
            </option>
          ))}
        </select>
      </label>
      <label className={classes.slider}>
        <span>succeeded in</span>
        <input
          type="range"
          min={0}
          max={1}
          step={SLIDER_STEP}
          value={success}
          aria-valuetext={formatPercent(success)}
          onChange={(event) => onWant({ pillar, success: event.currentTarget.valueAsNumber })}
        />
        <output>{formatPercent(success)}</output>
      </label>
      <output className={classes.answer} aria-label="What it would come to">
        {after?.value == null
          ? 'Move the slider.'
          : `${whatIf?.expected == null ? 'All steps would go well in' : 'Sessions would succeed in'} ${formatPercent(after.value)}${range(after)}, now ${formatPercent(whatIf?.expected == null ? found.independent?.value : found.succeeded.share)}`}
      </output>
    </div>
  );
}
