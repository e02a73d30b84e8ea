import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import { useState, type CSSProperties, type ReactNode } from 'react';
import { SafeText } from '../../components/safe-text';
import { cx } from '../../lib/class-names';
import { formatCount } from '../../lib/format';
import { visible } from '../../lib/visible-text';
import { useFacetValues, type FacetSearch } from './facet-search';
import classes from './facets.module.css';

export interface FacetValue {
  value: string;
  label: string;
  /** Null where it is not among the values that were counted. */
  count: number | null;
  /** Said of the value where its name does not say enough. */
  meaning?: string | undefined;
  mark?: ReactNode;
}

interface FacetSectionProps {
  title: string;
  /** How many of its values are chosen; shown while it is closed. */
  chosenCount: number;
  isOpenAtFirst: boolean;
  children: ReactNode;
}

/** A part of the facets that opens and closes. */
export function FacetSection({ title, chosenCount, isOpenAtFirst, children }: FacetSectionProps): ReactNode {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst || chosenCount > 0);
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>
        <button
          type="button"
          className={classes.fold}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <IconChevronRight size={13} className={cx(classes.chevron, isOpen && classes.open)} aria-hidden />
          {title}
          {chosenCount > 0 && <span className={classes.chosenCount}>{chosenCount}</span>}
        </button>
      </h3>
      {isOpen && children}
    </section>
  );
}

/** Values shown before somebody asks for more; and how many there must be for a field to find one. */
const SHOWN = 7;
const FINDABLE = 15;

function shareStyle(share: number): CSSProperties & Record<'--share', string> {
  return { '--share': `${(share * 100).toFixed(1)}%` };
}

interface FacetGroupProps {
  title: string;
  values: readonly FacetValue[];
  chosen: readonly string[];
  onToggle: (value: string) => void;
  isOpenAtFirst: boolean;
  /** Only one value at a time, chosen again to take it back. */
  isSingle?: boolean;
  /** Where values beyond those given are looked for; absent where all are given. */
  search?: FacetSearch | null;
}

/** The values of one facet with their counts, each to be chosen. */
export function FacetGroup(props: FacetGroupProps): ReactNode {
  const { title, values, chosen, onToggle, isOpenAtFirst, isSingle = false, search = null } = props;
  const [isWhole, setIsWhole] = useState(false);
  const [find, setFind] = useState('');
  const [settled] = useDebouncedValue(find.trim(), 200);
  const further: readonly FacetValue[] = useFacetValues(search, settled);
  const hasFurther = search !== null;
  // A value that is chosen stays in sight even where the engine counts others first.
  const missing = chosen
    .filter((value) => !values.some((one) => one.value === value))
    .map((value): FacetValue => ({ value, label: value, count: null }));
  const all = [...missing, ...values];
  const known = new Set(all.map((one) => one.value));
  if (all.length === 0) return null;
  const found = [...all, ...further.filter((one) => !known.has(one.value))].filter((one) =>
    one.label.toLowerCase().includes(find.trim().toLowerCase()),
  );
  const most = Math.max(1, ...all.map((one) => one.count ?? 0));
  const shown = isWhole ? found : found.filter((one, index) => index < SHOWN || chosen.includes(one.value));
  const hidden = found.length - shown.length;
  return (
    <FacetSection title={title} chosenCount={chosen.length} isOpenAtFirst={isOpenAtFirst}>
      {isWhole && all.length > FINDABLE && (
        <TextInput
          className={classes.find}
          placeholder={hasFurther ? 'Find among all' : `Find among ${formatCount(all.length)}`}
          aria-label={`Find a value of ${title}`}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      )}
      <div role="group" aria-label={title}>
        {shown.map((one) => {
          const isChosen = chosen.includes(one.value);
          return (
            <button
              key={one.value}
              type="button"
              role={isSingle ? 'radio' : 'checkbox'}
              aria-checked={isChosen}
              title={one.meaning ?? visible(one.label)}
              className={cx(classes.value, isChosen && classes.chosen)}
              style={shareStyle((one.count ?? 0) / most)}
              onClick={() => onToggle(one.value)}
            >
              <span className={cx(classes.box, isSingle && classes.round)} aria-hidden />
              {one.mark}
              <span className={classes.label}>
                <SafeText text={one.label.slice(0, 200)} />
              </span>
              <span className={classes.count}>{one.count === null ? '' : formatCount(one.count)}</span>
            </button>
          );
        })}
      </div>
      {isWhole && hasFurther && find.trim() === '' && (
        <p className={classes.rest}>the {formatCount(values.length)} most frequent; type to find others</p>
      )}
      {(hidden > 0 || isWhole) && all.length > SHOWN && (
        <button type="button" className={classes.more} onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? 'fewer' : hasFurther ? 'more' : `${formatCount(hidden)} more`}
        </button>
      )}
    </FacetSection>
  );
}
