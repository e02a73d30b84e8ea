import { IconArrowBackUp, IconChevronRight, IconSubtask, IconTool } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { SpanRow } from '../../../../shared/model/span';
import { Flag } from '../../../components/flag';
import { SafeText } from '../../../components/safe-text';
import { cx } from '../../../lib/class-names';
import { formatMicroseconds, formatPlural } from '../../../lib/format';
import { useSession } from '../session-context';
import type { FoldItem } from './rows';
import classes from './fold-row.module.css';

interface FoldRowProps {
  fold: FoldItem;
  isSelected: boolean;
  onToggle: (key: string, isOpen: boolean) => void;
}

/** Names with how often each occurs, the most frequent first: `Bash ×3, Read ×2, Edit`. */
function toolCounts(spans: readonly SpanRow[]): string {
  const counts = new Map<string, number>();
  for (const span of spans)
    if (span.toolName !== null) counts.set(span.toolName, (counts.get(span.toolName) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]);
  const shown = names.slice(0, 5).map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
  return `${shown.join(', ')}${names.length > 5 ? `, ${names.length - 5} more` : ''}`;
}

const ICONS = { agent: IconSubtask, branch: IconArrowBackUp, tools: IconTool };

/** A sub-agent, a branch the user left or a run of tool calls, folded into one line or opened below it. */
export function FoldRow({ fold, isSelected, onToggle }: FoldRowProps): ReactNode {
  const { data, select } = useSession();
  const spans = fold.members.flatMap((index) => data.spans[index] ?? []);
  const errors = spans.filter((span) => span.status === 'error').length;
  const findings = spans.reduce((sum, span) => sum + (data.findingsOf.get(span.spanId)?.length ?? 0), 0);
  const first = spans[0];
  const last = spans.at(-1);
  const duration =
    first?.startUs == null || last?.startUs == null
      ? null
      : last.startUs + (last.durationUs ?? 0) - first.startUs;
  const Icon = ICONS[fold.type];
  return (
    <div
      className={cx(classes.row, isSelected && classes.selected)}
      onClick={() => {
        if (first !== undefined) select(first.spanId, { rowKey: fold.key, by: 'conversation' });
        onToggle(fold.key, !fold.isOpen);
      }}
    >
      <span />
      <button
        type="button"
        className={classes.body}
        style={{ marginLeft: Math.min(fold.level, 8) * 16 }}
        aria-expanded={fold.isOpen}
      >
        <IconChevronRight
          size={13}
          className={cx(classes.chevron, fold.isOpen && classes.open)}
          aria-hidden
        />
        <Icon size={14} className={classes.icon} aria-hidden />
        <span className={classes.text}>
          {fold.type === 'agent' && (
            <>
              sub-agent <b>{fold.agent !== null && <SafeText text={fold.agent.name.slice(0, 80)} />}</b>,{' '}
              {formatPlural(spans.length, 'span')}
            </>
          )}
          {fold.type === 'branch' && (
            <>left branch: {formatPlural(spans.length, 'span')} the user went back from</>
          )}
          {fold.type === 'tools' && (
            <SafeText text={toolCounts(spans) || formatPlural(spans.length, 'step')} />
          )}
        </span>
        {errors > 0 && <Flag tone="fail">{formatPlural(errors, 'error')}</Flag>}
        {findings > 0 && <Flag tone="fail">{formatPlural(findings, 'finding')}</Flag>}
      </button>
      <span className={classes.time}>{duration === null ? '' : formatMicroseconds(duration)}</span>
    </div>
  );
}
