import { Button, Checkbox, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DEFAULT_COLUMNS, toggleColumn, type ColumnId, type ColumnState } from './column-state';
import { sessionColumns } from './session-columns';
import classes from './toolbar.module.css';

interface ColumnChooserProps {
  columns: ColumnState;
  onChange: (columns: ColumnState) => void;
}

/** Which columns the table shows. */
export function ColumnChooser({ columns, onChange }: ColumnChooserProps): ReactNode {
  return (
    <Popover position="bottom-end" width={250} trapFocus>
      <Popover.Target>
        <Button leftSection={<IconColumns3 size={14} />} className={classes.menuButton}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.columns}>
        <div role="group" aria-label="Columns">
          {sessionColumns.map((column) => {
            const id = column.id as ColumnId;
            const title = typeof column.header === 'string' ? column.header : id;
            return (
              <Checkbox
                key={id}
                className={classes.column}
                label={title}
                checked={columns.shown.includes(id)}
                disabled={id === 'title'}
                onChange={() => onChange(toggleColumn(columns, id))}
              />
            );
          })}
        </div>
        <Button fullWidth className={classes.usual} onClick={() => onChange(DEFAULT_COLUMNS)}>
          The usual columns and widths
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
