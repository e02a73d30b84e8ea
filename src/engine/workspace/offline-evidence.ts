/**
 * What keeps bytes on this machine, looked at now and not remembered: DuckDB's locks are read and tried, the engine's
 * own sockets are counted. What the shell adds (content policy, blocked requests) is the shell's to show.
 */
import type { Database } from './database';

export interface Evidence {
  what: string;
  holds: boolean;
  found: string;
}

const settings: [name: string, expected: string, what: string][] = [
  ['enable_external_access', 'false', 'DuckDB may not reach files outside the workspace, nor the network'],
  ['lock_configuration', 'true', 'DuckDB’s settings are locked'],
  ['autoload_known_extensions', 'false', 'DuckDB loads no extensions by itself'],
  ['autoinstall_known_extensions', 'false', 'DuckDB installs no extensions'],
  ['allow_community_extensions', 'false', 'DuckDB accepts no community extensions'],
];

/** Statements that must be refused; the addresses cannot exist (RFC 2606, RFC 5737), so that nothing leaves even if they were not. */
const attempts: [what: string, sql: string][] = [
  ['Reading from the network is refused', "SELECT * FROM read_csv('https://faultline.invalid/x.csv')"],
  ['Reading outside the workspace is refused', "SELECT * FROM read_text('/etc/hosts')"],
];

async function lookAtDatabase(db: Database): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for (const [name, expected, what] of settings) {
    const row = await db.one<{ value: string }>('SELECT value FROM duckdb_settings() WHERE name = $1', [
      name,
    ]);
    found.push({ what, holds: row?.value === expected, found: `${name} = ${row?.value ?? 'unknown'}` });
  }
  for (const [what, sql] of attempts) {
    try {
      await db.all(sql);
      found.push({ what, holds: false, found: 'it was allowed' });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      found.push({ what, holds: true, found: message.split('\n')[0] ?? message });
    }
  }
  return found;
}

/** Evidence as of now; without a database (no workspace open) only what concerns the process. */
export async function offlineEvidence(db: Database | null): Promise<Evidence[]> {
  const sockets = process.getActiveResourcesInfo().filter((kind) => /^(TCP|TLS|UDP)/.test(kind));
  const own: Evidence = {
    what: 'The engine process holds no network socket',
    holds: sockets.length === 0,
    found: sockets.length === 0 ? 'none open' : sockets.join(', '),
  };
  return [own, ...(db ? await lookAtDatabase(db) : [])];
}
