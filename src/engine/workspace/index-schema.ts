/**
 * The tables of index.duckdb and which version of them a file holds. Owns schema/*.sql, applied in order, and `meta`.
 * There is no migrating in place: the index is derived, so one of another version is made anew.
 */
import { sha256 } from './journal-line';
import type { Queries } from './queries';

const files: Record<string, string> = import.meta.glob('./schema/*.sql', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const scripts = Object.keys(files)
  .sort()
  .map((name) => files[name] ?? '');

/** Number of schema files: raised by every one that is added. */
export const SCHEMA_VERSION = scripts.length;

/** Keys of `meta`. */
type MetaKey = 'schema_version' | 'stamp' | 'journal' | 'behind';

/**
 * Whatever decides what an index holds, but for the imports and the journal: the schema, and the version of what the
 * rooms derive. Two indexes of the same stamp hold the same.
 */
export function indexStamp(derivationVersion: string): string {
  return sha256(JSON.stringify([scripts, derivationVersion]));
}

/** Makes the tables in an empty database. */
export async function applySchema(tx: Queries): Promise<void> {
  for (const script of scripts) await tx.run(script);
}

/** What `meta` says; rejects when the file holds none. */
export async function readMeta(db: Queries): Promise<Partial<Record<MetaKey, string>>> {
  const rows = await db.all<{ key: string; value: string }>('SELECT key, value FROM meta');
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}

export async function writeMeta(tx: Queries, values: Partial<Record<MetaKey, string>>): Promise<void> {
  const keys = Object.keys(values);
  await tx.run('DELETE FROM meta WHERE key IN (SELECT unnest($1::VARCHAR[]))', [keys]);
  await tx.run('INSERT INTO meta SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[])', [
    keys,
    Object.values(values),
  ]);
}
