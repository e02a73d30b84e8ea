import { IconFlag2Filled } from '@tabler/icons-react';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { LaneMark } from '../../../components/flag';
import { SafeText } from '../../../components/safe-text';
import { formatCompact, formatCount, formatMicroseconds, formatPercent } from '../../../lib/format';
import { callArguments, firstLine } from '../conversation/excerpt';
import { useSession } from '../session-context';
import { breakAt } from './axis';
import { tokensAt, type ContextLine } from './context-line';
import type { TimelineLayout } from './layout';
import type { Hover } from './timeline-canvas';
import classes from './timeline.module.css';

interface TooltipProps {
  hover: Hover;
  model: { layout: TimelineLayout; context: ContextLine | null };
}

const MARGIN = 14;

/** What is under the pointer: the span, its findings, how full the context window was. */
export function Tooltip({ hover, model }: TooltipProps): ReactNode {
  const { data, signalTitles } = useSession();
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    const room = box?.parentElement;
    if (!box || !room) return;
    // To the right of the pointer and below it, or on the other side where there is no room.
    const left =
      hover.x + MARGIN + box.offsetWidth > room.clientWidth
        ? hover.x - MARGIN - box.offsetWidth
        : hover.x + MARGIN;
    const top =
      hover.y + MARGIN + box.offsetHeight > room.clientHeight
        ? hover.y - MARGIN - box.offsetHeight
        : hover.y + MARGIN;
    box.style.transform = `translate(${Math.max(left, 4)}px, ${top}px)`;
  });
  const span = hover.index === null ? undefined : data.spans[hover.index];
  const flagged = data.findings.filter((finding) => hover.findings.includes(finding.findingId));
  const findings = flagged.length > 0 ? flagged : ((span && data.findingsOf.get(span.spanId)) ?? []);
  const gap = breakAt(model.layout.axis, hover.at);
  if (span === undefined && findings.length === 0 && gap === undefined) return null;
  const tokens = model.context === null ? null : tokensAt(model.context, hover.at);
  const excerpt =
    span &&
    (span.kind === 'user' || span.kind === 'llm'
      ? firstLine(span.text, 140)
      : callArguments(span.argumentsPreview));
  return (
    <div ref={ref} className={classes.tooltip} role="presentation">
      {span !== undefined && (
        <>
          <div className={classes.what}>
            <LaneMark lane={span.lane} isSmall />
            <b>
              <SafeText text={(span.toolName ?? span.name).slice(0, 80)} />
            </b>
            <span className={classes.number}>
              {span.durationUs !== null && formatMicroseconds(span.durationUs)}
              {span.durationUs === null && span.startUs !== null && 'end not recorded'}
            </span>
          </div>
          {excerpt !== undefined && excerpt !== '' && (
            <div className={classes.excerpt}>
              <SafeText text={excerpt.slice(0, 160)} />
            </div>
          )}
          <div className={classes.dim}>
            span {formatCount(span.position + 1)}
            {span.turnNo > 0 && `, turn ${span.turnNo}`}
            {span.status !== 'unset' && span.status !== 'ok' && `, ${span.status}`}
            {span.depth > 0 && ', sub-agent'}
            {span.isRewound && ', on a branch that was left'}
            {span.isDerived && ', rebuilt from a later history'}
          </div>
        </>
      )}
      {span === undefined && gap !== undefined && (
        <div className={classes.dim}>nothing for {formatMicroseconds(gap.lengthUs)}, folded</div>
      )}
      {findings.slice(0, 4).map((finding) => (
        <div key={finding.findingId} className={classes.finding}>
          <IconFlag2Filled size={11} className={classes.flag} aria-hidden />{' '}
          {signalTitles.get(finding.signal) ?? finding.signal}
          {flagged.length === 0 && (
            <span className={classes.dim}>
              : <SafeText text={finding.reason.slice(0, 160)} />
            </span>
          )}
        </div>
      ))}
      {findings.length > 4 && <div className={classes.dim}>and {findings.length - 4} more</div>}
      {span?.lane === 'llm' && model.context !== null && tokens !== null && (
        <div className={classes.dim}>
          context {formatCompact(tokens)} tokens
          {model.context.isLimitKnown &&
            `, ${formatPercent(tokens / model.context.limit)} of ${formatCompact(model.context.limit)}`}
        </div>
      )}
    </div>
  );
}
