/**
 * Saves the neighbours of a broken element of a pretty-printed JSON array: an element without its closing bracket or
 * quote runs on over all that follow. Elements of one array begin on lines indented alike, and that is where it is cut.
 */

const OPEN_BRACE = 0x7b;
const LF = 0x0a;
const COMMA = 0x2c;
const CLOSE_BRACKET = 0x5d;

export interface Part {
  /** Lines and bytes after the start of what was cut. */
  line: number;
  offset: number;
  bytes: Buffer;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === LF;
}

/** End of an element's bytes, without the comma, the array's bracket or the space after it. */
function trimmedEnd(bytes: Buffer, start: number, end: number, isLast: boolean): number {
  let to = end;
  while (to > start && isSpace(bytes[to - 1])) to -= 1;
  const last = bytes[to - 1];
  if (last === COMMA || (isLast && last === CLOSE_BRACKET)) to -= 1;
  return to;
}

/**
 * Parts of a piece that could not be parsed, cut where a line starts with `indent` spaces or tabs and a brace.
 * One part, the piece itself, when there is no such line.
 */
export function cutAtElements(bytes: Buffer, indent: number): Part[] {
  const starts: { line: number; offset: number }[] = [{ line: 0, offset: 0 }];
  let line = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    line += 1;
    let i = at + 1;
    while (bytes[i] === 0x20 || bytes[i] === 0x09) i += 1;
    if (i - at - 1 === indent && bytes[i] === OPEN_BRACE) starts.push({ line, offset: i });
  }
  if (starts.length === 1) return [{ line: 0, offset: 0, bytes }];
  return starts.map((start, i) => {
    const next = starts[i + 1];
    const end = trimmedEnd(bytes, start.offset, next?.offset ?? bytes.length, next === undefined);
    return { ...start, bytes: bytes.subarray(start.offset, end) };
  });
}
