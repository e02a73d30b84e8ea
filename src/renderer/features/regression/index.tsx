/**
 * Regression sets: failures kept as cases, in versions; the gate that holds a new run against them; two imports side by
 * side. Decides nothing itself: the engine does. What is chosen is in the address.
 */
import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowsDiff, IconFileImport, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { RegressionSetSummary } from '../../../shared/contract/regression';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { client, orpc } from '../../lib/client';
import { useShortcuts } from '../../lib/keyboard';
import { useRouteOf } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { CaseMaker } from './case-maker';
import { Cases } from './cases';
import { Gate } from './gate';
import { show, type Tab } from './set-acts';
import { SetList } from './set-list';
import { importSets, NewSet, SetExport } from './set-menus';
import { Verify } from './verify';
import { Versions } from './versions';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

const PANES = [230, 660] as const;
const TABS: readonly { value: Exclude<Tab, 'verify'>; label: string }[] = [
  { value: 'cases', label: 'Cases' },
  { value: 'gate', label: 'Gate' },
  { value: 'versions', label: 'Versions' },
];

export function RegressionScreen(): ReactNode {
  const route = useRouteOf('regression');
  const query = useQuery(orpc.regression.sets.queryOptions());
  const [dialogue, setDialogue] = useState<'new-set' | 'new-case' | null>(null);
  const sets = query.data ?? [];
  const chosen = sets.find((one) => one.setId === route?.setId) ?? sets[0];
  const tab = route?.tab ?? 'cases';
  const open = (next: Tab) => show({ ...(chosen === undefined ? {} : { setId: chosen.setId }), tab: next });
  const step = (by: 1 | -1) => {
    const next = sets[sets.findIndex((one) => one === chosen) + by];
    if (next !== undefined) show({ setId: next.setId, tab });
  };
  useShortcuts('Regression', [
    { keys: ['j', 'ArrowDown'], description: 'Next set', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous set', run: () => step(-1) },
    { keys: '+', description: 'New regression set', run: () => setDialogue('new-set') },
    {
      keys: 'm',
      description: 'Make a case',
      isDisabled: chosen === undefined,
      run: () => setDialogue('new-case'),
    },
    { keys: 'c', description: 'The cases', run: () => open('cases') },
    { keys: 'r', description: 'The gate', run: () => open('gate') },
    { keys: 'v', description: 'The versions', run: () => open('versions') },
    { keys: 'd', description: 'Two imports side by side', run: () => open('verify') },
  ]);

  if (query.isPending) return <SkeletonRows rows={14} label="Fetching the sets" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const newSet = (
    <Button variant="filled" onClick={() => setDialogue('new-set')}>
      New set
    </Button>
  );
  return (
    <>
      <HeaderDetail>
        <span>failures kept as cases, and new runs held against them</span>
      </HeaderDetail>
      <StatusDetail>
        <KeyHint keys="j">next</KeyHint>
        <KeyHint keys="k">previous</KeyHint>
        <KeyHint keys="+">new set</KeyHint>
        <KeyHint keys="m">make a case</KeyHint>
        <KeyHint keys="r">gate</KeyHint>
        <KeyHint keys="d">two imports</KeyHint>
      </StatusDetail>
      <NewSet isOpen={dialogue === 'new-set'} onClose={() => setDialogue(null)} />
      <SplitPanes
        id="regression"
        direction="row"
        initial={22}
        min={PANES}
        label="sets and the chosen one"
        first={
          <Panel title="Regression sets" hasOwnScroll>
            <div className={versioned.column}>
              <div className={versioned.grow}>
                <SetList
                  sets={sets}
                  chosenId={tab === 'verify' ? null : (chosen?.setId ?? null)}
                  onChoose={(setId) => show({ setId, tab: tab === 'verify' ? 'cases' : tab })}
                />
              </div>
              <button type="button" className={versioned.addRow} onClick={() => setDialogue('new-set')}>
                <IconPlus size={14} aria-hidden /> New set
              </button>
              <button type="button" className={versioned.addRow} onClick={() => void importSets()}>
                <IconFileImport size={14} aria-hidden /> Take a set in (JSONL)
              </button>
              <button type="button" className={versioned.addRow} onClick={() => open('verify')}>
                <IconArrowsDiff size={14} aria-hidden /> Two imports side by side
              </button>
            </div>
          </Panel>
        }
        second={
          tab === 'verify' ? (
            <Panel title="Before and after: two imports side by side">
              <Verify />
            </Panel>
          ) : chosen === undefined ? (
            <EmptyState title="No regression sets yet" actions={newSet}>
              A set keeps failures as cases: what was asked, what should have happened, and the check that
              decides it. A new run is then held against them, here or by “faultline gate”.
            </EmptyState>
          ) : (
            <ChosenSet
              key={chosen.setId}
              summary={chosen}
              tab={tab}
              caseId={route?.caseId}
              isMaking={dialogue === 'new-case'}
              onMake={(isMaking) => setDialogue(isMaking ? 'new-case' : null)}
            />
          )
        }
      />
    </>
  );
}

interface ChosenSetProps {
  summary: RegressionSetSummary;
  tab: Exclude<Tab, 'verify'>;
  caseId: string | undefined;
  isMaking: boolean;
  onMake: (isMaking: boolean) => void;
}

function ChosenSet({ summary, tab, caseId, isMaking, onMake }: ChosenSetProps): ReactNode {
  const { setId, isRetired } = summary;
  const query = useQuery(orpc.regression.get.queryOptions({ input: { setId } }));
  const retire = useMutation({
    mutationFn: () => client.regression.retire({ setId, isRetired: !isRetired }),
    meta: { doing: isRetired ? 'take the set back' : 'retire the set' },
    onSuccess: () =>
      toastDone(`${isRetired ? 'In use again' : 'Retired'}: “${summary.name}”. Undo takes it back.`),
  });
  return (
    <div className={versioned.column}>
      <div className={versioned.bar}>
        <h2 className={classes.heading}>
          {summary.name} <span className={classes.dim}>version {summary.version}</span>
        </h2>
        <SegmentedControl
          aria-label="Part of the set"
          data={[...TABS]}
          value={tab}
          onChange={(value) =>
            show({ setId, tab: TABS.find((one) => one.value === value)?.value ?? 'cases' })
          }
        />
        <Button onClick={() => retire.mutate()}>{isRetired ? 'Use it again' : 'Retire'}</Button>
        <SetExport setId={setId} />
      </div>
      <div className={versioned.body}>
        {query.isPending ? (
          <SkeletonRows label="Fetching the set" />
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <CaseMaker set={query.data} isOpen={isMaking} onClose={() => onMake(false)} />
            {tab === 'cases' && <Cases set={query.data} caseId={caseId} onAdd={() => onMake(true)} />}
            {tab === 'gate' && <Gate set={query.data} />}
            {tab === 'versions' && <Versions summary={summary} />}
          </>
        )}
      </div>
    </div>
  );
}
