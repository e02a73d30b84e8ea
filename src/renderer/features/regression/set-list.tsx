import { useCallback, type ReactNode } from 'react';
import type { RegressionSetSummary } from '../../../shared/contract/regression';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { formatPlural } from '../../lib/format';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

interface SetListProps {
  sets: readonly RegressionSetSummary[];
  chosenId: string | null;
  onChoose: (setId: string) => void;
}

/** The regression sets, those in use before the retired. */
export function SetList({ sets, chosenId, onChoose }: SetListProps): ReactNode {
  const getKey = useCallback((index: number) => sets[index]?.setId ?? index, [sets]);
  return (
    <VirtualList
      count={sets.length}
      estimateSize={() => 64}
      getKey={getKey}
      label="Regression sets"
      renderItem={(index) => {
        const one = sets[index];
        if (one === undefined) return null;
        return (
          <button
            type="button"
            className={cx(
              versioned.row,
              one.setId === chosenId && versioned.chosen,
              one.isRetired && versioned.retired,
            )}
            aria-current={one.setId === chosenId}
            onClick={() => onChoose(one.setId)}
          >
            <span className={versioned.rowHead}>
              <span className={versioned.name}>{one.name}</span>
              <span>{formatPlural(one.caseCount, 'case')}</span>
            </span>
            <span className={classes.dim}>
              version {one.version}, {one.heldOutCount} held out{one.isRetired && ', retired'}
            </span>
            <span className={classes.dim}>
              {one.baseline === null
                ? 'no baseline yet'
                : `baseline “${one.baseline.name}”: ${one.baseline.passed} of ${one.baseline.n} pass`}
            </span>
          </button>
        );
      }}
    />
  );
}
