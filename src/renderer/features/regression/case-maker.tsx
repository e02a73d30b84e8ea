import { Button, Checkbox, Modal, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { FailureTarget, RegressionCase, RegressionSet } from '../../../shared/model/regression';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatPercent } from '../../lib/format';
import { CaseForm, caseObstacle, LineageView, Messages } from './case-form';
import { useSaveCases } from './set-acts';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

interface CaseMakerProps {
  set: RegressionSet;
  isOpen: boolean;
  onClose: () => void;
}

/** Makes a case from a correction that was confirmed, or from a session that was reviewed. */
export function CaseMaker({ set, isOpen, onClose }: CaseMakerProps): ReactNode {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Make a case" size={860} yOffset="6vh">
      {isOpen && <Maker set={set} onClose={onClose} />}
    </Modal>
  );
}

function Maker({ set, onClose }: Omit<CaseMakerProps, 'isOpen'>): ReactNode {
  const [target, setTarget] = useState<FailureTarget | null>(null);
  const [from, setFrom] = useState<'corrections' | 'reviews'>('corrections');
  const taken = new Set(set.cases.map((one) => one.lineage.label.id));
  if (target !== null)
    return <DraftView set={set} target={target} onBack={() => setTarget(null)} onClose={onClose} />;
  return (
    <div className={classes.maker}>
      <SegmentedControl
        aria-label="What to make it from"
        data={[
          { value: 'corrections', label: 'Confirmed corrections' },
          { value: 'reviews', label: 'Reviewed sessions' },
        ]}
        value={from}
        onChange={(value) => setFrom(value === 'reviews' ? 'reviews' : 'corrections')}
      />
      {from === 'corrections' ? (
        <CorrectionPicker taken={taken} onPick={setTarget} />
      ) : (
        <ReviewPicker onPick={setTarget} />
      )}
    </div>
  );
}

const SHOWN = 200;

function CorrectionPicker({
  taken,
  onPick,
}: {
  taken: ReadonlySet<string>;
  onPick: (target: FailureTarget) => void;
}): ReactNode {
  const query = useQuery(
    orpc.correction.list.queryOptions({ input: { filter: { states: ['confirmed'] }, limit: SHOWN } }),
  );
  if (query.isPending) return <SkeletonRows label="Fetching the corrections" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0)
    return (
      <EmptyState title="No confirmed corrections yet">
        Sort or confirm some on the corrections screen; each can then become a case.
      </EmptyState>
    );
  return (
    <ul className={classes.picker} aria-label="Corrections">
      {query.data.items.map((one) => (
        <li key={one.correctionId}>
          <button
            type="button"
            className={versioned.row}
            onClick={() => onPick({ kind: 'correction', correctionId: one.correctionId })}
          >
            <span>
              <SafeText text={one.text.slice(0, 240)} />
            </span>
            <span className={classes.dim}>
              <SafeText text={`${one.sourceName}:${one.line}`} />
              {taken.has(one.correctionId) && ', already a case of this set'}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function ReviewPicker({ onPick }: { onPick: (target: FailureTarget) => void }): ReactNode {
  const queues = useQuery(orpc.review.queues.queryOptions());
  const [asked, setAsked] = useState<string>();
  const reviewed = (queues.data ?? []).filter((one) => one.byReviewer.some(({ completed }) => completed > 0));
  const queue = reviewed.find((one) => one.queueId === asked) ?? reviewed[0];
  const items = useQuery(
    orpc.review.items.queryOptions({
      input: {
        queueId: queue?.queueId ?? '',
        reviewer: queue?.byReviewer[0]?.reviewer ?? 'nobody',
        limit: 1000,
      },
      enabled: queue !== undefined,
    }),
  );
  if (queues.isError) return <ErrorState error={queues.error} onRetry={() => void queues.refetch()} />;
  if (queues.isPending) return <SkeletonRows label="Fetching the queues" />;
  if (queue === undefined)
    return (
      <EmptyState title="No reviewed sessions yet">
        Review some on the review screen; each session that missed its objective can then become a case.
      </EmptyState>
    );
  return (
    <>
      {reviewed.length > 1 && (
        <SegmentedControl
          aria-label="Queue"
          data={reviewed.map((one) => ({ value: one.queueId, label: one.name }))}
          value={queue.queueId}
          onChange={setAsked}
        />
      )}
      <ul className={classes.picker} aria-label="Reviewed sessions">
        {(items.data?.items ?? [])
          .filter((one) => one.reviewCount > 0)
          .map((one) => (
            <li key={one.sessionId}>
              <button
                type="button"
                className={versioned.row}
                onClick={() => onPick({ kind: 'review', queueId: queue.queueId, sessionId: one.sessionId })}
              >
                <span className={classes.cut}>
                  <SafeText text={one.title.slice(0, 240)} />
                </span>
              </button>
            </li>
          ))}
      </ul>
    </>
  );
}

interface DraftViewProps {
  set: RegressionSet;
  target: FailureTarget;
  onBack: () => void;
  onClose: () => void;
}

function DraftView({ set, target, onBack, onClose }: DraftViewProps): ReactNode {
  const query = useQuery(orpc.regression.draft.queryOptions({ input: { target, setId: set.setId } }));
  const [changes, setChanges] = useState<Partial<RegressionCase>>({});
  const [dropped, setDropped] = useState<ReadonlySet<number>>();
  const save = useSaveCases(onClose);
  if (query.isPending) return <SkeletonRows label="Making the case" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { draft, droppable, reasons, alike } = query.data;
  const leftOut = dropped ?? new Set(droppable);
  const one = { ...draft, ...changes };
  const isTaken = set.cases.some((other) => other.caseId === draft.caseId);
  const kept = draft.input.filter((_, index) => !leftOut.has(index));
  const obstacle = isTaken
    ? 'This failure is a case of the set already.'
    : kept.length === 0
      ? 'Keep at least one turn.'
      : caseObstacle(one);
  const toggle = (index: number) => {
    const next = new Set(leftOut);
    if (!next.delete(index)) next.add(index);
    setDropped(next);
  };
  return (
    <div className={classes.maker}>
      {alike.length > 0 && (
        <p className={classes.warning}>
          Nearly the same as{' '}
          {alike.map((other) => `“${other.name}” (${formatPercent(other.similarity)})`).join(', ')}.
        </p>
      )}
      <div className={classes.makerBody}>
        <LineageView one={draft} />
        <CaseForm one={one} onChange={(change) => setChanges({ ...changes, ...change })} />
        <div className={classes.field}>
          <span className={versioned.label}>
            Input: {kept.length} of {draft.input.length} messages kept
          </span>
          <Messages
            messages={draft.input}
            mark={(index) =>
              droppable.includes(index) && (
                <Checkbox
                  label={`leave out: ${reasons.find((reason) => reason.turnNo === draft.input[index]?.turnNo)?.reason ?? 'the expectation does not need it'}`}
                  checked={leftOut.has(index)}
                  onChange={() => toggle(index)}
                />
              )
            }
          />
        </div>
      </div>
      <div className={versioned.buttons}>
        {obstacle !== null && <span className={classes.dim}>{obstacle}</span>}
        <Button onClick={onBack}>Choose another</Button>
        <Button
          variant="filled"
          disabled={obstacle !== null}
          loading={save.isPending}
          onClick={() =>
            save.mutate({ set, cases: [...set.cases, { ...one, input: kept }], note: 'Added a case' })
          }
        >
          Add it to the set
        </Button>
      </div>
    </div>
  );
}
