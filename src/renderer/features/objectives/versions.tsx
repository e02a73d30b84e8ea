import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Objective } from '../../../shared/model/objective';
import { ErrorState } from '../../components/empty-state';
import { SkeletonRows } from '../../components/skeleton';
import { checkSentence } from '../../lib/check-words';
import { orpc } from '../../lib/client';
import { formatDateTime } from '../../lib/format';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

/** What a version says, line by line, so that two versions can be held against each other. */
function linesOf(objective: Objective): string[] {
  const filter = Object.entries(objective.appliesTo).map(
    ([key, value]) => `For sessions with ${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  return [
    `Name: ${objective.name}`,
    `Success: ${objective.statement}`,
    `Decides ${objective.decides === 'intent' ? 'whether users got what they came for' : 'whether the output is good'}`,
    ...(filter.length === 0 ? ['For all sessions'] : filter),
    objective.combine === 'all' ? 'All checks must pass' : 'One check is enough',
    ...objective.checks.map((check) => `Check: ${checkSentence(check)}`),
  ];
}

/** All versions, newest first, each with what it took away from the one before and what it added. */
export function Versions({ objectiveId }: { objectiveId: string }): ReactNode {
  const query = useQuery(orpc.objective.versions.queryOptions({ input: { objectiveId } }));
  if (query.isPending) return <SkeletonRows label="Fetching the versions" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const versions = query.data.toSorted((a, b) => b.objective.version - a.objective.version);
  return (
    <ol className={versioned.versions} aria-label="Versions">
      {versions.map((one, index) => {
        const lines = linesOf(one.objective);
        const earlier = versions[index + 1];
        const before = earlier === undefined ? lines : linesOf(earlier.objective);
        const removed = before.filter((line) => !lines.includes(line));
        return (
          <li key={one.objective.version}>
            <div className={classes.versionHead}>
              <b>Version {one.objective.version}</b>
              <span className={versioned.dim}>
                {formatDateTime(one.at)}, {one.author}
              </span>
            </div>
            {one.objective.note !== '' && <div>{one.objective.note}</div>}
            <ul>
              {removed.map((line) => (
                <li key={`-${line}`}>
                  <del className={classes.removed}>{line}</del>
                </li>
              ))}
              {lines.map((line, at) => (
                <li key={`${at}${line}`}>
                  {before.includes(line) ? line : <ins className={classes.added}>{line}</ins>}
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}
