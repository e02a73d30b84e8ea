/**
 * Records that a program printed over several lines between the lines of its log, as one line each: from the line that opens
 * a bracket and nothing else, or ends a log's own line with one, to the line that begins with its closing bracket.
 */
interface TextLine {
  line: number;
  byteOffset: number;
  bytes: Buffer;
}

/** A line as it was, a block as one line, which may be one that did not end (`isCutOff`), or (`isPart`) a further line of the block before it. */
export type BlockLine = TextLine & { isPart?: true; isCutOff?: true };

/** A time, a level in brackets or alone, or the priority of syslog at the start of a line. */
export const LOG_START =
  /^\s*(?:\u001b\[[\d;]*m)*(?:<\d{1,3}>|[[(]?(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d|\d{10,19}\b)|[[(]?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|trace|debug|info|warn|warning|error|fatal|critical)\b|[IWEF]\d{4} )/;

const SPACE = 0x20;
const TAB = 0x09;
const CR = 0x0d;
const OPEN_BRACKETS = [0x7b, 0x5b];
const CLOSE_BRACKETS = [0x7d, 0x5d];
const LF = Buffer.from('\n');

function opens({ bytes }: TextLine): boolean {
  let end = bytes.length;
  while (end > 0 && [SPACE, TAB, CR].includes(bytes[end - 1] ?? 0)) end -= 1;
  const last = bytes[end - 1];
  if (last === undefined || !OPEN_BRACKETS.includes(last)) return false;
  return end === 1 || LOG_START.test(bytes.toString('latin1', 0, 80));
}

function joined(lines: readonly TextLine[]): BlockLine[] {
  const bytes = Buffer.concat(lines.flatMap((one, i) => (i === 0 ? [one.bytes] : [LF, one.bytes])));
  return lines.map((one, i) => (i === 0 ? { ...one, bytes } : { ...one, isPart: true }));
}

export class BlockLines {
  private held: TextLine[] = [];
  private size = 0;

  /**
   * `maxBytes`: a block longer than this is given out as the lines it was; one that does not end is too, but where `isRecord`
   * says of its lines that they are the beginning of a record.
   */
  constructor(
    private readonly maxBytes: number,
    private readonly isRecord: (lines: readonly Buffer[]) => boolean = () => false,
  ) {}

  /** What can be given out after a line, in the order of the lines. */
  take(line: TextLine): BlockLine[] {
    const first = line.bytes[0] ?? 0;
    if (this.held.length === 0) {
      if (!opens(line)) return [line];
      this.hold(line);
      return [];
    }
    const isEnd = CLOSE_BRACKETS.includes(first);
    if (this.size + line.bytes.length > this.maxBytes) return [...this.release(), ...this.take(line)];
    if (!isEnd && first !== SPACE && first !== TAB) return [...this.rest(), ...this.take(line)];
    this.hold(line);
    return isEnd ? joined(this.release()) : [];
  }

  /** The lines of a block that did not end. */
  rest(): BlockLine[] {
    const lines = this.release();
    if (!this.isRecord(lines.map(({ bytes }) => bytes))) return lines;
    return joined(lines).map((one) => (one.isPart ? one : { ...one, isCutOff: true }));
  }

  private release(): TextLine[] {
    const lines = this.held;
    this.held = [];
    this.size = 0;
    return lines;
  }

  private hold(line: TextLine): void {
    this.held.push(line);
    this.size += line.bytes.length + 1;
  }
}

/** Lines of a text with its blocks as one line each; a block that the text or, where `isRecord` says so, another line cuts off is left out. */
export function withBlocks(
  lines: readonly string[],
  isRecord?: (lines: readonly Buffer[]) => boolean,
): string[] {
  const blocks = new BlockLines(Infinity, isRecord);
  return lines
    .flatMap((text) => blocks.take({ line: 0, byteOffset: 0, bytes: Buffer.from(text) }))
    .flatMap(({ bytes, isPart, isCutOff }) => (isPart || isCutOff ? [] : [bytes.toString('utf8')]));
}
