/**
 * Files that wait, the import that runs and what came of the last one. Lives outside the screen, so that an import goes
 * on while somebody looks at another one. Must not import anything without being told to.
 */
import { useSyncExternalStore } from 'react';
import type { GrantedFile } from '../../../shared/desktop';
import type { ImportProgress, ImportRecord, LeftOut } from '../../../shared/model/source';
import { client } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { refreshAll } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { leftOutWords } from './import-words';
import { addLeftOut, addPreviews, startInput, type QueuedFile } from './queue';

export interface ImportState {
  queue: readonly QueuedFile[];
  /** What was in the chosen folders beside them, by the endings of the names. */
  leftOut: readonly LeftOut[];
  /** Files and folders the engine is looking at. */
  inspectingCount: number;
  /** Null while nothing is being imported. */
  job: { progress: ImportProgress | null; isCancelling: boolean; bytes: number; fileCount: number } | null;
  /** What came of the import just made, until it is put away. */
  result: ImportRecord | null;
}

let state: ImportState = { queue: [], leftOut: [], inspectingCount: 0, job: null, result: null };
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
    const found = await client.imports.inspect({ handles: files.map((file) => file.handle) });
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

/** Imports the chosen files as one import. What was imported leaves the queue; what was not, stays. */
export async function startImport(): Promise<void> {
  const files = startInput(state.queue);
  if (files.length === 0 || state.job !== null) return;
  const handles = new Set(files.map((file) => file.handle));
  const bytes = state.queue
    .filter((file) => handles.has(file.preview.handle))
    .reduce((sum, file) => sum + file.preview.bytes, 0);
  abort = new AbortController();
  const { signal } = abort;
  set({ job: { progress: null, isCancelling: false, bytes, fileCount: files.length }, result: null });
  try {
    const events = await client.imports.start({ files }, { signal });
    for await (const event of events) {
      if (event.type === 'progress') showProgress(event.progress);
      else finish(event.record, handles);
    }
  } catch (error) {
    if (signal.aborted) toastDone('The import was cancelled. Nothing of it is kept.');
    else toastError(error, 'import these files');
  } finally {
    abort = null;
    set({ job: null });
    await refreshAll();
  }
}

function showProgress(progress: ImportProgress): void {
  if (state.job !== null) set({ job: { ...state.job, progress } });
}

function finish(record: ImportRecord, handles: ReadonlySet<string>): void {
  set({
    result: record,
    queue: state.queue.filter((file) => !handles.has(file.preview.handle)),
    leftOut: [],
  });
  const imported = record.sources.filter((source) => source.state === 'imported').length;
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
  set({ queue: [], leftOut: [], inspectingCount: 0 });
}

let workspacePath: string | null = null;

/** A result belongs to the workspace it was imported into; files that wait may go into any. */
export function forWorkspace(path: string): void {
  if (workspacePath !== path) {
    workspacePath = path;
    if (state.result !== null) set({ result: null });
  }
}
