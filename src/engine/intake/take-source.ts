/**
 * One file as a source: its format, where reading it begins, and its rows in the staging tables, by SQL where its format has
 * a twin and the file is worth it. Owns that choice; must not hash files, open archives or derive anything.
 */
import { basename } from 'node:path';
import type { Detection, MappingProfile, Source } from '../../shared/model/source';
import type { Collector } from './collect';
import {
  continuationOf,
  resumptionOf,
  tableContinuationOf,
  type Continuation,
  type KnownBeginning,
  type KnownSources,
  type Resumption,
} from './continued';
import { lookAtParquet } from './foreign-parquet';
import type { SqlTwin, TraceFormat } from './format';
import { guessMapping } from './guess-mapping';
import { partitionedSample, partitionsOf } from './hive-partition';
import type { IntakeFile } from './launcher';
import type { IntakeLimits } from './limits';
import { lookAt, type Look } from './look';
import { insideWords, lookInside } from './look-inside';
import { isChatFile, readChats, type ChatResult } from './chats/read-chats';
import { isMappedTable, readMapped } from './mapped/read-mapped';
import type { Progress } from './progress';
import { HeldRejects, readOtherLines } from './other-lines';
import { proposeMapping } from './propose-mapping';
import { countedUntil, readRecalled } from './read-recalled';
import { readSource, type ReadCounts, type ReadTask } from './read-source';
import { readResumed } from './read-resumed';
import { detect, formats, LEAST_CONFIDENCE } from './registry';
import { StagingFailure, type RowSink } from './row-files';
import type { Staging } from './staging';
import type { Growth } from './unpack';
import { orderTwinSpans, readWithTwin, type TwinResult } from './twin/read-twin';

/** Thrown of a file that a thread without a database leaves to the one that has it. */
export class NeedsDatabase extends StagingFailure {}

/** What all files of a run share. */
export interface RunContext {
  /** What the workspace holds already. */
  known: KnownSources;
  /** On the safe path no foreign line reaches SQL. */
  isSafe: boolean;
  onTwin: ((result: TwinResult | null) => void) | undefined;
  /** Where rows are laid. */
  rows: RowSink;
  /** The database; null in a thread that only reads files. */
  staging: Staging | null;
  /** The program of threads; null for none. */
  program: string | null;
  collector: Collector;
  limits: IntakeLimits;
  progress: Progress;
  /** Folder for what is unpacked on the way. */
  spill: string;
  /** Set for a member of an archive: how many archives it lies in, and what came out of the outermost. */
  packed?: { depth: number; growth: Growth };
}

async function look(file: IntakeFile, content: Buffer | null, limits: IntakeLimits): Promise<Look> {
  const name = basename(file.displayPath);
  const found = await lookAt(file.path, name, limits, content);
  const sample = found.container === 'parquet' ? await lookAtParquet(file.path, name) : found.sample;
  const isTable = found.container === 'parquet' || found.container === 'csv';
  const seen = { ...found, sample: isTable ? partitionedSample(sample, file.displayPath) : sample };
  return lookInside(seen, file.displayPath, file);
}

interface Chosen extends Detection {
  profile?: MappingProfile;
}

function choose(file: IntakeFile, look: Look): Chosen | string {
  if (file.profile)
    return {
      profile: file.profile,
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
      ...(known.id === 'generic' ? { profile: guessMapping(look.sample).profile } : {}),
    };
  }
  const best = detections[0];
  if (look.sample.records.length === 0 && look.sample.columns.length === 0)
    return look.problem ?? 'the file holds no record';
  if (best && best.confidence >= LEAST_CONFIDENCE) return best;
  if (look.sample.records.length === 0 && look.problem !== null) return look.problem;
  const proposed = proposeMapping(look.sample, file.displayPath);
  if (proposed) return { ...proposed.detection, profile: proposed.profile };
  const cut = look.cutOff ? `${look.cutOff}. Fetch it again; what is whole of it is of ` : '';
  return `${cut}no known format; map its fields to import it`;
}

/** Where to go on, and whether what stands before is gone through once more to remind the reader of it. */
type Beginning = (Continuation & { isRecalled?: boolean }) | Resumption;

/** Where to go on in a file that begins with a source that is known; null to read it all. */
async function whereToBegin(
  known: KnownBeginning | null,
  task: ReadTask,
  reason: string,
  { limits, isSafe }: RunContext,
): Promise<Beginning | null> {
  const { path, look: found, format } = task;
  const { profile } = task.source;
  const isTable = found.container === 'csv';
  const isPlain =
    (isTable || (found.container === 'lines' && found.delimiter === 0x0a)) &&
    found.compression === 'none' &&
    found.convertedFrom === null &&
    found.isLog !== true &&
    !found.envelope;
  if (!known || isSafe || !isPlain || format.id !== known.last.format) return null;
  const { bytes } = known.last;
  // What was read by other fields is read anew.
  if (profile !== undefined && reason !== known.last.reason) return null;
  const holds = (allowed: TraceFormat['canContinue']): boolean =>
    typeof allowed === 'function' ? allowed(found.sample.records, profile) : allowed === true;
  if (holds(format.canContinue)) {
    const from = isTable
      ? await tableContinuationOf(path, bytes, found.fieldDelimiter ?? ',', limits)
      : await continuationOf(path, bytes, limits.continueOverlap);
    return from && format.countsRecords === true && !known.isCounted ? countedUntil(task, from) : from;
  }
  if (isTable) return null;
  if (format.resumesAt) {
    const startOf = (record: unknown): string | null => format.resumesAt?.(record) ?? null;
    return resumptionOf(path, bytes, { startOf, standing: format.resumesWith }, limits);
  }
  const from = format.recalls === true ? await continuationOf(path, bytes, 0) : null;
  return from && { ...from, isRecalled: true };
}

/**
 * Finds the format of a file and reads it to its end into the staging tables, and fills in what became of it. Throws where the file
 * cannot be read, and StagingFailure.
 */
export async function takeSource(
  file: IntakeFile,
  source: Source,
  { content, known }: { content: Buffer | null; known: KnownBeginning | null },
  context: RunContext,
): Promise<void> {
  const { collector, limits, progress, rows } = context;
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
  const shortHash = (known?.first.sha256 ?? source.sha256).slice(0, 12);
  if (known) rows.add('grown', [source.sourceId, known.first.sha256.slice(0, 16)]);
  if (known?.last.suffix) rows.add('apart', [source.sourceId, known.last.suffix]);
  const told = collector.emitFor({
    sourceId: source.sourceId,
    shortHash,
    orderByTime: format.ordering === 'time',
  });
  // Lines and elements of a list may be of several formats; a file that a person said the fields of is theirs.
  const isListed = found.container === 'lines' || (found.container === 'document' && found.sample.isArray);
  const held = isListed && !chosen.profile ? new HeldRejects(told.emit) : null;
  const sink = { ...told, emit: held?.holding ?? told.emit };
  if (found.envelope) sink.emit.note(insideWords(found.envelope.way));
  const rejectedBefore = progress.rejected;
  const task: ReadTask = {
    path: file.path,
    content,
    look: found,
    format,
    emit: sink.emit,
    reject: sink.reject,
    noticed: sink.noticed,
    source: {
      name: source.name,
      path: source.path,
      shortHash,
      ...(chosen.profile ? { profile: chosen.profile } : {}),
    },
    limits,
    length: source.bytes,
    onBytes: (bytes) => {
      progress.bytes(bytes);
    },
    onRecord: () => {
      progress.records += 1;
      progress.rejected = rejectedBefore + sink.counts.rejected;
      progress.tick();
    },
  };
  const from = await whereToBegin(known, task, chosen.reason, context);
  const isResumption = from !== null && 'lead' in from;
  const isRecalled = from !== null && 'isRecalled' in from;
  const resumed = isResumption ? await readResumed(task, from) : null;
  if (from && (resumed ?? !isResumption))
    sink.emit.note(
      `${String(from.knownBytes)} bytes known from an earlier import${isRecalled ? ', gone through for what goes on' : ''}; read on from line ${String(from.line)}`,
    );
  const whole = { ...task, from: isResumption || isRecalled ? null : from };
  const recalled = isRecalled ? await readRecalled(task, from) : null;
  Object.assign(source, resumed ?? recalled ?? (await readBySqlOrRecord(whole, source, sink, context)));
  if (held) {
    const { read, otherLines } = await readOtherLines(whole, held.lines, told.emit);
    held.release(read);
    if (otherLines.length > 0) source.otherLines = otherLines;
  }
  task.noticed.end((what, count) => {
    sink.emit.note(what, count);
  });
  progress.rejected = rejectedBefore + sink.counts.rejected;
  source.rejected = sink.counts.rejected;
  if (['lines', 'parquet', 'text'].includes(found.container)) {
    // Every line is counted once, however many parts of it were rejected, so that the figures add up.
    source.rejected = sink.counts.rejectedLines.size;
    source.records = source.lines - source.blank - source.rejected;
  }
  source.spans = sink.counts.spans;
  source.notes = [...sink.counts.notes].map(([what, count]) => ({ what, count }));
  source.state = 'imported';
}

/** Parquet that holds texts is a fifth to a twentieth of what is in it. */
const PACKED = 5;

/** The twin that may read a file, where that is large enough. */
function twinFor(
  { format, look, source }: ReadTask,
  bytes: number,
  { twinFromBytes }: IntakeLimits,
): SqlTwin | undefined {
  const twin = format.twins?.find(({ container }) => container === look.container);
  if (!twin || look.isLog === true || look.envelope) return undefined;
  if (twin.mayRead?.(look.sample.records) === false) return undefined;
  const isFit =
    look.container === 'parquet'
      ? bytes * PACKED >= twinFromBytes && partitionsOf(source.path) === null
      : bytes >= twinFromBytes && look.delimiter === 0x0a && look.convertedFrom === null;
  return isFit ? twin : undefined;
}

/** Reads a table by its profile, in SQL where that can. */
async function readByProfile(
  task: ReadTask,
  { sourceId }: Source,
  { counts }: ReturnType<Collector['emitFor']>,
  { collector, staging, limits, onTwin }: RunContext,
): Promise<ReadCounts> {
  if (!staging) throw new NeedsDatabase('this file is read in SQL');
  await staging.flush();
  const firstNo = collector.lastSeq + 1;
  const read = await readMapped({ read: task, staging, sourceId, firstNo, fileBytes: limits.heldBytes });
  if (!read) {
    onTwin?.(null);
    return readSource(task);
  }
  const { lines, blank } = read.counts;
  const { spans, lastSeq, left } = read;
  onTwin?.({ lines, blank, spans, lastSeq, scanned: 0, left: { lines: left, traces: new Set() } });
  collector.skipTo(lastSeq);
  counts.spans += spans;
  if (task.look.container === 'parquet') for (let i = 0; i < lines; i++) task.onRecord();
  await read.readLeft({ ...task, onBytes: () => undefined, onRecord: () => undefined });
  return read.counts;
}

/** Reads a file of conversations in SQL where that can. */
async function readConversations(
  task: ReadTask,
  { sourceId }: Source,
  { counts }: ReturnType<Collector['emitFor']>,
  { collector, staging, onTwin }: RunContext,
): Promise<ReadCounts> {
  const { chats } = task.format;
  if (!staging || !chats) throw new NeedsDatabase('this file is read in SQL');
  await staging.flush();
  const read = await readChats({ read: task, chats, staging, sourceId, firstNo: collector.lastSeq + 1 });
  onTwin?.(read && twinned(read));
  const unheard = { ...task, onBytes: () => undefined, onRecord: () => undefined };
  if (!read) return readSource(task.look.container === 'parquet' ? task : unheard);
  collector.skipTo(read.lastSeq);
  counts.spans += read.spans;
  await read.readLeft(unheard);
  return read.counts;
}

/** What was read of a file without traces. */
function twinned({ counts, spans, lastSeq, left }: ChatResult): TwinResult {
  const { lines, blank } = counts;
  return { lines, blank, spans, lastSeq, scanned: 0, left: { lines: left, traces: new Set() } };
}

/**
 * Reads a source in SQL where its format can and the file is worth it, and what is left of it by the record function; all of
 * it by the record function otherwise.
 */
async function readBySqlOrRecord(
  task: ReadTask,
  source: Source,
  sink: ReturnType<Collector['emitFor']>,
  context: RunContext,
): Promise<ReadCounts> {
  const { emit, counts } = sink;
  const { collector, staging, limits, isSafe, onTwin, program } = context;
  const bytes = task.look.container === 'parquet' ? source.bytes * PACKED : source.bytes;
  if (!isSafe && isMappedTable(task) && bytes >= limits.twinFromBytes)
    return readByProfile(task, source, sink, context);
  if (!isSafe && isChatFile(task) && bytes >= limits.twinFromBytes)
    return readConversations(task, source, sink, context);
  const twin = isSafe ? undefined : twinFor(task, source.bytes, limits);
  if (!twin) return readSource(task);
  if (!staging) throw new NeedsDatabase('this file is read in SQL');
  await staging.flush();
  const read = await readWithTwin({
    read: task,
    twin,
    staging,
    sourceId: source.sourceId,
    firstNo: collector.lastSeq + 1,
    program,
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
    await staging.flush();
  }
  await orderTwinSpans(staging);
  return { lines, blank, records: lines - blank };
}
