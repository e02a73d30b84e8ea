import { Button, Checkbox, NumberInput, Select, SegmentedControl, TagsInput, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import {
  priorityWeightsSchema,
  strataSchema,
  type PriorityWeights,
  type Sampling,
  type Strata,
} from '../../../shared/model/review';
import type { Objective } from '../../../shared/model/objective';
import type { SessionFilter } from '../../../shared/model/session';
import { StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { formatDate } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { formatHash, navigate, useRouteOf } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { useWorkspaceState } from '../../lib/workspace-state';
import { factorIds, factorTitles } from './factor-bars';
import { QueuePreview } from './queue-preview';
import { sayFilter, strataTitles } from './queue-words';
import { useReviewer } from './reviewer';
import classes from './review.module.css';

const PANES = [380, 420] as const;
const KINDS: { value: Sampling['kind']; label: string }[] = [
  { value: 'priority', label: 'By priority' },
  { value: 'top', label: 'Most urgent' },
  { value: 'random', label: 'Random' },
  { value: 'stratified', label: 'Stratified' },
];
const MEANINGS: Record<Sampling['kind'], string> = {
  priority:
    'The more urgent, the likelier to be drawn, and the sooner read. Rates can be corrected for it to hold for all sessions.',
  top: 'The most urgent ones, and no others. Finds most in the least time, and says nothing of the rest.',
  random: 'Every session with the same chance. The plain share holds for all sessions.',
  stratified: 'At random within groups, so that small groups are read too. Rates are corrected for it.',
};

interface Plan {
  name: string;
  kind: Sampling['kind'];
  weights: PriorityWeights;
  by: Strata;
  allocation: 'proportional' | 'equal';
  size: number;
  seed: number;
  reviewers: string[];
  reviewsPerItem: number;
  isBlind: boolean;
  withReviewed: boolean;
  /** What reviewers are asked about; null: whether the user got what they came for, and no objective. */
  objective: Objective | null;
}

function samplingOf(plan: Plan): Sampling {
  switch (plan.kind) {
    case 'priority':
    case 'top':
      return { kind: plan.kind, weights: plan.weights };
    case 'random':
      return { kind: 'random' };
    case 'stratified':
      return { kind: 'stratified', by: plan.by, allocation: plan.allocation };
  }
}

/** What a queue is drawn from, how, and by whom it is read; beside it what would be drawn. */
export function NewQueue(): ReactNode {
  const given = useRouteOf('review')?.filter;
  const filter = useMemo(() => given ?? {}, [given]);
  const reviewer = useReviewer();
  const [plan, setPlan] = useState<Plan>(() => ({
    name: `Review of ${formatDate(Date.now())}`,
    kind: 'priority',
    weights: priorityWeightsSchema.parse({}),
    by: 'feature',
    allocation: 'proportional',
    size: 50,
    seed: 1,
    reviewers: reviewer === null ? [] : [reviewer],
    reviewsPerItem: 1,
    isBlind: true,
    withReviewed: false,
    objective: null,
  }));
  const change = (part: Partial<Plan>) => setPlan({ ...plan, ...part });
  const { size, seed, withReviewed } = plan;
  const draw = { filter, sampling: samplingOf(plan), size, seed, withReviewed };
  const [settled] = useDebouncedValue(draw, 250);
  const preview = useQuery(
    orpc.review.preview.queryOptions({ input: settled, placeholderData: keepPreviousData }),
  );
  const create = useMutation(
    orpc.review.createQueue.mutationOptions({
      onSuccess: ({ queueId, size: count }) => {
        toastDone(`${plan.name}: ${count} sessions queued.`);
        navigate({ screen: 'review', view: 'items', queueId });
      },
      meta: { doing: 'make the queue' },
    }),
  );
  const canCreate = plan.name.trim() !== '' && (preview.data?.size ?? 0) > 0 && !create.isPending;
  const submit = () => {
    const { name, reviewers, reviewsPerItem, isBlind } = plan;
    const objective = plan.objective && {
      objectiveId: plan.objective.objectiveId,
      version: plan.objective.version,
    };
    if (canCreate) create.mutate({ ...draw, name, objective, reviewers, reviewsPerItem, isBlind });
  };
  useShortcuts('New queue', [
    { keys: 'mod+Enter', description: 'Make the queue', whenTyping: true, run: submit },
    { keys: 'Escape', description: 'Back to the queues', run: () => navigate({ screen: 'review' }) },
  ]);
  return (
    <>
      <StatusDetail>
        <KeyHint keys="mod+Enter">make the queue</KeyHint>
        <KeyHint keys="Escape">back</KeyHint>
      </StatusDetail>
      <SplitPanes
        id="review-new"
        direction="row"
        initial={36}
        min={PANES}
        label="the plan and its preview"
        first={
          <Panel
            title="New queue"
            actions={
              <Button variant="filled" disabled={!canCreate} loading={create.isPending} onClick={submit}>
                Make the queue
              </Button>
            }
          >
            <form
              className={classes.form}
              onSubmit={(event) => {
                event.preventDefault();
                submit();
              }}
            >
              <TextInput
                label="Name"
                value={plan.name}
                maxLength={120}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <ObjectiveChoice plan={plan} onChange={change} />
              <FrameChoice filter={filter} />
              <OrderChoice plan={plan} onChange={change} />
              <ReviewerChoice plan={plan} onChange={change} />
            </form>
          </Panel>
        }
        second={
          <QueuePreview
            preview={preview.data}
            error={preview.error}
            onRetry={() => void preview.refetch()}
            isStale={preview.isPlaceholderData}
          />
        }
      />
    </>
  );
}

/** What the verdict is about: an objective, against which it then counts, or the user's intent alone. */
function ObjectiveChoice({ plan, onChange }: PartProps): ReactNode {
  const objectives = useQuery(orpc.objective.list.queryOptions());
  const inForce = (objectives.data ?? []).filter((one) => !one.isRetired).map((one) => one.objective);
  if (inForce.length === 0) return null;
  const { objective } = plan;
  const holds = objective === null ? '' : sayFilter(objective.appliesTo);
  return (
    <fieldset className={classes.group}>
      <legend>Verdict</legend>
      <Select
        aria-label="Objective"
        placeholder="Whether the user got what they came for"
        clearable
        data={inForce.map((one) => ({ value: one.objectiveId, label: one.name }))}
        value={objective?.objectiveId ?? null}
        onChange={(id) => onChange({ objective: inForce.find((one) => one.objectiveId === id) ?? null })}
      />
      {objective !== null && (
        <p className={classes.meaning}>
          <SafeText text={objective.statement} /> Version {objective.version}; the verdicts count for this
          objective.
        </p>
      )}
      {holds !== '' && objective !== null && (
        <div className={classes.inline}>
          <Button
            onClick={() =>
              navigate({ screen: 'review', view: 'new', filter: objective.appliesTo }, { replace: true })
            }
          >
            Draw from the sessions it holds for
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** Which sessions are drawn from: all, or those of the list on the sessions screen. */
function FrameChoice({ filter }: { filter: SessionFilter }): ReactNode {
  const list = useWorkspaceState((state) => state.sessionList);
  const words = sayFilter(filter);
  const listWords = sayFilter(list.filter);
  const draw = (next: SessionFilter) =>
    navigate({ screen: 'review', view: 'new', filter: next }, { replace: true });
  return (
    <fieldset className={classes.group}>
      <legend>Sessions</legend>
      <p className={classes.filterWords}>{words === '' ? 'All sessions.' : `Those with ${words}.`}</p>
      <div className={classes.inline}>
        {words !== '' && <Button onClick={() => draw({})}>All sessions</Button>}
        {listWords !== '' && listWords !== words && (
          <Button onClick={() => draw(list.filter)}>Those of the sessions screen</Button>
        )}
        <Button component="a" href={formatHash({ screen: 'sessions', filter, sort: list.sort })}>
          Choose on the sessions screen
        </Button>
      </div>
    </fieldset>
  );
}

interface PartProps {
  plan: Plan;
  onChange: (part: Partial<Plan>) => void;
}

function OrderChoice({ plan, onChange }: PartProps): ReactNode {
  const isByPriority = plan.kind === 'priority' || plan.kind === 'top';
  return (
    <fieldset className={classes.group}>
      <legend>Order</legend>
      <SegmentedControl
        fullWidth
        aria-label="Order"
        data={KINDS}
        value={plan.kind}
        onChange={(kind) => onChange({ kind: kind })}
      />
      <p className={classes.meaning}>{MEANINGS[plan.kind]}</p>
      {isByPriority && <Weights weights={plan.weights} onChange={(weights) => onChange({ weights })} />}
      {plan.kind === 'stratified' && (
        <div className={classes.pair}>
          <Select
            label="Groups by"
            allowDeselect={false}
            data={strataSchema.options.map((value) => ({ value, label: strataTitles[value] }))}
            value={plan.by}
            onChange={(by) => by !== null && onChange({ by: strataSchema.parse(by) })}
          />
          <Select
            label="Places of each group"
            allowDeselect={false}
            data={[
              { value: 'proportional', label: 'by its size' },
              { value: 'equal', label: 'equally many' },
            ]}
            value={plan.allocation}
            onChange={(allocation) =>
              onChange({ allocation: allocation === 'equal' ? 'equal' : 'proportional' })
            }
          />
        </div>
      )}
      <div className={classes.pair}>
        <NumberInput
          label="Size"
          min={1}
          max={20_000}
          value={plan.size}
          onChange={(size) => typeof size === 'number' && size >= 1 && onChange({ size: Math.round(size) })}
        />
        <NumberInput
          label="Seed"
          min={0}
          value={plan.seed}
          disabled={plan.kind === 'top'}
          onChange={(seed) => typeof seed === 'number' && onChange({ seed: Math.round(seed) })}
        />
      </div>
      <Checkbox
        label="Also sessions reviewed before"
        checked={plan.withReviewed}
        onChange={(event) => onChange({ withReviewed: event.currentTarget.checked })}
      />
    </fieldset>
  );
}

const MOST_WEIGHT = 3;

/** Priority is the product of the factors, each to the power of its weight. */
function Weights({
  weights,
  onChange,
}: {
  weights: PriorityWeights;
  onChange: (weights: PriorityWeights) => void;
}): ReactNode {
  return (
    <div className={classes.weights} role="group" aria-label="Weights of the priority">
      {factorIds.map((factor) => (
        <label key={factor} className={classes.weight} title={factorTitles[factor].meaning}>
          <span>{factorTitles[factor].title}</span>
          <input
            type="range"
            min={0}
            max={MOST_WEIGHT}
            step={0.25}
            value={weights[factor]}
            onChange={(event) => onChange({ ...weights, [factor]: Number(event.currentTarget.value) })}
          />
          <span className={classes.right}>{weights[factor].toFixed(2)}</span>
        </label>
      ))}
      <p className={classes.meaning}>
        Priority is the product of the factors, each to the power of its weight; 0 leaves one out. The failure
        probability rules: each of the others takes at most a quarter at weight 1.
      </p>
    </div>
  );
}

function ReviewerChoice({ plan, onChange }: PartProps): ReactNode {
  return (
    <fieldset className={classes.group}>
      <legend>Reviewers</legend>
      <TagsInput
        size="xs"
        aria-label="Names of the reviewers"
        placeholder={plan.reviewers.length === 0 ? 'Names; empty: whoever comes' : ''}
        maxTags={50}
        value={plan.reviewers}
        onChange={(names) =>
          onChange({ reviewers: names.map((name) => name.trim().slice(0, 80)).filter((name) => name !== '') })
        }
      />
      <div className={classes.pair}>
        <NumberInput
          label="Reviews per session"
          min={1}
          max={20}
          value={plan.reviewsPerItem}
          onChange={(count) =>
            typeof count === 'number' && count >= 1 && onChange({ reviewsPerItem: Math.round(count) })
          }
        />
        <Checkbox
          className={classes.besideInput ?? ''}
          label="Blind to each other"
          checked={plan.isBlind}
          onChange={(event) => onChange({ isBlind: event.currentTarget.checked })}
        />
      </div>
    </fieldset>
  );
}
