/**
 * The footer of a Parquet file as Thrift has it: how it is found and read, and the ids of fields that say where things lie and how
 * many they are. Must not read what is in the pages.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import type { FileHandle } from 'node:fs/promises';
import { readStruct, type ThriftList, type ThriftStruct } from './thrift-compact';

export const MAGIC = Buffer.from('PAR1');
/** The footer's length and the magic bytes. */
const TAIL_BYTES = 8;

/** Ids of fields in parquet.thrift. */
export const FILE = { rows: 3, groups: 4 };
export const GROUP = { columns: 1, bytes: 2, rows: 3, offset: 5, packedBytes: 6, ordinal: 7 };
export const CHUNK = { offset: 2, meta: 3, offsetIndex: 4, columnIndex: 6 };
export const META = {
  path: 3,
  codec: 4,
  values: 5,
  plainSize: 6,
  size: 7,
  dataPage: 9,
  indexPage: 10,
  dictionaryPage: 11,
  statistics: 12,
  bloomFilter: 14,
};
export const STATISTICS = { most: 5, least: 6 };

/** A field's number; 0 where it is absent. */
export function numberOf(fields: ThriftStruct, id: number): bigint {
  const value = fields.get(id)?.value;
  return typeof value === 'bigint' ? value : 0n;
}

/** A field's list of structs; empty where it is absent. */
export function listOf(fields: ThriftStruct, id: number): ThriftStruct[] {
  return ((fields.get(id)?.value as ThriftList | undefined)?.items ?? []) as ThriftStruct[];
}

/** What a column chunk says of itself, and the name of its column, which lies in no other. */
export function metaOf(chunk: ThriftStruct): { name: string; meta: ThriftStruct } {
  const meta = chunk.get(CHUNK.meta)?.value;
  if (!(meta instanceof Map)) throw new Error('a Parquet file says nothing of a column');
  const path = meta.get(META.path)?.value as ThriftList | undefined;
  const [name] = path?.items ?? [];
  return { name: Buffer.isBuffer(name) ? name.toString() : '', meta };
}

/** The footer of an open file, and where it begins. Throws where it is no Parquet file, and as the file system does. */
export async function footerOf(file: FileHandle): Promise<{ footer: ThriftStruct; end: number }> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(TAIL_BYTES);
  await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
  const length = tail.readUInt32LE(0);
  const end = size - TAIL_BYTES - length;
  if (!tail.subarray(4).equals(MAGIC) || end < MAGIC.length) throw new Error('not a whole Parquet file');
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, end);
  return { footer: readStruct(bytes), end };
}
