import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RegressionSetSummary } from '../../../shared/contract/regression';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatDateTime, formatPlural } from '../../lib/format';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

/** The versions of a set, newest first, each with what changed since the one before. */
export function Versions({ summary }: { summary: RegressionSetSummary }): ReactNode {
  const versions = summary.versions.toSorted((a, b) => b.version - a.version);
  return (
    <ol className={versioned.versions} aria-label="Versions">
      {versions.map((one, index) => (
        <li key={one.version}>
          <span>
            <b>Version {one.version}</b>{' '}
            <span className={classes.dim}>
              {formatDateTime(one.at)}, {one.author}, {formatPlural(one.caseCount, 'case')}
              {one.note !== '' && `: ${one.note}`}
            </span>
          </span>
          {versions[index + 1] !== undefined && (
            <Difference setId={summary.setId} from={versions[index + 1]?.version ?? 1} to={one.version} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Difference({ setId, from, to }: { setId: string; from: number; to: number }): ReactNode {
  const query = useQuery(orpc.regression.difference.queryOptions({ input: { setId, from, to } }));
  if (query.isPending) return <SkeletonRows rows={1} label="Comparing" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { added, removed, changed } = query.data;
  if (added.length + removed.length + changed.length === 0)
    return <div className={classes.dim}>the same cases; the baseline or the name changed</div>;
  return (
    <ul>
      {added.map((one) => (
        <li key={one.caseId}>
          added <SafeText text={one.name} />
        </li>
      ))}
      {removed.map((one) => (
        <li key={one.caseId}>
          taken out <SafeText text={one.name} />
        </li>
      ))}
      {changed.map((one) => (
        <li key={one.caseId}>
          changed <SafeText text={one.name} />
          {one.fields.map((field) => (
            <div key={field.field} className={classes.dim}>
              {field.field}: <SafeText text={field.before.slice(0, 200)} /> →{' '}
              <SafeText text={field.after.slice(0, 200)} />
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
