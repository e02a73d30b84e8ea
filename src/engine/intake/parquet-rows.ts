/**
 * Writes rows as one Parquet file with one row group and one page for each column: how rows get from the readers into the
 * database. Owns the file's frame, in Thrift's compact protocol; parquet-column.ts owns the values.
 * https://parquet.apache.org/docs/file-format/ https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { closeSync, openSync, writevSync } from 'node:fs';
import { parquetColumn, varint, type Cell, type ColumnType, type ParquetColumn } from './parquet-column';

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
const RLE = 3;

function schemaOf(column: ParquetColumn): number[] {
  return struct(
    int(1, column.physicalType),
    int(3, OPTIONAL),
    [4, BINARY, text(column.name)],
    ...(column.type === 'VARCHAR' ? [int(6, UTF8)] : []),
  );
}

function pageHead(rows: number, size: number): number[] {
  const data = struct(int(1, rows), int(2, PLAIN), int(3, RLE), int(4, RLE));
  return struct(int(1, 0), int(2, size), int(3, size), nested(5, data));
}

function chunkOf(column: ParquetColumn, rows: number, offset: number, size: number): number[] {
  const meta = struct(
    int(1, column.physicalType),
    list(2, INT32, [zigzag(PLAIN), zigzag(RLE)]),
    list(3, BINARY, [text(column.name)]),
    int(4, 0),
    long(5, rows),
    long(6, size),
    long(7, size),
    long(9, offset),
  );
  return struct(long(2, offset), nested(3, meta));
}

/** Rows of one table, held until they are written. */
export class ParquetRows {
  private readonly columns: readonly ParquetColumn[];
  private rows = 0;
  private size = 0;

  /** `columns`: names with DuckDB types, in the order of the values of a row. */
  constructor(columns: readonly (readonly [string, ColumnType])[]) {
    this.columns = columns.map(([name, type]) => parquetColumn(name, type));
  }

  /** Rows held. */
  get count(): number {
    return this.rows;
  }

  /** Bytes of their values. */
  get bytes(): number {
    return this.size;
  }

  /** Takes a row; values that are missing are null. */
  add(values: readonly Cell[]): void {
    const { columns, rows } = this;
    for (let i = 0; i < columns.length; i++) {
      const value = values[i];
      if (value !== null && value !== undefined) this.size += columns[i]?.put(rows, value) ?? 0;
    }
    this.rows += 1;
  }

  /** Writes the rows held into a new file and lets go of them. Throws as the file system does. */
  writeTo(path: string): void {
    const parts: Uint8Array[] = [MAGIC];
    let offset = MAGIC.length;
    const chunks: number[][] = [];
    for (const column of this.columns) {
      const { levels, values } = column.page(this.rows);
      const head = Buffer.from(pageHead(this.rows, levels.length + values.length));
      const size = head.length + levels.length + values.length;
      chunks.push(chunkOf(column, this.rows, offset, size));
      parts.push(head, levels, values);
      offset += size;
    }
    const root = struct([4, BINARY, text('schema')], int(5, this.columns.length));
    const group = struct(list(1, STRUCT, chunks), long(2, offset - MAGIC.length), long(3, this.rows));
    const footer = Buffer.from(
      struct(
        int(1, 1),
        list(2, STRUCT, [root, ...this.columns.map(schemaOf)]),
        long(3, this.rows),
        list(4, STRUCT, [group]),
      ),
    );
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(footer.length);
    writeParts(path, [...parts, footer, length, MAGIC]);
    for (const column of this.columns) column.reset();
    this.rows = 0;
    this.size = 0;
  }
}

function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (let i = 0; i < parts.length; i += MOST_PARTS) {
      let left = parts.slice(i, i + MOST_PARTS);
      while (left.length > 0) left = remaining(left, writevSync(file, left));
    }
  } finally {
    closeSync(file);
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
