/**
 * The frame of a Parquet file, in Thrift's compact protocol: pages of columns go in, one page for each column of a row group.
 * Owns where they lie; what is in them is others' (parquet-column.ts, twin/span-scanner.ts).
 * https://parquet.apache.org/docs/file-format/ https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { closeSync, openSync, writevSync } from 'node:fs';
import { varint } from './parquet-column';

const MAGIC = Buffer.from('PAR1');
const INT32 = 5;
const INT64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Parts of a file are written so many at a time, the most that systems take (IOV_MAX). */
const MOST_PARTS = 1024;

type Field = readonly [id: number, type: number, bytes: number[]];

function zigzag(value: number): number[] {
  return varint(value * 2);
}

/** Fields in the order of their ids. */
function struct(...fields: Field[]): number[] {
  let last = 0;
  const out: number[] = [];
  for (const [id, type, bytes] of fields) {
    out.push(((id - last) << 4) | type, ...bytes);
    last = id;
  }
  return [...out, 0];
}

const int = (id: number, value: number): Field => [id, INT32, zigzag(value)];
const long = (id: number, value: number): Field => [id, INT64, zigzag(value)];
const nested = (id: number, bytes: number[]): Field => [id, STRUCT, bytes];

function text(value: string): number[] {
  const bytes = Buffer.from(value);
  return [...varint(bytes.length), ...bytes];
}

function list(id: number, type: number, items: number[][]): Field {
  const head = items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(items.length)];
  return [id, LIST, [...head, ...items.flat()]];
}

const OPTIONAL = 1;
const UTF8 = 0;
const PLAIN = 0;
/** Parquet's number for Snappy. */
export const SNAPPY = 1;
const RLE = 3;

/** A column as the frame names it. */
interface FramedColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
  /** Parquet's number for how its values are held. */
  readonly physicalType: number;
}

function schemaOf(column: FramedColumn): number[] {
  return struct(
    int(1, column.physicalType),
    int(3, OPTIONAL),
    [4, BINARY, text(column.name)],
    ...(column.type === 'VARCHAR' ? [int(6, UTF8)] : []),
  );
}

function pageHead(rows: number, plainSize: number, size: number): number[] {
  const data = struct(int(1, rows), int(2, PLAIN), int(3, RLE), int(4, RLE));
  return struct(int(1, 0), int(2, plainSize), int(3, size), nested(5, data));
}

/** Values of a page that were compressed: what is said of rows lies with them. */
interface Packed {
  bytes: Uint8Array;
  /** How many bytes it was. */
  plainSize: number;
}

function boundsOf([least, most]: readonly [number, number]): number[] {
  const bytes = (value: number): number[] => {
    const eight = Buffer.alloc(8);
    eight.writeDoubleLE(value);
    return [8, ...eight];
  };
  return struct([5, BINARY, bytes(most)], [6, BINARY, bytes(least)]);
}

interface Chunk {
  offset: number;
  size: number;
  plainSize: number;
  isPacked: boolean;
  bounds: readonly [number, number] | undefined;
}

function chunkOf(column: FramedColumn, rows: number, chunk: Chunk): number[] {
  const { offset, size, plainSize, isPacked, bounds } = chunk;
  const meta = struct(
    int(1, column.physicalType),
    list(2, INT32, [zigzag(PLAIN), zigzag(RLE)]),
    list(3, BINARY, [text(column.name)]),
    int(4, isPacked ? SNAPPY : 0),
    long(5, rows),
    long(6, plainSize),
    long(7, size),
    long(9, offset),
    ...(bounds ? [nested(12, boundsOf(bounds))] : []),
  );
  return struct(long(2, offset), nested(3, meta));
}

/** A Parquet file as it is written. All functions throw as the file system does. */
export class ParquetFrame {
  private readonly file: number;
  private offset = MAGIC.length;
  private rows = 0;
  private readonly groups: number[][] = [];
  private chunks: number[][] = [];
  private begun = MAGIC.length;
  private parts: Uint8Array[] = [MAGIC];

  constructor(
    path: string,
    private readonly columns: readonly FramedColumn[],
  ) {
    this.file = openSync(path, 'w');
  }

  /**
   * Adds the page of the next column of a group of `rows` rows; written by `flush` at the latest, until when its bytes must stay.
   * `bounds`: the least and the largest of its numbers, by which readers pass over the group.
   */
  addPage(rows: number, levels: Uint8Array, values: Uint8Array, bounds?: readonly [number, number]): void {
    const size = levels.length + values.length;
    this.add(rows, Buffer.from(pageHead(rows, size, size)), [levels, values], { plainSize: size, bounds });
  }

  /** The same of a page whose levels and values were compressed together, by Snappy. */
  addPacked(rows: number, { bytes, plainSize }: Packed): void {
    this.add(rows, Buffer.from(pageHead(rows, plainSize, bytes.length)), [bytes], {
      plainSize,
      isPacked: true,
    });
  }

  private add(
    rows: number,
    head: Uint8Array,
    parts: readonly Uint8Array[],
    { plainSize, isPacked = false, bounds }: Partial<Chunk> & { plainSize: number },
  ): void {
    const column = this.columns[this.chunks.length] as FramedColumn;
    const size = parts.reduce((sum, part) => sum + part.length, head.length);
    const chunk = { offset: this.offset, size, plainSize: head.length + plainSize, isPacked, bounds };
    this.chunks.push(chunkOf(column, rows, chunk));
    this.parts.push(head, ...parts);
    this.offset += size;
  }

  /** Writes the pages added. */
  flush(): void {
    writeParts(this.file, this.parts);
    this.parts = [];
  }

  /** Ends a group, whose columns have all been added. */
  endGroup(rows: number): void {
    this.groups.push(struct(list(1, STRUCT, this.chunks), long(2, this.offset - this.begun), long(3, rows)));
    this.rows += rows;
    this.chunks = [];
    this.begun = this.offset;
  }

  /** Writes what remains, and the footer. */
  end(): void {
    const root = struct([4, BINARY, text('schema')], int(5, this.columns.length));
    const footer = Buffer.from(
      struct(
        int(1, 1),
        list(2, STRUCT, [root, ...this.columns.map(schemaOf)]),
        long(3, this.rows),
        list(4, STRUCT, this.groups),
      ),
    );
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(footer.length);
    this.parts.push(footer, length, MAGIC);
    this.flush();
  }

  /** Lets go of the file, whether it is whole or not. */
  close(): void {
    closeSync(this.file);
  }
}

function writeParts(file: number, parts: readonly Uint8Array[]): void {
  for (let i = 0; i < parts.length; i += MOST_PARTS) {
    let left = parts.slice(i, i + MOST_PARTS);
    while (left.length > 0) left = remaining(left, writevSync(file, left));
  }
}

/** What is still to be written after the first `written` bytes. */
function remaining(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let done = written;
  for (const [i, part] of parts.entries()) {
    if (done < part.length) return [part.subarray(done), ...parts.slice(i + 1)];
    done -= part.length;
  }
  return [];
}
