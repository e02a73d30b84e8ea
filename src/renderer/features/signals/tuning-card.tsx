import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { SignalPreview } from '../../../shared/contract/signal';
import type { Signal } from '../../../shared/model/signal';
import { ChartCard } from '../../components/chart-card';
import { toastError } from '../../lib/toast';
import { previewTuning, tune } from './acts';
import { changedParameters, differs, fieldProblem, type ParameterDraft } from './parameter-draft';
import { ParameterField } from './parameter-field';
import { PreviewCard } from './preview-card';
import { useSignalJob } from './signal-job';
import classes from './signals.module.css';

/** The parameters of a built-in signal: change them, see what that adds and drops, apply it or go back. */
export function TuningCard({ signal }: { signal: Signal }): ReactNode {
  const [draft, setDraft] = useState<ParameterDraft>(signal.parameters);
  const [preview, setPreview] = useState<SignalPreview | null>(null);
  const isBusy = useSignalJob() !== null;
  const isBad = signal.fields.some(
    (field) => fieldProblem(field, draft[field.name] ?? field.default) !== null,
  );
  const hasChanged = differs(signal.fields, draft, signal.parameters);
  const tuning = {
    signal: signal.id,
    isEnabled: true,
    parameters: changedParameters(signal.fields, draft),
  };
  const look = async () => {
    const result = await previewTuning(tuning);
    if (result.state === 'done') setPreview(result.done.preview);
    else if (result.state === 'failed') toastError(result.error, 'try the change');
  };
  return (
    <ChartCard
      title="Parameters"
      note="For this workspace alone. Applying looks at all sessions again with this signal; undo takes it back."
      actions={
        signal.isTuned && (
          <Button
            variant="subtle"
            disabled={isBusy}
            onClick={() =>
              void tune({ signal: signal.id, isEnabled: true, parameters: {} }, `Reset ${signal.title}`)
            }
          >
            Reset to its own values
          </Button>
        )
      }
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBad && !isBusy) void look();
        }}
      >
        {signal.fields.map((field) => (
          <ParameterField
            key={field.name}
            field={field}
            value={draft[field.name]}
            onChange={(value) => {
              setDraft({ ...draft, [field.name]: value });
              setPreview(null);
            }}
          />
        ))}
        <div className={classes.buttons}>
          <Button type="submit" disabled={!hasChanged || isBad || isBusy}>
            Preview
          </Button>
          <Button
            variant="filled"
            disabled={!hasChanged || isBad || isBusy}
            onClick={() => void tune(tuning, `Applied to ${signal.title}`)}
          >
            Apply
          </Button>
          {hasChanged && (
            <Button
              variant="subtle"
              onClick={() => {
                setDraft(signal.parameters);
                setPreview(null);
              }}
            >
              Discard
            </Button>
          )}
        </div>
      </form>
      {preview !== null && <PreviewCard key={preview.previewId} preview={preview} />}
    </ChartCard>
  );
}
