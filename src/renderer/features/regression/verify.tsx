import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Verification } from '../../../shared/contract/regression';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { ShareBar } from '../../components/share-bar';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatDifference, formatP } from '../../lib/comparison-words';
import { formatPlural, formatShare } from '../../lib/format';
import { importName } from '../../lib/import-words';
import { formatHash } from '../../lib/navigation';
import classes from './regression.module.css';

const KINDS: Record<Verification['rows'][number]['kind'], string> = {
  'failure-mode': 'Failure mode',
  signal: 'Signal',
  objective: 'Fails the objective',
};
const SHOWN_PAIRS = 200;

/** Two imports, before and after a fix, side by side. */
export function Verify(): ReactNode {
  const imports = useQuery(orpc.imports.list.queryOptions());
  const [before, setBefore] = useState<string | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const query = useQuery(
    orpc.regression.verify.queryOptions({
      input: { before: before ?? '', after: after ?? '' },
      enabled: before !== null && after !== null && before !== after,
    }),
  );
  if (imports.isPending) return <SkeletonRows label="Fetching the imports" />;
  if (imports.isError) return <ErrorState error={imports.error} onRetry={() => void imports.refetch()} />;
  if (imports.data.length < 2)
    return (
      <EmptyState title="Two imports are needed">
        Import the traces of the run after the fix as an import of its own; the two then stand here side by
        side.
      </EmptyState>
    );
  const data = imports.data.map((one) => ({ value: one.importId, label: importName(one) }));
  return (
    <div className={classes.page}>
      <div className={classes.inline}>
        <Select className={classes.wide} label="Before" data={data} value={before} onChange={setBefore} />
        <Select className={classes.wide} label="After" data={data} value={after} onChange={setAfter} />
      </div>
      {before === null || after === null || before === after ? (
        <p className={classes.note}>Choose two different imports.</p>
      ) : query.isPending ? (
        <SkeletonRows label="Comparing the imports" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Comparison verification={query.data} />
      )}
    </div>
  );
}

function Comparison({ verification }: { verification: Verification }): ReactNode {
  const { rows, pairs } = verification;
  return (
    <>
      <p className={classes.note}>
        {formatPlural(verification.beforeSessions, 'session')} before,{' '}
        {formatPlural(verification.afterSessions, 'session')} after. Shares of sessions with it, 95%
        intervals; differences with Newcombe’s interval, p adjusted for the number of rows.
      </p>
      <table className={classes.table} aria-label="Before and after">
        <thead>
          <tr>
            <th>What</th>
            <th colSpan={2}>Before</th>
            <th colSpan={2}>After</th>
            <th>Difference</th>
            <th>p</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.kind} ${row.id}`}>
              <td>
                <span className={classes.dim}>{KINDS[row.kind]}</span> <SafeText text={row.name} />
              </td>
              <td className={classes.barCell}>
                <ShareBar share={row.before} of={`of sessions before, ${row.name}`} color="var(--fail)" />
              </td>
              <td className={classes.number}>{formatShare(row.before)}</td>
              <td className={classes.barCell}>
                <ShareBar share={row.after} of={`of sessions after, ${row.name}`} color="var(--fail)" />
              </td>
              <td className={classes.number}>{formatShare(row.after)}</td>
              <td className={classes.number}>
                {row.comparison === null ? '–' : formatDifference(row.comparison)}
              </td>
              <td className={classes.number}>{row.comparison === null ? '–' : formatP(row.comparison.p)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <b>{formatPlural(pairs.length, 'matched session')}</b>
      <ul className={classes.picker} aria-label="Matched sessions">
        {pairs.slice(0, SHOWN_PAIRS).map((pair) => (
          <li key={`${pair.beforeId} ${pair.afterId}`} className={classes.gateCase}>
            <div className={classes.messageText}>
              <SafeText text={pair.title.slice(0, 200)} />
              <span className={classes.dim}>
                <a href={formatHash({ screen: 'session', sessionId: pair.beforeId })}>before</a>:{' '}
                {formatPlural(pair.beforeFindings, 'finding')};{' '}
                <a href={formatHash({ screen: 'session', sessionId: pair.afterId })}>after</a>:{' '}
                {formatPlural(pair.afterFindings, 'finding')}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
