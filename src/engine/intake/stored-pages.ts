/**
 * Pages of texts as they lie in a file beside the tables, a page for each column of a group of spans: which of them may be part of
 * another Parquet file as the bytes they are, and those bytes, column by column. Owns what makes pages alike.
 */
import { open } from 'node:fs/promises';
import { WIDE_COLUMNS } from './canonical';
import { FILE, footerOf, GROUP, listOf, META, metaOf, numberOf, STATISTICS } from './parquet-footer';
import { SNAPPY } from './parquet-frame';
import type { ThriftStruct } from './thrift-compact';

/**
 * Texts stay as they were packed where that is at most this share of what they are, else they are packed better: together they are one to
 * two times the source, and what is kept of it is to be smaller than that.
 */
const MOST_PACKED = 0.25;

/** A group of spans in a file of texts. */
export interface StoredPage {
  path: string;
  rows: number;
  /** Numbers of its spans. */
  firstNo: number;
  lastNo: number;
  /** What is said of each of WIDE_COLUMNS. */
  columns: readonly ThriftStruct[];
}

function boundOf(statistics: ThriftStruct | undefined, id: number): number {
  const bytes = statistics?.get(id)?.value;
  return Buffer.isBuffer(bytes) && bytes.length === 8 ? bytes.readDoubleLE(0) : NaN;
}

function pageOf(path: string, group: ThriftStruct): StoredPage | null {
  const metas = new Map(
    listOf(group, GROUP.columns).map((chunk) => {
      const { name, meta } = metaOf(chunk);
      return [name, meta] as const;
    }),
  );
  const rows = Number(numberOf(group, GROUP.rows));
  const columns = WIDE_COLUMNS.flatMap((name) => metas.get(name) ?? []);
  const isPlain = columns.every(
    (meta) => numberOf(meta, META.codec) === BigInt(SNAPPY) && numberOf(meta, META.dictionaryPage) === 0n,
  );
  const statistics = metas.get('seq')?.get(META.statistics)?.value as ThriftStruct | undefined;
  const firstNo = boundOf(statistics, STATISTICS.least);
  const lastNo = boundOf(statistics, STATISTICS.most);
  // One number after another, each of them there.
  const isWhole = columns.length === WIDE_COLUMNS.length && lastNo - firstNo === rows - 1;
  const sum = (id: number): number => columns.reduce((all, meta) => all + Number(numberOf(meta, id)), 0);
  const isPacked = sum(META.size) <= sum(META.plainSize) * MOST_PACKED;
  return isPlain && isWhole && isPacked ? { path, rows, firstNo, lastNo, columns } : null;
}

/** The pages of a file of texts that can be taken as they are. Throws as the file system does. */
export async function pagesOf(path: string): Promise<StoredPage[]> {
  const file = await open(path);
  try {
    const { footer } = await footerOf(file);
    return listOf(footer, FILE.groups).flatMap((group) => pageOf(path, group) ?? []);
  } finally {
    await file.close();
  }
}

/** Bytes of a column of pages, one after the other, and what a footer says of them, but for where they begin. */
export interface StoredColumn {
  name: string;
  parts: Buffer[];
  meta: ThriftStruct;
}

function laidTogether(metas: readonly ThriftStruct[]): ThriftStruct {
  const whole: ThriftStruct = new Map(metas[0]);
  whole.delete(META.statistics);
  for (const id of [META.values, META.plainSize, META.size]) {
    const field = whole.get(id);
    if (field) whole.set(id, { ...field, value: metas.reduce((sum, meta) => sum + numberOf(meta, id), 0n) });
  }
  return whole;
}

/** The bytes of pages of one file, for each of WIDE_COLUMNS. Throws as the file system does. */
export async function readPages(pages: readonly StoredPage[]): Promise<StoredColumn[]> {
  const places = pages.flatMap(({ columns }) => columns.map((meta) => Number(numberOf(meta, META.dataPage))));
  const ends = pages.flatMap(({ columns }) =>
    columns.map((meta) => Number(numberOf(meta, META.dataPage) + numberOf(meta, META.size))),
  );
  const begin = Math.min(...places);
  const bytes = Buffer.allocUnsafe(Math.max(...ends) - begin);
  const file = await open((pages[0] as StoredPage).path);
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
    if (bytesRead < bytes.length) throw new Error('a file of texts ended while it was copied');
  } finally {
    await file.close();
  }
  return WIDE_COLUMNS.map((name, column) => {
    const metas = pages.map(({ columns }) => columns[column] as ThriftStruct);
    const parts = metas.map((meta) => {
      const from = Number(numberOf(meta, META.dataPage)) - begin;
      return bytes.subarray(from, from + Number(numberOf(meta, META.size)));
    });
    return { name, parts, meta: laidTogether(metas) };
  });
}
