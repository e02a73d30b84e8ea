import type { ReactNode } from 'react';
import { Kbd } from '../../../components/kbd';
import { formatCount } from '../../../lib/format';
import classes from './conversation.module.css';

interface SearchBarProps {
  query: string;
  /** 0-based place of the selected span among the matches; -1 when it is none of them. */
  place: number;
  matchCount: number;
  isLoading: boolean;
  cutCount: number;
  onQuery: (query: string) => void;
  onStep: (step: 1 | -1) => void;
  onClose: () => void;
}

/** The line to search in the session with. Enter goes to the next match, Shift Enter back, Escape leaves. */
export function SearchBar(props: SearchBarProps): ReactNode {
  const { query, place, matchCount, isLoading, cutCount, onQuery, onStep, onClose } = props;
  const found =
    query.trim() === ''
      ? ''
      : `${place === -1 ? '' : `${formatCount(place + 1)} of `}${formatCount(matchCount)}`;
  return (
    <div className={classes.search}>
      <input
        className={classes.input}
        value={query}
        autoFocus
        placeholder="Search in this session"
        aria-label="Search in this session"
        spellCheck={false}
        onChange={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span role="status" className={classes.found}>
        {found}
        {isLoading && ' so far'}
      </span>
      {cutCount > 0 && !isLoading && (
        <span title="Longer texts are searched in their first 20,000 characters.">
          {formatCount(cutCount)} very long {cutCount === 1 ? 'text' : 'texts'} only in part
        </span>
      )}
      <span className={classes.keys}>
        <Kbd keys="Enter" /> next <Kbd keys="Escape" /> close
      </span>
    </div>
  );
}
