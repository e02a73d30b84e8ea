import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RedactionReport } from '../../../shared/contract/redaction';
import { EmptyState } from '../../components/empty-state';
import { Flag } from '../../components/flag';
import { SafeText } from '../../components/safe-text';
import { formatCount, formatPlural } from '../../lib/format';
import { KIND_TITLES } from './kind-titles';
import classes from './report.module.css';

interface MaskedPaneProps {
  /** Of the report as it is shown. */
  preview: RedactionReport | null;
  /** Of the file written last, which a second look was taken at. */
  last: { name: string; redaction: RedactionReport | null } | null;
  isMasked: boolean;
  onMask: () => void;
}

/** Places that are listed; the counts are of all. */
const SHOWN = 500;

/** What was masked and where, and what the finished file still gives away. The values are in it nowhere. */
export function MaskedPane({ preview, last, isMasked, onMask }: MaskedPaneProps): ReactNode {
  if (!isMasked)
    return (
      <EmptyState
        title="Nothing is masked"
        actions={
          <Button variant="filled" onClick={onMask}>
            Mask people and secrets
          </Button>
        }
      >
        Masking is off, so texts go out as users wrote them. Switch it on, and every masked place stands here
        with its pseudonym.
      </EmptyState>
    );
  if (preview === null) return <p className={classes.none}>The report is being written.</p>;
  return (
    <div className={classes.masked}>
      {last?.redaction != null && <SecondLook name={last.name} redaction={last.redaction} />}
      <h3>In the report</h3>
      <div className={classes.counts}>
        {preview.counts.length === 0
          ? 'No rule found anything in it. That is no proof that nothing is there: read it before it goes out.'
          : preview.counts.map(({ kind, count }) => (
              <Flag key={kind} tone="quiet">
                {KIND_TITLES[kind].title} {formatCount(count)}
              </Flag>
            ))}
      </div>
      {preview.places.length > 0 && (
        <table className={classes.table} aria-label="Masked places">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Pseudonym</th>
              <th scope="col">Where</th>
              <th scope="col" className={classes.right}>
                Text
              </th>
              <th scope="col" className={classes.right}>
                From
              </th>
              <th scope="col" className={classes.right}>
                Length
              </th>
            </tr>
          </thead>
          <tbody>
            {preview.places.slice(0, SHOWN).map((place, i) => (
              <tr key={i}>
                <td>{KIND_TITLES[place.kind].title}</td>
                <td className={classes.mono}>
                  <SafeText text={place.pseudonym} />
                </td>
                <td>
                  <SafeText text={place.column} />
                </td>
                <td className={classes.right}>{formatCount(place.row)}</td>
                <td className={classes.right}>{formatCount(place.start)}</td>
                <td className={classes.right}>{formatCount(place.length)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {preview.places.length > SHOWN && (
        <p className={classes.hint}>and {formatCount(preview.places.length - SHOWN)} more places</p>
      )}
    </div>
  );
}

function SecondLook({ name, redaction }: { name: string; redaction: RedactionReport }): ReactNode {
  const { leaks } = redaction;
  return (
    <section aria-label="Second look" className={leaks.length > 0 ? classes.leaks : classes.clean}>
      <b>Second look at {name}</b>
      <p>
        {leaks.length === 0
          ? 'The finished file was read again, by the rules and for every value that was masked: nothing was found. That is no proof that nothing is there.'
          : `${formatPlural(leaks.length, 'place')} of the finished file may still give something away:`}
      </p>
      {leaks.length > 0 && (
        <ul>
          {leaks.slice(0, SHOWN).map((leak, i) => (
            <li key={i}>
              {KIND_TITLES[leak.kind].title}, line or row {formatCount(leak.row)}
              {leak.column === '' ? '' : `, ${leak.column}`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
