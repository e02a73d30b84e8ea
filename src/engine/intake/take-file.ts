/**
 * One file of a run: hashed, known again when its bytes are in the workspace already, opened where it is an archive of files, and read.
 * What goes wrong with a file is said of the file. Must not know what is in it.
 */
import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Source } from '../../shared/model/source';
import { knownBeginning } from './continued';
import { emptySource } from './empty-source';
import { fileProblem, NO_FILE } from './file-problem';
import type { IntakeFile } from './launcher';
import { isNoTrace, packingOfMany, takePacked } from './packed';
import { hashFile } from './source-stream';
import { StagingFailure } from './row-files';
import { takeSource, type RunContext } from './take-source';
import { Growth } from './unpack';

/** Files up to this size are read at once; opening one takes longer than reading it. */
const AT_ONCE = 1 << 20;

/** What to say of a file that another program wrote to while it was read. */
function changeWords(read: number, now: number | null): string {
  if (now === null) return 'the file was removed while it was read: what was there before is in';
  return now > read
    ? `the file grew while it was read: its first ${String(read)} bytes are in; import it again for the rest`
    : 'the file was changed while it was read: import it again when nothing writes to it any more';
}

/** An archive in an archive may be a backup of exports; deeper ones are made to be a trap. */
const MAX_PACKED_DEPTH = 4;

/** Takes what is in an archive of files. Throws StagingFailure. */
async function takeArchive(
  file: IntakeFile,
  packing: 'zip' | 'tar',
  seen: Set<string>,
  context: RunContext,
): Promise<Source[]> {
  const { progress, limits } = context;
  const packed = {
    depth: (context.packed?.depth ?? 0) + 1,
    growth: context.packed?.growth ?? new Growth(statSync(file.path).size, limits),
  };
  if (packed.depth > MAX_PACKED_DEPTH)
    throw new Error(
      `archives are packed into one another more than ${String(MAX_PACKED_DEPTH)} deep: unpack them and import what is in them`,
    );
  const wasInArchive = progress.isInArchive;
  progress.isInArchive = true;
  try {
    return await takePacked({
      file,
      packing,
      folder: context.spill,
      limits,
      growth: packed.growth,
      take: (member) => {
        progress.fileName = basename(member.displayPath);
        return takeFile(member, seen, { ...context, packed });
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
export async function takeFile(file: IntakeFile, seen: Set<string>, context: RunContext): Promise<Source[]> {
  const { progress } = context;
  const source = emptySource(file);
  try {
    // Nothing else goes on in this process: for thousands of small files, waiting for a thread costs more than the file.
    const info = statSync(file.path);
    if (info.isDirectory()) await readdir(file.path);
    if (!info.isFile()) throw new Error(NO_FILE);
    source.bytes = info.size;
    progress.phase = 'hashing';
    const content = info.size <= AT_ONCE ? readFileSync(file.path) : null;
    const packing = await packingOfMany({ path: file.path, content }, context.limits, file.format);
    if (packing !== null) return await takeArchive(file, packing, seen, context);
    const known = context.known.likelyBeginnings(source.name);
    const hashed = await hashFile(
      { path: file.path, content },
      (bytes) => {
        progress.bytes(bytes);
      },
      known.map(({ bytes }) => bytes),
    );
    source.sha256 = hashed.sha256;
    source.bytes = hashed.bytes;
    if (seen.has(source.sha256)) {
      source.state = 'duplicate';
      source.reason = 'these very bytes are already in the workspace; nothing was added';
      progress.bytes(source.bytes);
      return [source];
    }
    // A duplicate keeps the id of its place: rows of the file that was read must lead to that one alone.
    source.sourceId = source.sha256.slice(0, 16);
    progress.phase = 'reading';
    progress.tick(progress.isFew);
    await takeSource(file, source, { content, known: knownBeginning(hashed, known) }, context);
    const after = statSync(file.path, { throwIfNoEntry: false });
    if (after?.mtimeMs !== info.mtimeMs || after.size !== source.bytes)
      source.notes.push({ what: changeWords(source.bytes, after?.size ?? null), count: 1 });
    if (source.state === 'imported') seen.add(source.sha256);
  } catch (error) {
    if (error instanceof StagingFailure) throw error;
    source.state = 'failed';
    source.reason = fileProblem(error);
  }
  return isNoTrace(file, source) ? [] : [source];
}
