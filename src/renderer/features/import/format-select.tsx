import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { orpc } from '../../lib/client';
import { visible } from '../../lib/visible-text';
import { detected, formatOf, obstacle, type QueuedFile } from './queue';
import classes from './import.module.css';

/** How sure a format is, in whole per cents. */
export function sureness(confidence: number | undefined): string {
  return confidence === undefined ? '' : `${Math.round(confidence * 100)}%`;
}

interface FormatSelectProps {
  file: QueuedFile;
  onChange: (format: string | null) => void;
}

/** The format a file is read as: what was detected first, then all others. */
export function FormatSelect({ file, onChange }: FormatSelectProps): ReactNode {
  const formats = useQuery(orpc.imports.formats.queryOptions());
  const found = new Map(file.preview.detections.map((one) => [one.format, one]));
  const all = formats.data ?? [];
  const titleOf = (id: string) => all.find((format) => format.id === id)?.title ?? found.get(id)?.title ?? id;
  const others = all.filter((format) => !found.has(format.id));
  const groups = [
    ...(found.size > 0
      ? [
          {
            group: 'By its content',
            items: file.preview.detections.map((one) => ({
              value: one.format,
              label: one.title,
            })),
          },
        ]
      : []),
    { group: 'Other formats', items: others.map((format) => ({ value: format.id, label: format.title })) },
  ];
  const chosen = obstacle(file) === 'unreadable' ? null : formatOf(file);
  return (
    <Select
      className={classes.select}
      data={groups}
      value={chosen}
      onChange={(value) => onChange(value === detected(file)?.format ? null : value)}
      placeholder="Choose a format"
      aria-label={`Format of ${visible(file.preview.name)}`}
      allowDeselect={false}
      maxDropdownHeight={340}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      renderOption={({ option }) => (
        <span className={classes.option}>
          {option.label}
          <span className={classes.dim}>{sureness(found.get(option.value)?.confidence)}</span>
        </span>
      )}
      {...(chosen === null ? {} : { title: titleOf(chosen) })}
    />
  );
}
