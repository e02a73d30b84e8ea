import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SignalField, SignalParameters } from '../../../shared/model/signal';
import { fieldProblem, isSameValue } from './parameter-draft';
import classes from './signals.module.css';

interface ParameterFieldProps {
  field: SignalField;
  value: SignalParameters[string] | undefined;
  onChange: (value: SignalParameters[string]) => void;
}

function said(value: SignalParameters[string]): string {
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.join(', ').slice(0, 200);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === '' ? 'nothing' : String(value);
}

/** One parameter: its name, unit and where its default comes from, and the value in force. */
export function ParameterField({ field, value = field.default, onChange }: ParameterFieldProps): ReactNode {
  const isOwn = isSameValue(value, field.default);
  const words = {
    label: field.name.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase(),
    description: isOwn
      ? field.description
      : `${field.description.replace(/[.;]?$/u, '.')} Its own value: ${said(field.default)}.`,
  };
  switch (field.kind) {
    case 'number':
    case 'integer':
      return (
        <NumberInput
          {...words}
          className={classes.narrow}
          value={typeof value === 'number' || typeof value === 'string' ? value : ''}
          allowDecimal={field.kind === 'number'}
          error={fieldProblem(field, value)}
          hideControls
          onChange={onChange}
        />
      );
    case 'boolean':
      return (
        <Switch
          {...words}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'list':
      return (
        <Textarea
          {...words}
          description={`${words.description} One a line.`}
          value={Array.isArray(value) ? value.join('\n') : ''}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) =>
            onChange(event.currentTarget.value === '' ? [] : event.currentTarget.value.split('\n'))
          }
        />
      );
    case 'text':
      return field.choices.length > 0 ? (
        <Select
          {...words}
          className={classes.narrow}
          data={field.choices}
          value={typeof value === 'string' ? value : null}
          allowDeselect={false}
          onChange={(choice) => onChange(choice ?? field.default)}
        />
      ) : (
        <TextInput
          {...words}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
