/**
 * Inflates a stream and gives all of it that is good: zlib drops what the piece with the damage in it expands to before the
 * damage, so that piece is given to it once more, byte by byte.
 */
import type { Transform } from 'node:stream';

type Pieces = () => AsyncIterable<Buffer>;
type Inflater = Transform & { bytesWritten: number };

class Broken extends Error {
  constructor(
    /** Stored bytes that zlib had taken in. */
    readonly at: number,
    cause: unknown,
  ) {
    super('the stream is damaged', { cause });
  }
}

/** Pieces that end before the byte `from` as they are, every further byte by itself. */
async function* inBytes(pieces: AsyncIterable<Buffer>, from: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const piece of pieces) {
    if (offset + piece.length <= from) yield piece;
    else for (let i = 0; i < piece.length; i++) yield piece.subarray(i, i + 1);
    offset += piece.length;
  }
}

async function* inflatedOnce(pieces: AsyncIterable<Buffer>, make: () => Inflater): AsyncGenerator<Buffer> {
  const inflater = make();
  const closed = new Promise<void>((resolve) => inflater.once('close', resolve));
  const feed = async (): Promise<void> => {
    for await (const piece of pieces) {
      if (inflater.destroyed || inflater.writableEnded) return;
      // One at a time, so that what was taken in when it failed is known.
      const written = new Promise<void>((resolve) => {
        inflater.write(piece, () => {
          resolve();
        });
      });
      await Promise.race([written, closed]);
    }
    inflater.end();
  };
  const fed = feed().catch((error: unknown) =>
    inflater.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const chunk of inflater) yield chunk as Buffer;
  } catch (error) {
    const isZlib =
      error instanceof Error && 'errno' in error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? new Broken(inflater.bytesWritten, error) : error;
  } finally {
    inflater.destroy();
    await fed;
  }
}

/**
 * What a deflated stream expands to, up to its end or its damage; then it throws as zlib does. `pieces` gives the stored
 * bytes from their beginning, in the same pieces each time; `onBytes` hears of them once.
 */
export async function* inflated(
  pieces: Pieces,
  make: () => Inflater,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let given = 0;
  let largest = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of pieces()) {
      largest = Math.max(largest, piece.length);
      onBytes(piece.length);
      yield piece;
    }
  };
  let broken: Broken;
  try {
    for await (const chunk of inflatedOnce(counted(), make)) {
      given += chunk.length;
      yield chunk;
    }
    return;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    broken = error;
  }
  try {
    let skipped = 0;
    for await (const chunk of inflatedOnce(inBytes(pieces(), Math.max(0, broken.at - largest)), make)) {
      const known = Math.min(given - skipped, chunk.length);
      skipped += known;
      if (known < chunk.length) yield chunk.subarray(known);
    }
  } catch (error) {
    throw error instanceof Broken ? error.cause : error;
  }
}
