/**
 * Objectives: what success is, in versions, with the checks that decide it; evaluating them over the sessions, and what
 * came of it. Decides nothing itself: the engine does. What is chosen is in the address.
 */
import { Button, SegmentedControl } from '@mantine/core';
import { IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ObjectiveSummary } from '../../../shared/contract/objective';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { client, orpc } from '../../lib/client';
import { formatDuration, formatPercent } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { navigate, useRouteOf, type RouteOf } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { useWorkspace } from '../../lib/workspace';
import { NEW } from './draft';
import { Editor } from './editor';
import { cancelEvaluation, runEvaluation, useEvaluationRun } from './evaluation-run';
import { JudgeDialogue } from './judge-dialogue';
import { ObjectiveList } from './objective-list';
import { Results } from './results';
import { Versions } from './versions';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

const PANES = [250, 640] as const;
type Tab = NonNullable<RouteOf<'objectives'>['tab']>;
const TABS: readonly { value: Tab; label: string }[] = [
  { value: 'results', label: 'Results' },
  { value: 'edit', label: 'Objective' },
  { value: 'versions', label: 'Versions' },
];

function show(objectiveId: string, tab: Tab): void {
  navigate({ screen: 'objectives', objectiveId, tab }, { replace: true });
}

export function ObjectivesScreen(): ReactNode {
  const route = useRouteOf('objectives');
  const query = useQuery(orpc.objective.list.queryOptions());
  const workspace = useWorkspace().data?.path ?? '';
  const [isJudgeOpen, setJudgeOpen] = useState(false);
  const objectives = query.data ?? [];
  const isNew = route?.objectiveId === NEW;
  const chosen = isNew
    ? undefined
    : (objectives.find((one) => one.objective.objectiveId === route?.objectiveId) ?? objectives[0]);
  const tab = route?.tab ?? 'results';
  useObjectiveKeys({ objectives, chosen, tab, openJudge: () => setJudgeOpen(true) });

  if (query.isPending) return <SkeletonRows rows={14} label="Fetching the objectives" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const isEmpty = objectives.length === 0 && !isNew;
  return (
    <>
      <HeaderDetail>
        <span>what success is, and how often it is met</span>
      </HeaderDetail>
      <StatusDetail>
        <KeyHint keys="j">next</KeyHint>
        <KeyHint keys="k">previous</KeyHint>
        <KeyHint keys="+">new</KeyHint>
        <KeyHint keys="x">evaluate</KeyHint>
        <KeyHint keys="e">edit</KeyHint>
        <KeyHint keys="r">results</KeyHint>
      </StatusDetail>
      <JudgeDialogue isOpen={isJudgeOpen} onClose={() => setJudgeOpen(false)} />
      <SplitPanes
        id="objectives"
        direction="row"
        initial={24}
        min={PANES}
        label="objectives and the chosen one"
        first={
          <Panel
            title="Objectives"
            actions={
              <Button onClick={() => setJudgeOpen(true)} title="The local judge, off unless you switch it on">
                Judge
              </Button>
            }
            hasOwnScroll
          >
            <div className={versioned.column}>
              <div className={classes.grow}>
                <ObjectiveList
                  objectives={objectives}
                  chosenId={chosen?.objective.objectiveId ?? null}
                  onChoose={(id) => show(id, tab)}
                />
              </div>
              <button type="button" className={versioned.addRow} onClick={() => show(NEW, 'edit')}>
                <IconPlus size={14} aria-hidden /> New objective
              </button>
            </div>
          </Panel>
        }
        second={
          isEmpty ? (
            <EmptyState
              title="No objectives yet"
              actions={
                <Button variant="filled" onClick={() => show(NEW, 'edit')}>
                  New objective
                </Button>
              }
            >
              An objective says for which sessions it holds, what success is, and which checks decide it. Its
              pass rate then stands here, by import, model, feature and cohort.
            </EmptyState>
          ) : chosen === undefined ? (
            <Editor key={NEW} workspace={workspace} objective={null} onSaved={(id) => show(id, 'results')} />
          ) : (
            <Chosen key={chosen.objective.objectiveId} summary={chosen} tab={tab} workspace={workspace} />
          )
        }
      />
    </>
  );
}

interface ChosenProps {
  summary: ObjectiveSummary;
  tab: Tab;
  workspace: string;
}

function Chosen({ summary, tab, workspace }: ChosenProps): ReactNode {
  const { objective, isRetired } = summary;
  const retire = useMutation({
    mutationFn: () => client.objective.retire({ objectiveId: objective.objectiveId, isRetired: !isRetired }),
    meta: { doing: isRetired ? 'put the objective back in force' : 'retire the objective' },
    onSuccess: () =>
      toastDone(`${isRetired ? 'In force again' : 'Retired'}: “${objective.name}”. Undo takes it back.`),
  });
  return (
    <div className={versioned.column}>
      <div className={versioned.bar}>
        <div className={classes.heading}>
          <h2>{objective.name}</h2>
          <span className={versioned.dim} title={objective.statement}>
            {objective.statement}
          </span>
        </div>
        <SegmentedControl
          aria-label="Part of the objective"
          data={[...TABS]}
          value={tab}
          onChange={(value) =>
            show(objective.objectiveId, TABS.find((one) => one.value === value)?.value ?? 'results')
          }
        />
        <Button onClick={() => retire.mutate()}>{isRetired ? 'Put in force again' : 'Retire'}</Button>
        <Button
          variant="filled"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          onClick={() => void runEvaluation(objective.objectiveId)}
        >
          Evaluate
        </Button>
      </div>
      <RunLine />
      <div className={versioned.body}>
        {tab === 'results' && <Results summary={summary} />}
        {tab === 'edit' && (
          <Editor
            workspace={workspace}
            objective={objective}
            onSaved={(objectiveId) => show(objectiveId, 'results')}
          />
        )}
        {tab === 'versions' && <Versions objectiveId={objective.objectiveId} />}
      </div>
    </div>
  );
}

/** While an evaluation is under way: how far it is, and a way to stop it. */
function RunLine(): ReactNode {
  const run = useEvaluationRun();
  if (run === null) return null;
  const took = run.nowMs - run.startedMs;
  return (
    <div className={classes.run} role="status">
      <span>
        Evaluating, {run.step}: {formatPercent(run.share)}
        {run.share > 0 &&
          run.share < 1 &&
          `, about ${formatDuration((took / run.share) * (1 - run.share))} left`}
      </span>
      <progress className={classes.progress} max={1} value={run.share} aria-label="Evaluation" />
      <Button onClick={cancelEvaluation}>Cancel</Button>
    </div>
  );
}

interface KeysInput {
  objectives: readonly ObjectiveSummary[];
  chosen: ObjectiveSummary | undefined;
  tab: Tab;
  openJudge: () => void;
}

function useObjectiveKeys({ objectives, chosen, tab, openJudge }: KeysInput): void {
  const id = chosen?.objective.objectiveId;
  const step = (by: 1 | -1) => {
    const place = objectives.findIndex((one) => one === chosen);
    const next = objectives[place + by];
    if (next !== undefined) show(next.objective.objectiveId, tab);
  };
  const open = (next: Tab) => id !== undefined && show(id, next);
  useShortcuts('Objectives', [
    { keys: ['j', 'ArrowDown'], description: 'Next objective', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], description: 'Previous objective', run: () => step(-1) },
    { keys: '+', description: 'New objective', run: () => show(NEW, 'edit') },
    {
      keys: 'x',
      description: 'Evaluate the objective',
      isDisabled: id === undefined,
      run: () => id !== undefined && void runEvaluation(id),
    },
    { keys: 'e', description: 'Edit the objective', run: () => void open('edit') },
    { keys: 'r', description: 'Results of the objective', run: () => void open('results') },
    { keys: 'v', description: 'Versions of the objective', run: () => void open('versions') },
    { keys: 'shift+j', description: 'The local judge', run: openJudge },
  ]);
}
