/**
 * Cuts bytes into lines without ever holding more than one of them, and says what is wrong with those it cannot give.
 */

export type Line =
  | { line: number; byteOffset: number; bytes: Buffer }
  | { line: number; byteOffset: number; tooLong: number; head: Buffer };

const LF = 0x0a;
const CR = 0x0d;

/**
 * Lines of a byte stream, 1-based, without their line ends (LF, CRLF, or CR alone when `delimiter` says so).
 * `first` says where in its file the stream begins.
 * A line longer than `maxBytes` is skipped to its end and given as `tooLong` (its length) with its first bytes.
 */
export async function* splitLines(
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
  delimiter: number = LF,
  first: { line: number; byteOffset: number } = { line: 1, byteOffset: 0 },
): AsyncGenerator<Line> {
  let pieces: Buffer[] = [];
  let held = 0;
  let dropped = 0;
  let { line } = first;
  let lineStart = first.byteOffset;
  let offset = first.byteOffset;

  const take = (): Line => {
    const length = held + dropped;
    const body = pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces);
    const place = { line, byteOffset: lineStart };
    pieces = [];
    held = 0;
    if (dropped > 0) {
      dropped = 0;
      return { ...place, tooLong: length, head: body.subarray(0, 1024) };
    }
    const end = body.length > 0 && body[body.length - 1] === CR ? body.length - 1 : body.length;
    return { ...place, bytes: body.subarray(0, end) };
  };

  for await (const chunk of bytes) {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(delimiter, from);
      const to = at === -1 ? chunk.length : at;
      if (to > from) {
        if (dropped === 0 && held + (to - from) <= maxBytes) {
          pieces.push(chunk.subarray(from, to));
          held += to - from;
        } else dropped += to - from;
      }
      if (at === -1) break;
      yield take();
      from = at + 1;
      line += 1;
      lineStart = offset + from;
    }
    offset += chunk.length;
  }
  if (held + dropped > 0) yield take();
}
