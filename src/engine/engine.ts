/**
 * The engine's state: the one open workspace of this process, what the person granted, and what is remembered between
 * runs. Owns opening and closing; the router asks it for the workspace.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BadInput, NoWorkspace, NotFound } from './workspace/problem';
import type { Database } from './workspace/database';
import { Grants } from './workspace/grants';
import type { Projection } from './workspace/projection';
import { Memory } from './workspace/recent';
import { Workspace } from './workspace/workspace';
import { copyWorkspace } from './workspace/copy';
import { KnownIndexes } from './workspace/known-indexes';
import { isPacked, unpackWorkspace } from './workspace/pack';
import type { EngineOptions } from './engine-options';
import { firstCodebook } from './codebook/codebook';
import { extractFolders } from './intake/extract-files';
import { carryOver } from './carry-over';
import { fillIndex } from './open-workspace';
import { signalStageOf } from './signal-stage';

const SAMPLE_NAME = 'Sample investigation';

/** Raised whenever the rooms would derive something else from the same imports, so that older indexes are made anew. */
const DERIVATION_VERSION = '22';

/** A folder name from what a person typed: letters, digits, dash, underscore, dot and space stay. */
export function folderName(name: string): string {
  const safe = name
    .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 80);
  return safe === '' ? 'workspace' : safe;
}

export class EngineState {
  readonly grants = new Grants();
  readonly #knownIndexes: KnownIndexes;
  #workspace: Workspace | null = null;
  /** Openings follow one another: a second one waits for the first. */
  #opening: Promise<unknown> = Promise.resolve();
  /** Stops an opening that makes an index anew. */
  readonly #end = new AbortController();

  private constructor(
    readonly options: EngineOptions,
    readonly memory: Memory,
  ) {
    this.#knownIndexes = new KnownIndexes(options.dataDir);
  }

  static async create(options: EngineOptions): Promise<EngineState> {
    await mkdir(options.dataDir, { recursive: true });
    return new EngineState(options, await Memory.open(options.dataDir));
  }

  /** The open workspace. Throws NoWorkspace when there is none. */
  get workspace(): Workspace {
    if (!this.#workspace) throw new NoWorkspace();
    return this.#workspace;
  }

  get openWorkspace(): Workspace | null {
    return this.#workspace;
  }

  /** Where new workspaces are made. */
  get workspacesDir(): string {
    return join(this.options.dataDir, 'workspaces');
  }

  /** The path behind a handle. Throws BadInput for one that was never given out. */
  pathOf(handle: string): string {
    const path = this.grants.resolve(handle);
    if (path === null) throw new BadInput('This file was not chosen in this session. Choose it again.');
    return path;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#opening.then(work, work);
    this.#opening = next.catch(() => undefined);
    return next;
  }

  async #take(open: () => Promise<Workspace>): Promise<Workspace> {
    await this.#workspace?.close();
    this.#workspace = null;
    const workspace = await open();
    await carryOver(workspace);
    this.#workspace = workspace;
    signalStageOf(workspace).start();
    await this.memory.noteOpened(workspace.path, workspace.name);
    return workspace;
  }

  #settings() {
    return {
      derivationVersion: DERIVATION_VERSION,
      knownIndexes: this.#knownIndexes,
      author: () => this.memory.author,
      program: `Faultline ${this.options.version} (${this.options.shell})`,
      rebuild: (db: Database, importsDir: string, state: Projection) =>
        fillIndex(db, importsDir, state, this.options.detectorProgram),
      detectorProgram: this.options.detectorProgram,
      signal: this.#end.signal,
      foreignDirs: (importsDir: string) => extractFolders(importsDir, this.memory.openedFolders),
    };
  }

  /** A path below the folder for workspaces that is not taken yet. */
  #freePath(name: string): string {
    const stem = folderName(name);
    for (let i = 1; ; i++) {
      const path = join(this.workspacesDir, `${i === 1 ? stem : `${stem} ${String(i)}`}.faultline`);
      if (!existsSync(path)) return path;
    }
  }

  create(name: string, path?: string): Promise<Workspace> {
    return this.#inTurn(async () => {
      await mkdir(this.workspacesDir, { recursive: true });
      return this.#take(() =>
        Workspace.create({
          path: path ?? this.#freePath(name),
          name,
          firstActs: [{ type: 'codebook.saved', codebook: firstCodebook() }],
          ...this.#settings(),
        }),
      );
    });
  }

  /** Opens a workspace folder, or a packed one, which is unpacked beside the others first. */
  open(path: string): Promise<Workspace> {
    return this.#inTurn(async () => {
      if (!existsSync(path)) throw new NotFound(`There is no workspace at ${path}.`);
      if (this.#workspace?.path === path) return this.#workspace;
      return this.#take(async () => {
        let folder = path;
        if (await isPacked(path)) {
          await mkdir(this.workspacesDir, { recursive: true });
          folder = this.#freePath(basename(path).replace(/(\.faultline)?\.zip$/i, ''));
          await unpackWorkspace(path, folder);
        }
        return Workspace.open({ path: folder, ...this.#settings() });
      });
    });
  }

  /** Opens the sample: the copy made earlier with what was done to it, or a fresh one. */
  openSample(): Promise<Workspace> {
    const { sampleDir } = this.options;
    const path = join(this.workspacesDir, `${SAMPLE_NAME}.faultline`);
    if (existsSync(join(path, 'workspace.json'))) return this.open(path);
    if (sampleDir === null || !existsSync(sampleDir)) {
      return Promise.reject(new NotFound('The sample was not built. Run `npm run build` and try again.'));
    }
    return this.#inTurn(async () => {
      const aside = `${path}.copying`;
      await rm(aside, { recursive: true, force: true });
      await mkdir(this.workspacesDir, { recursive: true });
      await cp(sampleDir, aside, { recursive: true });
      await rm(path, { recursive: true, force: true });
      await rename(aside, path);
      // Built together with the program, and copied just now: the one index that is trusted unseen.
      await this.#knownIndexes.note(join(path, 'index.duckdb'));
      return this.#take(() => Workspace.open({ path, ...this.#settings() }));
    });
  }

  /** Opens a workspace from the list of recent ones. */
  openRecent(id: string): Promise<Workspace> {
    const path = this.memory.pathOf(id);
    if (path === null) return Promise.reject(new NotFound('This workspace is not on the list any more.'));
    return this.open(path);
  }

  /** Copies the open workspace under another name and opens the copy. */
  async saveAs(name: string): Promise<Workspace> {
    await mkdir(this.workspacesDir, { recursive: true });
    const path = this.#freePath(name);
    await copyWorkspace(this.workspace.path, path, name);
    return this.open(path);
  }

  /** Opens the workspace at a path; with `create`, makes it there when nothing is, under the folder's name or the one given. */
  async openPath(path: string, create: boolean, name?: string): Promise<void> {
    const full = resolve(path);
    if (create && !existsSync(full)) {
      await mkdir(dirname(full), { recursive: true });
      await this.create(name ?? basename(full).replace(/\.faultline$/, ''), full);
    } else await this.open(full);
  }

  isSample(workspace: Workspace): boolean {
    return workspace.path === join(this.workspacesDir, `${SAMPLE_NAME}.faultline`);
  }

  /** Stops an opening under way and closes the workspace; nothing can be opened afterwards. */
  close(): Promise<void> {
    this.#end.abort(new DOMException('Stopped.', 'AbortError'));
    return this.closeWorkspace();
  }

  closeWorkspace(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#workspace?.close();
      this.#workspace = null;
    });
  }
}
