/** The fields of one check, by its kind. Presentational: what is typed goes up, and nothing is decided here. */
import { ActionIcon, Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionNumbers, type ArgumentCondition, type Check, type CheckKind } from '../../shared/model/check';
import { cx } from '../lib/class-names';
import { ARGUMENT_WORDS, NUMBER_WORDS, SPEAKER_WORDS, TEXT_WORDS } from '../lib/check-words';
import { orpc } from '../lib/client';
import classes from './check-form.module.css';

interface FieldsProps<K extends CheckKind> {
  check: Extract<Check, { kind: K }>;
  onChange: (check: Check) => void;
}

/** The entries of a record of words as a select wants them, and the way back to the key. */
function choices<K extends string>(words: Record<K, string>) {
  const keys = Object.keys(words) as K[];
  return {
    data: keys.map((value) => ({ value, label: words[value] })),
    keyOf: (value: string | null) => keys.find((key) => key === value),
  };
}

interface ChoiceProps<K extends string> {
  label: string;
  words: Record<K, string>;
  value: K;
  onChange: (value: K) => void;
}

function Choice<K extends string>({ label, words, value, onChange }: ChoiceProps<K>): ReactNode {
  const { data, keyOf } = choices(words);
  return (
    <Select
      className={classes.middle}
      label={label}
      data={data}
      value={value}
      allowDeselect={false}
      onChange={(next) => onChange(keyOf(next) ?? value)}
    />
  );
}

interface BoundProps {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
  isWhole?: boolean;
}

function Bound({ label, value, onChange, isWhole = false }: BoundProps): ReactNode {
  return (
    <NumberInput
      className={classes.narrow}
      label={label}
      value={value ?? ''}
      placeholder="any"
      allowDecimal={!isWhole}
      {...(isWhole ? { min: 0 } : {})}
      onChange={(next) => onChange(typeof next === 'number' ? next : null)}
    />
  );
}

function ToolFields({ check, onChange }: FieldsProps<'tool'>): ReactNode {
  const setArgument = (index: number, change: Partial<ArgumentCondition> | null) =>
    onChange({
      ...check,
      arguments: check.arguments.flatMap((one, i) =>
        i !== index ? [one] : change === null ? [] : [{ ...one, ...change }],
      ),
    });
  return (
    <>
      <TextInput
        className={classes.wide}
        label="Tool"
        placeholder="refund_*"
        value={check.tool}
        maxLength={200}
        onChange={(event) => onChange({ ...check, tool: event.currentTarget.value })}
      />
      <Bound
        label="At least"
        value={check.least}
        isWhole
        onChange={(least) => onChange({ ...check, least: least ?? 0 })}
      />
      <Bound label="At most" value={check.most} isWhole onChange={(most) => onChange({ ...check, most })} />
      <Choice
        label="Calls that count"
        words={{ any: 'all calls', ok: 'without an error', error: 'that failed' }}
        value={check.status}
        onChange={(status) => onChange({ ...check, status })}
      />
      {check.arguments.map((one, index) => (
        <ArgumentFields
          key={index}
          argument={one}
          onChange={(change) => setArgument(index, change)}
          onRemove={() => setArgument(index, null)}
        />
      ))}
      {check.arguments.length < 10 && (
        <button
          type="button"
          className={classes.add}
          onClick={() =>
            onChange({
              ...check,
              arguments: [...check.arguments, { path: '', operator: 'equals', value: '' }],
            })
          }
        >
          With an argument
        </button>
      )}
    </>
  );
}

interface ArgumentFieldsProps {
  argument: ArgumentCondition;
  onChange: (change: Partial<ArgumentCondition>) => void;
  onRemove: () => void;
}

function ArgumentFields({ argument, onChange, onRemove }: ArgumentFieldsProps): ReactNode {
  return (
    <div className={cx(classes.whole, classes.argument)}>
      <TextInput
        className={classes.wide}
        label="Argument"
        placeholder="items.0.id"
        value={argument.path}
        maxLength={300}
        onChange={(event) => onChange({ path: event.currentTarget.value })}
      />
      <Choice
        label="Condition"
        words={ARGUMENT_WORDS}
        value={argument.operator}
        onChange={(operator) => onChange({ operator })}
      />
      <TextInput
        className={classes.wide}
        label="Value"
        value={argument.value}
        maxLength={2000}
        disabled={argument.operator === 'exists' || argument.operator === 'absent'}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
      />
      <ActionIcon aria-label="Remove the argument" onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

function OrderFields({ check, onChange }: FieldsProps<'order'>): ReactNode {
  const set = (index: number, value: string) =>
    onChange({ ...check, tools: check.tools.map((tool, i) => (i === index ? value : tool)) });
  return (
    <>
      {check.tools.map((tool, index) => (
        <TextInput
          key={index}
          className={classes.middle}
          label={index === 0 ? 'First' : 'then'}
          value={tool}
          maxLength={200}
          onChange={(event) => set(index, event.currentTarget.value)}
        />
      ))}
      {check.tools.length > 2 && (
        <button
          type="button"
          className={classes.add}
          onClick={() => onChange({ ...check, tools: check.tools.slice(0, -1) })}
        >
          One less
        </button>
      )}
      {check.tools.length < 10 && (
        <button
          type="button"
          className={classes.add}
          onClick={() => onChange({ ...check, tools: [...check.tools, ''] })}
        >
          One more
        </button>
      )}
    </>
  );
}

function TextFields({ check, onChange }: FieldsProps<'text'>): ReactNode {
  return (
    <>
      <Choice
        label="What"
        words={SPEAKER_WORDS}
        value={check.of}
        onChange={(of) => onChange({ ...check, of })}
      />
      <Choice
        label="Condition"
        words={TEXT_WORDS}
        value={check.operator}
        onChange={(operator) => onChange({ ...check, operator })}
      />
      <TextInput
        className={classes.wide}
        label="Text"
        value={check.value}
        maxLength={2000}
        onChange={(event) => onChange({ ...check, value: event.currentTarget.value })}
      />
      <Checkbox
        className={classes.tick}
        label="case counts"
        checked={check.isCaseSensitive}
        onChange={(event) => onChange({ ...check, isCaseSensitive: event.currentTarget.checked })}
      />
    </>
  );
}

function NumberFields({ check, onChange }: FieldsProps<'number'>): ReactNode {
  const words = Object.fromEntries(
    sessionNumbers.map((key) => [key, NUMBER_WORDS[key]]),
  ) as typeof NUMBER_WORDS;
  return (
    <>
      <Choice label="Figure" words={words} value={check.of} onChange={(of) => onChange({ ...check, of })} />
      <Bound label="At least" value={check.least} onChange={(least) => onChange({ ...check, least })} />
      <Bound label="At most" value={check.most} onChange={(most) => onChange({ ...check, most })} />
    </>
  );
}

function FindingFields({ check, onChange }: FieldsProps<'finding'>): ReactNode {
  const signals = useQuery(orpc.signal.list.queryOptions());
  return (
    <>
      <Choice
        label="Must be"
        words={{ absent: 'not found', present: 'found' }}
        value={check.isPresent ? 'present' : 'absent'}
        onChange={(value) => onChange({ ...check, isPresent: value === 'present' })}
      />
      <Select
        className={classes.wide}
        label="Signal"
        searchable
        placeholder="choose"
        data={(signals.data ?? []).map((signal) => ({ value: signal.id, label: signal.title }))}
        value={check.signal === '' ? null : check.signal}
        allowDeselect={false}
        onChange={(signal) => onChange({ ...check, signal: signal ?? '' })}
      />
      <NumberInput
        className={classes.narrow}
        label="Severity from"
        min={1}
        max={4}
        allowDecimal={false}
        value={check.severity}
        onChange={(next) =>
          onChange({ ...check, severity: typeof next === 'number' ? Math.min(Math.max(next, 1), 4) : 1 })
        }
      />
    </>
  );
}

function LabelFields({ check, onChange }: FieldsProps<'label'>): ReactNode {
  return (
    <>
      <TextInput
        className={classes.wide}
        label="Name"
        placeholder="reward, thumbs*"
        value={check.name}
        maxLength={200}
        onChange={(event) => onChange({ ...check, name: event.currentTarget.value })}
      />
      <Bound label="At least" value={check.least} onChange={(least) => onChange({ ...check, least })} />
      <Bound label="At most" value={check.most} onChange={(most) => onChange({ ...check, most })} />
      <TextInput
        className={classes.middle}
        label="Or the text"
        value={check.text ?? ''}
        maxLength={500}
        onChange={(event) =>
          onChange({ ...check, text: event.currentTarget.value === '' ? null : event.currentTarget.value })
        }
      />
    </>
  );
}

/** The fields of a check; none for what reviewers decided, which has nothing to be said. */
export function CheckFields({
  check,
  onChange,
}: {
  check: Check;
  onChange: (check: Check) => void;
}): ReactNode {
  switch (check.kind) {
    case 'tool':
      return <ToolFields check={check} onChange={onChange} />;
    case 'order':
      return <OrderFields check={check} onChange={onChange} />;
    case 'text':
      return <TextFields check={check} onChange={onChange} />;
    case 'number':
      return <NumberFields check={check} onChange={onChange} />;
    case 'finding':
      return <FindingFields check={check} onChange={onChange} />;
    case 'label':
      return <LabelFields check={check} onChange={onChange} />;
    case 'verdict':
      return <span className={classes.dim}>Sessions that nobody reviewed stay undecided.</span>;
    case 'sql':
      return (
        <Textarea
          className={cx(classes.whole, classes.code)}
          label="A SELECT that gives session_id, passed and, if you like, reason"
          placeholder="SELECT session_id, turn_count <= 6 AS passed FROM session"
          rows={4}
          value={check.query}
          maxLength={20_000}
          onChange={(event) => onChange({ ...check, query: event.currentTarget.value })}
        />
      );
    case 'judge':
      return (
        <Textarea
          className={classes.whole}
          label="Rubric: what the judge is asked to decide"
          rows={4}
          value={check.rubric}
          maxLength={8000}
          onChange={(event) => onChange({ ...check, rubric: event.currentTarget.value })}
        />
      );
  }
}
