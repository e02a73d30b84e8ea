import { IconFilter, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Kbd } from '../../components/kbd';
import { cx } from '../../lib/class-names';
import { formatCount } from '../../lib/format';
import type { SessionFilter } from '../../../shared/model/session';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import type { FilterChip } from './filter-edits';
import classes from './toolbar.module.css';

/** Typing that is over: the engine reads every text for a search, so it is not asked at each letter. */
const TYPING_MS = 280;

interface SearchFieldProps {
  text: string;
  onChange: (text: string) => void;
  inputRef: RefObject<HTMLInputElement | null>;
  isBusy: boolean;
  /** Where Enter and the arrow down lead. */
  onLeave: () => void;
}

/** Full-text search. What is typed counts a moment after the last key, or at Enter. */
export function SearchField({ text, onChange, inputRef, isBusy, onLeave }: SearchFieldProps): ReactNode {
  const [typed, setTyped] = useState({ of: text, text });
  // Another text from outside (a view, a chip, the way back) takes the place of what was typed.
  const value = typed.of === text ? typed.text : text;
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const settle = (next: string) => {
    window.clearTimeout(timer.current);
    if (next.trim() !== text) onChange(next.trim());
  };
  const type = (next: string, delay: number) => {
    setTyped({ of: text, text: next });
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => settle(next), delay);
  };
  return (
    <div className={classes.search}>
      <IconSearch size={15} className={cx(classes.searchIcon, isBusy && classes.busy)} aria-hidden />
      <input
        ref={inputRef}
        className={classes.input}
        type="text"
        value={value}
        maxLength={500}
        placeholder="Search all texts, arguments and results"
        aria-label="Search all texts"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.currentTarget.value, TYPING_MS)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
          event.preventDefault();
          settle(value);
          onLeave();
        }}
      />
      {value === '' ? (
        <Kbd keys="/" />
      ) : (
        <button
          type="button"
          className={classes.clear}
          aria-label="Clear the search"
          onClick={() => type('', 0)}
        >
          <IconX size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}

interface ChipsProps {
  chips: readonly FilterChip[];
  onRemove: (without: SessionFilter) => void;
  onClear: () => void;
}

/** What the list is restricted to, each to be taken back. */
export function FilterChips({ chips, onRemove, onClear }: ChipsProps): ReactNode {
  if (chips.length === 0) return null;
  return (
    <div className={classes.chips} role="group" aria-label="Active filters">
      {chips.map((chip) => (
        <span key={chip.key} className={classes.chip}>
          <span className={classes.chipTitle}>{chip.title}</span>
          <span className={classes.chipValue} title={visible(chip.value)}>
            <SafeText text={chip.value.slice(0, 80)} />
          </span>
          <button
            type="button"
            className={classes.chipRemove}
            aria-label={`Remove the filter ${chip.title} ${visible(chip.value, 80)}`}
            onClick={() => onRemove(chip.without)}
          >
            <IconX size={12} aria-hidden />
          </button>
        </span>
      ))}
      <button type="button" className={classes.clearAll} onClick={onClear}>
        clear all <Kbd keys="x" />
      </button>
    </div>
  );
}

interface FacetToggleProps {
  isShown: boolean;
  chosenCount: number;
  onToggle: () => void;
}

/** Shows and hides the facets. */
export function FacetToggle({ isShown, chosenCount, onToggle }: FacetToggleProps): ReactNode {
  return (
    <button
      type="button"
      className={cx(classes.toggle, isShown && classes.toggled)}
      aria-pressed={isShown}
      aria-label="Filters"
      title={isShown ? 'Hide the filters (f)' : 'Show the filters (f)'}
      onClick={onToggle}
    >
      <IconFilter size={15} aria-hidden />
      {!isShown && chosenCount > 0 && formatCount(chosenCount)}
    </button>
  );
}
