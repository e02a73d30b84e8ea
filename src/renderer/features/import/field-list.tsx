import type { ReactNode } from 'react';
import { Panel } from '../../components/panel';
import type { MappingProfile } from '../../../shared/model/source';
import { formatCount, formatPercent, formatPlural } from '../../lib/format';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { targetsByPath } from './mapping-profile';
import type { FieldGuess } from './mapping-targets';
import classes from './mapping.module.css';

interface FieldListProps {
  guess: { fields: FieldGuess[]; profile: MappingProfile };
  profile: MappingProfile;
}

/** The fields found at the file's beginning: how often they are there, what is in them, what they are mapped to. */
export function FieldList({ guess, profile }: FieldListProps): ReactNode {
  const used = targetsByPath(profile);
  return (
    <Panel
      title="Fields of the file"
      detail={formatPlural(guess.fields.length, 'field')}
      className={classes.fields}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Field</th>
            <th>Mapped to</th>
            <th>Type</th>
            <th className={classes.number} title="Share of the records looked at that have it">
              Filled
            </th>
            <th className={classes.number} title="Different values among the records looked at">
              Distinct
            </th>
            <th>Examples</th>
          </tr>
        </thead>
        <tbody>
          {guess.fields.map((field) => (
            <tr key={field.path}>
              <td className={classes.path}>
                <SafeText text={field.path.slice(0, 200)} />
              </td>
              <td className={classes.mapped}>{used.get(field.path)?.join(', ')}</td>
              <td className={classes.dim}>{field.types.join(', ')}</td>
              <td className={classes.number}>{formatPercent(field.share)}</td>
              <td className={classes.number}>{formatCount(field.distinct)}</td>
              <td className={classes.examples} title={visible(field.examples.join('\n'), 600)}>
                <SafeText text={field.examples.join(' · ').slice(0, 300)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
