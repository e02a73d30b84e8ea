import { Button, MultiSelect, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { formatBytes, formatCount, formatPlural } from '../../lib/format';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { dropExtract, openExtract, type OfferedExtract } from './import-state';
import classes from './import.module.css';

/** A folder that holds an extract: what is in it, which part is wanted, and opening it where it lies. */
export function ExtractOffer({ extract }: { extract: OfferedExtract }): ReactNode {
  const { look } = extract;
  const days = [...new Set(look.partitions.map((one) => one.date))].sort();
  const names = [...new Set(look.partitions.map((one) => one.source))].sort();
  const [from, setFrom] = useState<string>(days[0] ?? '');
  const [to, setTo] = useState<string>(days.at(-1) ?? '');
  const [sources, setSources] = useState<string[]>([]);
  const chosen = look.partitions.filter(
    (one) => one.date >= from && one.date <= to && (sources.length === 0 || sources.includes(one.source)),
  );
  const spans = chosen.reduce((sum, one) => sum + one.spans, 0);
  return (
    <section className={classes.queue} aria-label={`Extract ${visible(look.path)}`}>
      <div className={classes.offer}>
        <div>
          <h2>An extract, ready to be opened in place</h2>
          <p className={classes.dim}>
            <SafeText text={look.path.slice(0, 1000)} />: {formatCount(look.spans)} spans in{' '}
            {formatPlural(look.files, 'Parquet file')}, {formatBytes(look.bytes)}. They stay where they are;
            nothing is copied, and the folder must stay too.
          </p>
        </div>
        <div className={classes.offerChoice}>
          <Select
            label="From the day"
            allowDeselect={false}
            data={days}
            value={from}
            onChange={(day) => {
              if (day === null) return;
              setFrom(day);
              if (day > to) setTo(day);
            }}
          />
          <Select
            label="To the day"
            allowDeselect={false}
            data={days.filter((day) => day >= from)}
            value={to}
            onChange={(day) => day !== null && setTo(day)}
          />
          <MultiSelect
            label="Sources"
            placeholder={sources.length === 0 ? 'all' : ''}
            clearable
            data={names.map((value) => ({ value, label: visible(value) }))}
            value={sources}
            onChange={setSources}
          />
        </div>
      </div>
      <div className={classes.queueFoot}>
        <span className={classes.dim}>
          {formatCount(chosen.length)} of {formatPlural(look.partitions.length, 'partition')},{' '}
          {formatPlural(spans, 'span')}
        </span>
        <Button onClick={() => dropExtract(extract.handle)}>Leave it out</Button>
        <Button
          variant="filled"
          disabled={spans === 0}
          onClick={() => void openExtract(extract, { from, to, sources })}
        >
          Open in place
        </Button>
      </div>
    </section>
  );
}
