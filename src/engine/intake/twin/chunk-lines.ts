/**
 * Cuts a file of JSON lines into chunks that SQL may read: whole lines, each of them an object in UTF-8 that is neither too
 * deep nor written in a way that DuckDB and JSON.parse understand differently. Lines that are not so are blanked out, so
 * that places stay right, and listed for the record function. Owns this triage; must not parse anything.
 */
import { isUtf8 } from 'node:buffer';
import { LineScanner } from './line-scanner';

export interface LineChunk {
  /** 1-based number of its first line. */
  firstLine: number;
  lineCount: number;
  /** The lines with their ends; odd ones are spaces. */
  text: Buffer;
  /** The lines that only the record function may read, as they are. */
  odd: { line: number; bytes: Buffer }[];
  blank: number;
  /** The bytes of one of its lines. */
  lineAt(line: number): Buffer;
  /** Tells that nothing of it is needed any more: its bytes may become others. */
  release(): void;
}

export interface ChunkOptions {
  /** Bytes of a chunk, about. */
  chunkBytes: number;
  /** A longer line ends the whole attempt. */
  maxLineBytes: number;
  maxDepth: number;
}

const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Control characters are escaped in upper case by one and in lower case by the other; an escaped bracket hides nesting.
 * NaN and Infinity are numbers to DuckDB and nothing to JSON.
 */
const ODD_TEXT = /\\u00(?:[01]|5[bBdD]|7[bBdD])|NaN|Infinity/;

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > SPACE && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return false;
  return true;
}

/** Room that threads can look into. */
const roomFor = (size: number): Buffer => Buffer.from(new SharedArrayBuffer(size));

class Chunker {
  private held = roomFor(0);
  /** What chunks before had, for others to come. */
  private readonly free: Buffer[] = [];
  private size = 0;
  private scanned = 0;
  private lineStart = 0;
  private readonly scanner = new LineScanner();
  /** Between which places something stands that may be written in a way that is odd. */
  private firstHint = Infinity;
  private lastHint = -1;
  private firstLine: number;
  private ends: number[] = [];
  private readonly deep = new Set<number>();

  constructor(
    private readonly options: ChunkOptions,
    firstLine: number,
  ) {
    this.firstLine = firstLine;
  }

  /** Takes bytes in; true when a chunk is ready. */
  add(block: Buffer): boolean {
    if (this.size + block.length > this.held.length) {
      const grown = roomFor(
        Math.max(this.options.chunkBytes + block.length * 2, (this.size + block.length) * 2),
      );
      this.held.copy(grown, 0, 0, this.size);
      this.held = grown;
    }
    block.copy(this.held, this.size);
    this.size += block.length;
    this.scan();
    if (this.size - this.lineStart > this.options.maxLineBytes)
      throw new Error('a line is longer than SQL should hold');
    return this.lineStart >= this.options.chunkBytes;
  }

  /**
   * Nesting is counted over strings too, as the most that opens and is not closed again within any stretch: JSON inside
   * strings is parsed later on, and cannot nest deeper than that.
   */
  private scan(): void {
    this.scanner.scan(
      this.held,
      this.scanned,
      this.size,
      (end, deepest) => {
        if (deepest > this.options.maxDepth) this.deep.add(this.ends.length);
        this.ends.push(end);
        this.lineStart = end + 1;
      },
      (first, last) => {
        this.firstHint = Math.min(this.firstHint, first);
        this.lastHint = last;
      },
    );
    this.scanned = this.size;
  }

  /** The lines that are complete; at the end of the file also the last one. Null when there is none. */
  take(isEnd: boolean): LineChunk | null {
    if (isEnd && this.size > this.lineStart) this.add(Buffer.from('\n'));
    if (this.ends.length === 0) return null;
    const text = this.held.subarray(0, this.lineStart);
    const { odd, blank } = this.triage(text);
    const { ends, firstLine } = this;
    const lineAt = (line: number): Buffer => {
      const i = line - firstLine;
      return text.subarray(i === 0 ? 0 : (ends[i - 1] ?? 0) + 1, ends[i]);
    };
    const { held, free } = this;
    const release = (): void => void free.push(held);
    const chunk = { firstLine, lineCount: ends.length, text, odd, blank, lineAt, release };
    this.firstLine += this.ends.length;
    const rest = this.held.subarray(this.lineStart, this.size);
    this.held = free.pop() ?? roomFor(0);
    if (this.held.length < rest.length) this.held = roomFor(this.options.chunkBytes + rest.length);
    rest.copy(this.held);
    this.size = this.scanned = rest.length;
    // What is left of them stands in the line that has only begun.
    this.lastHint -= this.lineStart;
    this.firstHint = this.lastHint > 0 ? this.lastHint : Infinity;
    this.lineStart = 0;
    this.ends = [];
    this.deep.clear();
    return chunk;
  }

  private triage(text: Buffer): Pick<LineChunk, 'odd' | 'blank'> {
    const mayBeOdd = this.firstHint <= text.length || !isUtf8(text);
    const odd: LineChunk['odd'] = [];
    let blank = 0;
    let start = 0;
    for (const [i, end] of this.ends.entries()) {
      const to = end > start && text[end - 1] === 0x0d ? end - 1 : end;
      const isWhole = text[start] === OPEN_BRACE && text[to - 1] === CLOSE_BRACE;
      const line = text.subarray(start, to);
      if (!isWhole && isBlank(line)) blank += 1;
      else if (
        !isWhole ||
        this.deep.has(i) ||
        (mayBeOdd && (!isUtf8(line) || ODD_TEXT.test(line.toString('latin1'))))
      ) {
        odd.push({ line: this.firstLine + i, bytes: Buffer.from(line) });
        line.fill(SPACE);
      }
      start = end + 1;
    }
    return { odd, blank };
  }
}

/** Chunks of a stream of bytes whose first line has the number `firstLine`. Throws where a line is too long, and what the stream throws. */
export async function* chunkLines(
  bytes: AsyncIterable<Buffer>,
  options: ChunkOptions,
  firstLine = 1,
): AsyncGenerator<LineChunk> {
  const chunker = new Chunker(options, firstLine);
  for await (const block of bytes) {
    // A piece of the file may be larger than a chunk is to be.
    for (let from = 0; from < block.length; from += options.chunkBytes) {
      if (!chunker.add(block.subarray(from, from + options.chunkBytes))) continue;
      const chunk = chunker.take(false);
      if (chunk) yield chunk;
    }
  }
  const last = chunker.take(true);
  if (last) yield last;
}
