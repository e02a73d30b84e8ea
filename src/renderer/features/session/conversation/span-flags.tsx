import type { ReactNode } from 'react';
import { correctionKindTitles, type Correction } from '../../../../shared/model/correction';
import type { Finding } from '../../../../shared/model/signal';
import type { SpanRow } from '../../../../shared/model/span';
import { userActWords, type UserTurn } from '../../../../shared/model/user-turn';
import { Flag } from '../../../components/flag';
import { Kbd } from '../../../components/kbd';
import { SafeText } from '../../../components/safe-text';
import { formatScore } from '../../../lib/format';
import { useSession } from '../session-context';
import { isShownAsCorrection } from '../session-data';
import { visible } from '../../../lib/visible-text';
import classes from './span-flags.module.css';

interface SpanFlagsProps {
  span: SpanRow;
  findings: readonly Finding[] | undefined;
  correction: Correction | undefined;
  isSelected: boolean;
}

/** Below a span: its state, the findings with their reasons, and what was said of it as a correction. */
export function SpanFlags({ span, findings, correction, isSelected }: SpanFlagsProps): ReactNode {
  const { data, select, signalTitles } = useSession();
  const labels = data.labelsOf.get(span.spanId);
  const shown = findings?.filter((finding) => !isShownAsCorrection(finding, data)) ?? [];
  const hasState = ['error', 'interrupted', 'rejected'].includes(span.status);
  const turn = data.actOf.get(span.spanId);
  const isSilent = !hasState && shown.length === 0 && correction === undefined;
  if (isSilent && labels === undefined && turn === undefined) return null;
  return (
    <div className={classes.flags}>
      <div className={classes.line}>
        {correction !== undefined && <CorrectionFlags correction={correction} isSelected={isSelected} />}
        {turn !== undefined && <TurnAct turn={turn} />}
        <StateFlags span={span} isErrorSaid={shown.some((finding) => finding.signal === 'tool-error')} />
        {labels?.slice(0, 4).map((label) => (
          <Flag key={label.labelId} title="came with the export">
            <SafeText text={labelText(label.name, label.value, label.text)} />
          </Flag>
        ))}
      </div>
      {shown.map((finding) => (
        <div key={finding.findingId} className={classes.finding}>
          <Flag
            tone="fail"
            title={`severity ${finding.severity} of 4`}
            onClick={() => select(span.spanId, { findingId: finding.findingId, by: 'conversation' })}
          >
            {signalTitles.get(finding.signal) ?? finding.signal}
          </Flag>{' '}
          <span className={classes.reason}>
            <SafeText text={finding.reason} />
          </span>
        </div>
      ))}
    </div>
  );
}

function labelText(name: string, value: number | null, text: string | null): string {
  const said = text ?? (value === null ? '' : String(value));
  return `${name}${said === '' ? '' : `: ${said}`}`.slice(0, 100);
}

const STATE_TITLES = {
  proposed: 'proposed by the program: press c if it is one, Shift C if not',
  confirmed: 'confirmed by a person',
  rejected: 'a person said it is none',
};

function CorrectionFlags({
  correction,
  isSelected,
}: {
  correction: Correction;
  isSelected: boolean;
}): ReactNode {
  const { acts, failureModes } = useSession();
  const { state } = correction;
  return (
    <>
      {state === 'rejected' ? (
        <Flag title={STATE_TITLES.rejected}>no correction</Flag>
      ) : (
        <Flag tone="warn" isProposed={state === 'proposed'} title={STATE_TITLES[state]}>
          correction: {correctionKindTitles[correction.kind]}
        </Flag>
      )}
      {correction.failureModeIds.map((id) => (
        <Flag key={id} tone="mode">
          {failureModes.names.get(id) ?? id}
        </Flag>
      ))}
      {isSelected && state === 'proposed' && (
        <span className={classes.judge}>
          <button
            type="button"
            onClick={(event) => {
              event.stopPropagation();
              acts.judge(correction, 'confirmed');
            }}
          >
            yes <Kbd keys="c" />
          </button>
          <button
            type="button"
            onClick={(event) => {
              event.stopPropagation();
              acts.judge(correction, 'rejected');
            }}
          >
            no <Kbd keys="shift+c" />
          </button>
        </span>
      )}
    </>
  );
}

/** A probability that rounds to this says nothing that the act does not. */
const NEVER = formatScore(0);

/** What the user does with the turn, and how probable it is that it corrects the agent. */
function TurnAct({ turn }: { turn: UserTurn }): ReactNode {
  const { title, definition } = userActWords[turn.act];
  const score = formatScore(turn.probability);
  const cue = turn.cue === null ? '' : ` Cue: “${visible(turn.cue.text)}” (${turn.cueKind}).`;
  return (
    <span
      className={classes.act}
      title={`${definition}${cue} Probability that the turn corrects the agent: ${score}.`}
    >
      {title}
      {score !== NEVER && `, corrects the agent: ${score}`}
    </span>
  );
}

/** States that are no finding but must be seen: errors, stops, what was rebuilt. */
function StateFlags({ span, isErrorSaid }: { span: SpanRow; isErrorSaid: boolean }): ReactNode {
  return (
    <>
      {span.status === 'error' && !isErrorSaid && (
        <Flag tone="fail">
          error{span.errorType === null ? '' : ': '}
          {span.errorType !== null && <SafeText text={span.errorType.slice(0, 80)} />}
        </Flag>
      )}
      {span.status === 'interrupted' && <Flag tone="warn">a person stopped it</Flag>}
      {span.status === 'rejected' && <Flag tone="warn">a person refused it</Flag>}
    </>
  );
}
