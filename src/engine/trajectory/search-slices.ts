/**
 * The spans of all imports in slices that are read one after another: the latest import first, each a part of the rows of its file or
 * some whole files of an extract opened in place. Owns where slices begin and end; looks into no text.
 */
import { join } from 'node:path';
import { extractFilesOf, extractRows, placedSpanRows } from '../intake/extract-files';
import type { Database } from '../workspace/database';
import { sqlText } from './index-imports';
import { importIds } from './wide-span';

/** A SELECT of canonical spans with import_id, and how many it gives. */
export interface Slice {
  select: string;
  rowCount: number;
}

/**
 * Rows of a slice: four row groups, some 50 ms of processor time at a kilobyte of text a span, so that answers come in between and
 * 30 slices make a million spans.
 */
const SLICE_ROWS = 32_768;

/** Rows of Parquet files, in their order. */
async function rowCounts(db: Database, paths: readonly string[]): Promise<number[]> {
  const rows = await db.all<{ path: string; n: number }>(
    `SELECT file_name AS path, num_rows::INTEGER AS n FROM parquet_file_metadata([${paths.map(sqlText).join(', ')}])`,
  );
  const counts = new Map(rows.map(({ path, n }) => [path, n]));
  return paths.map((path) => counts.get(path) ?? 0);
}

async function slicesOfImport(db: Database, importsDir: string, importId: string): Promise<Slice[]> {
  const dir = join(importsDir, importId);
  const named = (rows: string, where = ''): string =>
    `SELECT ${sqlText(importId)} AS import_id, * FROM (${rows})${where}`;
  const extract = extractFilesOf(dir);
  if (extract === null) {
    const [rowCount = 0] = await rowCounts(db, [join(dir, 'span.parquet')]);
    return Array.from({ length: Math.ceil(rowCount / SLICE_ROWS) }, (_, i) => {
      const from = i * SLICE_ROWS;
      const to = Math.min(rowCount, from + SLICE_ROWS);
      return {
        select: named(placedSpanRows(dir), ` WHERE place >= ${String(from)} AND place < ${String(to)}`),
        rowCount: to - from,
      };
    });
  }
  const counts = await rowCounts(
    db,
    extract.files.map((file) => join(extract.root, file.path)),
  );
  const slices: Slice[] = [];
  let files: typeof extract.files = [];
  let rowCount = 0;
  for (const [i, file] of extract.files.entries()) {
    files.push(file);
    rowCount += counts[i] ?? 0;
    if (rowCount < SLICE_ROWS && i < extract.files.length - 1) continue;
    slices.push({ select: named(extractRows({ ...extract, files }, undefined)), rowCount });
    files = [];
    rowCount = 0;
  }
  return slices;
}

/** Slices of all imports in the index. Throws when a file is missing or damaged. */
export async function slicesOf(db: Database, importsDir: string): Promise<Slice[]> {
  const slices: Slice[] = [];
  for (const id of (await importIds(db)).reverse())
    slices.push(...(await slicesOfImport(db, importsDir, id)));
  return slices;
}
