import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useCallback, type ReactNode } from 'react';
import type { RegressionCase, RegressionSet } from '../../../shared/model/regression';
import { EmptyState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SplitPanes } from '../../components/split-panes';
import { VirtualList } from '../../components/virtual-list';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatPercent, formatPlural } from '../../lib/format';
import { CaseView } from './case-view';
import { show } from './set-acts';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

const PANES = [260, 380] as const;

interface CasesProps {
  set: RegressionSet;
  caseId: string | undefined;
  onAdd: () => void;
}

/** The cases of a set, and one of them whole. */
export function Cases({ set, caseId, onAdd }: CasesProps): ReactNode {
  const { cases } = set;
  const duplicates = useQuery(
    orpc.regression.duplicates.queryOptions({ input: { setId: set.setId, version: set.version } }),
  );
  const getKey = useCallback((index: number) => cases[index]?.caseId ?? index, [cases]);
  const chosen = cases.find((one) => one.caseId === caseId) ?? cases[0];
  const nameOf = (id: string) => cases.find((one) => one.caseId === id)?.name ?? id;
  if (chosen === undefined)
    return (
      <EmptyState
        title="No cases yet"
        actions={
          <Button variant="filled" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
            Make a case
          </Button>
        }
      >
        A case is a labelled failure: the turns up to it, what should have happened, and the check that
        decides it. Sort some corrections or review some sessions first; then choose one of them here.
      </EmptyState>
    );
  return (
    <SplitPanes
      id="regression.cases"
      direction="row"
      initial={36}
      min={PANES}
      label="cases and the chosen one"
      first={
        <Panel
          title="Cases"
          detail={formatPlural(cases.length, 'case')}
          actions={
            <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
              Make a case
            </Button>
          }
          hasOwnScroll
        >
          <div className={versioned.column}>
            {(duplicates.data?.length ?? 0) > 0 && (
              <ul className={classes.duplicates} aria-label="Nearly the same">
                {duplicates.data?.slice(0, 5).map((pair) => (
                  <li key={`${pair.first} ${pair.second}`}>
                    {formatPercent(pair.similarity)} alike:{' '}
                    {[pair.first, pair.second].map((id) => (
                      <button
                        key={id}
                        type="button"
                        className={classes.link}
                        onClick={() => show({ setId: set.setId, caseId: id })}
                      >
                        <SafeText text={nameOf(id).slice(0, 60)} />
                      </button>
                    ))}
                  </li>
                ))}
              </ul>
            )}
            <div className={versioned.grow}>
              <VirtualList
                count={cases.length}
                estimateSize={() => 48}
                getKey={getKey}
                label="Cases"
                renderItem={(index) => {
                  const one = cases[index];
                  return (
                    one && (
                      <CaseRow
                        one={one}
                        isChosen={one === chosen}
                        onChoose={() => show({ setId: set.setId, caseId: one.caseId })}
                      />
                    )
                  );
                }}
              />
            </div>
          </div>
        </Panel>
      }
      second={<CaseView key={`${chosen.caseId} ${set.version}`} set={set} one={chosen} />}
    />
  );
}

interface CaseRowProps {
  one: RegressionCase;
  isChosen: boolean;
  onChoose: () => void;
}

function CaseRow({ one, isChosen, onChoose }: CaseRowProps): ReactNode {
  return (
    <button
      type="button"
      className={cx(versioned.row, isChosen && versioned.chosen)}
      aria-current={isChosen}
      onClick={onChoose}
    >
      <span className={classes.cut}>
        <SafeText text={one.name} />
      </span>
      <span className={classes.dim}>
        {one.failureModeName ?? 'no failure mode'}, severity {one.severity}
        {one.split === 'held-out' && ', held out'}
        {one.checks.length === 0 && ', no check yet'}
      </span>
    </button>
  );
}
