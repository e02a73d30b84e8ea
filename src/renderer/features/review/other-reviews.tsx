import type { ReactNode } from 'react';
import type { GivenReview } from '../../../shared/contract/review';
import { SafeText } from '../../components/safe-text';
import { formatRecent } from '../../lib/format';
import { sayReview, severityTitles } from './draft';
import { useModeNames } from './mode-names';
import type { SeenReviews } from './outputs';
import classes from './verdict.module.css';

/** What others said, as soon as that may be seen, and how a disagreement was settled. */
export function OtherReviews({ seen }: { seen: SeenReviews }): ReactNode {
  const { others, settled, isHidden } = seen;
  if (isHidden)
    return (
      <p className={classes.blind}>
        Others have reviewed this item. The queue is blind: you see it once you have said what you think.
      </p>
    );
  if (others.length === 0 && settled === null) return null;
  return (
    <section className={classes.others} aria-label="What others said">
      {others.map((review) => (
        <ReviewSummary key={review.reviewer} title={review.reviewer} review={review} />
      ))}
      {settled !== null && <ReviewSummary title={`settled by ${settled.reviewer}`} review={settled} />}
    </section>
  );
}

/** A review in a few lines. */
export function ReviewSummary({ title, review }: { title: string; review: GivenReview }): ReactNode {
  const nameOf = useModeNames();
  return (
    <div className={classes.other}>
      <div className={classes.otherHead}>
        <b>{title}</b>
        <span className={classes.dim}>{formatRecent(review.at)}</span>
      </div>
      <div>{sayReview(review)}</div>
      {review.failureModes.map((mode) => (
        <div key={mode.failureModeId}>
          {nameOf(mode.failureModeId)}{' '}
          <span className={classes.dim}>{severityTitles[mode.severity - 1]}</span>
        </div>
      ))}
      {review.expected !== '' && (
        <p>
          <span className={classes.dim}>expected: </span>
          <SafeText text={review.expected} />
        </p>
      )}
      {review.note !== '' && (
        <p>
          <SafeText text={review.note} />
        </p>
      )}
    </div>
  );
}
