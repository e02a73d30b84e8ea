/**
 * Reads the JSON members of a ZIP archive one after the other. Owns the bounds that keep an archive from growing beyond all measure;
 * what the members mean is the format's. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import type { IntakeLimits } from './limits';
import { zipBytes, zipMembers, type ZipMember } from './zip-file';

const MAX_MEMBERS = 200_000;

export interface Member {
  name: string;
  /** The member's bytes, or why they cannot be had. */
  bytes: Buffer | null;
  problem: string;
}

export function isArchive(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === 0x04034b50;
}

/** Members that say what the archive is about, and are read before the others. */
export function isHead(name: string): boolean {
  return name === 'header.json' || name.startsWith('_journal/start');
}

/** The bytes of a member. Throws with a reason when they are damaged, encrypted or too many. */
async function bytesOf(path: string, member: ZipMember, limits: IntakeLimits): Promise<Buffer> {
  const tooLarge = new Error(`it is larger than ${String(limits.maxRecordBytes)} bytes`);
  if (member.size !== null && member.size > limits.maxRecordBytes) throw tooLarge;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of zipBytes(path, member)) {
    size += piece.length;
    if (size > limits.maxRecordBytes) throw tooLarge;
    if (size > limits.minExpandedBytes && size > member.storedBytes * limits.maxExpansion)
      throw new Error(`it grows more than ${String(limits.maxExpansion)} times`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * Members whose name ends in `.json` in the order of the archive. A damaged member comes back with its problem; a
 * damaged archive throws. `isWanted` leaves members out by their name.
 */
export async function* readArchive(
  path: string,
  limits: IntakeLimits,
  isWanted: (name: string) => boolean = () => true,
): AsyncGenerator<Member> {
  let count = 0;
  for await (const member of zipMembers(path)) {
    count += 1;
    if (count > MAX_MEMBERS) throw new Error(`the archive has more than ${String(MAX_MEMBERS)} members`);
    const { name } = member;
    if (!name.endsWith('.json') || !isWanted(name)) continue;
    try {
      yield { name, bytes: await bytesOf(path, member, limits), problem: '' };
    } catch (error) {
      yield { name, bytes: null, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}
