import { Modal } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Kbd } from '../components/kbd';
import { cx } from '../lib/class-names';
import { showDialogue, useDialogue } from '../lib/frame-state';
import { usePaletteItems, type PaletteItem } from './palette-items';
import classes from './palette.module.css';

/** Ctrl K: one line to type into, and everything that can be reached or done. */
export function Palette(): ReactNode {
  const isOpen = useDialogue() === 'palette';
  return (
    <Modal.Root
      opened={isOpen}
      onClose={() => showDialogue(null)}
      lockScroll={false}
      yOffset="12vh"
      transitionProps={{ duration: 80, transition: 'fade' }}
      size={620}
      padding={0}
      classNames={{ body: classes.body ?? '' }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label="Command palette">
        <Modal.Body>{isOpen && <PaletteBody />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody(): ReactNode {
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const { items, isSearching } = usePaletteItems(query, true);
  const listRef = useRef<HTMLDivElement>(null);
  const chosen = Math.min(index, items.length - 1);

  useEffect(() => {
    listRef.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, items]);

  const run = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    showDialogue(null);
    // After the dialogue has given the focus back, or it would take it from what the item opens.
    window.setTimeout(item.run);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const last = Math.max(items.length - 1, 0);
      const wraps = Math.abs(step) === 1;
      const next = chosen + step;
      setIndex(wraps && next > last ? 0 : wraps && next < 0 ? last : Math.min(Math.max(next, 0), last));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(items[chosen]);
    }
  };
  return (
    <div onKeyDown={onKeyDown}>
      <input
        className={classes.input}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setIndex(0);
        }}
        placeholder="Go to a screen, a session by id or words, or do something"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={items[chosen] === undefined ? undefined : `palette-${items[chosen].id}`}
        aria-label="Command"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <div className={classes.list} ref={listRef} id="palette-list" role="listbox" aria-label="Commands">
        {items.map((item, position) => (
          <div key={item.id}>
            {item.group !== items[position - 1]?.group && <div className={classes.group}>{item.group}</div>}
            <div
              id={`palette-${item.id}`}
              role="option"
              aria-selected={position === chosen}
              className={cx(classes.item, position === chosen && classes.chosen)}
              onPointerMove={() => setIndex(position)}
              onClick={() => run(item)}
            >
              <span className={classes.title}>{item.title}</span>
              <span className={classes.detail}>{item.detail}</span>
              {item.keys !== undefined && <Kbd keys={item.keys} />}
            </div>
          </div>
        ))}
        {items.length === 0 && (
          <div className={classes.none}>
            {isSearching ? 'Looking for sessions…' : 'Nothing fits. Try fewer words.'}
          </div>
        )}
      </div>
    </div>
  );
}
