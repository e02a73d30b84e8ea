/**
 * Where the canonical spans of an import lie: in its own folder, or, where it is an extract opened in place, in the
 * Hive-partitioned Parquet files of a folder elsewhere. Owns the SELECT that makes both look alike; reads no span itself.
 * An extract's files are named one by one when it is opened, so that an import stays what it was.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { spanColumns } from './canonical';
import { quote } from './staging';

export const EXTRACT_FILE = 'extract.json';

const extractFilesSchema = z.object({
  /** The opened folder, its real path. */
  root: z.string(),
  /** Columns of spans that every file has; the others are filled in. */
  columns: z.array(z.string()),
  files: z.array(
    z.object({
      /** Below the root, with `/`. */
      path: z.string(),
      sourceId: z.string(),
    }),
  ),
});
export type ExtractFiles = z.infer<typeof extractFilesSchema>;

/** What an import says of an extract opened in place; null for an import with its spans in its own folder. */
export function extractFilesOf(importDir: string): ExtractFiles | null {
  const path = join(importDir, EXTRACT_FILE);
  return existsSync(path) ? extractFilesSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/** Folders of the extracts that imports point at, of those that were `opened` on this machine and are still there. */
export function extractFolders(importsDir: string, opened: readonly string[]): string[] {
  if (opened.length === 0 || !existsSync(importsDir)) return [];
  const named = new Set<string>();
  for (const entry of readdirSync(importsDir)) {
    const extract = extractFilesOf(join(importsDir, entry));
    if (extract !== null) named.add(extract.root);
  }
  return opened.filter((root) => named.has(root) && existsSync(root));
}

/** What stands where a file of an extract does not have a column. */
const ABSENT: Readonly<Record<string, string>> = {
  seq: 'file_row_number::DOUBLE',
  order_by_time: 'true',
  has_session_id: 'true',
  name: 'kind',
  status: "'unset'",
  is_rewound: 'false',
  is_derived: 'false',
};
/** Columns whose nulls would break what is derived. */
const NEVER_NULL = new Set(Object.keys(ABSENT));
const KINDS =
  "('user', 'llm', 'tool', 'retrieval', 'embedding', 'memory', 'agent', 'chain', 'guardrail', 'environment', 'event', 'system')";
const ORIGINS = "('human', 'simulated', 'harness', 'agent', 'command')";
const STATUSES = "('ok', 'error', 'unset', 'interrupted', 'rejected')";

/** Columns that are summed: below zero they are left out, and openExtract says so. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'cost_usd',
]);

/** A condition that holds of rows of an extract with one of these columns below zero; null where it has none of them. */
export function belowZero(columns: readonly string[]): string | null {
  const there = columns.filter((name) => AMOUNTS.has(name));
  return there.length === 0 ? null : there.map((name) => `TRY_CAST("${name}" AS DOUBLE) < 0`).join(' OR ');
}

function extractColumn(name: string, type: string, has: boolean): string {
  if (name === 'source_id') return 'f.source_id AS source_id';
  if (name === 'line') return 'file_row_number::BIGINT + 1 AS line';
  const cast = `TRY_CAST("${name}" AS ${type})`;
  const value = AMOUNTS.has(name) ? `CASE WHEN ${cast} >= 0 THEN ${cast} END` : cast;
  if (name === 'kind') return `CASE WHEN kind IN ${KINDS} THEN kind ELSE 'chain' END AS kind`;
  if (name === 'origin' && has) return `CASE WHEN origin IN ${ORIGINS} THEN origin END AS origin`;
  if (name === 'status' && has)
    return `CASE WHEN status IN ${STATUSES} THEN status ELSE 'unset' END AS status`;
  if (!has) return `${ABSENT[name] ?? `NULL::${type}`} AS "${name}"`;
  if (name === 'session_id' || name === 'span_id') return `"${name}"`;
  return `${NEVER_NULL.has(name) ? `coalesce(${value}, ${ABSENT[name] ?? 'NULL'})` : value} AS "${name}"`;
}

/**
 * A SELECT of the canonical spans of an import, with the columns of span.parquet. `sourceIds` reads the files of those
 * sources alone; it narrows extracts, whose sources are files, and leaves other imports as they are.
 */
export function spanRows(importDir: string, sourceIds?: ReadonlySet<string>): string {
  const extract = extractFilesOf(importDir);
  if (extract === null) return `SELECT * FROM read_parquet(${quote(join(importDir, 'span.parquet'))})`;
  return extractRows(extract, sourceIds);
}

/** The same with `place`, a whole number from 0 that tells each row of the import from the others, however often it is read. */
export function placedSpanRows(importDir: string): string {
  const extract = extractFilesOf(importDir);
  if (extract !== null) return extractRows(extract, undefined, true);
  const path = quote(join(importDir, 'span.parquet'));
  return `SELECT * EXCLUDE file_row_number, file_row_number AS place FROM read_parquet(${path}, file_row_number = true)`;
}

/** The canonical spans of an extract whose files are known, as `spanRows` has them; `isPlaced` adds `place`. */
export function extractRows(
  extract: ExtractFiles,
  sourceIds?: ReadonlySet<string>,
  isPlaced = false,
): string {
  const files = extract.files.filter((file) => sourceIds?.has(file.sourceId) ?? true);
  const there = new Set(extract.columns);
  const columns = spanColumns.map(([name, type]) => extractColumn(name, type, there.has(name)));
  const path = (file: { path: string }): string => quote(join(extract.root, file.path));
  // No file at all is a list that DuckDB refuses; one file and no row of it is none either.
  const list = files.length > 0 ? files : extract.files.slice(0, 1);
  const known = list.map((file, i) => `(${path(file)}, ${quote(file.sourceId)}, ${String(i)})`).join(', ');
  if (isPlaced) columns.push(`file_row_number * ${String(list.length)} + f.file_no AS place`);
  return `SELECT ${columns.join(', ')}
    FROM read_parquet([${list.map(path).join(', ')}], union_by_name = true, hive_partitioning = true, hive_types_autocast = false, filename = true, file_row_number = true) AS p
    JOIN (VALUES ${known}) AS f(path, source_id, file_no) ON f.path = p.filename
    WHERE session_id IS NOT NULL AND span_id IS NOT NULL AND kind IS NOT NULL${files.length > 0 ? '' : ' AND false'}`;
}
