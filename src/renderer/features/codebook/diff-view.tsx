import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { CodebookChange } from '../../../shared/model/codebook';
import { ErrorState } from '../../components/empty-state';
import { Flag } from '../../components/flag';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { severityTitle } from './severity';
import { wordDiff } from './word-diff';
import classes from './versions.module.css';

const TONES = {
  added: 'good',
  restored: 'good',
  changed: 'quiet',
  retired: 'warn',
  removed: 'fail',
} as const;

const FIELD_TITLES: Partial<Record<string, string>> = {
  name: 'Name',
  definition: 'Definition',
  include: 'Include',
  exclude: 'Exclude',
  severity: 'Severity',
  pillar: 'Pillar',
  parentId: 'Belongs below',
  color: 'Colour',
  examples: 'Examples',
  source: 'Source',
};

/** Fields of a few fixed values are shown as one and then the other. */
const WHOLE = new Set(['severity', 'pillar', 'parentId', 'color']);

function said(field: string, value: string, names: ReadonlyMap<string, string>): string {
  if (value === '' || value === 'null') return WHOLE.has(field) ? 'none' : '';
  if (field === 'severity') return severityTitle(Number(value));
  return field === 'parentId' ? (names.get(value) ?? value) : value;
}

/** What changed between two versions, to be read from top to bottom. */
export function DiffView({ from, to }: { from: number; to: number }): ReactNode {
  const query = useQuery(orpc.codebook.diff.queryOptions({ input: { from, to } }));
  const after = useQuery(orpc.codebook.get.queryOptions({ input: { version: to } }));
  if (query.isPending || after.isPending) return <SkeletonRows label="Comparing" />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const modes = new Map(after.data?.failureModes.map((mode) => [mode.id, mode]) ?? []);
  const names = new Map([...modes].map(([id, mode]) => [id, mode.name]));
  if (query.data.length === 0)
    return (
      <p className={classes.none}>
        Nothing: version {to} says the same as version {from}.
      </p>
    );
  return (
    <div className={classes.diff}>
      {query.data.map((change) => (
        <section key={change.id} className={classes.change} aria-label={visible(change.name)}>
          <div className={classes.changeHead}>
            <h3>
              <SafeText text={change.name} />
            </h3>
            <Flag tone={TONES[change.change]}>{change.change}</Flag>
          </div>
          {change.history.length > 0 && <p className={classes.history}>{change.history.join('; ')}</p>}
          {change.fields.length > 0 && <Fields change={change} names={names} />}
          {change.change === 'added' && (modes.get(change.id)?.definition ?? '') !== '' && (
            <dl className={classes.fields}>
              <dt>Definition</dt>
              <dd>{modes.get(change.id)?.definition}</dd>
            </dl>
          )}
        </section>
      ))}
    </div>
  );
}

function Fields({
  change,
  names,
}: {
  change: CodebookChange;
  names: ReadonlyMap<string, string>;
}): ReactNode {
  return (
    <dl className={classes.fields}>
      {change.fields.map(({ field, before, after }) => {
        const [old, now] = [said(field, before, names), said(field, after, names)];
        return (
          <FieldRow key={field} title={FIELD_TITLES[field] ?? field}>
            {WHOLE.has(field) ? (
              <>
                <del className={classes.removed}>{old}</del> <ins className={classes.added}>{now}</ins>
              </>
            ) : (
              wordDiff(old, now).map((piece, index) => {
                if (piece.kind === 'same')
                  return (
                    <span key={index}>
                      <SafeText text={piece.text} />
                    </span>
                  );
                const Tag = piece.kind === 'removed' ? 'del' : 'ins';
                return (
                  <Tag key={index} className={classes[piece.kind]}>
                    <SafeText text={piece.text} />
                  </Tag>
                );
              })
            )}
          </FieldRow>
        );
      })}
    </dl>
  );
}

function FieldRow({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}
