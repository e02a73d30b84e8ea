/**
 * Cuts a JSON document into its records while it streams by: the elements of a top-level array, or the top-level
 * values one after another. Works on brackets and strings alone, so that one broken element does not take its
 * neighbours with it; each piece is parsed by the caller.
 */

export type Piece =
  | (Place & { bytes: Buffer })
  | (Place & { tooLong: number; head: Buffer })
  /** The document ends inside this record. */
  | (Place & { cutOff: true; rest: Buffer });

interface Place {
  line: number;
  byteOffset: number;
  inArray: boolean;
  /** Spaces and tabs the line begins with that the record starts on. */
  indent: number;
}

const QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const BACKTICK = 0x60;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const LF = 0x0a;
const FIRST_STEP = 256;

function isSpace(byte: number): boolean {
  return (
    byte === 0x20 ||
    byte === 0x09 ||
    byte === LF ||
    byte === 0x0d ||
    byte === 0xef ||
    byte === 0xbb ||
    byte === 0xbf
  );
}

class Splitter {
  private base = 0;
  private depth = -1;
  /** The mark that ends the text at hand; 0 outside of texts. */
  private mark = 0;
  private escaped = false;
  private started = false;
  private isArray = false;
  private pieces: Buffer[] = [];
  private held = 0;
  private dropped = 0;
  private line = 1;
  private startLine = 1;
  private startOffset = 0;
  private indent = 0;
  private isIndenting = true;
  private startIndent = 0;
  private offset = 0;
  /** Depth at which a record closes: 1 inside the top-level array, 0 outside. */
  readonly ready: Piece[] = [];

  constructor(
    private readonly maxBytes: number,
    private readonly isPrinted: boolean,
  ) {}

  push(chunk: Buffer): void {
    let from = this.started ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (byte === LF) {
        this.line += 1;
        this.indent = 0;
        this.isIndenting = true;
      } else if (this.isIndenting && (byte === 0x20 || byte === 0x09)) this.indent += 1;
      else this.isIndenting = false;
      if (this.started) {
        if (this.advance(byte)) {
          this.add(chunk.subarray(from, i + 1));
          this.finish();
          from = -1;
        } else if (
          this.depth === this.base &&
          this.mark === 0 &&
          (byte === COMMA || byte === CLOSE_BRACKET) &&
          this.isArray
        ) {
          // A bare scalar ends at the comma or the closing bracket.
          this.add(chunk.subarray(from, i));
          this.finish();
          from = -1;
        }
      } else if (!isSpace(byte) && byte !== COMMA) {
        if (this.depth === -1 && byte === OPEN_BRACKET) {
          this.depth = 1;
          this.base = 1;
          this.isArray = true;
        } else if (this.isArray && byte === CLOSE_BRACKET) {
          this.isArray = false;
          this.depth = 0;
          this.base = 0;
        } else {
          if (this.depth === -1) this.depth = 0;
          this.started = true;
          this.startLine = this.line;
          this.startIndent = this.indent;
          this.startOffset = this.offset + i;
          from = i;
          this.advance(byte);
        }
      }
    }
    if (this.started && from >= 0) this.add(chunk.subarray(from));
    this.offset += chunk.length;
  }

  /** Takes one byte of a record; true when it closes the record. */
  private advance(byte: number): boolean {
    if (this.mark !== 0) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === this.mark) this.mark = 0;
      return false;
    }
    if (byte === QUOTE || (this.isPrinted && (byte === SINGLE_QUOTE || byte === BACKTICK))) this.mark = byte;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (this.depth > this.base) {
        this.depth -= 1;
        return this.depth === this.base;
      }
    }
    return false;
  }

  private add(bytes: Buffer): void {
    if (this.dropped === 0 && this.held + bytes.length <= this.maxBytes) {
      this.pieces.push(bytes);
      this.held += bytes.length;
    } else this.dropped += bytes.length;
  }

  private finish(isCutOff = false): void {
    const body = this.pieces.length === 1 ? (this.pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(this.pieces);
    const place = {
      line: this.startLine,
      byteOffset: this.startOffset,
      inArray: this.isArray,
      indent: this.startIndent,
    };
    if (this.dropped > 0)
      this.ready.push({ ...place, tooLong: this.held + this.dropped, head: body.subarray(0, 1024) });
    else if (isCutOff) this.ready.push({ ...place, cutOff: true, rest: body });
    else this.ready.push({ ...place, bytes: body });
    this.pieces = [];
    this.held = 0;
    this.dropped = 0;
    this.started = false;
    this.mark = 0;
    this.escaped = false;
    this.depth = this.base;
  }

  end(): void {
    if (this.started) this.finish(this.depth > this.base || this.mark !== 0 || this.isArray);
  }

  get lines(): number {
    return this.line;
  }
}

/** The value that the bytes, which are at hand as a whole, begin with; null where it does not end among them. */
export function firstValue(bytes: Buffer, isPrinted = false): Buffer | null {
  const splitter = new Splitter(bytes.length, isPrinted);
  // In steps, since what comes after the value is not for this.
  for (let at = 0, step = FIRST_STEP; at < bytes.length && splitter.ready.length === 0; at += step, step *= 2)
    splitter.push(bytes.subarray(at, at + step));
  const [first] = splitter.ready;
  return first && 'bytes' in first ? first.bytes : null;
}

/**
 * Records of a JSON document in order, each with the 1-based line and byte it starts at. `isPrinted`: they are what Python or
 * JavaScript printed, whose texts stand in other quotes too.
 */
export async function* splitValues(
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
  onEnd?: (lines: number) => void,
  isPrinted = false,
): AsyncGenerator<Piece> {
  const splitter = new Splitter(maxBytes, isPrinted);
  for await (const chunk of bytes) {
    splitter.push(chunk);
    yield* splitter.ready.splice(0);
  }
  splitter.end();
  yield* splitter.ready.splice(0);
  onEnd?.(splitter.lines);
}
