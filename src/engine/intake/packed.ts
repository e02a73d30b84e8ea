/**
 * Archives of many files in an import: what is in them is taken file by file, under names such as `export.zip/run.jsonl`.
 * Owns which archives are such, what is said of members that are left out, and the look at one before it is imported.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Detection, Source } from '../../shared/model/source';
import { emptySource } from './empty-source';
import { likelihood, officeKind } from './file-kinds';
import type { IntakeFile } from './launcher';
import type { IntakeLimits } from './limits';
import { lookAt } from './look';
import { lookInside } from './look-inside';
import { isArchive, isHead } from './read-archive';
import { detect, formats, LEAST_CONFIDENCE } from './registry';
import { isParquet, readHead, type FileBytes } from './source-stream';
import { StagingFailure } from './row-files';
import { baseOf, Growth, memberNames, packingOf, unpack, type Packing } from './unpack';

/** The detection of an archive of files, which is no format of its own. */
export const ARCHIVE_OF_FILES = 'archive';

const MAX_NAMES = 10_000;
const NAMES_SHOWN = 5;

/** How a file is packed that is an archive of files; null for one that is a trace, archives of one trace among them. */
export async function packingOfMany(
  file: FileBytes,
  limits: IntakeLimits,
  format: string | undefined,
): Promise<Packing | null> {
  const packing = await packingOf(file, limits);
  if (packing !== 'zip') return packing;
  if (format !== undefined && formats.get(format)?.containers.includes('archive') === true) return null;
  const names = await memberNames(file.path, MAX_NAMES).catch(() => []);
  return names.some(isHead) ? null : 'zip';
}

/** Some names, and how many more. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${String(names.length - NAMES_SHOWN)} more` : shown;
}

async function nothingIn(path: string, packing: Packing, leftOut: readonly string[]): Promise<string> {
  const names = packing === 'zip' ? await memberNames(path, MAX_NAMES).catch(() => []) : [];
  const office = officeKind(names);
  if (office !== null) return office;
  return leftOut.length === 0
    ? 'The archive is empty. Pack the exported files again, or import them without packing.'
    : `The archive holds no file that can be read as traces, only ${someNames(leftOut)}. Import the exported files themselves.`;
}

/** Names of members that are not read, by what they are; of files the kind is null. */
class LeftOut {
  readonly #names = new Map<string | null, string[]>();

  add(name: string, kind: string | null): void {
    const there = this.#names.get(kind);
    if (there) there.push(name);
    else this.#names.set(kind, [name]);
  }

  /** All of them, with what they are where they are no files. */
  get names(): string[] {
    return [...this.#names].flatMap(([kind, names]) =>
      kind === null ? names : names.map((name) => `${name} (${kind})`),
    );
  }

  /** What an import says of them. */
  notes(archive: string): Source['notes'] {
    return [...this.#names].map(([kind, names]) => ({
      what:
        kind === null
          ? `left out of ${archive}, since they are no traces: ${someNames(names)}`
          : `left out of ${archive}, since a ${kind} is no file: ${someNames(names)}`,
      count: names.length,
    }));
  }
}

export interface PackedTask {
  file: IntakeFile;
  packing: Packing;
  /** Where members are unpacked to, one at a time. */
  folder: string;
  limits: IntakeLimits;
  take: (file: IntakeFile) => Promise<Source[]>;
  /** What came out of the outermost archive. */
  growth: Growth;
  /** Bytes of the archive that are done. */
  onBytes: (bytes: number) => void;
}

/** Whether a file that is not named like a trace turned out to be none, and is not worth a row. */
export function isNoTrace(file: IntakeFile, source: Source): boolean {
  return file.isOptional === true && source.state === 'unrecognised';
}

/**
 * Takes the members of an archive one after the other, and comes back with what became of each: at least one source.
 * What is damaged costs itself. Throws StagingFailure.
 */
export async function takePacked(task: PackedTask): Promise<Source[]> {
  const { file, packing, limits, growth } = task;
  const sources: Source[] = [];
  const leftOut = new LeftOut();
  const folder = await mkdtemp(join(task.folder, 'unpacked-'));
  try {
    for await (const member of unpack(file.path, packing, folder, {
      limits,
      growth,
      onBytes: task.onBytes,
    })) {
      const displayPath = `${file.displayPath}/${member.name}`;
      if (member.path === null) {
        if (member.problem === null) leftOut.add(member.name, member.kind);
        else sources.push({ ...emptySource({ ...file, displayPath }), reason: member.problem });
        continue;
      }
      const isOptional = likelihood(baseOf(member.name)) === 'maybe';
      const one: IntakeFile = { ...file, path: member.path, displayPath, isOptional };
      const taken = await task.take(one);
      if (member.problem !== null)
        for (const source of taken)
          source.notes.push({
            what: `the archive is damaged here (${member.problem}): what comes before is in; fetch it again for the rest`,
            count: 1,
          });
      // Nothing comes back of a member whose name and content are no trace's.
      if (taken.length === 0) leftOut.add(member.name, null);
      sources.push(...taken);
      await rm(member.path, { force: true });
    }
  } catch (error) {
    if (error instanceof StagingFailure || isDiskFull(error)) throw asStagingFailure(error);
    const reason = error instanceof Error ? error.message : String(error);
    sources.push({ ...emptySource(file), reason });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [first] = sources;
  if (!first)
    return [
      {
        ...emptySource(file),
        state: 'unrecognised',
        reason: await nothingIn(file.path, packing, leftOut.names),
      },
    ];
  first.notes.push(...leftOut.notes(basename(file.displayPath)));
  return sources;
}

function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code))
  );
}

function asStagingFailure(error: unknown): StagingFailure {
  return error instanceof StagingFailure
    ? error
    : new StagingFailure(error instanceof Error ? error.message : String(error), { cause: error });
}

const MEMBERS_LOOKED_AT = 40;
const BYTES_LOOKED_AT = 512 * 1024;

/** What an archive holds, told by the beginnings of its first members; a problem in words where that is nothing. */
export async function lookIntoPacked(
  path: string,
  packing: Packing,
  temporary: string,
  limits: IntakeLimits,
): Promise<{ detections: Detection[]; problem: string | null }> {
  const folder = await mkdtemp(join(temporary, 'look-'));
  const known = new Map<string, number>();
  const leftOut = new LeftOut();
  let unknown = 0;
  let count = 0;
  try {
    const growth = new Growth((await stat(path)).size, limits);
    const members = unpack(path, packing, folder, { limits, growth, most: BYTES_LOOKED_AT });
    for await (const member of members) {
      if (member.path === null) {
        leftOut.add(member.name, member.kind);
        continue;
      }
      count += 1;
      const title = await titleOf(member.path, baseOf(member.name), limits);
      if (title !== null) known.set(title, (known.get(title) ?? 0) + 1);
      else if (likelihood(baseOf(member.name)) === 'maybe') leftOut.add(member.name, null);
      else unknown += 1;
      await rm(member.path, { force: true });
      if (count >= MEMBERS_LOOKED_AT) break;
    }
  } catch (error) {
    if (count === 0)
      return { detections: [], problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (known.size === 0 && unknown === 0)
    return { detections: [], problem: await nothingIn(path, packing, leftOut.names) };
  const kinds = [...known].sort(([, a], [, b]) => b - a).map(([title, files]) => `${String(files)} ${title}`);
  if (unknown > 0) kinds.push(`${String(unknown)} of no known format`);
  const { names } = leftOut;
  if (names.length > 0) kinds.push(`${String(names.length)} left out, such as ${names[0] ?? ''}`);
  const of = count >= MEMBERS_LOOKED_AT ? `the first ${String(count)} files` : 'its files';
  const share = count === 0 ? 0 : [...known.values()].reduce((sum, files) => sum + files, 0) / count;
  return {
    detections: [
      {
        format: ARCHIVE_OF_FILES,
        title: 'Archive of files',
        confidence: Math.max(LEAST_CONFIDENCE, Math.min(0.95, share)),
        reason: `${of}: ${kinds.join(', ')}`,
      },
    ],
    problem: null,
  };
}

/** What a member is, by its beginning; null where nobody knows. */
async function titleOf(path: string, name: string, limits: IntakeLimits): Promise<string | null> {
  try {
    // The footer of a Parquet file is not at its beginning, and an archive in an archive is unpacked when it is imported.
    const head = await readHead({ path, content: null }, 4);
    if (isParquet(head)) return 'Parquet';
    if (isArchive(head)) return 'archive';
    const best = detect(lookInside(await lookAt(path, name, limits), name).sample)[0];
    return best && best.confidence >= LEAST_CONFIDENCE ? best.title : null;
  } catch {
    return null;
  }
}
