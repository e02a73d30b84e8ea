/**
 * Reads the members of a TAR stream one after the other: POSIX ustar with pax and GNU long names. Links,
 * devices and the like come with what they are and without bytes; folders are passed over. Must not hold more than a block of it. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 */

const BLOCK = 512;
const FILE_TYPES = new Set(['0', '\0', '7']);
/** What is no file, in the singular. */
const KINDS: Readonly<Record<string, string>> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '6': 'named pipe',
  S: 'sparse file',
};
const FOLDER = '5';
/** Headers that speak of the next member or of all, and are none: pax for all, GNU long names of what a link leads to. */
const ABOUT_OTHERS = new Set(['g', 'K', 'V']);
const PAX = 'x';
const GNU_LONG_NAME = 'L';
/** A name longer than this is no name. */
const MAX_NAME_BYTES = 64 * 1024;

export interface TarMember {
  name: string;
  size: number;
  /** What it is, in the singular, where it is no file whose bytes can be had; null for a file. */
  kind: string | null;
  /** Its bytes, to be read before the next member is asked for; what is not read is passed over. */
  bytes(): AsyncGenerator<Buffer>;
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** A size as octal digits, or in GNU's base 256 where it is large. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  const size = Number.parseInt(field.toString('latin1').replaceAll('\0', '').trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new Error('the archive is damaged: a size is no number');
  return size;
}

/** The path of a pax header: records `<length> path=<name>\n`. */
function paxPath(body: Buffer): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1] ?? null;
}

function kindOf(type: string): string | null {
  return FILE_TYPES.has(type) ? null : (KINDS[type] ?? `entry of type ${JSON.stringify(type)}`);
}

export class TarStream {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>) {
    this.source = bytes[Symbol.asyncIterator]();
  }

  /** Members in order. Throws where the archive ends inside a header or is no TAR any more. */
  async *members(): AsyncGenerator<TarMember> {
    let longName: string | null = null;
    for (;;) {
      const header = await this.take(BLOCK);
      if (header === null || header.every((byte) => byte === 0)) return;
      if (header.toString('latin1', 257, 262) !== 'ustar')
        throw new Error('the archive is damaged: what follows a member is no header');
      const size = sizeOf(header);
      const type = header.toString('latin1', 156, 157);
      const padding = (BLOCK - (size % BLOCK)) % BLOCK;
      if ((type === PAX || type === GNU_LONG_NAME) && size <= MAX_NAME_BYTES) {
        const body = await this.take(size + padding);
        if (body === null) throw new Error('the archive is cut off');
        const named = body.subarray(0, size);
        longName = type === PAX ? (paxPath(named) ?? longName) : text(named, 0, size);
        continue;
      }
      const prefix = text(header, 345, 155);
      const name: string = longName ?? `${prefix === '' ? '' : `${prefix}/`}${text(header, 0, 100)}`;
      const rest = { bytes: size };
      if (!ABOUT_OTHERS.has(type)) {
        longName = null;
        if (type !== FOLDER) yield { name, size, kind: kindOf(type), bytes: () => this.body(rest) };
      }
      // What the caller did not read.
      const unread = this.body(rest);
      while ((await unread.next()).done !== true);
      await this.take(padding);
    }
  }

  private async *body(rest: { bytes: number }): AsyncGenerator<Buffer> {
    while (rest.bytes > 0) {
      if (this.held.length === 0 && !(await this.more())) throw new Error('the archive is cut off here');
      const piece = this.held.subarray(0, rest.bytes);
      this.held = this.held.subarray(piece.length);
      rest.bytes -= piece.length;
      yield piece;
    }
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.held = this.held.length === 0 ? next.value : Buffer.concat([this.held, next.value]);
    return true;
  }

  /** The next bytes; null at the end. */
  private async take(length: number): Promise<Buffer | null> {
    while (this.held.length < length) if (!(await this.more())) return null;
    const taken = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    return taken;
  }
}
