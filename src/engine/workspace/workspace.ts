/**
 * A workspace at work: the journal, what it adds up to, and the index that follows it.
 * Owns the order in which an act goes into the three: first onto disk as a fact, then into the state, then into the
 * index. Must not know what rooms derive: they are handed what an act touched.
 */
import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Act, Fact } from '../../shared/model/journal';
import type { Database } from './database';
import { mergeTouched, touchesDerived } from './fold';
import {
  createFolder,
  migrateLayout,
  readManifest,
  type Manifest,
  workspacePaths,
  type WorkspacePaths,
} from './folder';
import { historyItems, type HistoryPage } from './history';
import { IndexFile, type IndexSettings, type JournalMark } from './index-file';
import { writeMeta } from './index-schema';
import { Journal, type JournalContent } from './journal';
import { WorkspaceLock } from './lock';
import type { Carrying } from './carried-act';
import { projectAll, projectTouched } from './project-index';
import { Projection, PROGRAM_AUTHOR, type Touched } from './projection';
import { sentence } from './sentence';
import type { ThreadProgram } from './thread-pool';

export interface WorkspaceSettings extends IndexSettings {
  path: string;
  /** Whose name new facts carry. Asked at every act. */
  author: () => string;
  /** What others who want to open the workspace are told. */
  program: string;
  /** The program of the threads in which rooms may look at sessions; absent, they do it in this thread. */
  detectorProgram?: ThreadProgram | undefined;
  /** Stops the opening, which may take minutes where the index is made anew: it rejects with the reason then. */
  signal?: AbortSignal | undefined;
  now?: () => Date;
}

export interface NewWorkspace extends WorkspaceSettings {
  name: string;
  /** What the workspace begins with, such as its first codebook; undo does not reach these facts. */
  firstActs?: readonly Act[];
}

/** What is known of a workspace without asking the index. */
export interface WorkspaceBasics {
  name: string;
  path: string;
  createdAt: string;
  factCount: number;
  /** Time of the latest fact; null for a journal without facts. */
  lastFactAt: string | null;
  /** Why the index was made anew when the workspace was opened; null when it was not. */
  rebuilt: string | null;
  /** What was found wrong with the journal when the workspace was opened, in sentences. */
  warnings: string[];
}

/** What undo or redo did. */
export interface Turned {
  /** The fact undone or brought back. */
  fact: Fact;
  /** What that fact did, in words. */
  sentence: string;
  touched: Touched;
}

/** Attempts to remove what an import has left, each 100 ms later than the one before was. */
const STAGING_RETRIES = 5;

/** Work that derives was stopped for other work of that kind; it can be taken up again. */
export class GaveWay extends Error {
  override readonly name = 'GaveWay';
}

export class Workspace {
  readonly #paths: WorkspacePaths;
  readonly #settings: WorkspaceSettings;
  readonly #manifest: Manifest;
  readonly #lock: WorkspaceLock;
  readonly #journal: Journal;
  readonly #facts: Fact[];
  readonly #index: IndexFile;
  readonly #warnings: string[];
  /** What the journal adds up to. */
  readonly state: Projection;
  /** Stays the same while the workspace is open, also when the index is made anew. */
  readonly db: Database;
  #rebuilt: string | null;
  /** Acts follow one another. */
  #turn: Promise<unknown> = Promise.resolve();
  /** So do works that derive from the imports. */
  #deriving: Promise<unknown> = Promise.resolve();
  /** Stops the work under way that gives way to others; null when there is none. */
  #aside: AbortController | null = null;
  /** Works that do not give way and have not begun. */
  #waitingToDerive = 0;
  #isClosed = false;
  /** Acts whose derived tables are not in step yet. */
  #toFollow = 0;

  private constructor(parts: {
    paths: WorkspacePaths;
    settings: WorkspaceSettings;
    manifest: Manifest;
    lock: WorkspaceLock;
    journal: Journal;
    content: JournalContent;
    state: Projection;
    index: IndexFile;
    db: Database;
    rebuilt: string | null;
  }) {
    this.#paths = parts.paths;
    this.#settings = parts.settings;
    this.#manifest = parts.manifest;
    this.#lock = parts.lock;
    this.#journal = parts.journal;
    this.#facts = parts.content.facts;
    this.#index = parts.index;
    this.#warnings = warningsOf(parts.content);
    this.state = parts.state;
    this.db = parts.db;
    this.#rebuilt = parts.rebuilt;
  }

  /** Makes a workspace folder at `path` and opens it. Throws BadInput when something is there already. */
  static async create(options: NewWorkspace): Promise<Workspace> {
    const now = options.now ?? (() => new Date());
    await createFolder(resolve(options.path), options.name, now());
    const { journal } = await Journal.open(workspacePaths(resolve(options.path)).journal, now);
    const acts: Act[] = [{ type: 'workspace.created', name: options.name }, ...(options.firstActs ?? [])];
    await journal.append(acts.map((act) => ({ act, author: PROGRAM_AUTHOR })));
    await journal.close();
    const workspace = await Workspace.open(options);
    // An index that was never there is not worth a word.
    workspace.#rebuilt = null;
    return workspace;
  }

  /**
   * Opens a workspace folder. Throws NotAWorkspace for what is none or was made by a newer version, and WorkspaceLocked
   * when another program has it open. What is wrong with the journal is told in `basics.warnings`.
   */
  static async open(settings: WorkspaceSettings): Promise<Workspace> {
    const paths = workspacePaths(resolve(settings.path));
    await readManifest(paths.root);
    const lock = WorkspaceLock.acquire(paths.lock, settings.program);
    let journal: Journal | null = null;
    try {
      const manifest = await migrateLayout(paths.root);
      // What an import that was cut off has left. Its process may live on for a moment, and still write there.
      await rm(paths.staging, { recursive: true, force: true, maxRetries: STAGING_RETRIES });
      const opened = await Journal.open(paths.journal, settings.now);
      ({ journal } = opened);
      const { content } = opened;
      const state = Projection.replay(content.facts);
      const index = new IndexFile(paths, settings);
      const mark = { facts: content.facts, state, hash: journal.lastHash };
      const { db, rebuilt } = await untilStopped(index, settings.signal, () => index.open(mark));
      return new Workspace({ paths, settings, manifest, lock, journal, content, state, index, db, rebuilt });
    } catch (error) {
      await journal?.close();
      lock.release();
      throw error;
    }
  }

  get name(): string {
    return this.#manifest.name;
  }

  /** The folder, absolute. */
  get path(): string {
    return this.#paths.root;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get workspaceId(): string {
    return this.#manifest.workspaceId;
  }

  /** Complete imports, one folder each. */
  get importsDir(): string {
    return this.#paths.imports;
  }

  /** Where exports are written; DuckDB may write there. */
  get exportsDir(): string {
    return this.#paths.exports;
  }

  /** For imports not complete yet; may not exist. Emptied when the workspace is opened. */
  get stagingDir(): string {
    return this.#paths.staging;
  }

  get detectorProgram(): ThreadProgram | undefined {
    return this.#settings.detectorProgram;
  }

  get basics(): WorkspaceBasics {
    return {
      name: this.name,
      path: this.path,
      createdAt: this.#manifest.createdAt,
      factCount: this.#facts.length,
      lastFactAt: this.#facts.at(-1)?.at ?? null,
      rebuilt: this.#rebuilt,
      warnings: [...this.#warnings],
    };
  }

  /** Everything that was ever recorded, undone facts included, in order. */
  get facts(): readonly Fact[] {
    return this.#facts;
  }

  get canUndo(): boolean {
    return this.state.nextUndo !== null;
  }

  get canRedo(): boolean {
    return this.state.nextRedo !== null;
  }

  /**
   * Records acts, all or none, and brings the tables of the journal's own in step. Resolves when the facts are on disk.
   * Tables that rooms derive are the caller's: `touched` says which; call `followed` when they are in step.
   */
  act(
    acts: readonly Act[],
    author: string = this.#settings.author(),
    at?: string,
  ): Promise<{ facts: Fact[]; touched: Touched }> {
    return this.#inTurn(() => this.#record(acts, author, at));
  }

  /** Undoes the latest act of a person that is not undone; null when there is none. */
  undo(): Promise<Turned | null> {
    return this.#inTurn(() => this.#turnBack(this.state.nextUndo, 'act.undone'));
  }

  /** Brings back what was undone last; null when there is nothing, as after any new act. */
  redo(): Promise<Turned | null> {
    return this.#inTurn(() => this.#turnBack(this.state.nextRedo, 'act.redone'));
  }

  /**
   * Says that what rooms derive is in step again after an act that touched `touched`. Until then, a crash or a close
   * costs a rebuild of the index at the next opening. Does nothing where nothing derived was touched.
   */
  async followed(touched: Touched): Promise<void> {
    if (!touchesDerived(touched)) return;
    this.#toFollow--;
    if (this.#toFollow === 0) await this.db.transaction((tx) => writeMeta(tx, { behind: 'false' }));
  }

  /** A page of the facts, latest first. */
  history(page: { offset: number; limit: number }): HistoryPage {
    const items = historyItems(this.#facts, this.state, page);
    return { items, total: this.#facts.length, canUndo: this.canUndo, canRedo: this.canRedo };
  }

  /** Takes what people said to where `find` says that its targets went; gives whether anything changed by that. */
  carryOver(find: (db: Database, state: Projection) => Promise<Carrying | null>): Promise<boolean> {
    return this.#inTurn(async () => {
      const isChanged = this.state.carryOver(await find(this.db, this.state));
      if (isChanged) await this.db.transaction((tx) => projectAll(tx, this.state));
      return isChanged;
    });
  }

  /** Lets the index read from folders that were allowed since it was opened. Must not be called from within `derive`. */
  reopenIndex(): Promise<void> {
    return this.derive(() => this.#inTurn(() => this.#index.reopen(this.db)));
  }

  /**
   * Makes the index anew from the imports and the journal, beside the old one, which answers until the new one is
   * complete; acts go on. When it fails the old one stays. Must not be called from within `derive`.
   */
  rebuildIndex(reason: string): Promise<void> {
    return this.derive(async () => {
      // The state moves on while the index is built, so it is built for a copy that stands still.
      const { facts, hash } = await this.#inTurn(() => Promise.resolve(this.#mark()));
      const built = { facts: [...facts], state: Projection.replay(facts), hash };
      await this.#index.build(built);
      await this.#inTurn(() => this.#index.swapIn(this.db, built, this.#mark()));
      this.#rebuilt = reason;
    });
  }

  /**
   * Runs work that writes derived tables from the imports, such as taking in a new one: one after another and never
   * beside a rebuild, which would not see it. Acts go on meanwhile.
   */
  derive<R>(work: () => Promise<R>): Promise<R> {
    this.#waitingToDerive++;
    this.#aside?.abort(new GaveWay());
    return this.#deriveInTurn(() => {
      this.#waitingToDerive--;
      return work();
    });
  }

  /**
   * As `derive`, for work that can wait and be taken up again: its signal is aborted as soon as anything else wants to derive
   * or the workspace closes, and the promise rejects with GaveWay then, or with the work's own error.
   */
  deriveAside<R>(work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    return this.#deriveInTurn(async () => {
      if (this.#waitingToDerive > 0) throw new GaveWay();
      const own = (this.#aside = new AbortController());
      try {
        return await this.db.aside(() => work(own.signal));
      } finally {
        this.#aside = null;
      }
    });
  }

  #deriveInTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#isClosed) return Promise.reject(new Error('The workspace is closed.'));
    const done = this.#deriving.then(work, work);
    this.#deriving = done.catch(() => undefined);
    return done;
  }

  /**
   * Waits for acts being recorded, stops everything else, closes all and gives the lock back. Closing twice is harmless.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#aside?.abort(new GaveWay());
    await this.#turn.catch(() => undefined);
    try {
      await this.#index.cancel();
      await this.db.close();
      await this.#deriving.catch(() => undefined);
      await this.#journal.close();
    } finally {
      this.#lock.release();
    }
  }

  async #record(
    acts: readonly Act[],
    author: string,
    at?: string,
  ): Promise<{ facts: Fact[]; touched: Touched }> {
    const facts = await this.#journal.append(acts.map((act) => ({ act, author, at })));
    const touched = mergeTouched(facts.map((fact) => this.state.apply(fact)));
    this.#facts.push(...facts);
    if (touchesDerived(touched)) this.#toFollow++;
    try {
      await this.db.transaction(async (tx) => {
        await projectTouched(tx, this.state, touched);
        await writeMeta(tx, { journal: this.#journal.lastHash, behind: String(this.#toFollow > 0) });
      });
    } catch (cause) {
      // The journal has it, so it is not lost: the next opening puts into the index what is missing.
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `This was recorded, but the index could not follow: ${what} Close the workspace and open it again.`,
        {
          cause,
        },
      );
    }
    return { facts, touched };
  }

  async #turnBack(fact: Fact | null, type: 'act.undone' | 'act.redone'): Promise<Turned | null> {
    if (!fact) return null;
    const { touched } = await this.#record([{ type, factId: fact.factId }], this.#settings.author());
    return { fact, sentence: sentence(fact, this.state), touched };
  }

  #mark(): JournalMark {
    return { facts: this.#facts, state: this.state, hash: this.#journal.lastHash };
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    if (this.#isClosed) return Promise.reject(new Error('The workspace is closed.'));
    const done = this.#turn.then(work, work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Opens the index; leaves it as it was, and throws the signal's reason, when that is aborted. */
async function untilStopped<R>(
  index: IndexFile,
  signal: AbortSignal | undefined,
  open: () => Promise<R>,
): Promise<R> {
  signal?.throwIfAborted();
  const stop = (): void => void index.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await open();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function warningsOf(content: JournalContent): string[] {
  const warnings = content.problems.map(({ line, what }) => `Line ${line} of the journal ${what}.`);
  if (content.tornPath !== null) {
    warnings.push(
      `The journal ended in half a line, as a crash leaves it. It was moved to ${basename(content.tornPath)}.`,
    );
  }
  return warnings;
}
