/** How many tokens the context of each model holds: what fills are measured against, here and on the timeline. */
import { Button, NumberInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ContextWindow } from '../../../shared/model/session';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { client, orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { refreshAll } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { visible } from '../../lib/visible-text';
import classes from './pillars.module.css';

function useSetWindow() {
  return useMutation({
    mutationFn: (change: Parameters<typeof client.contextWindow.set>[0]) => client.contextWindow.set(change),
    onSuccess: (_data, { model, tokens }) =>
      toastDone(
        tokens === null
          ? `${visible(model, 80)} has the window of the built-in table again.`
          : `${visible(model, 80)} holds ${formatCount(tokens)} tokens in this workspace.`,
      ),
    onError: (error) => toastError(error, 'set the context window'),
    onSettled: refreshAll,
    meta: { isQuiet: true },
  });
}

export function ContextWindows(): ReactNode {
  const query = useQuery(orpc.contextWindow.list.queryOptions());
  const setWindow = useSetWindow();
  return (
    <Panel title="Context windows" detail="tokens a model’s context holds">
      {query.isPending ? (
        <SkeletonRows label="Fetching the models" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <EmptyState title="No models yet">
          Models appear here once traces that name them are imported.
        </EmptyState>
      ) : (
        query.data.map((window) => (
          <WindowRow
            key={`${window.model} ${String(window.tokens)}`}
            window={window}
            isBusy={setWindow.isPending && setWindow.variables.model === window.model}
            onSet={(tokens) => setWindow.mutate({ model: window.model, tokens })}
          />
        ))
      )}
    </Panel>
  );
}

interface WindowRowProps {
  window: ContextWindow;
  isBusy: boolean;
  onSet: (tokens: number | null) => void;
}

function fullestOf({ largest, tokens }: ContextWindow): string {
  if (largest === null) return '';
  const share = tokens === null ? '' : `, ${String(Math.round((largest / tokens) * 100))}%`;
  return `, fullest ${formatCount(largest)}${share}`;
}

function WindowRow({ window, isBusy, onSet }: WindowRowProps): ReactNode {
  const [value, setValue] = useState<string | number>(window.tokens ?? '');
  const apply = (): void => {
    const tokens = Math.round(Number(value));
    if (tokens >= 1 && tokens !== window.tokens) onSet(tokens);
  };
  const source =
    window.tokens === null ? 'not known' : window.isChanged ? 'set by you' : 'by the built-in table';
  return (
    <div className={classes.tool}>
      <span className={classes.toolName}>
        <SafeText text={window.model.slice(0, 200)} />
        <span className={classes.facts}>
          {formatPlural(window.callCount, 'call')}
          {fullestOf(window)}, {source}
        </span>
      </span>
      {window.isChanged && (
        <Button variant="subtle" onClick={() => onSet(null)}>
          Reset
        </Button>
      )}
      <NumberInput
        className={classes.pillar}
        aria-label={`Context window of ${visible(window.model, 80)} in tokens`}
        value={value}
        min={1}
        max={1e9}
        thousandSeparator=","
        allowDecimal={false}
        hideControls
        disabled={isBusy}
        placeholder="tokens"
        onChange={setValue}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
    </div>
  );
}
