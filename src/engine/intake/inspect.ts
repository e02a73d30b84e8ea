/** What the intake process says of files before they are imported: format, fields of an unknown shape, mapped rows. */
import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FieldGuess, MappedRow } from '../../shared/contract/import';
import type { Detection, MappingProfile } from '../../shared/model/source';
import { nsToIso } from '../../shared/trace/time';
import { processTempDir } from '../workspace/process-temp';
import type { Sample, SpanInput } from './format';
import { fileProblem, NO_FILE } from './file-problem';
import { lookAtParquet } from './foreign-parquet';
import { guessMapping } from './guess-mapping';
import { partitionedSample } from './hive-partition';
import type { Inspected, IntakeFile } from './launcher';
import { defaultLimits } from './limits';
import { lookAt, type Look } from './look';
import { lookInside } from './look-inside';
import { lookIntoPacked, packingOfMany } from './packed';
import { mapSample, proposeMapping } from './propose-mapping';
import { detect, LEAST_CONFIDENCE } from './registry';
import { hashFile } from './source-stream';

/** Files larger than this are not hashed for the preview; the import itself tells duplicates apart in any case. */
const HASH_UP_TO = 64 * 1024 * 1024;

async function lookWithParquet(file: IntakeFile): Promise<Look> {
  const name = basename(file.displayPath);
  const look = await lookAt(file.path, name);
  const sample = look.container === 'parquet' ? await lookAtParquet(file.path, name) : look.sample;
  return lookInside({ ...look, sample: partitionedSample(sample, file.displayPath) }, file.displayPath);
}

/** What a file may be; of one of no known format the mapping by which it can be read. */
function detectOrMap(
  { sample, cutOff }: Look,
  file: IntakeFile,
): { detections: Detection[]; proposal: MappingProfile | null } {
  const detections = detect(sample);
  if ((detections[0]?.confidence ?? 0) >= LEAST_CONFIDENCE) return { detections, proposal: null };
  const proposed = proposeMapping(sample, file.displayPath);
  if (proposed) return { detections: [proposed.detection], proposal: proposed.profile };
  const worded = detections.map((one) => (cutOff ? { ...one, reason: `${cutOff}; ${one.reason}` } : one));
  return { detections: worded, proposal: null };
}

async function inspectFile(file: IntakeFile, known: ReadonlySet<string>): Promise<Inspected> {
  const nothing: Inspected = {
    compression: 'none',
    container: 'unknown',
    detections: [],
    alreadyImported: false,
    problem: null,
  };
  try {
    const info = await stat(file.path);
    if (info.isDirectory()) await readdir(file.path);
    if (!info.isFile()) throw new Error(NO_FILE);
    const { size } = info;
    const packing = await packingOfMany({ path: file.path, content: null }, defaultLimits, undefined);
    if (packing !== null)
      return {
        ...nothing,
        container: 'archive',
        ...(await lookIntoPacked(file.path, packing, processTempDir(), defaultLimits)),
      };
    const look = await lookWithParquet(file);
    const { detections, proposal } = detectOrMap(look, file);
    const isEmpty = look.sample.records.length === 0 && look.sample.columns.length === 0;
    const isKnown = (detections[0]?.confidence ?? 0) >= LEAST_CONFIDENCE;
    return {
      compression: look.compression,
      container: look.container,
      detections,
      ...(proposal === null ? {} : { proposal }),
      alreadyImported:
        known.size > 0 &&
        size <= HASH_UP_TO &&
        known.has((await hashFile({ path: file.path, content: null })).sha256),
      problem: isEmpty
        ? (look.problem ?? 'The file holds no record.')
        : isKnown && look.cutOff
          ? `${look.cutOff}.`
          : null,
    };
  } catch (error) {
    return { ...nothing, problem: fileProblem(error) };
  }
}

/** Looks at each file's beginning. A file that cannot be read comes back with its problem in words. */
export async function inspectFiles(
  files: readonly IntakeFile[],
  knownHashes: readonly string[],
): Promise<Inspected[]> {
  const known = new Set(knownHashes);
  const found: Inspected[] = [];
  for (const file of files) found.push(await inspectFile(file, known));
  return found;
}

async function sampleOf(file: IntakeFile): Promise<Sample> {
  return (await lookWithParquet(file)).sample;
}

/** The fields found in the file's first records and a first proposal of what they mean. */
export async function guessMappingOf(
  file: IntakeFile,
): Promise<{ fields: FieldGuess[]; profile: MappingProfile }> {
  return guessMapping(await sampleOf(file));
}

const PREVIEW_ROWS = 10;

/** The first ten spans a profile makes of the file's first records, how many labels, and what it could not map. */
export async function previewMapping(
  file: IntakeFile,
  profile: MappingProfile,
): Promise<{ rows: MappedRow[]; problems: string[]; labelCount: number }> {
  const { spans, labels, problems } = mapSample(await sampleOf(file), profile, file.displayPath);
  return {
    rows: spans.slice(0, PREVIEW_ROWS).map(({ span, line }) => toRow(span, line)),
    problems: [...problems].map(([what, count]) => (count > 1 ? `${what} (${String(count)} times)` : what)),
    labelCount: labels.length,
  };
}

function toRow(span: SpanInput, line: number): MappedRow {
  return {
    kind: span.kind,
    name: span.name,
    toolName: span.toolName ?? null,
    model: span.model ?? null,
    status: span.status ?? 'unset',
    text: (span.text ?? '').slice(0, 300).toWellFormed(),
    line,
    sessionId: span.sessionId ?? span.traceId ?? '(the file)',
    startTime: span.startNs === null || span.startNs === undefined ? null : nsToIso(span.startNs),
  };
}
