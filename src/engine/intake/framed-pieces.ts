/**
 * Files of pieces, each packed by itself and with its length in front, as the Collector's file exporter writes them where it compresses
 * or is told to write protobuf. Owns the lengths; what is packed is unzstd's.
 * https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/fileexporter#file-format
 */
import { unzstd } from './zstd-stream';

/** A length is four bytes, the highest first. */
const LENGTH_BYTES = 4;
const ZSTD_FRAME = 0xfd2fb528;
const LINE_END = Buffer.from('\n');
/** How a TracesData, LogsData or MetricsData in protobuf begins: its first field, and that has a length. */
const FIRST_FIELD = 0x0a;
/** No shorter message holds a span. */
const LEAST_MESSAGE = 8;

/** Whether such a file begins here, its pieces packed with zstd. */
export function isFramed(head: Buffer): boolean {
  return head.length >= 2 * LENGTH_BYTES && head.readUInt32LE(LENGTH_BYTES) === ZSTD_FRAME;
}

/** Whether such a file begins here, its pieces in protobuf: the first of them ends where its length says, and another begins. */
export function isFramedProtobuf(head: Buffer): boolean {
  if (head.length <= LENGTH_BYTES || head[LENGTH_BYTES] !== FIRST_FIELD || head[0] !== 0) return false;
  const length = head.readUInt32BE(0);
  const next = LENGTH_BYTES + length;
  return (
    length >= LEAST_MESSAGE &&
    (next + LENGTH_BYTES >= head.length || head[next + LENGTH_BYTES] === FIRST_FIELD)
  );
}

/** Bytes of a stream, as many as are asked for. */
class Bytes {
  readonly #stored: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stored: AsyncIterable<Buffer>) {
    this.#stored = stored[Symbol.asyncIterator]();
  }

  /** The next bytes in pieces; fewer where the stream ends before. */
  async *take(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const step = await this.#stored.next();
        if (step.done === true) return;
        this.#rest = step.value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async whole(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.take(count)) pieces.push(piece);
    return Buffer.concat(pieces);
  }
}

/** What such a file holds, a line a piece. Throws behind the last good byte where it is damaged or cut off. */
export async function* unframed(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = new Bytes(stored);
  for (;;) {
    const length = await bytes.whole(LENGTH_BYTES);
    if (length.length === 0) return;
    if (length.length < LENGTH_BYTES)
      throw new Error('the file is cut off here, within a length: fetch it again for the rest');
    yield* unzstd(bytes.take(length.readUInt32BE(0)));
    yield LINE_END;
  }
}
