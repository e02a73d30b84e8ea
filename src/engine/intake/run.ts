/**
 * One import from files to canonical Parquet. Runs in the throw-away intake process: reads each source through its
 * format, derives what only message histories know, and writes span, label and reject files into the staging folder.
 */
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ImportProgress, Source } from '../../shared/model/source';
import { CANONICAL_VERSION } from './canonical';
import { Collector } from './collect';
import { KnownSources } from './continued';
import batchesSql from './batches.sql?raw';
import completeSql from './complete.sql?raw';
import deriveSql from './derive.sql?raw';
import historiesSql from './histories.sql?raw';
import labelsSql from './labels.sql?raw';
import type { ImportJob } from './launcher';
import { defaultLimits, safeLimits, type IntakeLimits } from './limits';
import { Progress } from './progress';
import { readFiles } from './read-files';
import resolveSql from './resolve.sql?raw';
import { runScript } from './run-script';
import { settleDoubles } from './settle-doubles';
import { Staging } from './staging';
import { tellApart } from './tell-apart';
import type { RunContext } from './take-source';
import type { TwinResult } from './twin/read-twin';
import { writeCanonical } from './write-canonical';

/** A file's size; 0 where it is not there any more, which is said when its turn comes. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

async function countSessions(staging: Staging, sources: Source[]): Promise<void> {
  const reader = await staging.connection.runAndReadAll(
    'SELECT source_id, count(DISTINCT session_id)::INTEGER AS sessions, count(*)::INTEGER AS spans FROM resolved GROUP BY source_id',
  );
  const imported = new Map(
    sources.filter(({ state }) => state === 'imported').map((source) => [source.sourceId, source]),
  );
  for (const row of reader.getRowObjectsJson()) {
    const source = imported.get(row['source_id'] as string);
    if (!source) continue;
    const spans = Number(row['spans']);
    if (spans > source.spans)
      source.notes.push({ what: 'spans derived from message histories', count: spans - source.spans });
    source.sessions = Number(row['sessions']);
    source.spans = spans;
  }
}

/** From staged rows to spans with sessions, derived ones among them. What is not needed costs its planning, so it is left out. */
async function derive(staging: Staging, sources: Source[], onShare: (share: number) => void): Promise<void> {
  const { connection } = staging;
  await runScript(connection, batchesSql);
  if (await staging.hasRows('completion')) await runScript(connection, completeSql);
  else await connection.run('CREATE TABLE completed (completed_no BIGINT)');
  await runScript(connection, resolveSql);
  await settleDoubles(staging, sources);
  await runScript(connection, deriveSql);
  if (await staging.hasRows('history')) await runScript(connection, historiesSql, onShare);
  await runScript(connection, labelsSql);
  await countSessions(staging, sources);
}

/** What the readers held is garbage by now, and the database is about to need the room. */
function giveMemoryBack(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  collect();
}

/**
 * Runs a job to its end and returns what became of each file, and of which file of the job each source is. Throws when nothing sensible can be written
 * (no room on the disk, out of memory); the caller reports it and the staging folder is thrown away. `onTwin` hears of each
 * source that SQL was tried on: what it read, or null where all was left to the record function. `program`: that of threads which read
 * many files at the same time; null to read one after another.
 */
export async function runIntake(
  job: ImportJob,
  send: (progress: ImportProgress) => void,
  limits: IntakeLimits = job.isSafe === true ? safeLimits : defaultLimits,
  onTwin?: (result: TwinResult | null) => void,
  program: string | null = null,
): Promise<{ sources: Source[]; fileOf: number[] }> {
  const sizes = job.files.map((file) => sizeOf(file.path));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const progress = new Progress(job.files.length, bytes, send);
  const staging = await Staging.open(job.stagingDir, limits);
  const context: RunContext & { staging: Staging } = {
    isSafe: job.isSafe === true,
    onTwin,
    staging,
    rows: staging,
    program,
    collector: new Collector(staging, limits),
    limits,
    progress,
    spill: staging.spill,
    known: new KnownSources(job.knownSources ?? []),
  };
  const sources: Source[] = [];
  const fileOf: number[] = [];
  const seen = new Set(job.knownHashes);
  try {
    await readFiles(job, { sizes, seen, context }, (source, file) => {
      sources.push(source);
      fileOf.push(file);
    });
    progress.at('deriving', 0);
    await staging.close();
    if (bytes >= limits.collectFromBytes) giveMemoryBack();
    for (const source of sources) if (source.state === 'failed') await staging.forget(source.sourceId);
    await tellApart(staging, sources, { limits, earlier: job.numberedSessions ?? [] });
    const work = (): Promise<void> =>
      derive(staging, sources, (share) => {
        progress.at('deriving', share);
      });
    // Starting threads takes longer than deriving a few spans.
    await (bytes >= limits.collectFromBytes ? staging.onAllCores(work) : work());
    progress.at('writing', 0);
    await writeCanonical(staging, job.stagingDir, limits, (share) => {
      progress.at('writing', share);
    });
    await writeFile(
      join(job.stagingDir, 'manifest.json'),
      JSON.stringify({ canonicalVersion: CANONICAL_VERSION, importId: job.importId, sources }, null, 2),
    );
    return { sources, fileOf };
  } finally {
    await staging.shutdown();
  }
}
