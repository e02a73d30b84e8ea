/** How likely the session failed its user, what that rests on, and what the analyst says of it, which the score learns from. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { LikelySpan, ScorePart, SessionScore } from '../../../../shared/contract/signal';
import { ErrorState } from '../../../components/empty-state';
import { LaneMark } from '../../../components/flag';
import { SafeText } from '../../../components/safe-text';
import { SkeletonRows } from '../../../components/skeleton';
import { cx } from '../../../lib/class-names';
import { client, orpc } from '../../../lib/client';
import { formatCount, formatPercent, formatPlural, formatShare } from '../../../lib/format';
import { toastDone } from '../../../lib/toast';
import { useSession } from '../session-context';
import classes from './score.module.css';

/** Parts beyond these move the score by a percent or two together. */
const SHOWN_PARTS = 10;
const SHOWN_PLACES = 3;

export function ScorePanel(): ReactNode {
  const { data, signalTitles } = useSession();
  const { sessionId } = data.session;
  const query = useQuery(orpc.session.score.queryOptions({ input: { sessionId } }));
  if (query.isPending) return <SkeletonRows rows={4} label="Fetching the score" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const score = query.data;
  const parts = score.parts.slice(0, SHOWN_PARTS);
  const most = Math.max(1, ...parts.map((part) => Math.abs(part.contribution)));
  return (
    <section className={classes.panel} aria-label="Session score">
      <h3>Did it fail its user?</h3>
      <div className={classes.head}>
        <output className={classes.chance} aria-label="Probability that it failed">
          {formatPercent(score.probability)}
        </output>
        <div className={classes.notes}>
          <Calibration score={score} />
          <Comparison score={score} />
        </div>
        <Verdict score={score} />
      </div>
      {parts.length === 0 ? (
        <p className={classes.dim}>
          Nothing was found and nothing stands out: this is the score of such a session.
        </p>
      ) : (
        <div className={classes.parts} role="list" aria-label="What the score rests on">
          {parts.map((part) => (
            <Part key={part.name} part={part} most={most} />
          ))}
          {score.parts.length > parts.length && (
            <p className={classes.dim}>
              and {formatCount(score.parts.length - parts.length)} that weigh less
            </p>
          )}
        </div>
      )}
      {score.likelySpans.length > 0 && (
        <>
          <h3>Where it first went wrong, if it did</h3>
          {score.likelySpans.slice(0, SHOWN_PLACES).map((place) => (
            <Place key={place.spanId} place={place} titles={signalTitles} />
          ))}
        </>
      )}
    </section>
  );
}

function Calibration({ score }: { score: SessionScore }): ReactNode {
  const { calibration, verdictCount } = score;
  if (verdictCount > 0)
    return <span>Weights fitted on {formatPlural(verdictCount, 'verdict')} of this workspace.</span>;
  if (calibration === null || calibration.failed.n === 0)
    return <span>Weights as shipped; no labelled session had such a score.</span>;
  const { from, to, failed } = calibration;
  return (
    <span title={score.provenance}>
      Of {formatCount(failed.n)} labelled sessions scored {formatPercent(from)} to {formatPercent(to)},{' '}
      {formatShare(failed)} failed.
    </span>
  );
}

function Comparison({ score }: { score: SessionScore }): ReactNode {
  return score.comparedWith === null ? (
    <span>Too few sessions are like this one to say what is usual.</span>
  ) : (
    <span>
      Compared with {formatPlural(score.comparedWith.sessions, 'session')} of{' '}
      <SafeText text={score.comparedWith.label.slice(0, 80)} />.
    </span>
  );
}

/** What the analyst says; said again, it is taken back. */
function Verdict({ score }: { score: SessionScore }): ReactNode {
  const { mutate, isPending } = useMutation({
    mutationFn: (failed: boolean | null) => client.session.judge({ sessionIds: [score.sessionId], failed }),
    onSuccess: (_data, failed) =>
      toastDone(
        failed === null
          ? 'The verdict is taken back.'
          : failed
            ? 'Judged: it failed.'
            : 'Judged: it did not fail.',
      ),
    meta: { doing: 'judge the session' },
  });
  const missing = score.verdictsNeeded - score.verdictsGiven;
  const button = (failed: boolean, words: string): ReactNode => (
    <button
      type="button"
      className={cx(score.verdict === failed && classes.chosen)}
      aria-pressed={score.verdict === failed}
      disabled={isPending}
      onClick={() => mutate(score.verdict === failed ? null : failed)}
    >
      {words}
    </button>
  );
  return (
    <div className={classes.verdict}>
      <div className={classes.buttons} role="group" aria-label="Your verdict">
        {button(true, 'it failed')}
        {button(false, 'it did not')}
      </div>
      <span className={classes.dim}>
        {score.reviewed !== null && <>reviewers: {score.reviewed ? 'missed' : 'met'}; </>}
        {score.verdictCount > 0
          ? `${formatPlural(score.verdictsGiven, 'session')} judged`
          : missing > 0
            ? `${formatPlural(missing, 'more verdict')} and the score learns`
            : 'learns once eight of each kind are judged'}
      </span>
    </div>
  );
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** A part of the score as a bar to the left (for the session) or right (against it); pressed, it goes through its evidence. */
function Part({ part, most }: { part: ScorePart; most: number }): ReactNode {
  const { data, select } = useSession();
  const known = part.spanIds.filter((spanId) => data.indexOf.has(spanId));
  const width = `${((Math.abs(part.contribution) / most) * 50).toFixed(1)}%`;
  const side = part.contribution < 0 ? { right: '50%' } : { left: '50%' };
  const [first] = known;
  const content = (
    <>
      <span className={classes.title}>
        <SafeText text={part.title} />
        <span className={classes.dim}>{part.detail}</span>
      </span>
      <span className={classes.track} aria-hidden="true">
        <span className={cx(classes.bar, part.contribution < 0 && classes.good)} style={{ width, ...side }} />
      </span>
      <span className={classes.number}>{signed(part.contribution)}</span>
    </>
  );
  return (
    <div role="listitem">
      {first === undefined ? (
        <div className={classes.part}>{content}</div>
      ) : (
        <button
          type="button"
          className={cx(classes.part, classes.leads)}
          title={known.length === 1 ? 'Go to it' : `Go to the first of ${formatCount(known.length)}`}
          onClick={() => select(first)}
        >
          {content}
        </button>
      )}
    </div>
  );
}

function Place({ place, titles }: { place: LikelySpan; titles: ReadonlyMap<string, string> }): ReactNode {
  const { data, select } = useSession();
  const span = data.spans[data.indexOf.get(place.spanId) ?? -1];
  const why = [...place.reasons, ...place.signals.map((signal) => titles.get(signal) ?? signal)];
  return (
    <button
      type="button"
      className={cx(classes.place, classes.leads)}
      disabled={span === undefined}
      onClick={() => select(place.spanId)}
    >
      <span className={classes.number}>{formatPercent(place.probability)}</span>
      {span !== undefined && <LaneMark lane={span.lane} isSmall />}
      <span>
        {span === undefined ? 'span' : <SafeText text={(span.toolName ?? span.kind).slice(0, 40)} />}{' '}
        {place.position + 1}
      </span>
      <span className={classes.why}>
        <SafeText text={why.length === 0 ? 'by its place in the session' : why.join(', ')} />
      </span>
    </button>
  );
}
