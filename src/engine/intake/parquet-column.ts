/**
 * Columns of rows as Parquet writes them (PLAIN, not compressed), filled value by value. For rows on their way from the
 * readers into the database: a value costs one copy here, and several calls into the database by an appender.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */

export type Cell = string | number | bigint | boolean | null;

/** DuckDB types that a column may have, with Parquet's number for how it holds them. */
export const PHYSICAL = { BOOLEAN: 0, INTEGER: 1, BIGINT: 2, DOUBLE: 5, VARCHAR: 6 } as const;
export type ColumnType = keyof typeof PHYSICAL;

const FIRST_BYTES = 1 << 12;
/** A buffer that grew beyond this is let go once it is written. */
const KEPT_BYTES = 1 << 22;
/** Texts up to this length are copied faster a character at a time than by a call. */
const SHORT = 24;

/** One column of the rows at hand. Rows are numbered from 0; those that nothing is put into are null. */
export abstract class ParquetColumn {
  protected bytes = Buffer.allocUnsafe(FIRST_BYTES);
  protected used = 0;
  private present = new Uint8Array(FIRST_BYTES >> 3);
  /** Values that are not null. */
  protected count = 0;

  constructor(
    readonly name: string,
    readonly type: ColumnType,
  ) {}

  get physicalType(): number {
    return PHYSICAL[this.type];
  }

  /** Puts a value into a row; null leaves it as it is. Gives the bytes that it takes. */
  put(row: number, value: Cell): number {
    if (value === null) return 0;
    const before = this.used;
    if (!this.write(value)) return 0;
    const at = row >> 3;
    if (at >= this.present.length) this.growPresent(at);
    this.present[at] = (this.present[at] ?? 0) | (1 << (row & 7));
    this.count += 1;
    return this.used - before;
  }

  /** Writes a value behind the others; false where it is none that the column can hold. */
  protected abstract write(value: Cell): boolean;

  protected makeRoom(size: number): void {
    if (this.used + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + size));
    this.bytes.copy(grown, 0, 0, this.used);
    this.bytes = grown;
  }

  private growPresent(at: number): void {
    const grown = new Uint8Array(Math.max(this.present.length * 2, at + 1));
    grown.set(this.present);
    this.present = grown;
  }

  /** What a data page of `rows` rows holds: which rows have a value, and the values. Valid until `reset`. */
  page(rows: number): { levels: Buffer; values: Buffer } {
    const size = Math.ceil(rows / 8);
    if (size > this.present.length) this.growPresent(size);
    return {
      levels: levelsOf(rows, this.count, this.present),
      values: this.bytes.subarray(0, this.used),
    };
  }

  /** Begins anew. */
  reset(): void {
    if (this.bytes.length > KEPT_BYTES) this.bytes = Buffer.allocUnsafe(FIRST_BYTES);
    this.present.fill(0);
    this.used = 0;
    this.count = 0;
  }
}

/** An unsigned number in groups of seven bits, the lowest first. */
export function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}

/** Which of `rows` rows have a value, as a page says it: `count` of them have, those with a bit in `present`, the first in the lowest. */
export function levelsOf(rows: number, count: number, present: Uint8Array): Buffer {
  // A run of one level, where all rows have a value or none; else a bit for each.
  if (count === 0 || count === rows)
    return withLength(Buffer.from([...varint(rows * 2), count === 0 ? 0 : 1]));
  const size = Math.ceil(rows / 8);
  const head = Buffer.from(varint(size * 2 + 1));
  return withLength(Buffer.concat([head, present.subarray(0, size)]));
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

class TextColumn extends ParquetColumn {
  protected override write(value: Cell): boolean {
    const text = typeof value === 'string' ? value : String(value);
    this.makeRoom(4 + text.length * 3);
    const { bytes } = this;
    const start = this.used + 4;
    let end = start;
    if (text.length <= SHORT) {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 127) {
          end = -1;
          break;
        }
        bytes[end++] = unit;
      }
    } else end = -1;
    // Broken surrogates become replacement characters on the way.
    const length = end === -1 ? bytes.write(text, start) : end - start;
    bytes.writeUInt32LE(length, this.used);
    this.used = start + length;
    return true;
  }
}

class IntegerColumn extends ParquetColumn {
  protected override write(value: Cell): boolean {
    this.makeRoom(4);
    this.bytes.writeInt32LE(Number(value), this.used);
    this.used += 4;
    return true;
  }
}

class BigintColumn extends ParquetColumn {
  protected override write(value: Cell): boolean {
    this.makeRoom(8);
    if (typeof value === 'bigint') this.bytes.writeBigInt64LE(value, this.used);
    else {
      const whole = Math.round(Number(value));
      if (!Number.isSafeInteger(whole)) return false;
      // Faster than by a big integer.
      this.bytes.writeUInt32LE(whole >>> 0, this.used);
      this.bytes.writeInt32LE(Math.floor(whole / 0x1_0000_0000), this.used + 4);
    }
    this.used += 8;
    return true;
  }
}

class DoubleColumn extends ParquetColumn {
  protected override write(value: Cell): boolean {
    this.makeRoom(8);
    this.bytes.writeDoubleLE(Number(value), this.used);
    this.used += 8;
    return true;
  }
}

/** Eight values to a byte, the first in the lowest bit. */
class BooleanColumn extends ParquetColumn {
  protected override write(value: Cell): boolean {
    const bit = this.count & 7;
    if (bit === 0) {
      this.makeRoom(1);
      this.bytes[this.used++] = 0;
    }
    if (value === true) this.bytes[this.used - 1] = (this.bytes[this.used - 1] ?? 0) | (1 << bit);
    return true;
  }
}

const COLUMNS = {
  VARCHAR: TextColumn,
  INTEGER: IntegerColumn,
  BIGINT: BigintColumn,
  DOUBLE: DoubleColumn,
  BOOLEAN: BooleanColumn,
} as const;

/** A column by its DuckDB type. Values of another type are turned into it; of a number that it cannot hold remains null. */
export function parquetColumn(name: string, type: ColumnType): ParquetColumn {
  return new COLUMNS[type](name, type);
}
