import { useMemo, useState, type ReactNode } from 'react';
import { EmptyState } from '../../../components/empty-state';
import { JsonTree } from '../../../components/json-tree';
import { TextView } from '../../../components/text-view';
import { cx } from '../../../lib/class-names';
import { formatCompact } from '../../../lib/format';
import { shell } from '../../../lib/shell';
import { toastDone, toastError } from '../../../lib/toast';
import { prettyText, readPayload } from './payload';
import classes from './inspector.module.css';

interface PayloadViewProps {
  field: string | null;
  label: string;
  /** Said where there is nothing: `The source says nothing of what went in.` */
  nothing: string;
  /** Prose in the proportional font, where it is text. */
  isProse?: boolean;
}

/** A wide field as a tree or as text, and a way to copy it. */
export function PayloadView({ field, label, nothing, isProse = false }: PayloadViewProps): ReactNode {
  const payload = useMemo(() => readPayload(field), [field]);
  const [asText, setAsText] = useState(false);
  const text = useMemo(
    () => (asText || payload.kind === 'text' ? prettyText(payload) : ''),
    [asText, payload],
  );
  if (payload.kind === 'nothing') return <EmptyState title="Nothing here">{nothing}</EmptyState>;
  const isTree = payload.kind === 'json' && !asText;
  const copy = () => {
    shell
      .copyText(prettyText(payload))
      .then(() => toastDone(`Copied ${label.toLowerCase()}.`))
      .catch((error: unknown) => toastError(error, 'copy'));
  };
  return (
    <div className={classes.payload}>
      <div className={classes.tools}>
        {payload.kind === 'json' && (
          <>
            <button
              type="button"
              aria-pressed={isTree}
              className={cx(isTree && classes.chosen)}
              onClick={() => setAsText(false)}
            >
              tree
            </button>
            <button
              type="button"
              aria-pressed={!isTree}
              className={cx(!isTree && classes.chosen)}
              onClick={() => setAsText(true)}
            >
              text
            </button>
          </>
        )}
        <span className={classes.size}>{formatCompact(payload.text.length)} characters</span>
        <button type="button" onClick={copy}>
          copy
        </button>
      </div>
      {isTree ? (
        <div className={classes.tree}>
          <JsonTree value={payload.value} label={label} />
        </div>
      ) : (
        <div className={classes.text} tabIndex={0} role="region" aria-label={label}>
          <TextView text={text} isMono={!isProse || payload.kind === 'json'} />
        </div>
      )}
    </div>
  );
}
