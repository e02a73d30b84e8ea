/** Right of the codebook: one failure mode, every field of it. What is changed goes into the draft at once. */
import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FailureMode } from '../../../shared/model/codebook';
import { pillars } from '../../../shared/model/pillar';
import { cx } from '../../lib/class-names';
import { formatPlural } from '../../lib/format';
import { useShownTheme } from '../../lib/lanes';
import { modeColor, modePalette } from '../../lib/mode-colors';
import { formatHash } from '../../lib/navigation';
import { possibleParents } from './draft';
import { Examples } from './examples';
import { MergeSplit } from './merge-split';
import { severities } from './severity';
import classes from './mode-editor.module.css';

interface ModeEditorProps {
  mode: FailureMode;
  modes: readonly FailureMode[];
  sortedCount: number;
  /** In the draft alone, so that it can still go without a trace. */
  isNew: boolean;
  /** Something is not saved. */
  isBlocked: boolean;
  onChange: (change: Partial<FailureMode>) => void;
  onRemove: () => void;
}

const TEXTS = [
  {
    field: 'definition',
    label: 'Definition',
    hint: 'What it is, so that two people would sort the same corrections into it.',
    rows: 3,
  },
  { field: 'include', label: 'Include', hint: 'What counts as one, edge cases too.', rows: 3 },
  {
    field: 'exclude',
    label: 'Exclude',
    hint: 'What looks like one and is none; where it goes instead.',
    rows: 3,
  },
] as const;

export function ModeEditor(props: ModeEditorProps): ReactNode {
  const { mode, modes, sortedCount, isNew, isBlocked, onChange, onRemove } = props;
  return (
    <div className={classes.editor}>
      <div className={classes.head}>
        <TextInput
          className={classes.name}
          label="Name"
          value={mode.name}
          maxLength={120}
          error={mode.name.trim() === '' ? 'A failure mode needs a name.' : undefined}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <div className={classes.actions}>
          {sortedCount > 0 && (
            <Button
              component="a"
              href={formatHash({ screen: 'corrections', failureModeId: mode.id })}
              variant="subtle"
            >
              {formatPlural(sortedCount, 'correction')}
            </Button>
          )}
          {!isNew && !mode.isRetired && <MergeSplit mode={mode} modes={modes} isBlocked={isBlocked} />}
          {isNew ? (
            <Button onClick={onRemove}>Remove</Button>
          ) : (
            <Button onClick={() => onChange({ isRetired: !mode.isRetired })}>
              {mode.isRetired ? 'Restore' : 'Retire'}
            </Button>
          )}
        </div>
      </div>
      {mode.isRetired && (
        <p className={classes.note}>
          Retired: it can no longer be assigned. What was sorted into it stays, and restoring brings it back.
        </p>
      )}
      {TEXTS.map(({ field, label, hint, rows }) => (
        <Textarea
          key={field}
          label={label}
          description={hint}
          value={mode[field]}
          rows={rows}
          maxLength={4000}
          resize="vertical"
          onChange={(event) => onChange({ [field]: event.currentTarget.value })}
        />
      ))}
      <Traits {...props} />
      <Examples mode={mode} onChange={(examples) => onChange({ examples })} />
      <div className={classes.source}>
        Id <code>{mode.id}</code>. {mode.source === '' ? 'Your own.' : `From: ${mode.source}`}
      </div>
    </div>
  );
}

/** Severity, pillar, parent and colour. */
function Traits({ mode, modes, onChange }: ModeEditorProps): ReactNode {
  const theme = useShownTheme();
  const assignable = modes.filter((one) => !one.isRetired);
  const place = Math.max(assignable.indexOf(mode), 0);
  return (
    <div className={classes.traits}>
      <div className={classes.trait}>
        <span className={classes.label}>Severity</span>
        <SegmentedControl
          aria-label="Severity"
          data={severities.map(({ value, title }) => ({ value: String(value), label: title }))}
          value={String(mode.severity)}
          onChange={(value) => onChange({ severity: Number(value) })}
        />
      </div>
      <Select
        className={classes.select}
        label="Pillar"
        data={[...pillars]}
        value={mode.pillar}
        placeholder="none"
        clearable
        onChange={(value) => onChange({ pillar: pillars.find((one) => one === value) ?? null })}
      />
      <Select
        className={classes.select}
        label="Belongs below"
        data={possibleParents(modes, mode.id).map((one) => ({ value: one.id, label: one.name }))}
        value={mode.parentId}
        placeholder="none"
        clearable
        searchable
        onChange={(parentId) => onChange({ parentId })}
      />
      <div className={classes.trait} role="radiogroup" aria-label="Colour">
        <span className={classes.label}>Colour</span>
        <span className={classes.colors}>
          {modePalette.map(({ hex, name }) => (
            <button
              key={hex}
              type="button"
              role="radio"
              aria-checked={mode.color === hex}
              aria-label={name}
              title={name}
              className={cx(classes.color, mode.color === hex && classes.chosen)}
              style={{ background: modeColor(hex, 0, theme) }}
              onClick={() => onChange({ color: hex })}
            />
          ))}
          <button
            type="button"
            role="radio"
            aria-checked={mode.color === null}
            className={classes.byPlace}
            onClick={() => onChange({ color: null })}
          >
            <span className={classes.dot} style={{ background: modeColor(null, place, theme) }} />
            by its place
          </button>
        </span>
      </div>
    </div>
  );
}
