/**
 * Puts Parquet files of the same columns one after the other into one, as they are: row groups are copied byte by byte and told
 * anew in one footer, so that nothing is read or compressed once more. Columns of texts may come from pages that lie elsewhere.
 * Owns what in a footer says where things lie.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { CHUNK, FILE, footerOf, GROUP, listOf, MAGIC, META, metaOf, numberOf } from './parquet-footer';
import { readPages, type StoredPage } from './stored-pages';
import { writeStruct, type ThriftList, type ThriftStruct } from './thrift-compact';

const COPY_BYTES = 4 * 1024 * 1024;

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
    const { meta } = metaOf(chunk);
    move(meta, [META.dataPage, META.indexPage, META.dictionaryPage, META.bloomFilter], by);
  }
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

/** A file to be put behind others; `pages` are the texts of its only row group, whose columns of these are empty. */
export interface Part {
  path: string;
  pages?: readonly StoredPage[];
}

function add(fields: ThriftStruct, id: number, value: bigint): void {
  const field = fields.get(id);
  if (field && typeof field.value === 'bigint') field.value += value;
}

/** Has a row group hold texts that are written at `place` of the file; gives how many bytes they are. */
async function addTexts(
  group: ThriftStruct,
  pages: readonly StoredPage[],
  place: number,
  out: FileHandle,
): Promise<number> {
  const rows = pages.reduce((sum, page) => sum + page.rows, 0);
  if (Number(numberOf(group, GROUP.rows)) !== rows) throw new Error('texts are not those of the row group');
  const chunks = new Map(listOf(group, GROUP.columns).map((chunk) => [metaOf(chunk).name, chunk]));
  const parts: Buffer[] = [];
  let at = BigInt(place);
  for (const { name, parts: own, meta } of await readPages(pages)) {
    const chunk = chunks.get(name);
    const field = chunk?.get(CHUNK.meta);
    const offset = meta.get(META.dataPage);
    if (!chunk || !field || !offset) throw new Error(`there is no column ${name} to hold texts`);
    const empty = metaOf(chunk).meta;
    meta.set(META.dataPage, { ...offset, value: at });
    field.value = meta;
    const start = chunk.get(CHUNK.offset);
    if (start && numberOf(chunk, CHUNK.offset) > 0n) start.value = at;
    const size = numberOf(meta, META.size);
    add(group, GROUP.bytes, numberOf(meta, META.plainSize) - numberOf(empty, META.plainSize));
    add(group, GROUP.packedBytes, size - numberOf(empty, META.size));
    at += size;
    parts.push(...own);
  }
  await out.appendFile(Buffer.concat(parts));
  return Number(at) - place;
}

/**
 * Writes the files of `parts`, at least one, into a new file at `path`, rows in that order; `onDone` is called after each of
 * them. All must have been written with the same columns by one program. Throws where one is no Parquet file, and as the file
 * system does.
 */
export async function joinParquet(
  parts: readonly Part[],
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
    for (const { path: one, pages } of parts) {
      const file = await open(one);
      try {
        const { footer, end } = await footerOf(file);
        const own = listOf(footer, FILE.groups);
        for (const [i, group] of own.entries())
          moveGroup(group, BigInt(at - MAGIC.length), groups.length + i);
        groups.push(...own);
        await copyBytes(file, out, MAGIC.length, end);
        at += end - MAGIC.length;
        rows += numberOf(footer, FILE.rows);
        whole ??= footer;
        const [group] = own;
        if (pages && (!group || own.length > 1)) throw new Error('texts need one row group');
        if (pages && group) at += await addTexts(group, pages, at, out);
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
