/**
 * Puts Parquet files of the same columns one after the other into one, as they are: row groups are copied byte by byte and told
 * anew in one footer, so that nothing is read or compressed once more. Owns what in a footer says where things lie.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { open, type FileHandle } from 'node:fs/promises';
import { readStruct, writeStruct, type ThriftList, type ThriftStruct } from './thrift-compact';

const MAGIC = Buffer.from('PAR1');
/** The footer's length and the magic bytes. */
const TAIL_BYTES = 8;
const COPY_BYTES = 4 * 1024 * 1024;

/** Ids of fields in parquet.thrift. */
const FILE = { rows: 3, groups: 4 };
const GROUP = { columns: 1, offset: 5, ordinal: 7 };
const CHUNK = { offset: 2, meta: 3, offsetIndex: 4, columnIndex: 6 };
const META = { dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14 };

function numberOf(fields: ThriftStruct, id: number): bigint {
  const value = fields.get(id)?.value;
  return typeof value === 'bigint' ? value : 0n;
}

function listOf(fields: ThriftStruct, id: number): ThriftStruct[] {
  return ((fields.get(id)?.value as ThriftList | undefined)?.items ?? []) as ThriftStruct[];
}

/** Moves places in the file; those that are 0 or absent say nothing. */
function move(fields: ThriftStruct, ids: readonly number[], by: bigint): void {
  for (const id of ids) {
    const field = fields.get(id);
    if (field && typeof field.value === 'bigint' && field.value > 0n) field.value += by;
  }
}

function moveGroup(group: ThriftStruct, by: bigint, ordinal: number): void {
  move(group, [GROUP.offset], by);
  const own = group.get(GROUP.ordinal);
  if (own) own.value = BigInt(ordinal);
  for (const chunk of listOf(group, GROUP.columns)) {
    move(chunk, [CHUNK.offset, CHUNK.offsetIndex, CHUNK.columnIndex], by);
    const meta = chunk.get(CHUNK.meta)?.value;
    if (meta instanceof Map)
      move(meta, [META.dataPage, META.indexPage, META.dictionaryPage, META.bloomFilter], by);
  }
}

async function footerOf(file: FileHandle): Promise<{ footer: ThriftStruct; end: number }> {
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

async function copyBytes(from: FileHandle, to: FileHandle, start: number, end: number): Promise<void> {
  const block = Buffer.allocUnsafe(Math.min(COPY_BYTES, end - start));
  for (let at = start; at < end;) {
    const { bytesRead } = await from.read(block, 0, Math.min(block.length, end - at), at);
    if (bytesRead === 0) throw new Error('a Parquet file ended while it was copied');
    await to.appendFile(block.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/**
 * Writes the files at `paths`, at least one, into a new file at `path`, rows in that order; `onDone` is called after each of
 * them. All must have been written with the same columns by one program. Throws where one is no Parquet file, and as the file
 * system does.
 */
export async function joinParquet(
  paths: readonly string[],
  path: string,
  onDone: (path: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const out = await open(path, 'wx');
  try {
    await out.appendFile(MAGIC);
    let at = MAGIC.length;
    let whole: ThriftStruct | null = null;
    let rows = 0n;
    const groups: ThriftStruct[] = [];
    for (const one of paths) {
      const file = await open(one);
      try {
        const { footer, end } = await footerOf(file);
        for (const group of listOf(footer, FILE.groups)) {
          moveGroup(group, BigInt(at - MAGIC.length), groups.length);
          groups.push(group);
        }
        await copyBytes(file, out, MAGIC.length, end);
        at += end - MAGIC.length;
        rows += numberOf(footer, FILE.rows);
        whole ??= footer;
      } finally {
        await file.close();
      }
      await onDone(one);
    }
    if (!whole) throw new Error('there is no Parquet file to put together');
    const count = whole.get(FILE.rows);
    const list = whole.get(FILE.groups)?.value as ThriftList | undefined;
    if (!count || !list) throw new Error('a Parquet file says nothing of its rows');
    count.value = rows;
    list.items = groups;
    const footer = writeStruct(whole);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await out.appendFile(Buffer.concat([footer, length, MAGIC]));
  } finally {
    await out.close();
  }
}
