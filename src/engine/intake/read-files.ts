/**
 * All files of a run, in their order, into the staging tables: by threads that read ahead where there are many, else one after
 * another. The same spans come in the same order either way.
 */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Source } from '../../shared/model/source';
import { FileAtWork } from './file-at-work';
import type { ImportJob } from './launcher';
import { AsideReader, stretchesOf, type Stretch } from './read-aside';
import type { BatchRead } from './read-batch';
import type { Staging } from './staging';
import { takeFile } from './take-file';
import type { RunContext } from './take-source';

interface Run {
  sizes: readonly number[];
  /** SHA-256 of what is in the workspace, and of what was imported so far. */
  seen: Set<string>;
  context: RunContext & { staging: Staging };
}

/** Threads cost their start, which is worth it for more than one batch. */
function readerFor(job: ImportJob, { context }: Run, stretches: readonly Stretch[]): AsideReader | null {
  const { isSafe, limits, spill, progress, program } = context;
  if (program === null || isSafe || stretches.filter(({ isAside }) => isAside).length < 2) return null;
  const { stagingDir, knownHashes, knownSources: known = [] } = job;
  return new AsideReader(program, { stagingDir, spill, limits, known, knownHashes }, stretches, progress);
}

/** Whether a batch holds the bytes of a file before it, which no thread can know. */
function repeats({ sources }: NonNullable<BatchRead>, seen: ReadonlySet<string>): boolean {
  return sources.flat().some(({ state, sha256 }) => state === 'imported' && seen.has(sha256));
}

/** Reads the files of a job; `onSource` hears what became of each, with its place in the job. Throws StagingFailure. */
export async function readFiles(
  job: ImportJob,
  run: Run,
  onSource: (source: Source, file: number) => void,
): Promise<void> {
  const { sizes, seen, context } = run;
  const { progress, collector, staging, limits } = context;
  const stretches = stretchesOf(job.files, sizes, limits);
  const aside = readerFor(job, run, stretches);
  const atWork = new FileAtWork(job.stagingDir);
  let isDone = false;
  try {
    for (const { first, files, isAside } of stretches) {
      const read = aside && isAside ? await aside.take(first) : null;
      const isRepeat = read !== null && repeats(read, seen);
      for (const [i, file] of files.entries()) {
        progress.fileIndex = first + i;
        progress.fileName = basename(file.displayPath);
        if (read === null || isRepeat) atWork.note(first + i);
        const sources =
          read === null || isRepeat ? await takeFile(file, seen, context) : (read.sources[i] ?? []);
        for (const source of sources) {
          if (source.state === 'imported') seen.add(source.sha256);
          onSource(source, first + i);
        }
      }
      if (read !== null) {
        for (const rows of read.rows)
          if (isRepeat) rmSync(rows.path);
          else staging.takeIn(rows, collector.lastSeq);
        if (!isRepeat) collector.skipTo(collector.lastSeq + read.lastSeq);
      }
      if (aside) atWork.pause();
    }
    isDone = true;
  } finally {
    await aside?.close();
    atWork.end({ isDone });
  }
}
