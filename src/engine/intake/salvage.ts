/**
 * Saves the neighbours of a broken element: of a pretty-printed JSON array, where an element without its closing bracket or
 * quote runs on over all that follow (elements of one array begin on lines indented alike, and that is where it is cut); and of
 * a list inside a document that ends too early.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
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

/** Lists whose elements are themselves lists of records, as OTLP has them: what stands before the cut is saved in the innermost. */
const AROUND_RECORDS = /^(?:resource_?|scope_?|instrumentation_?library_?)(?:spans|logs)$/i;

interface OpenBracket {
  isList: boolean;
  /** The key it stands under, empty in a list. */
  key: string;
  /** Where the last of its whole elements ends; -1 where it has none. */
  end: number;
  /** Where the element after that begins. */
  next: number;
  nextLine: number;
}

/** The brackets that a text leaves open, outermost first. */
function openBrackets(bytes: Buffer): OpenBracket[] {
  const open: OpenBracket[] = [];
  let line = 0;
  let text = '';
  let key = '';
  const begin = (at: number): void => {
    const around = open.at(-1);
    if (around?.isList && around.next === -1) Object.assign(around, { next: at, nextLine: line });
  };
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      begin(i);
      const from = i + 1;
      for (i += 1; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i += 1;
      text = i - from > 80 ? '' : bytes.toString('latin1', from, i);
    } else if (byte === COLON) key = text;
    else if (byte === LF) line += 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      begin(i);
      const isList = byte === OPEN_BRACKET;
      open.push({ isList, key: open.at(-1)?.isList === true ? '' : key, end: -1, next: -1, nextLine: 0 });
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      open.pop();
      const around = open.at(-1);
      if (around?.isList) Object.assign(around, { end: i + 1, next: -1 });
    } else if (byte === COMMA) {
      const around = open.at(-1);
      if (around?.isList) Object.assign(around, { end: i, next: -1 });
    } else if (!isSpace(byte)) begin(i);
  }
  return open;
}

/** Lists that hold spans, wherever they stand in a record. */
const OF_SPANS = /^(?:spans|logRecords|log_records)$/;

/**
 * A line that ends too early, closed after the last whole object of the list of objects that it ends in, and the rest; null where it ends in
 * none that is the record's own, or of spans: what else a record lacks then would change what it says.
 */
export function lineBeforeCut(bytes: Buffer): { whole: Buffer; cut: Part } | null {
  const open = openBrackets(bytes);
  const found = closedIn(bytes, open);
  if (!found || bytes[found.list.end - 1] !== CLOSE_BRACE) return null;
  const above = open.slice(0, open.indexOf(found.list)).filter(({ isList }) => isList);
  const isOwn = open.indexOf(found.list) === 1;
  const isSaved = isOwn || OF_SPANS.test(found.list.key) || above.some(({ key }) => AROUND_RECORDS.test(key));
  return isSaved ? found : null;
}

/**
 * A document that ends too early, closed after the last whole element of the outermost list that it ends in, and the rest; null
 * where that list has no whole element.
 */
export function closedBeforeCut(bytes: Buffer): { whole: Buffer; cut: Part } | null {
  return closedIn(bytes, openBrackets(bytes));
}

function closedIn(
  bytes: Buffer,
  open: readonly OpenBracket[],
): { whole: Buffer; cut: Part; list: OpenBracket } | null {
  const inner = open.findIndex(({ isList, key }) => isList && !AROUND_RECORDS.test(key));
  const at = open.findLastIndex(({ end }, i) => end !== -1 && (inner === -1 || i <= inner));
  const list = open[at];
  if (!list) return null;
  const closers = open
    .slice(0, at + 1)
    .map(({ isList }) => (isList ? ']' : '}'))
    .toReversed();
  const from = list.next === -1 ? bytes.length : list.next;
  return {
    whole: Buffer.concat([bytes.subarray(0, list.end), Buffer.from(closers.join(''))]),
    cut: { line: list.nextLine, offset: from, bytes: bytes.subarray(from) },
    list,
  };
}
