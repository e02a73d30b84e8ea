/**
 * Files that wait, the import that runs and what came of the last one. Lives outside the screen, so that an import goes
 * on while somebody looks at another one. Must not import anything without being told to.
 */
import { useSyncExternalStore } from 'react';
import type { ExtractLook } from '../../../shared/contract/extract';
import type { ImportEvent } from '../../../shared/contract/import';
import type { GrantedFile } from '../../../shared/desktop';
import type { ImportProgress, ShownImport, LeftOut } from '../../../shared/model/source';
import { client, orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { queryClient, refreshAll } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { leftOutWords } from './import-words';
import { addLeftOut, addPreviews, startInput, type QueuedFile } from './queue';

/** A folder that holds an extract, which can be opened where it lies. */
export interface OfferedExtract {
  handle: string;
  look: ExtractLook;
}

/** Which partitions are opened: days, both included, and sources; all where nothing is said. */
export interface PartitionChoice {
  from?: string;
  to?: string;
  sources?: string[];
}

export interface ImportState {
  queue: readonly QueuedFile[];
  extracts: readonly OfferedExtract[];
  /** What was in the chosen folders beside them, by the endings of the names. */
  leftOut: readonly LeftOut[];
  /** Files and folders the engine is looking at. */
  inspectingCount: number;
  /** Null while nothing is being imported. */
  job: { progress: ImportProgress | null; isCancelling: boolean; bytes: number; fileCount: number } | null;
  /** What came of the import just made, until it is put away. */
  result: ShownImport | null;
}

let state: ImportState = {
  queue: [],
  extracts: [],
  leftOut: [],
  inspectingCount: 0,
  job: null,
  result: null,
};
const listeners = new Set<() => void>();
let abort: AbortController | null = null;
/** Raised when everything is dropped: what an inspection from before still brings is not taken in. */
let generation = 0;

function set(change: Partial<ImportState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

export function useImportState(): ImportState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export function editQueue(edit: (queue: readonly QueuedFile[]) => QueuedFile[]): void {
  set({ queue: edit(state.queue) });
}

/** Looks at files and folders and puts what is found into the queue. Failures are shown. */
export async function inspectFiles(files: readonly GrantedFile[]): Promise<void> {
  if (files.length === 0) return;
  const of = generation;
  set({ inspectingCount: state.inspectingCount + files.length });
  try {
    const extracts = await extractsAmong(files);
    if (of !== generation) return;
    const paths = new Set(extracts.map((one) => one.look.path));
    set({ extracts: [...state.extracts.filter((one) => !paths.has(one.look.path)), ...extracts] });
    const taken = new Set(extracts.map((one) => one.handle));
    const handles = files.flatMap((file) => (taken.has(file.handle) ? [] : [file.handle]));
    if (handles.length === 0) return;
    const found = await client.imports.inspect({ handles });
    if (of !== generation) return;
    set({
      queue: addPreviews(state.queue, found.files),
      leftOut: addLeftOut(state.leftOut, found.leftOut),
    });
    if (found.files.length === 0)
      toastDone(
        `There is no trace file in there${found.leftOut.length > 0 ? `, only ${leftOutWords(found.leftOut)}` : ''}.`,
      );
  } catch (error) {
    toastError(error, 'look at these files');
  } finally {
    set({ inspectingCount: Math.max(state.inspectingCount - files.length, 0) });
  }
}

/** The folders among them that hold an extract. */
async function extractsAmong(files: readonly GrantedFile[]): Promise<OfferedExtract[]> {
  const looks = await Promise.all(
    files
      .filter((file) => file.kind === 'folder')
      .map(async ({ handle }) => ({ handle, look: await client.extract.look({ handle }) })),
  );
  return looks.flatMap(({ handle, look }) => (look === null ? [] : [{ handle, look }]));
}

/** Opens an extract in place as one import; it leaves the offers when that is done. */
export async function openExtract({ handle, look }: OfferedExtract, choice: PartitionChoice): Promise<void> {
  if (state.job !== null) return;
  await run(
    (signal) => client.extract.open({ handle, ...choice, withAllFiles: false }, { signal }),
    { bytes: look.bytes, fileCount: look.files, doing: 'open this extract' },
    (record) => {
      set({ result: record, extracts: state.extracts.filter((one) => one.handle !== handle) });
      if (record.spans > 0) toastDone(`Opened ${formatPlural(record.sessions, 'session')} in place.`);
    },
  );
}

export function dropExtract(handle: string): void {
  set({ extracts: state.extracts.filter((one) => one.handle !== handle) });
}

/** Imports the chosen files as one import. What was imported leaves the queue; what was not, stays. */
export async function startImport(): Promise<void> {
  const files = startInput(state.queue);
  if (files.length === 0 || state.job !== null) return;
  const handles = new Set(files.map((file) => file.handle));
  const bytes = state.queue
    .filter((file) => handles.has(file.preview.handle))
    .reduce((sum, file) => sum + file.preview.bytes, 0);
  await run(
    (signal) => client.imports.start({ files, withAllFiles: false }, { signal }),
    { bytes, fileCount: files.length, doing: 'import these files' },
    (record) => finish(record, handles),
  );
}

/** Runs an import, showing how far it is, until it is done or cancelled. */
async function run(
  start: (signal: AbortSignal) => Promise<AsyncIterable<ImportEvent>>,
  { bytes, fileCount, doing }: { bytes: number; fileCount: number; doing: string },
  onDone: (record: ShownImport) => void,
): Promise<void> {
  abort = new AbortController();
  const { signal } = abort;
  set({ job: { progress: null, isCancelling: false, bytes, fileCount }, result: null });
  try {
    for await (const event of await start(signal)) {
      if (event.type === 'progress') showProgress(event.progress);
      else {
        // First whether signals are still looked for, so that what came of the import does not seem all there is.
        await queryClient.refetchQueries({ queryKey: orpc.signal.stage.queryKey() });
        onDone(event.record);
      }
    }
  } catch (error) {
    if (signal.aborted) toastDone('The import was cancelled. Nothing of it is kept.');
    else toastError(error, doing);
  } finally {
    abort = null;
    set({ job: null });
    await refreshAll();
  }
}

function showProgress(progress: ImportProgress): void {
  if (state.job !== null) set({ job: { ...state.job, progress } });
}

function finish(record: ShownImport, handles: ReadonlySet<string>): void {
  set({
    result: record,
    queue: state.queue.filter((file) => !handles.has(file.preview.handle)),
    leftOut: [],
  });
  const { imported } = record.files;
  if (imported > 0)
    toastDone(`Imported ${formatPlural(record.sessions, 'session')} from ${formatPlural(imported, 'file')}.`);
}

/** Stops the import; the engine leaves nothing of it behind. */
export function cancelImport(): void {
  if (state.job === null) return;
  set({ job: { ...state.job, isCancelling: true } });
  abort?.abort();
}

/** Puts what came of the last import away; with an id only when it is of that import. */
export function dropResult(importId?: string): void {
  if (importId === undefined || state.result?.importId === importId) set({ result: null });
}

/** Empties the queue. */
export function dropQueue(): void {
  generation += 1;
  set({ queue: [], extracts: [], leftOut: [], inspectingCount: 0 });
}

let workspacePath: string | null = null;

/** A result belongs to the workspace it was imported into; files that wait may go into any. */
export function forWorkspace(path: string): void {
  if (workspacePath !== path) {
    workspacePath = path;
    if (state.result !== null) set({ result: null });
  }
}
