import type { ReactNode } from 'react';
import { correctionKindTitles, type Correction } from '../../../../shared/model/correction';
import { userActWords } from '../../../../shared/model/user-turn';
import type { SpanRow } from '../../../../shared/model/span';
import { Kbd } from '../../../components/kbd';
import { SafeText } from '../../../components/safe-text';
import { cx } from '../../../lib/class-names';
import { formatScore } from '../../../lib/format';
import { formatHash } from '../../../lib/navigation';
import { useSession } from '../session-context';
import { visible } from '../../../lib/visible-text';
import classes from './inspector.module.css';

const SAYS = {
  proposed: 'Proposed as a correction',
  confirmed: 'Confirmed as a correction',
  rejected: 'Judged not to be a correction',
};

/** Of a user's turn: whether it corrects the agent, why that is thought, and which failure mode it shows. */
export function CorrectionCard({
  span,
  correction,
}: {
  span: SpanRow;
  correction: Correction | undefined;
}): ReactNode {
  const { acts, data } = useSession();
  const turn = data.actOf.get(span.spanId);
  const state = correction?.state;
  return (
    <section className={classes.card}>
      <div className={classes.head}>
        <b>{state === undefined ? 'Not proposed as a correction' : SAYS[state]}</b>
        {correction !== undefined && state !== 'rejected' && (
          <span className={classes.dim}>
            {correctionKindTitles[correction.kind]}, score {formatScore(correction.score)}
          </span>
        )}
        <span className={classes.verdict}>
          <button
            type="button"
            className={cx(state === 'confirmed' && classes.chosen)}
            aria-pressed={state === 'confirmed'}
            onClick={() => {
              if (correction === undefined) acts.add(span.spanId);
              else acts.judge(correction, state === 'confirmed' ? null : 'confirmed');
            }}
          >
            yes <Kbd keys="c" />
          </button>
          {correction !== undefined && (
            <button
              type="button"
              className={cx(state === 'rejected' && classes.chosen)}
              aria-pressed={state === 'rejected'}
              onClick={() => acts.judge(correction, state === 'rejected' ? null : 'rejected')}
            >
              no <Kbd keys="shift+c" />
            </button>
          )}
        </span>
      </div>
      {turn !== undefined && (
        <p className={classes.dim}>
          This turn: <b>{userActWords[turn.act].title}</b>. {userActWords[turn.act].definition} Probability
          that it corrects the agent: {formatScore(turn.probability)}
          {turn.cue !== null && (
            <>
              ; cue “<SafeText text={turn.cue.text.slice(0, 120)} />” ({turn.cueKind})
            </>
          )}
          .
        </p>
      )}
      {correction !== undefined && correction.reasons.length > 0 && (
        <ul className={classes.reasons}>
          {correction.reasons.map((reason) => (
            <li key={reason}>
              <SafeText text={reason.slice(0, 400)} />
            </li>
          ))}
        </ul>
      )}
      {state !== 'rejected' && <FailureModes span={span} correction={correction} />}
    </section>
  );
}

function FailureModes({
  span,
  correction,
}: {
  span: SpanRow;
  correction: Correction | undefined;
}): ReactNode {
  const { acts, failureModes } = useSession();
  const { assignable } = failureModes;
  if (assignable.length === 0)
    return (
      <div className={classes.dim}>
        No failure modes yet. <a href={formatHash({ screen: 'codebook' })}>Define them in the codebook.</a>
      </div>
    );
  const { proposal } = correction ?? {};
  return (
    <div className={classes.modes}>
      {assignable.slice(0, 9).map((mode, index) => {
        const isAssigned = correction?.failureModeIds.includes(mode.id) === true;
        return (
          <button
            key={mode.id}
            type="button"
            className={cx(classes.modeButton, isAssigned && classes.assigned)}
            aria-pressed={isAssigned}
            title={visible(mode.definition, 400)}
            onClick={() => acts.assign(span.spanId, correction, mode.id, mode.name)}
          >
            <Kbd keys={String(index + 1)} />
            <span>
              <SafeText text={mode.name} />
            </span>
            {proposal?.failureModeId === mode.id && !isAssigned && (
              <span className={classes.dim}>proposed {formatScore(proposal.probability)}</span>
            )}
          </button>
        );
      })}
      {assignable.length > 9 && (
        <a className={classes.dim} href={formatHash({ screen: 'corrections' })}>
          {assignable.length - 9} more on the corrections screen
        </a>
      )}
    </div>
  );
}
