/**
 * Files of a run read aside, several at a time: what a thread is asked, what it gives back, and the reading itself. A thread has
 * no database; its rows go into files, their spans numbered from 1, for the run to take in in the order of its files.
 */
import { Collector } from './collect';
import { KnownSources } from './continued';
import { FileAtWork } from './file-at-work';
import type { IntakeFile, KnownSource } from './launcher';
import type { IntakeLimits } from './limits';
import { Progress } from './progress';
import { RowFiles, type RowFile } from './row-files';
import { takeFile } from './take-file';
import { NeedsDatabase } from './take-source';
import type { Source } from '../../shared/model/source';

/** What every thread is given at its start. */
export interface ReadingData {
  /** The folder of the run, for notes of the files at work. */
  stagingDir: string;
  /** Folder for rows and for what is unpacked on the way. */
  spill: string;
  limits: IntakeLimits;
  known: readonly KnownSource[];
  knownHashes: readonly string[];
  /** Bytes, records and rejected records so far, three numbers a thread. */
  done: Float64Array;
  /** How many threads have begun. */
  begun: Int32Array;
}

/** Files that stand one after another in a job; `first` is the place of the first. */
export interface Batch {
  first: number;
  files: IntakeFile[];
}

/** What became of the files, in their order; null where they are for the thread that has the database. */
export type BatchRead = { sources: Source[][]; rows: RowFile[]; lastSeq: number } | null;

/** Reads batches, one after another. */
export function batchReader(data: ReadingData): (batch: Batch) => Promise<BatchRead> {
  const { stagingDir, spill, limits, done } = data;
  const thread = Atomics.add(data.begun, 0, 1);
  const atWork = new FileAtWork(stagingDir, thread);
  const known = new KnownSources(data.known);
  const seen = new Set(data.knownHashes);
  const before = { bytes: 0, records: 0, rejected: 0 };
  return async ({ first, files }) => {
    const rows: RowFile[] = [];
    const sink = new RowFiles(spill, `batch-${String(first)}`, limits.heldBytes, (file) => rows.push(file));
    const progress = new Progress(1, Infinity, (now) => {
      done[thread * 3] = before.bytes + now.bytesDone;
      done[thread * 3 + 1] = before.records + now.records;
      done[thread * 3 + 2] = before.rejected + now.rejected;
    });
    const collector = new Collector(sink, limits);
    const sources: Source[][] = [];
    try {
      for (const [i, file] of files.entries()) {
        atWork.note(first + i);
        sources.push(
          await takeFile(file, seen, {
            known,
            isSafe: false,
            onTwin: undefined,
            rows: sink,
            staging: null,
            program: null,
            collector,
            limits,
            progress,
            spill,
          }),
        );
      }
    } catch (error) {
      if (error instanceof NeedsDatabase) return null;
      throw error;
    } finally {
      atWork.pause();
      // What other batches hold is for the run to say, which knows in what order they come.
      for (const { state, sha256 } of sources.flat()) if (state === 'imported') seen.delete(sha256);
    }
    sink.write();
    progress.tick(true);
    [before.bytes, before.records, before.rejected] = [
      done[thread * 3] ?? 0,
      done[thread * 3 + 1] ?? 0,
      done[thread * 3 + 2] ?? 0,
    ];
    return { sources, rows, lastSeq: collector.lastSeq };
  };
}
