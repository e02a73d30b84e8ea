/** One item under review: the session at the left, the verdict at the right, and the keys of both. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { QueueSummary, ReviewItem } from '../../../shared/contract/review';
import { EmptyState } from '../../components/empty-state';
import { StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SessionSlot } from '../../components/session-slot';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { toastDone } from '../../lib/toast';
import { EMPTY_DRAFT, fieldName, fieldsOf, reviewOf, type Draft, type Offers } from './draft';
import { useItemActs } from './item-acts';
import { itemKey, useDraft, useTimeSpent } from './kept-drafts';
import type { SeenReviews } from './outputs';
import { useReviewKeys } from './review-keys';
import { VerdictPanel } from './verdict-panel';

interface ReviewItemViewProps {
  queue: QueueSummary;
  reviewer: string;
  item: ReviewItem;
  seen: SeenReviews;
}

const PANES = [700, 330] as const;

export function ReviewItemView({ queue, reviewer, item, seen }: ReviewItemViewProps): ReactNode {
  const { queueId } = queue;
  const { sessionId } = item;
  const place = useMemo(() => ({ queueId, sessionId, reviewer }), [queueId, sessionId, reviewer]);
  const key = itemKey(queueId, sessionId, reviewer);
  const [draft, setDraft] = useDraft(key, draftOf(seen));
  const time = useTimeSpent(key, seen.own?.seconds ?? 0);
  const [spanId, setSpanId] = useState<string | null>(null);
  const onSpan = useCallback((next: string | null) => setSpanId(next), []);
  const [fieldAt, setFieldAt] = useState('intent');
  const offers = useOffers(sessionId, spanId);
  const fields = fieldsOf(draft);
  const field = fields.find((one) => fieldName(one) === fieldAt) ?? 'intent';

  const acts = useItemActs(queue, item, place);
  const change = (next: Draft) => {
    if (next === draft) return;
    setDraft(next);
    if (item.state === 'open' || item.state === 'skipped') acts.claim();
  };
  const complete = () => {
    const review = reviewOf(draft);
    if (review === null) {
      setFieldAt('intent');
      toastDone('Say first whether the intent was met: 1, 2 or 3.');
    } else if (!acts.isBusy) acts.complete(review, time.take());
  };
  useReviewKeys({ draft, field, fields, offers, change, setField: setFieldAt, complete, acts });
  return (
    <>
      <StatusDetail>
        <KeyHint keys="ArrowRight">next item</KeyHint>
        <KeyHint keys="ArrowDown">next field</KeyHint>
        <KeyHint keys="1">value</KeyHint>
        <KeyHint keys="Enter">write</KeyHint>
        <KeyHint keys="mod+Enter">done, next</KeyHint>
        <KeyHint keys="s">skip</KeyHint>
        <KeyHint keys="j">turn</KeyHint>
        <KeyHint keys="n">finding</KeyHint>
      </StatusDetail>
      <SplitPanes
        id="review-work"
        direction="row"
        initial={74}
        min={PANES}
        label="session and verdict"
        first={
          item.isMissing ? (
            <EmptyState title="This workspace does not hold the session">
              Import the traces it came from, or skip it.
            </EmptyState>
          ) : (
            <SessionSlot sessionId={sessionId} spanId={spanId} onSpan={onSpan} />
          )
        }
        second={
          <VerdictPanel
            item={item}
            queue={queue}
            seen={seen}
            draft={draft}
            offers={offers}
            field={field}
            seconds={time.seconds}
            isBusy={acts.isBusy}
            onChange={change}
            onField={(next) => setFieldAt(fieldName(next))}
            onShowSpan={setSpanId}
            onComplete={complete}
            onSkip={acts.skip}
            onGiveBack={acts.giveBack}
          />
        }
      />
    </>
  );
}

/** One's own review to go on from, or nothing said. */
function draftOf({ own }: SeenReviews): Draft {
  if (own === null) return EMPTY_DRAFT;
  const { intent, quality, missed, failureModes, firstSpanId, expected, note } = own;
  return { intent, quality, missed, failureModes, firstSpanId, expected, note };
}

function useOffers(sessionId: string, selectedSpanId: string | null): Offers {
  const codebook = useQuery(orpc.codebook.get.queryOptions({ input: {} }));
  const score = useQuery(orpc.session.score.queryOptions({ input: { sessionId } }));
  const modes = useMemo(
    () => (codebook.data?.failureModes ?? []).filter((mode) => !mode.isRetired),
    [codebook.data],
  );
  return { modes, selectedSpanId, likelySpanId: score.data?.likelySpans[0]?.spanId ?? null };
}
