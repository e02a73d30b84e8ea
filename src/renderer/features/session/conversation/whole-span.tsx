import type { ReactNode } from 'react';
import { useMemo } from 'react';
import type { Correction } from '../../../../shared/model/correction';
import type { SpanRow } from '../../../../shared/model/span';
import { ErrorState } from '../../../components/empty-state';
import { SkeletonRows } from '../../../components/skeleton';
import { TextView } from '../../../components/text-view';
import { parseJson } from '../../../lib/json-rows';
import { findMarks } from '../../../lib/visible-text';
import { useSession } from '../session-context';
import { useSpanDetail } from '../session-data';
import { marksOf } from './marks';
import classes from './whole-span.module.css';

interface WholeSpanProps {
  span: SpanRow;
  correction: Correction | undefined;
  query: string;
}

/** A span unfolded in the conversation: what was said in full; of a call, what went in and what came out. */
export function WholeSpan({ span, correction, query }: WholeSpanProps): ReactNode {
  const { data } = useSession();
  const isSaid = span.kind === 'user' || span.kind === 'llm';
  const detail = useSpanDetail(data.session.sessionId, span.spanId);
  const input = useMemo(() => pretty(detail.data?.input ?? null), [detail.data?.input]);
  if (detail.isError) return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />;
  if (detail.data === undefined) return <SkeletonRows rows={2} label="Loading the whole text" />;
  const text = detail.data.text;
  if (isSaid && text !== '') return <TextView text={text} marks={marksOf(text, correction?.cue, query)} />;
  return (
    <div className={classes.whole} onClick={(event) => event.stopPropagation()}>
      {input !== '' && <Part title={isSaid ? 'input' : 'arguments'} text={input} query={query} />}
      <Part
        title={isSaid ? 'output' : 'result'}
        text={text === '' ? pretty(detail.data.output) : text}
        query={query}
      />
      {detail.data.statusMessage !== null && (
        <Part title="status" text={detail.data.statusMessage} query={query} />
      )}
    </div>
  );
}

function pretty(text: string | null): string {
  if (text === null) return '';
  const parsed = parseJson(text);
  if (!parsed.isJson) return text;
  try {
    return JSON.stringify(parsed.value, null, 2);
  } catch {
    // Nested more deeply than it can be written again.
    return text;
  }
}

function Part({ title, text, query }: { title: string; text: string; query: string }): ReactNode {
  const marks = useMemo(() => findMarks(text, query), [text, query]);
  return (
    <div className={classes.part}>
      <div className={classes.title}>{title}</div>
      <div className={classes.text}>
        {text === '' ? (
          <span className={classes.none}>nothing</span>
        ) : (
          <TextView text={text} isMono marks={marks} />
        )}
      </div>
    </div>
  );
}
