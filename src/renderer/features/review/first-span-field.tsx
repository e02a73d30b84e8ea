import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SafeText } from '../../components/safe-text';
import { orpc } from '../../lib/client';
import { formatCount } from '../../lib/format';
import { choose, type Draft, type Offers } from './draft';
import { Value } from './field-box';
import classes from './verdict.module.css';

interface FirstSpanFieldProps {
  sessionId: string;
  draft: Draft;
  offers: Offers;
  onChange: (draft: Draft) => void;
  /** Selects a span in the session. */
  onShow: (spanId: string) => void;
}

/** The selected span, the one the score thinks likeliest, or none; and which it is now. */
export function FirstSpanField({
  sessionId,
  draft,
  offers,
  onChange,
  onShow,
}: FirstSpanFieldProps): ReactNode {
  const { selectedSpanId, likelySpanId } = offers;
  const { firstSpanId } = draft;
  const value = (number: number) => () => onChange(choose(draft, 'first', number, offers));
  return (
    <div className={classes.one}>
      {firstSpanId !== null && (
        <button type="button" className={classes.link} onClick={() => onShow(firstSpanId)}>
          <SpanName sessionId={sessionId} spanId={firstSpanId} />
        </button>
      )}
      <Value
        number={1}
        isChosen={firstSpanId !== null && firstSpanId === selectedSpanId}
        isDisabled={selectedSpanId === null}
        onChoose={value(1)}
      >
        {selectedSpanId === null ? (
          'the selected span (select one in the session)'
        ) : (
          <>
            selected: <SpanName sessionId={sessionId} spanId={selectedSpanId} />
          </>
        )}
      </Value>
      {likelySpanId !== null && (
        <Value
          number={2}
          isChosen={firstSpanId === likelySpanId}
          title="where the session score puts the first failure"
          onChoose={value(2)}
        >
          likely: <SpanName sessionId={sessionId} spanId={likelySpanId} />
        </Value>
      )}
      {firstSpanId !== null && (
        <Value number={3} isChosen={false} onChoose={value(3)}>
          none
        </Value>
      )}
    </div>
  );
}

/** A span by its place and name. */
export function SpanName({ sessionId, spanId }: { sessionId: string; spanId: string }): ReactNode {
  const detail = useQuery(
    orpc.session.span.queryOptions({ input: { sessionId, spanId }, meta: { changesWith: 'imports' } }),
  );
  if (detail.data === undefined) return <span>{spanId.slice(0, 24)}</span>;
  const { position, name } = detail.data;
  return (
    <span>
      span {formatCount(position + 1)}, <SafeText text={name.slice(0, 60)} />
    </span>
  );
}
