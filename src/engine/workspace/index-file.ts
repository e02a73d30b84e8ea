/**
 * index.duckdb: opening it, finding out whether it still holds, and making it anew beside the old one.
 * Owns the file; what goes into it beyond the schema and the journal's own tables is filled in by the caller.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fact } from '../../shared/model/journal';
import type { ConnectionPool } from './connection-pool';
import { Database } from './database';
import { openDatabase, openPool, type OpenOptions } from './duckdb';
import { keysOf, touchedBy, touchesDerived } from './fold';
import type { WorkspacePaths } from './folder';
import { applySchema, indexStamp, readMeta, SCHEMA_VERSION, writeMeta } from './index-schema';
import type { KnownIndexes } from './known-indexes';
import { WorkspaceLocked } from './problem';
import { projectAll } from './project-index';
import type { Projection } from './projection';
import type { Queries } from './queries';
import scratchSql from './scratch.sql?raw';

export interface IndexSettings {
  /** Fills an empty index from the complete imports and the journal. Called before the file takes the old one's place. */
  rebuild: (db: Database, importsDir: string, state: Projection) => Promise<void>;
  /** Changes whenever the rooms would derive something else from the same imports. */
  derivationVersion?: string;
  /** Index files of unknown origin are not opened but made anew; without it all are trusted. */
  knownIndexes?: KnownIndexes;
  /** Folders beside the workspace's own that the index may be read from, such as extracts opened in place. */
  foreignDirs?: (importsDir: string) => readonly string[];
  memoryLimit?: string;
  threads?: number;
}

/** The journal as the index has to follow it. */
export interface JournalMark {
  facts: readonly Fact[];
  /** What the facts add up to. */
  state: Projection;
  /** Hash of the journal's last line. */
  hash: string;
}

export class IndexFile {
  readonly #paths: WorkspacePaths;
  readonly #settings: IndexSettings;
  /** The new index while it is being made. */
  #building: Database | null = null;
  #isCancelled = false;

  constructor(paths: WorkspacePaths, settings: IndexSettings) {
    this.#paths = paths;
    this.#settings = settings;
  }

  /** Opens the index, made anew where it does not hold; `rebuilt` says why, or is null. */
  async open(mark: JournalMark): Promise<{ db: Database; rebuilt: string | null }> {
    await removeFile(this.#aside);
    const pool = await this.#tryOpen();
    if (typeof pool === 'string') return { db: await this.#make(mark), rebuilt: pool };
    const db = new Database(pool);
    const reason = await this.#settle(db, mark);
    if (reason === null) return { db, rebuilt: null };
    await db.close();
    return { db: await this.#make(mark), rebuilt: reason };
  }

  /** Makes a build that is under way fail, and any later one. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.#building?.close();
  }

  /** Puts an index that was built for `built` in place of the one behind `db`, with what the journal says now. */
  async swapIn(db: Database, built: JournalMark, now: JournalMark): Promise<void> {
    if (now.hash !== built.hash && missesDerived(now, built.hash)) {
      await this.build(now);
    }
    await db.exchange(() => this.#swap());
    await db.transaction((tx) => projectJournal(tx, now));
  }

  /** Opens the same file once more, for settings that are fixed while it is open. Calls made meanwhile wait. */
  async reopen(db: Database): Promise<void> {
    await db.exchange(() => openPool(this.#options(this.#paths.index)));
  }

  get #stamp(): string {
    return indexStamp(this.#settings.derivationVersion ?? '');
  }

  get #aside(): string {
    return this.#paths.index.replace(/\.duckdb$/, '.rebuilding.duckdb');
  }

  #options(path: string): OpenOptions {
    const { memoryLimit, threads } = this.#settings;
    return {
      path,
      scratch: scratchSql,
      allowedDirs: [
        this.#paths.imports,
        this.#paths.exports,
        ...(this.#settings.foreignDirs?.(this.#paths.imports) ?? []),
      ],
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(threads === undefined ? {} : { threads }),
    };
  }

  /** Puts in what the index misses of the journal, or returns why it has to be made anew. */
  async #settle(db: Database, mark: JournalMark): Promise<string | null> {
    try {
      const meta = await readMeta(db);
      if (meta.stamp === undefined) return 'the index was not completed';
      if (meta.schema_version !== String(SCHEMA_VERSION)) {
        return `the index was of version ${meta.schema_version ?? 'unknown'}, this program needs ${SCHEMA_VERSION}`;
      }
      if (meta.stamp !== this.#stamp) return 'the index was derived by another version of the program';
      if (meta.behind === 'true') return 'the program ended before the index had followed the journal';
      const removed = mark.state.removedImports;
      const there = (await completeImportIds(this.#paths.imports)).filter((id) => !removed.has(id));
      const indexed = await db.all<{ id: string }>('SELECT import_id AS id FROM import');
      if (
        !sameMembers(
          there,
          indexed.map(({ id }) => id),
        )
      )
        return 'the index and the imports did not agree';
      if (meta.journal === mark.hash) return null;
      if (missesDerived(mark, meta.journal)) return 'the index had not followed the journal';
      await db.transaction((tx) => projectJournal(tx, mark));
      return null;
    } catch (error) {
      return `the index was damaged (${firstLine(error)})`;
    }
  }

  /** The pool, or the reason why the file cannot be used. */
  async #tryOpen(): Promise<ConnectionPool | string> {
    const { index } = this.#paths;
    if (!existsSync(index)) return 'the index was missing';
    if (this.#settings.knownIndexes && !(await this.#settings.knownIndexes.knows(index))) {
      return 'the index was not made on this machine';
    }
    try {
      return await openPool(this.#options(index));
    } catch (error) {
      const message = firstLine(error);
      const lock = /(conflicting lock|being used by another process|open in this process)/i.exec(message);
      if (lock)
        throw new WorkspaceLocked('another program, as its index shows', `Close it there first. ${message}`);
      return `the index was damaged (${message})`;
    }
  }

  async #make(mark: JournalMark): Promise<Database> {
    await this.build(mark);
    return new Database(await this.#swap());
  }

  /** Makes the index anew beside the old one, which goes on answering. `swapIn` puts it in its place. */
  async build(mark: JournalMark): Promise<void> {
    await removeFile(this.#aside);
    const db = await openDatabase(this.#options(this.#aside));
    this.#building = db;
    try {
      if (this.#isCancelled) throw new Error('The index is not to be made any more.');
      await db.transaction(applySchema);
      await this.#settings.rebuild(db, this.#paths.imports, mark.state);
      await db.transaction(async (tx) => {
        await projectAll(tx, mark.state);
        await writeMeta(tx, {
          schema_version: String(SCHEMA_VERSION),
          stamp: this.#stamp,
          journal: mark.hash,
        });
      });
      await db.checkpoint();
    } catch (error) {
      await db.close();
      await removeFile(this.#aside);
      throw error;
    } finally {
      this.#building = null;
    }
    await db.close();
  }

  async #swap(): Promise<ConnectionPool> {
    const { index } = this.#paths;
    await removeFile(index);
    await rename(this.#aside, index);
    const pool = await openPool(this.#options(index));
    await this.#settings.knownIndexes?.note(index);
    return pool;
  }
}

async function projectJournal(tx: Queries, mark: JournalMark): Promise<void> {
  await projectAll(tx, mark.state);
  await writeMeta(tx, { journal: mark.hash });
}

/** Whether what is missing in the index is more than what `projectAll` puts into it. */
function missesDerived(mark: JournalMark, known: string | undefined): boolean {
  const place = mark.facts.findIndex((fact) => fact.hash === known);
  return mark.facts.slice(place + 1).some(({ act }) => {
    const done =
      act.type === 'act.undone' || act.type === 'act.redone' ? mark.state.fact(act.factId)?.act : act;
    return done !== undefined && touchesDerived(touchedBy(keysOf(done)));
  });
}

function sameMembers(a: Iterable<string>, b: Iterable<string>): boolean {
  return [...a].sort().join('\n') === [...b].sort().join('\n');
}

/** Imports that are complete, which is what their manifest says. */
async function completeImportIds(importsDir: string): Promise<string[]> {
  const entries = await readdir(importsDir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(importsDir, entry.name, 'manifest.json')))
    .map((entry) => entry.name);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
}
