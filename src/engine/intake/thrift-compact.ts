/**
 * Thrift's compact protocol, as far as Parquet's footers are written in it: to values that keep their field ids and types, and
 * back to the same bytes. Owns the encoding; must not know what a field means.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const INT64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

/** A list or set with the type of its items. */
export interface ThriftList {
  type: number;
  items: ThriftValue[];
}
/** Fields of a struct by their ids, in the order they were written in. */
export type ThriftStruct = Map<number, { type: number; value: ThriftValue }>;
export type ThriftValue = bigint | number | boolean | Buffer | ThriftList | ThriftStruct;

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('the footer of a Parquet file ends too early');
    return byte;
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  private integer(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  private slice(length: number): Buffer {
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new Error('the footer of a Parquet file ends too early');
    return this.bytes.subarray(from, this.at);
  }

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    for (let head = this.byte(); head !== 0; head = this.byte()) {
      const delta = head >> 4;
      const type = head & 0x0f;
      id = delta === 0 ? Number(this.integer()) : id + delta;
      fields.set(id, { type, value: type <= FALSE ? type === TRUE : this.value(type) });
    }
    return fields;
  }

  private value(type: number): ThriftValue {
    if (type === TRUE || type === FALSE) return this.byte() === TRUE;
    if (type === BYTE) return this.byte();
    if (type <= INT64) return this.integer();
    if (type === DOUBLE) return this.slice(8);
    if (type === BINARY) return this.slice(Number(this.varint()));
    if (type === LIST || type === SET) return this.list();
    if (type === STRUCT) return this.struct();
    throw new Error(`the footer of a Parquet file holds a value of type ${String(type)}`);
  }

  private list(): ThriftList {
    const head = this.byte();
    const size = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
    const type = head & 0x0f;
    return { type, items: Array.from({ length: size }, () => this.value(type)) };
  }
}

class Writer {
  private readonly parts: Uint8Array[] = [];
  private loose: number[] = [];

  private varint(value: bigint): void {
    let left = value;
    for (; left >= 0x80n; left >>= 7n) this.loose.push(Number(left & 0x7fn) | 0x80);
    this.loose.push(Number(left));
  }

  private integer(value: bigint): void {
    this.varint(value >= 0n ? value << 1n : (-value << 1n) - 1n);
  }

  private bytes(bytes: Uint8Array): void {
    this.parts.push(Uint8Array.from(this.loose), bytes);
    this.loose = [];
  }

  struct(fields: ThriftStruct): void {
    let last = 0;
    for (const [id, { type, value }] of fields) {
      const written = typeof value === 'boolean' ? (value ? TRUE : FALSE) : type;
      if (id > last && id - last < 16) this.loose.push(((id - last) << 4) | written);
      else {
        this.loose.push(written);
        this.integer(BigInt(id));
      }
      last = id;
      if (typeof value !== 'boolean') this.value(value);
    }
    this.loose.push(0);
  }

  private value(value: ThriftValue): void {
    if (typeof value === 'boolean') this.loose.push(value ? TRUE : FALSE);
    else if (typeof value === 'number') this.loose.push(value);
    else if (typeof value === 'bigint') this.integer(value);
    else if (value instanceof Map) this.struct(value);
    else if (Buffer.isBuffer(value)) this.binary(value);
    else this.list(value);
  }

  private binary(value: Buffer): void {
    this.varint(BigInt(value.length));
    this.bytes(value);
  }

  private list({ type, items }: ThriftList): void {
    if (items.length < 15) this.loose.push((items.length << 4) | type);
    else {
      this.loose.push(0xf0 | type);
      this.varint(BigInt(items.length));
    }
    for (const item of items) {
      // Eight bytes of a double have no length before them.
      if (type === DOUBLE) this.bytes(item as Buffer);
      else this.value(item);
    }
  }

  end(): Buffer {
    return Buffer.concat([...this.parts, Uint8Array.from(this.loose)]);
  }
}

/** Reads a struct. Throws where the bytes end too early or hold what Parquet's footers never do. */
export function readStruct(bytes: Buffer): ThriftStruct {
  return new Reader(bytes).struct();
}

/** Bytes of a struct. */
export function writeStruct(fields: ThriftStruct): Buffer {
  const writer = new Writer();
  writer.struct(fields);
  return writer.end();
}
