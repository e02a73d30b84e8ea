/**
 * Files that grew since they were imported, such as logs: recognised by the hash of their earlier bytes, and read from a
 * little before where they ended. Owns where reading begins; must not decide whether a format allows it.
 */
import { open } from 'node:fs/promises';
import type { KnownSource } from './launcher';
import type { Hashed } from './source-stream';

const LF = 0x0a;
const BLOCK = 1 << 20;

/** Where reading goes on: the first byte of a line, and the number of that line (1-based). */
export interface Continuation {
  byteOffset: number;
  line: number;
  /** Bytes of the file that were imported before. */
  knownBytes: number;
}

/** The longest of the known sources that the file begins with; null when it begins with none. */
export function knownBeginning(hashed: Hashed, known: readonly KnownSource[]): KnownSource | null {
  const found = known.filter((source) => hashed.prefixes.get(source.bytes) === source.sha256);
  return found.sort((a, b) => b.bytes - a.bytes)[0] ?? null;
}

/**
 * Finds the line to go on at in a file whose first `knownBytes` are known: the last that begins `overlap` bytes before
 * their end, or earlier. Null where that is the first line. Reads those bytes to count lines, and parses nothing.
 */
export async function continuationOf(
  path: string,
  knownBytes: number,
  overlap: number,
): Promise<Continuation | null> {
  const until = knownBytes - overlap;
  if (until <= 0) return null;
  const file = await open(path, 'r');
  try {
    const block = Buffer.alloc(BLOCK);
    let line = 1;
    let byteOffset = 0;
    for (let at = 0; at < until;) {
      const { bytesRead } = await file.read(block, 0, Math.min(BLOCK, until - at), at);
      if (bytesRead === 0) return null;
      const piece = block.subarray(0, bytesRead);
      for (let lf = piece.indexOf(LF); lf !== -1; lf = piece.indexOf(LF, lf + 1)) {
        line += 1;
        byteOffset = at + lf + 1;
      }
      at += bytesRead;
    }
    return byteOffset === 0 ? null : { byteOffset, line, knownBytes };
  } finally {
    await file.close();
  }
}
