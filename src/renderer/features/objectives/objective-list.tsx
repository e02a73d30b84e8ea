import { useCallback, type ReactNode } from 'react';
import type { ObjectiveSummary } from '../../../shared/contract/objective';
import { ShareBar } from '../../components/share-bar';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { formatShare } from '../../lib/format';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

interface ObjectiveListProps {
  objectives: readonly ObjectiveSummary[];
  chosenId: string | null;
  onChoose: (objectiveId: string) => void;
}

/** The objectives with their pass rates, those in force before the retired. */
export function ObjectiveList({ objectives, chosenId, onChoose }: ObjectiveListProps): ReactNode {
  const getKey = useCallback(
    (index: number) => objectives[index]?.objective.objectiveId ?? index,
    [objectives],
  );
  return (
    <VirtualList
      count={objectives.length}
      estimateSize={() => 66}
      getKey={getKey}
      label="Objectives"
      renderItem={(index) => {
        const one = objectives[index];
        if (one === undefined) return null;
        const { objective, latest } = one;
        return (
          <button
            type="button"
            className={cx(
              versioned.row,
              objective.objectiveId === chosenId && versioned.chosen,
              one.isRetired && versioned.retired,
            )}
            aria-current={objective.objectiveId === chosenId}
            onClick={() => onChoose(objective.objectiveId)}
          >
            <span className={versioned.rowHead}>
              <span className={versioned.name}>{objective.name}</span>
              <span className={classes.rowRate}>{latest === null ? '' : formatShare(latest.passed)}</span>
            </span>
            {latest !== null && (
              <ShareBar share={latest.passed} of="of decided sessions pass" color="var(--ok)" />
            )}
            <span className={classes.rowFacts}>
              {objective.decides}, version {objective.version}
              {one.isRetired && ', retired'}
              {latest === null && ', not evaluated yet'}
              {one.isStale && (
                <span
                  className={classes.stale}
                  title="Imports or the objective have changed since it was evaluated"
                >
                  stale
                </span>
              )}
            </span>
          </button>
        );
      }}
    />
  );
}
