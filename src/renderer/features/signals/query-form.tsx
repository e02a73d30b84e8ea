import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { SignalPreview } from '../../../shared/contract/signal';
import { lanes } from '../../../shared/model/pillar';
import { signalQuerySchema, type Signal, type SignalQuery } from '../../../shared/model/signal';
import { ChartCard } from '../../components/chart-card';
import { orpc } from '../../lib/client';
import { explainError } from '../../lib/errors';
import { previewQuery, removeQuery, saveQuery } from './acts';
import { PreviewCard } from './preview-card';
import { useSignalJob } from './signal-job';
import classes from './signals.module.css';

const EXAMPLE = `SELECT session_id, span_id, 'a tool took more than a minute' AS reason
FROM spans
WHERE kind = 'tool' AND duration_ms > 60000`;

/** `Slow tool` → `slow-tool`. */
function idOf(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/gu) ?? [];
  return words
    .join('-')
    .replace(/^[0-9-]+/u, '')
    .slice(0, 60);
}

interface QueryFormProps {
  /** The one being changed; null for a new one. */
  signal: Signal | null;
  taken: readonly string[];
  onSaved: (id: string) => void;
  onCancel?: () => void;
}

/** A signal of one's own: one SELECT over the views of the workspace, tried before it is saved. */
export function QueryForm({ signal, taken, onSaved, onCancel }: QueryFormProps): ReactNode {
  const [title, setTitle] = useState(signal?.title ?? '');
  const [description, setDescription] = useState(signal?.description ?? '');
  const [pillar, setPillar] = useState<SignalQuery['pillar']>(signal?.pillar ?? 'tools');
  const [sql, setSql] = useState(signal?.sql ?? EXAMPLE);
  const [preview, setPreview] = useState<SignalPreview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isBusy = useSignalJob() !== null;
  const id = signal?.id ?? idOf(title);
  const query = signalQuerySchema.safeParse({ id, title, description, pillar, sql });
  const isTaken = signal === null && taken.includes(id);
  const mayNot = !query.success || isTaken || isBusy;
  const look = async () => {
    if (!query.success) return;
    setError(null);
    setPreview(null);
    const result = await previewQuery(query.data);
    if (result.state === 'done') setPreview(result.done.preview);
    else if (result.state === 'failed') setError(result.error);
  };
  const save = async () => {
    if (!query.success) return;
    setError(null);
    const result = await saveQuery(query.data);
    if (result.state === 'failed') setError(result.error);
    else if (result.state === 'done') onSaved(query.data.id);
  };
  return (
    <ChartCard
      title={signal === null ? 'New signal as a query' : 'Its query'}
      note="One SELECT that returns session_id, span_id and reason, one row per finding; severity from 1 to 4 if you like. It may read the views below and nothing else."
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!mayNot) void look();
        }}
      >
        <div className={classes.pair}>
          <TextInput
            label="Name"
            value={title}
            maxLength={80}
            data-autofocus
            autoFocus={signal === null}
            description={id === '' ? 'What it finds: slow tool' : `Its id: ${id}`}
            error={isTaken ? 'There is a signal of that name already; choose another.' : undefined}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
          <Select
            label="Lane"
            description="Where its flags stand"
            data={[...lanes]}
            value={pillar}
            allowDeselect={false}
            onChange={(value) => setPillar(lanes.find((lane) => lane === value) ?? 'tools')}
          />
        </div>
        <TextInput
          label="What it means"
          value={description}
          maxLength={500}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Textarea
          label="Query"
          classNames={{ input: classes.sql ?? '' }}
          value={sql}
          maxLength={20_000}
          autosize
          minRows={5}
          maxRows={18}
          spellCheck={false}
          onChange={(event) => {
            setSql(event.currentTarget.value);
            setPreview(null);
          }}
        />
        {error !== null && <QueryProblem error={error} />}
        <div className={classes.buttons}>
          <Button type="submit" disabled={mayNot}>
            Try it
          </Button>
          <Button variant="filled" disabled={mayNot} onClick={() => void save()}>
            Save
          </Button>
          {onCancel !== undefined && (
            <Button variant="subtle" onClick={onCancel}>
              Cancel
            </Button>
          )}
          {signal !== null && (
            <Button variant="subtle" disabled={isBusy} onClick={() => void removeQuery(signal)}>
              Remove
            </Button>
          )}
        </div>
      </form>
      {preview !== null && <PreviewCard key={preview.previewId} preview={preview} />}
      <Views />
    </ChartCard>
  );
}

/** Why a query cannot be used, beside what was typed. */
function QueryProblem({ error }: { error: unknown }): ReactNode {
  const { title, detail } = explainError(error);
  return (
    <p className={classes.problem} role="alert">
      <b>The query cannot be used.</b> {detail === '' ? title : detail}
    </p>
  );
}

/** What a query may read. */
function Views(): ReactNode {
  const query = useQuery(orpc.signal.views.queryOptions());
  return (
    <div className={classes.views}>
      {(query.data ?? []).map((view) => (
        <details key={view.name}>
          <summary>
            <code>{view.name}</code> <span className={classes.dim}>{view.grain}</span>
          </summary>
          <table className={classes.table}>
            <tbody>
              {view.columns.map((column) => (
                <tr key={column.name}>
                  <td>
                    <code>{column.name}</code>
                  </td>
                  <td>{column.meaning}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </div>
  );
}
