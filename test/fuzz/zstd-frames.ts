/** Writes zstd frames of blocks that need no compressor. https://datatracker.ietf.org/doc/html/rfc8878 */

/** Magic number, no single segment, no checksum, and a window of 2 MB. */
const HEADER = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
const MAX_BLOCK = 128 * 1024;

function block(kind: 0 | 1, size: number, isLast: boolean, content: Uint8Array): Buffer {
  const head = (size << 3) | (kind << 1) | (isLast ? 1 : 0);
  return Buffer.concat([Buffer.from([head & 255, (head >> 8) & 255, (head >> 16) & 255]), content]);
}

/** The bytes as they are, in raw blocks. */
export function zstdRaw(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [HEADER];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_BLOCK) {
    const piece = bytes.subarray(at, at + MAX_BLOCK);
    blocks.push(block(0, piece.length, at + MAX_BLOCK >= bytes.length, piece));
  }
  return Buffer.concat(blocks);
}

/** One byte over and over: four bytes for each 128 KB. */
export function zstdRepeated(byte: number, blocks: number): Buffer {
  const pieces = Array.from({ length: blocks }, (_, i) =>
    block(1, MAX_BLOCK, i === blocks - 1, Uint8Array.of(byte)),
  );
  return Buffer.concat([HEADER, ...pieces]);
}
