import { NumberInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CaseMessage, RegressionCase } from '../../../shared/model/regression';
import { CheckList } from '../../components/check-list';
import { SafeText } from '../../components/safe-text';
import { checkObstacle } from '../../lib/check-words';
import { formatDateTime } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

interface CaseFormProps {
  one: RegressionCase;
  onChange: (change: Partial<RegressionCase>) => void;
}

/** What keeps a case from being saved; null when nothing does. */
export function caseObstacle(one: RegressionCase): string | null {
  if (one.name.trim() === '') return 'Give the case a name.';
  if (one.checks.length === 0) return 'Add the check that decides it.';
  const lacking = one.checks.find((check) => checkObstacle(check) !== null);
  return lacking === undefined ? null : checkObstacle(lacking);
}

/** Name, expectation, checks, severity and split of a case. */
export function CaseForm({ one, onChange }: CaseFormProps): ReactNode {
  return (
    <>
      <TextInput
        label="Name"
        value={one.name}
        maxLength={200}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Textarea
        label="What should have happened"
        rows={2}
        value={one.expectation}
        maxLength={4000}
        onChange={(event) => onChange({ expectation: event.currentTarget.value })}
      />
      <div className={classes.field}>
        <span className={versioned.label}>What decides whether a new run does it</span>
        <CheckList
          checks={one.checks}
          combine={one.combine}
          onChange={(checks) => onChange({ checks })}
          onCombine={(combine) => onChange({ combine })}
        />
      </div>
      <div className={classes.inline}>
        <NumberInput
          className={classes.narrow}
          label="Severity"
          min={1}
          max={4}
          allowDecimal={false}
          value={one.severity}
          onChange={(value) =>
            onChange({ severity: typeof value === 'number' ? Math.min(Math.max(value, 1), 4) : one.severity })
          }
        />
        <SegmentedControl
          aria-label="Split"
          data={[
            { value: 'open', label: 'open: may be looked at while fixing' },
            { value: 'held-out', label: 'held out' },
          ]}
          value={one.split}
          onChange={(value) => onChange({ split: value === 'held-out' ? 'held-out' : 'open' })}
        />
      </div>
    </>
  );
}

/** Where a case comes from: the session and span, the line of the trace file, who said that it failed and when. */
export function LineageView({ one }: { one: RegressionCase }): ReactNode {
  const { lineage } = one;
  return (
    <dl className={classes.lineage} aria-label="Where it comes from">
      <dt>Session</dt>
      <dd>
        <a href={formatHash({ screen: 'session', sessionId: lineage.sessionId, spanId: lineage.spanId })}>
          turn {lineage.turnNo} of <SafeText text={lineage.sessionId} />
        </a>
      </dd>
      <dt>Source</dt>
      <dd className={classes.mono}>
        <SafeText text={`${lineage.sourcePath}:${lineage.line}`} />
      </dd>
      <dt>SHA-256</dt>
      <dd className={classes.mono}>{lineage.sourceSha256}</dd>
      <dt>Said by</dt>
      <dd>
        {lineage.label.by}, {formatDateTime(lineage.label.at)}, as a {lineage.label.kind}
      </dd>
      <dt>Versions</dt>
      <dd>
        codebook {lineage.codebookVersion}
        {lineage.objective !== null && `, objective ${lineage.objective.version}`}
      </dd>
    </dl>
  );
}

const LONGEST = 1200;

/** The conversation of a case; what is `left` out is struck through where the caller says how to choose. */
export function Messages({
  messages,
  mark,
}: {
  messages: readonly CaseMessage[];
  mark?: (index: number) => ReactNode;
}): ReactNode {
  return (
    <ol className={classes.messages} aria-label="Input">
      {messages.map((message, index) => (
        <li key={index}>
          <span className={classes.role}>
            {message.role}
            {message.toolName !== null && (
              <>
                {' '}
                <SafeText text={message.toolName.slice(0, 80)} />
              </>
            )}
          </span>
          <div className={classes.messageText}>
            <SafeText text={message.text.slice(0, LONGEST)} />
            {message.text.length > LONGEST && (
              <span className={classes.dim}> … {message.text.length} characters</span>
            )}
            {mark?.(index)}
          </div>
        </li>
      ))}
    </ol>
  );
}
