import { Button, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatView, isSameView, parseView, type SavedView } from './column-state';
import classes from './toolbar.module.css';

const SCREEN = 'sessions';

interface SavedViewsProps {
  /** What is shown now. */
  current: SavedView;
  onApply: (view: SavedView) => void;
}

/** Lists with their columns under names, kept in the workspace's journal. */
export function SavedViews({ current, onApply }: SavedViewsProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const [name, setName] = useState('');
  const views = useQuery(orpc.workspace.views.queryOptions({ input: { screen: SCREEN } }));
  const save = useMutation(orpc.workspace.saveView.mutationOptions({ meta: { doing: 'save the view' } }));
  const remove = useMutation(
    orpc.workspace.removeView.mutationOptions({ meta: { doing: 'remove the view' } }),
  );
  const known = (views.data ?? []).flatMap((view) => {
    const parsed = parseView(view.state);
    return parsed === null ? [] : [{ name: view.name, view: parsed }];
  });
  const shown = known.find(({ view }) => isSameView(view, current));
  const trimmed = name.trim();
  const saveNow = () => {
    if (trimmed === '') return;
    save.mutate(
      { screen: SCREEN, name: trimmed, state: formatView(current) },
      { onSuccess: () => setName('') },
    );
  };
  return (
    <Menu opened={isOpen} onChange={setIsOpen} position="bottom-end" width={280} trapFocus>
      <Menu.Target>
        <Button leftSection={<IconBookmark size={14} />} className={classes.menuButton}>
          {shown === undefined ? 'Views' : shown.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {known.map(({ name: title, view }) => (
          <div key={title} className={classes.view}>
            <Menu.Item
              className={cx(classes.viewName, title === shown?.name && classes.chosenView)}
              onClick={() => onApply(view)}
            >
              {title}
            </Menu.Item>
            <button
              type="button"
              className={classes.removeView}
              aria-label={`Remove the view ${title}`}
              title="Remove (can be undone)"
              onClick={() => remove.mutate({ screen: SCREEN, name: title })}
            >
              <IconTrash size={14} aria-hidden />
            </button>
          </div>
        ))}
        {known.length === 0 && (
          <p className={classes.hint}>
            No saved views. Give the list as it is now a name to come back to it.
          </p>
        )}
        <form
          className={classes.saveView}
          onSubmit={(event) => {
            event.preventDefault();
            saveNow();
          }}
          // The menu moves by letters; in the field they are letters.
          onKeyDown={(event) => {
            if (event.key !== 'Escape') event.stopPropagation();
          }}
        >
          <TextInput
            placeholder="Save this list as"
            aria-label="Name of the view"
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="filled" disabled={trimmed === ''} loading={save.isPending}>
            {known.some((view) => view.name === trimmed) ? 'Replace' : 'Save'}
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
