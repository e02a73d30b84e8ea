import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { SkeletonRows } from '../../components/skeleton';
import { orpc } from '../../lib/client';
import classes from './home.module.css';

/** What can be opened. The addresses of the formats' descriptions are text: nothing here opens a page. */
export function Formats(): ReactNode {
  const formats = useQuery(orpc.imports.formats.queryOptions());
  return (
    <section className={classes.sideSection} aria-label="What opens here">
      <h2>What opens here</h2>
      <p className={classes.facts}>
        JSON Lines, JSON, CSV, Parquet; plain, packed by gzip or zstd, or in a ZIP or tar archive. The content
        decides, not the name. Anything else made of records can be mapped by hand.
      </p>
      {formats.isPending && <SkeletonRows rows={6} label="Fetching the formats" />}
      <dl className={classes.formats}>
        {(formats.data ?? []).map((format) => (
          <div key={format.id} className={classes.format}>
            <dt>{format.title}</dt>
            <dd title={format.documentation}>{format.description}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
