import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { QueueSummary, ReviewItem } from '../../../shared/contract/review';
import { missedSchema, missedTitles, verdictSchema, type Verdict } from '../../../shared/model/review';
import { Kbd } from '../../components/kbd';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { orpc } from '../../lib/client';
import { formatDuration, formatScore } from '../../lib/format';
import { choose, fieldName, severityTitles, type Draft, type Field, type Offers } from './draft';
import { FactorBars } from './factor-bars';
import { FieldBox, Value } from './field-box';
import { FirstSpanField } from './first-span-field';
import { ModeField } from './mode-field';
import { OtherReviews } from './other-reviews';
import type { SeenReviews } from './outputs';
import classes from './verdict.module.css';

interface VerdictPanelProps {
  item: ReviewItem;
  queue: QueueSummary;
  seen: SeenReviews;
  draft: Draft;
  offers: Offers;
  field: Field;
  seconds: number;
  isBusy: boolean;
  onChange: (draft: Draft) => void;
  onField: (field: Field) => void;
  onShowSpan: (spanId: string) => void;
  onComplete: () => void;
  onSkip: () => void;
  onGiveBack: () => void;
}

/** Why the item has its place, what the reviewer says of it, and what others said once that may be seen. */
export function VerdictPanel(props: VerdictPanelProps): ReactNode {
  const { item, queue, seen, seconds, isBusy, draft, onComplete, onSkip, onGiveBack } = props;
  return (
    <Panel
      title="Verdict"
      hasOwnScroll
      detail={seen.own === null ? undefined : 'reviewed by you'}
      actions={
        <span
          className={classes.time}
          title="time spent on this item; stands still while the window is hidden"
        >
          {formatDuration(Math.floor(seconds) * 1000)}
        </span>
      }
    >
      <div className={classes.panel}>
        <div className={classes.scroll}>
          <AskedObjective queue={queue} />
          <Place item={item} />
          <VerdictFields {...props} />
          <OtherReviews seen={seen} />
        </div>
        <div className={classes.foot}>
          <Button
            variant="filled"
            disabled={draft.intent === null}
            loading={isBusy}
            rightSection={<Kbd keys="mod+Enter" />}
            onClick={onComplete}
          >
            {seen.own === null ? 'Complete' : 'Change'}
          </Button>
          <Button disabled={isBusy} rightSection={<Kbd keys="s" />} onClick={onSkip}>
            {item.state === 'completed' ? 'Go on' : 'Skip'}
          </Button>
          {item.state !== 'open' && (
            <Button disabled={isBusy} rightSection={<Kbd keys="r" />} onClick={onGiveBack}>
              Give back
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}

/** The objective the queue asks about, in the version it was made under. */
function AskedObjective({ queue }: { queue: QueueSummary }): ReactNode {
  const asked = queue.objective;
  const versions = useQuery(
    orpc.objective.versions.queryOptions({
      input: { objectiveId: asked?.objectiveId ?? '' },
      enabled: asked !== null,
      retry: false,
    }),
  );
  if (asked === null) return null;
  const objective = versions.data?.find((one) => one.objective.version === asked.version)?.objective;
  return (
    <section className={classes.asked} aria-label="Objective">
      {objective === undefined ? (
        <span>
          {versions.isPending ? 'Fetching the objective' : 'This workspace does not hold the objective.'}
        </span>
      ) : (
        <>
          <b>
            <SafeText text={objective.name} />
          </b>
          <span>
            <SafeText text={objective.statement} />
          </span>
          <span className={classes.askedWhich}>
            {objective.decides === 'intent'
              ? 'Say under “Intent of the user” whether it was met.'
              : 'Say under “Quality of the output” whether it was met.'}
          </span>
        </>
      )}
    </section>
  );
}

function Place({ item }: { item: ReviewItem }): ReactNode {
  return (
    <section className={classes.place} aria-label="Why it has its place">
      <div className={classes.placeHead}>
        <b>Place {item.place}</b>
        <span title="product of the factors, each to the power of its weight">
          priority {formatScore(item.priority)}
        </span>
        {item.claimedBy.length > 0 && <span>{item.claimedBy.join(', ')} is at it too</span>}
      </div>
      <FactorBars factors={item.factors} isNamed />
      <ul className={classes.reasons}>
        {item.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}

const TONES: Record<Verdict, 'good' | 'fail' | undefined> = {
  met: 'good',
  missed: 'fail',
  unclear: undefined,
};
const MOST_TEXT = 4000;

type FieldsProps = Pick<
  VerdictPanelProps,
  'draft' | 'offers' | 'field' | 'onChange' | 'onField' | 'onShowSpan' | 'item'
>;

/** The fields from top to bottom; also where a disagreement is settled. */
export function VerdictFields(props: FieldsProps): ReactNode {
  const { draft, offers, field, onChange, onField, onShowSpan, item } = props;
  const box = (one: Field) => ({
    field: one,
    isActive: fieldName(one) === fieldName(field),
    onActivate: () => onField(one),
  });
  const verdicts = (one: 'intent' | 'quality') =>
    verdictSchema.options.map((verdict, index) => (
      <Value
        key={verdict}
        number={index + 1}
        isChosen={draft[one] === verdict}
        tone={TONES[verdict]}
        onChoose={() => onChange(choose(draft, one, index + 1, offers))}
      >
        {verdict}
      </Value>
    ));
  return (
    <>
      <FieldBox {...box('intent')} title="Intent of the user">
        <div className={classes.three}>{verdicts('intent')}</div>
      </FieldBox>
      {draft.intent !== 'met' && (
        <FieldBox {...box('missed')} title="What was missed">
          <div className={classes.one}>
            {missedSchema.options.map((part, index) => (
              <Value
                key={part}
                number={index + 1}
                isChosen={draft.missed.includes(part)}
                onChoose={() => onChange(choose(draft, 'missed', index + 1, offers))}
              >
                {missedTitles[part]}
              </Value>
            ))}
          </div>
        </FieldBox>
      )}
      <FieldBox {...box('quality')} title="Quality of the output">
        <div className={classes.three}>{verdicts('quality')}</div>
      </FieldBox>
      <FieldBox {...box('modes')} title="Failure modes">
        <ModeField draft={draft} offers={offers} onChange={onChange} />
      </FieldBox>
      {draft.failureModes.map(({ failureModeId, severity }) => {
        const one = { severityOf: failureModeId };
        const name = offers.modes.find((mode) => mode.id === failureModeId)?.name ?? failureModeId;
        return (
          <FieldBox key={failureModeId} {...box(one)} title={`Severity of ${name}`}>
            <div className={classes.four}>
              {severityTitles.map((title, index) => (
                <Value
                  key={title}
                  number={index + 1}
                  isChosen={severity === index + 1}
                  onChoose={() => onChange(choose(draft, one, index + 1, offers))}
                >
                  {title}
                </Value>
              ))}
            </div>
          </FieldBox>
        );
      })}
      <FieldBox {...box('first')} title="First span where it went wrong">
        <FirstSpanField
          sessionId={item.sessionId}
          draft={draft}
          offers={offers}
          onChange={onChange}
          onShow={onShowSpan}
        />
      </FieldBox>
      <FieldBox {...box('expected')} title="What the agent should have done">
        <Textarea
          aria-label="What the agent should have done"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={MOST_TEXT}
          value={draft.expected}
          onChange={(event) => onChange({ ...draft, expected: event.currentTarget.value })}
        />
      </FieldBox>
      <FieldBox {...box('note')} title="Note">
        <Textarea
          aria-label="Note"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={MOST_TEXT}
          value={draft.note}
          onChange={(event) => onChange({ ...draft, note: event.currentTarget.value })}
        />
      </FieldBox>
    </>
  );
}
