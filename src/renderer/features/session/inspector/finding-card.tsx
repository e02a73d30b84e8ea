import { useEffect, useRef, type ReactNode } from 'react';
import type { Finding } from '../../../../shared/model/signal';
import { Flag, LaneMark } from '../../../components/flag';
import { Kbd } from '../../../components/kbd';
import { SafeText } from '../../../components/safe-text';
import { cx } from '../../../lib/class-names';
import { useSession } from '../session-context';
import classes from './inspector.module.css';

const SEVERITIES = ['', 'notice', 'minor', 'major', 'critical'];

interface FindingCardProps {
  finding: Finding;
  isChosen: boolean;
  /** The span is evidence of it, but its flag stands at another one. */
  isElsewhere?: boolean;
}

/** A finding with its reason and the spans it rests on, each a way to get there. */
export function FindingCard({ finding, isChosen, isElsewhere = false }: FindingCardProps): ReactNode {
  const { acts, data, signalTitles, select, selection } = useSession();
  const isWrong = finding.verdict === 'wrong';
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isChosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <section ref={ref} className={cx(classes.card, isChosen && classes.chosenCard)}>
      <div className={classes.head}>
        <Flag tone="fail">{signalTitles.get(finding.signal) ?? finding.signal}</Flag>
        <span className={classes.dim}>
          {SEVERITIES[finding.severity]}, severity {finding.severity} of 4
        </span>
        <span className={classes.version}>
          {finding.signal} {finding.detectorVersion}
        </span>
        <span className={classes.verdict}>
          <button
            type="button"
            className={cx(isWrong && classes.chosen)}
            aria-pressed={isWrong}
            onClick={() => acts.refute(finding)}
          >
            this is wrong {isChosen && <Kbd keys="x" />}
          </button>
        </span>
      </div>
      <p className={classes.reason}>
        <SafeText text={finding.reason} />
      </p>
      {isElsewhere && <div className={classes.dim}>This span is part of its evidence.</div>}
      <div className={classes.evidence}>
        <span className={classes.dim}>evidence</span>
        {finding.evidence.slice(0, 40).map((spanId) => {
          const span = data.spans[data.indexOf.get(spanId) ?? -1];
          return span === undefined ? (
            <span key={spanId} className={classes.dim}>
              <SafeText text={spanId.slice(0, 60)} />
            </span>
          ) : (
            <button
              key={spanId}
              type="button"
              className={cx(classes.step, spanId === selection.spanId && classes.here)}
              onClick={() => select(spanId, { findingId: finding.findingId })}
            >
              <LaneMark lane={span.lane} isSmall />
              <SafeText text={(span.toolName ?? span.kind).slice(0, 40)} /> {span.position + 1}
            </button>
          );
        })}
        {finding.evidence.length > 40 && (
          <span className={classes.dim}>and {finding.evidence.length - 40} more</span>
        )}
      </div>
    </section>
  );
}
