/** What is masked in every export of the workspace: kinds, own words, own patterns; and what that does to texts of it. */
import { ActionIcon, Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { maskKindSchema, type RedactionChoice } from '../../../shared/model/redaction';
import { ErrorState } from '../../components/empty-state';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { client, orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { formatHash } from '../../lib/navigation';
import { toastDone } from '../../lib/toast';
import { aroundMarks } from './around-marks';
import { KIND_TITLES } from './kind-titles';
import classes from './report.module.css';

export function RedactionPane(): ReactNode {
  const choice = useQuery(orpc.redaction.get.queryOptions());
  if (choice.isPending) return <SkeletonRows rows={12} label="Fetching what is masked" />;
  if (choice.isError) return <ErrorState error={choice.error} onRetry={() => void choice.refetch()} />;
  return <ChoiceForm key={JSON.stringify(choice.data)} saved={choice.data} />;
}

function ChoiceForm({ saved }: { saved: RedactionChoice }): ReactNode {
  const [draft, setDraft] = useState(saved);
  const [terms, setTerms] = useState(saved.ownTerms.join('\n'));
  const save = useMutation({
    mutationFn: (choice: RedactionChoice) => client.redaction.set(choice),
    meta: { doing: 'save what is masked' },
    onSuccess: () => toastDone('Saved what is masked. Undo takes it back.'),
  });
  const ownTerms = terms
    .split('\n')
    .map((term) => term.trim())
    .filter((term) => term !== '');
  const patterns = draft.ownPatterns;
  const setPatterns = (ownPatterns: RedactionChoice['ownPatterns']) => setDraft({ ...draft, ownPatterns });
  const next: RedactionChoice = {
    ...draft,
    ownTerms,
    ownPatterns: patterns.filter(({ name, pattern }) => name.trim() !== '' && pattern !== ''),
  };
  const isChanged = JSON.stringify(next) !== JSON.stringify(saved);
  return (
    <div className={classes.redaction}>
      <form
        className={classes.rules}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(next);
        }}
      >
        <fieldset className={classes.kinds}>
          <legend>Kinds</legend>
          {maskKindSchema.options.map((kind) => (
            <Checkbox
              key={kind}
              label={KIND_TITLES[kind].title}
              description={KIND_TITLES[kind].detail}
              checked={draft.kinds.includes(kind)}
              onChange={(event) =>
                setDraft({
                  ...draft,
                  kinds: maskKindSchema.options.filter((one) =>
                    one === kind ? event.currentTarget.checked : draft.kinds.includes(one),
                  ),
                })
              }
            />
          ))}
        </fieldset>
        <Textarea
          label="Own words"
          description="one a line, as they are, regardless of case"
          autosize
          minRows={2}
          maxRows={8}
          value={terms}
          onChange={(event) => setTerms(event.currentTarget.value)}
        />
        <fieldset className={classes.group}>
          <legend>Own patterns</legend>
          {patterns.map((one, i) => (
            <div key={i} className={classes.pattern}>
              <TextInput
                aria-label={`Name of pattern ${i + 1}`}
                placeholder="ticket"
                value={one.name}
                maxLength={30}
                onChange={(event) =>
                  setPatterns(
                    patterns.map((p, at) => (at === i ? { ...p, name: event.currentTarget.value } : p)),
                  )
                }
              />
              <TextInput
                aria-label={`Expression of pattern ${i + 1}`}
                placeholder="TCK-\d{5}"
                className={classes.expression}
                value={one.pattern}
                maxLength={500}
                onChange={(event) =>
                  setPatterns(
                    patterns.map((p, at) => (at === i ? { ...p, pattern: event.currentTarget.value } : p)),
                  )
                }
              />
              <ActionIcon
                aria-label={`Remove pattern ${i + 1}`}
                onClick={() => setPatterns(patterns.filter((_, at) => at !== i))}
              >
                <IconX size={14} />
              </ActionIcon>
            </div>
          ))}
          <Button
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setPatterns([...patterns, { name: '', pattern: '' }])}
          >
            Add a pattern
          </Button>
          <p className={classes.hint}>
            RE2 expressions, regardless of case: no looking back and no back references, so that no pattern
            can hang. The name becomes the first part of the pseudonym.
          </p>
        </fieldset>
        <div className={classes.buttons}>
          <Button type="submit" variant="filled" disabled={!isChanged} loading={save.isPending}>
            Save what is masked
          </Button>
        </div>
      </form>
      <PreviewList choice={next} />
    </div>
  );
}

const PAGE = 30;

/** Texts of the workspace as they would go out, with what the choice on the left does to them, saved or not. */
function PreviewList({ choice }: { choice: RedactionChoice }): ReactNode {
  const [offset, setOffset] = useState(0);
  const preview = useQuery(
    orpc.redaction.preview.queryOptions({
      input: { choice, offset, limit: PAGE },
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />;
  if (preview.data === undefined) return <SkeletonRows rows={12} label="Looking for what would be masked" />;
  const { items, total, looked } = preview.data;
  return (
    <section
      className={classes.preview}
      aria-label="Preview of masking"
      data-stale={preview.isPlaceholderData || undefined}
    >
      <div className={classes.previewBar}>
        <span role="status">
          {total === 0
            ? `Nothing would be masked in ${formatPlural(looked, 'text')}.`
            : `${formatCount(total)} of ${formatPlural(looked, 'text')} would change.`}
        </span>
        <span className={classes.buttons}>
          <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
            Previous
          </Button>
          <Button disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
            Next
          </Button>
        </span>
      </div>
      <ul className={classes.rows}>
        {items.map((item) => {
          const { before, after, marks } = aroundMarks(item.before, item.after, item.masked);
          return (
            <li key={`${item.sessionId} ${item.spanId}`} className={classes.row}>
              <div className={classes.before}>
                <SafeText text={before} marks={marks} />
              </div>
              <div className={classes.after}>
                <SafeText text={after} />
              </div>
              <a
                className={classes.link}
                href={formatHash({ screen: 'session', sessionId: item.sessionId, spanId: item.spanId })}
              >
                open
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
