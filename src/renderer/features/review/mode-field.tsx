import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { choose, severityTitles, toggleMode, type Draft, type Offers } from './draft';
import { Value } from './field-box';
import classes from './verdict.module.css';
import { SafeText } from '../../components/safe-text';

const KEYS = 9;

interface ModeFieldProps {
  draft: Draft;
  offers: Offers;
  onChange: (draft: Draft) => void;
}

/** The first nine failure modes by their figures, those chosen beyond them, and a search for the others. */
export function ModeField({ draft, offers, onChange }: ModeFieldProps): ReactNode {
  const first = offers.modes.slice(0, KEYS);
  const rest = offers.modes.slice(KEYS);
  const isIn = (id: string) => draft.failureModes.some((one) => one.failureModeId === id);
  if (offers.modes.length === 0)
    return <p className={classes.dim}>The codebook has no failure modes yet: define some on its screen.</p>;
  return (
    <div className={classes.one}>
      {first.map((mode, index) => (
        <Value
          key={mode.id}
          number={index + 1}
          isChosen={isIn(mode.id)}
          title={`severity as a rule: ${severityTitles[mode.severity - 1] ?? ''}`}
          onChoose={() => onChange(choose(draft, 'modes', index + 1, offers))}
        >
          <SafeText text={mode.name} />
        </Value>
      ))}
      {rest
        .filter((mode) => isIn(mode.id))
        .map((mode) => (
          <Value key={mode.id} number={null} isChosen onChoose={() => onChange(toggleMode(draft, mode))}>
            <SafeText text={mode.name} />
          </Value>
        ))}
      {rest.length > 0 && (
        <Select
          aria-label="Other failure modes"
          placeholder={`${rest.length} others: search`}
          searchable
          value={null}
          data={rest.filter((mode) => !isIn(mode.id)).map((mode) => ({ value: mode.id, label: mode.name }))}
          onChange={(id) => {
            const mode = rest.find((one) => one.id === id);
            if (mode !== undefined) onChange(toggleMode(draft, mode));
          }}
        />
      )}
    </div>
  );
}
