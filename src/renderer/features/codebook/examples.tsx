import { Button, Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { FailureMode } from '../../../shared/model/codebook';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { formatHash } from '../../lib/navigation';
import classes from './mode-editor.module.css';

type Example = FailureMode['examples'][number];

const MOST_EXAMPLES = 50;
const MOST_TEXT = 2000;

interface ExamplesProps {
  mode: FailureMode;
  onChange: (examples: Example[]) => void;
}

/** The examples of a failure mode, each with the way to where it was said. */
export function Examples({ mode, onChange }: ExamplesProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={classes.examples} aria-label="Examples">
      <div className={classes.examplesHead}>
        <h3>Examples</h3>
        <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={460} trapFocus>
          <Popover.Target>
            <Button disabled={mode.examples.length >= MOST_EXAMPLES} onClick={() => setOpen(!isOpen)}>
              Add from a correction
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            {isOpen && (
              <Choices
                mode={mode}
                onChoose={(example) => {
                  onChange([...mode.examples, example]);
                  setOpen(false);
                }}
              />
            )}
          </Popover.Dropdown>
        </Popover>
      </div>
      {mode.examples.length === 0 && (
        <p className={classes.none}>None yet. Two or three say more than a long definition.</p>
      )}
      {mode.examples.map((example, index) => (
        <div key={example.correctionId ?? `${index} ${example.text}`} className={classes.example}>
          <span className={classes.exampleText}>
            <SafeText text={example.text} />
          </span>
          {example.sessionId !== null && (
            <a
              className={classes.exampleLink}
              href={formatHash({ screen: 'session', sessionId: example.sessionId })}
            >
              session
            </a>
          )}
          <button
            type="button"
            className={classes.remove}
            aria-label="Remove the example"
            onClick={() => onChange(mode.examples.filter((_, other) => other !== index))}
          >
            <IconX size={13} aria-hidden />
          </button>
        </div>
      ))}
    </section>
  );
}

/** Corrections that were sorted into this failure mode and are no example yet. */
function Choices({ mode, onChoose }: { mode: FailureMode; onChoose: (example: Example) => void }): ReactNode {
  const query = useQuery(
    orpc.correction.list.queryOptions({
      input: { filter: { failureModeId: mode.id, states: ['proposed', 'confirmed'] }, limit: 100 },
    }),
  );
  if (query.isPending) return <SkeletonRows rows={3} label="Fetching the corrections" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const known = new Set(mode.examples.map((example) => example.correctionId));
  const items = query.data.items.filter((item) => !known.has(item.correctionId));
  if (items.length === 0)
    return (
      <p className={classes.choice}>
        {query.data.total === 0
          ? 'No correction is sorted into it yet. Sort some on the corrections screen first.'
          : 'All corrections in it are examples already.'}
      </p>
    );
  return (
    <div className={classes.choices} role="list" aria-label="Corrections in this failure mode">
      {items.map((item) => (
        <button
          key={item.correctionId}
          type="button"
          className={classes.choice}
          onClick={() =>
            onChoose({
              correctionId: item.correctionId,
              sessionId: item.sessionId,
              text: item.text.slice(0, MOST_TEXT),
            })
          }
        >
          <SafeText text={item.text.slice(0, 240)} />
        </button>
      ))}
    </div>
  );
}
