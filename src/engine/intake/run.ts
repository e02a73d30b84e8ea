/**
 * One import from files to canonical Parquet. Runs in the throw-away intake process: reads each source through its
 * format, derives what only message histories know, and writes span, label and reject files into the staging folder.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Detection, ImportProgress, Source } from '../../shared/model/source';
import { CANONICAL_VERSION } from './canonical';
import { Collector } from './collect';
import { continuationOf, knownBeginning, type Continuation } from './continued';
import deriveSql from './derive.sql?raw';
import { lookAtParquet } from './foreign-parquet';
import { partitionedSample } from './hive-partition';
import type { TraceFormat } from './format';
import type { ImportJob, IntakeFile, KnownSource } from './launcher';
import { FileAtWork } from './file-at-work';
import { fileProblem } from './file-problem';
import { defaultLimits, safeLimits, type IntakeLimits } from './limits';
import { lookAt, type Look } from './look';
import { isNoTrace, LEAST_CONFIDENCE, packingOfMany, takePacked } from './packed';
import { readSource, type ReadCounts, type ReadTask } from './read-source';
import { detect, formats } from './registry';
import { hashFile } from './source-stream';
import { Staging, StagingFailure } from './staging';
import { orderTwinSpans, readWithTwin, type TwinResult } from './twin/read-twin';
import { writeCanonical } from './write-canonical';

type File = IntakeFile;

/** Sends progress at most every 100 ms, with rates over the whole run so far. */
class Progress {
  private readonly startedAt = Date.now();
  private lastSent = 0;
  private bytesDone = 0;
  records = 0;
  rejected = 0;
  fileIndex = 0;
  fileName = '';
  phase: ImportProgress['phase'] = 'hashing';
  phaseShare: number | null = null;
  /** True while the members of an archive are read: what is done of it is told by the archive's own bytes. */
  isInArchive = false;

  constructor(
    private readonly fileCount: number,
    private readonly bytesTotal: number,
    private readonly send: (progress: ImportProgress) => void,
  ) {}

  /** Bytes count half when hashed and half when read, so that the bar never runs back. */
  bytes(count: number): void {
    if (!this.isInArchive) this.bytesDone += count / 2;
    this.tick();
  }

  /** Bytes of an archive whose members are read. */
  archiveBytes(count: number): void {
    this.bytesDone += count;
    this.tick();
  }

  /** Whether every file may be told of without a flood of messages. */
  get isFew(): boolean {
    return this.fileCount < 100;
  }

  /** Goes on to a phase that works on all files together, or within it. */
  at(phase: ImportProgress['phase'], share: number): void {
    this.phase = phase;
    this.phaseShare = share;
    this.tick(true);
  }

  tick(force = false): void {
    const now = Date.now();
    if (!force && now - this.lastSent < 100) return;
    this.lastSent = now;
    const seconds = (now - this.startedAt) / 1000;
    const rate = seconds > 0 ? this.bytesDone / seconds : 0;
    this.send({
      phase: this.phase,
      phaseShare: this.phaseShare,
      phaseMs: 0,
      fileIndex: this.fileIndex,
      fileCount: this.fileCount,
      fileName: this.fileName,
      bytesDone: Math.round(this.bytesDone),
      bytesTotal: this.bytesTotal,
      records: this.records,
      rejected: this.rejected,
      recordsPerSecond: seconds > 0 ? Math.round(this.records / seconds) : 0,
      secondsLeft: rate > 0 && seconds > 1 ? (this.bytesTotal - this.bytesDone) / rate : null,
    });
  }
}

/** A file's size; 0 where it is not there any more, which is said when its turn comes. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function emptySource(file: File): Source {
  return {
    // Until its bytes are known, a file is told from others by where it is.
    sourceId: createHash('sha256').update(file.path).digest('hex').slice(0, 16),
    path: file.displayPath,
    name: basename(file.displayPath),
    format: null,
    confidence: null,
    reason: '',
    state: 'failed',
    bytes: 0,
    sha256: '',
    lines: 0,
    records: 0,
    rejected: 0,
    blank: 0,
    spans: 0,
    sessions: 0,
    notes: [],
  };
}

async function look(file: File, content: Buffer | null, limits: IntakeLimits): Promise<Look> {
  const name = basename(file.displayPath);
  const found = await lookAt(file.path, name, limits, content);
  const sample = found.container === 'parquet' ? await lookAtParquet(file.path, name) : found.sample;
  const isTable = found.container === 'parquet' || found.container === 'csv';
  return { ...found, sample: isTable ? partitionedSample(sample, file.displayPath) : sample };
}

function choose(file: File, look: Look): Detection | string {
  if (file.profile)
    return {
      format: 'generic',
      title: 'Mapped fields',
      confidence: 1,
      reason: `mapped by profile "${file.profile.name}"`,
    };
  const detections = detect(look.sample);
  if (file.format !== undefined) {
    const known = formats.get(file.format);
    if (!known) return `there is no format "${file.format}"`;
    const own = detections.find((detection) => detection.format === file.format);
    return {
      format: known.id,
      title: known.title,
      confidence: own?.confidence ?? 0,
      reason: own?.reason ?? 'chosen by hand',
    };
  }
  const best = detections[0];
  if (look.sample.records.length === 0 && look.sample.columns.length === 0)
    return look.problem ?? 'the file holds no record';
  if (!best || best.confidence < LEAST_CONFIDENCE) return 'no known format; map its fields to import it';
  return best;
}

/** Where to go on in a file that begins with a source that is known; null to read it all. */
async function whereToBegin(
  file: File,
  known: KnownSource | null,
  found: Look,
  format: TraceFormat,
  limits: IntakeLimits,
): Promise<Continuation | null> {
  const canContinue = format.canContinue === true && format.id === known?.format;
  const isPlain = found.container === 'lines' && found.compression === 'none' && found.delimiter === 0x0a;
  return canContinue && isPlain ? continuationOf(file.path, known.bytes, limits.continueOverlap) : null;
}

async function importFile(
  file: File,
  source: Source,
  { content, known }: { content: Buffer | null; known: KnownSource | null },
  context: RunContext,
): Promise<void> {
  const { collector, limits, progress } = context;
  const found = await look(file, content, limits);
  const chosen = choose(file, found);
  if (typeof chosen === 'string') {
    source.state = 'unrecognised';
    source.reason = chosen;
    return;
  }
  const format = formats.get(chosen.format);
  if (!format) throw new Error(`there is no format "${chosen.format}"`);
  source.format = format.id;
  source.confidence = chosen.confidence;
  source.reason = chosen.reason;
  const sink = collector.emitFor({
    sourceId: source.sourceId,
    shortHash: source.sha256.slice(0, 12),
    orderByTime: format.ordering === 'time',
  });
  const from = await whereToBegin(file, known, found, format, limits);
  if (from)
    sink.emit.note(
      `${String(from.knownBytes)} bytes known from an earlier import; read on from line ${String(from.line)}`,
    );
  const rejectedBefore = progress.rejected;
  const task: ReadTask = {
    path: file.path,
    content,
    look: found,
    format,
    emit: sink.emit,
    reject: sink.reject,
    source: {
      name: source.name,
      path: source.path,
      shortHash: source.sha256.slice(0, 12),
      ...(file.profile ? { profile: file.profile } : {}),
    },
    limits,
    length: source.bytes,
    from,
    onBytes: (bytes) => {
      progress.bytes(bytes);
    },
    onRecord: () => {
      progress.records += 1;
      progress.rejected = rejectedBefore + sink.counts.rejected;
      progress.tick();
    },
  };
  Object.assign(source, await readBySqlOrRecord(task, source, sink, context));
  progress.rejected = rejectedBefore + sink.counts.rejected;
  source.rejected = sink.counts.rejected;
  if (found.container === 'lines' || found.container === 'parquet') {
    // Every line is counted once, however many parts of it were rejected, so that the figures add up.
    source.rejected = sink.counts.rejectedLines.size;
    source.records = source.lines - source.blank - source.rejected;
  }
  source.spans = sink.counts.spans;
  source.notes = [...sink.counts.notes].map(([what, count]) => ({ what, count }));
  source.state = 'imported';
}

/**
 * Reads a source in SQL where its format can and the file is worth it, and what is left of it by the record function; all of
 * it by the record function otherwise.
 */
async function readBySqlOrRecord(
  task: ReadTask,
  source: Source,
  { emit, counts }: ReturnType<Collector['emitFor']>,
  { collector, staging, limits, isSafe, onTwin }: RunContext,
): Promise<ReadCounts> {
  const { twin } = task.format;
  const { container, compression, delimiter } = task.look;
  const isWorthIt = source.bytes >= limits.twinFromBytes && container === 'lines' && delimiter === 0x0a;
  if (!twin || !isWorthIt || isSafe || compression !== 'none') return readSource(task);
  staging.flush();
  const read = await readWithTwin({
    read: task,
    twin,
    staging,
    sourceId: source.sourceId,
    firstNo: collector.lastSeq + 1,
  });
  onTwin?.(read);
  if (!read) return readSource({ ...task, onBytes: () => undefined, onRecord: () => undefined });
  collector.skipTo(read.lastSeq);
  counts.spans += read.spans;
  const { left, lines, blank } = read;
  if (left.lines.size > 0) {
    const isLeft = (traceId: string | null | undefined): boolean => left.traces.has(traceId ?? '');
    await readSource({
      ...task,
      only: left.lines,
      emit: {
        ...emit,
        span: (span, place) => {
          if (isLeft(span.traceId)) emit.span(span, place);
        },
        label: (label, place) => {
          if (isLeft(label.traceId)) emit.label(label, place);
        },
      },
      onBytes: () => undefined,
      onRecord: () => undefined,
    });
    staging.flush();
  }
  await orderTwinSpans(staging);
  return { lines, blank, records: lines - blank };
}

interface RunContext {
  /** What the workspace holds already; nothing of it is trusted on the safe path. */
  known: readonly KnownSource[];
  /** On the safe path no foreign line reaches SQL. */
  isSafe: boolean;
  onTwin: ((result: TwinResult | null) => void) | undefined;
  staging: Staging;
  collector: Collector;
  limits: IntakeLimits;
  progress: Progress;
  /** Folder for what is unpacked on the way. */
  spill: string;
}

/** Runs SQL statement by statement; statements end with a semicolon at the end of a line. */
async function runScript(staging: Staging, script: string, onShare: (share: number) => void): Promise<void> {
  const statements = script
    .split(/;\s*$/m)
    .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
  for (const [i, statement] of statements.entries()) {
    onShare(i / statements.length);
    await staging.connection.run(statement);
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

/** Files up to this size are read at once; opening one takes longer than reading it. */
const AT_ONCE = 1 << 20;

/** What to say of a file that another program wrote to while it was read. */
function changeWords(read: number, now: number): string {
  return now > read
    ? `the file grew while it was read: its first ${String(read)} bytes are in; import it again for the rest`
    : 'the file was changed while it was read: import it again when nothing writes to it any more';
}

/** Takes what is in an archive of files. Throws StagingFailure. */
async function takeArchive(
  file: File,
  packing: 'zip' | 'tar',
  seen: Set<string>,
  context: RunContext,
): Promise<Source[]> {
  const { progress, limits } = context;
  const wasInArchive = progress.isInArchive;
  progress.isInArchive = true;
  try {
    return await takePacked({
      file,
      packing,
      folder: context.spill,
      limits,
      emptySource,
      take: (member) => {
        progress.fileName = basename(member.displayPath);
        return takeFile(member, seen, context);
      },
      onBytes: (bytes) => {
        if (!wasInArchive) progress.archiveBytes(bytes);
      },
    });
  } finally {
    progress.isInArchive = wasInArchive;
  }
}

/**
 * Looks at a file, hashes and imports it; what goes wrong with the file is said of the file. One source, or one for each
 * file in an archive. Throws StagingFailure.
 */
async function takeFile(file: File, seen: Set<string>, context: RunContext): Promise<Source[]> {
  const { progress } = context;
  const source = emptySource(file);
  try {
    // Nothing else goes on in this process: for thousands of small files, waiting for a thread costs more than the file.
    const info = statSync(file.path);
    if (info.isDirectory()) await readdir(file.path);
    if (!info.isFile()) throw new Error('this is not a file');
    source.bytes = info.size;
    progress.phase = 'hashing';
    const content = info.size <= AT_ONCE ? readFileSync(file.path) : null;
    const packing = await packingOfMany({ path: file.path, content }, context.limits, file.format);
    if (packing !== null) return await takeArchive(file, packing, seen, context);
    const hashed = await hashFile(
      { path: file.path, content },
      (bytes) => {
        progress.bytes(bytes);
      },
      context.known.map(({ bytes }) => bytes),
    );
    source.sha256 = hashed.sha256;
    source.bytes = hashed.bytes;
    source.sourceId = source.sha256.slice(0, 16);
    if (seen.has(source.sha256)) {
      source.state = 'duplicate';
      source.reason = 'these very bytes are already in the workspace; nothing was added';
      progress.bytes(source.bytes);
      return [source];
    }
    progress.phase = 'reading';
    progress.tick(progress.isFew);
    await importFile(file, source, { content, known: knownBeginning(hashed, context.known) }, context);
    const after = statSync(file.path);
    if (after.mtimeMs !== info.mtimeMs || after.size !== source.bytes)
      source.notes.push({ what: changeWords(source.bytes, after.size), count: 1 });
    if (source.state === 'imported') seen.add(source.sha256);
  } catch (error) {
    if (error instanceof StagingFailure) throw error;
    source.state = 'failed';
    source.reason = fileProblem(error);
  }
  return isNoTrace(file, source) ? [] : [source];
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
 * source that SQL was tried on: what it read, or null where all was left to the record function.
 */
export async function runIntake(
  job: ImportJob,
  send: (progress: ImportProgress) => void,
  limits: IntakeLimits = job.isSafe === true ? safeLimits : defaultLimits,
  onTwin?: (result: TwinResult | null) => void,
): Promise<{ sources: Source[]; fileOf: number[] }> {
  const sizes = job.files.map((file) => sizeOf(file.path));
  const progress = new Progress(
    job.files.length,
    sizes.reduce((sum, size) => sum + size, 0),
    send,
  );
  const staging = await Staging.open(job.stagingDir, limits.databaseMemory);
  const context: RunContext = {
    isSafe: job.isSafe === true,
    onTwin,
    staging,
    collector: new Collector(staging, limits),
    limits,
    progress,
    spill: staging.spill,
    known: job.isSafe === true ? [] : (job.knownSources ?? []),
  };
  const sources: Source[] = [];
  const fileOf: number[] = [];
  const seen = new Set(job.knownHashes);
  try {
    const atWork = new FileAtWork(job.stagingDir);
    try {
      for (const [i, file] of job.files.entries()) {
        atWork.note(i);
        progress.fileIndex = i;
        progress.fileName = basename(file.displayPath);
        for (const source of await takeFile(file, seen, context)) {
          sources.push(source);
          fileOf.push(i);
        }
      }
    } catch (error) {
      atWork.end({ isDone: false });
      throw error;
    }
    atWork.end({ isDone: true });
    progress.at('deriving', 0);
    staging.close();
    giveMemoryBack();
    for (const source of sources) if (source.state === 'failed') await staging.forget(source.sourceId);
    await runScript(staging, deriveSql, (share) => {
      progress.at('deriving', share);
    });
    await countSessions(staging, sources);
    progress.at('writing', 0);
    await writeCanonical(staging, job.stagingDir, limits.sortBytes, (share) => {
      progress.at('writing', share);
    });
    await writeFile(
      join(job.stagingDir, 'manifest.json'),
      JSON.stringify({ canonicalVersion: CANONICAL_VERSION, importId: job.importId, sources }, null, 2),
    );
    return { sources, fileOf };
  } finally {
    staging.shutdown();
  }
}
