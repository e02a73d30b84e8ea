/**
 * Opens an extract in the canonical layout where it lies: finds its partitions, reads every file once to see that it can be
 * read, and writes the import that points at them. Runs in the throw-away intake process, since the files are foreign.
 * No span is copied. docs/canonical-schema.md says what the layout is.
 */
import { createHash } from 'node:crypto';
import { readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ExtractLook } from '../../shared/contract/extract';
import type { ImportProgress, Source } from '../../shared/model/source';
import { linesText } from '../../shared/trace/noticed-lines';
import { processTempDir } from '../workspace/process-temp';
import { CANONICAL_VERSION, labelColumns, rejectColumns, spanColumns } from './canonical';
import { belowZero, EXTRACT_FILE, extractRows, type ExtractFiles } from './extract-files';
import { fileProblem } from './file-problem';
import { partitionsOf } from './hive-partition';
import { BELOW_ZERO } from './sane-values';
import { hashFile } from './source-stream';
import { quote } from './staging';

/** Which partitions are opened: days `YYYY-MM-DD`, both ends included. */
export interface PartitionChoice {
  from?: string | undefined;
  to?: string | undefined;
  sources?: readonly string[] | undefined;
}

export interface OpenExtractJob {
  task: 'open-extract';
  importId: string;
  stagingDir: string;
  root: string;
  choice: PartitionChoice;
  /** SHA-256 (hex) of sources the workspace holds: such files are reported as duplicates and left out. */
  knownHashes: string[];
}

/** Name that sources of an extract carry as their format. */
export const EXTRACT_FORMAT = 'canonical-extract';
const REQUIRED = ['session_id', 'span_id', 'kind'] as const;
const MAX_FILES = 100_000;

interface PartFile {
  path: string;
  date: string;
  source: string;
  bytes: number;
}

/** Parquet files of a dataset of the extract, in order of their paths: `dataset/date=…/source=…/*.parquet`. */
async function partFiles(root: string, dataset: string): Promise<PartFile[]> {
  const found: PartFile[] = [];
  const entries = await readdir(join(root, dataset), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.parquet') || /^[._]/.test(entry.name)) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full
      .slice(root.length + 1)
      .split(sep)
      .join('/');
    const { date, source } = partitionsOf(path) ?? {};
    if (date == null) continue;
    found.push({ path, date, source: source ?? '', bytes: (await stat(full)).size });
    if (found.length > MAX_FILES)
      throw new Error(`This extract has more than ${String(MAX_FILES)} files. Open a part of it.`);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isChosen({ date, source }: PartFile, { from, to, sources }: PartitionChoice): boolean {
  return (
    (from === undefined || date >= from) &&
    (to === undefined || date <= to) &&
    (sources === undefined || sources.length === 0 || sources.includes(source))
  );
}

/** A DuckDB of its own that may read below `root` and write below `stagingDir`, and do nothing else. */
async function withReader<T>(
  dirs: readonly string[],
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    temp_directory: processTempDir(),
    memory_limit: '1GB',
    threads: '2',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET allowed_directories = [${dirs.map((dir) => quote(dir + sep)).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** The partitions of the folder with their rows, as the footers say; null where the folder is no extract. */
export async function lookAtExtract(folder: string): Promise<ExtractLook | null> {
  const info = await stat(folder).catch(() => null);
  if (info?.isDirectory() !== true) return null;
  const root = await realpath(folder);
  const files = await partFiles(root, 'span');
  if (files.length === 0) return null;
  const rows = await withReader([root], async (connection) => {
    const counted = await connection.runAndReadAll(
      `SELECT file_name AS path, num_rows::DOUBLE AS n FROM parquet_file_metadata([${files.map((file) => quote(join(root, file.path))).join(', ')}])`,
    );
    return new Map(
      counted.getRowObjectsJson().map((row) => [row['path'] as string, Number(row['n'])] as const),
    );
  });
  const partitions = new Map<string, ExtractLook['partitions'][number]>();
  for (const file of files) {
    const key = `${file.date}\n${file.source}`;
    const known = partitions.get(key) ?? { date: file.date, source: file.source, files: 0, spans: 0 };
    partitions.set(key, {
      ...known,
      files: known.files + 1,
      spans: known.spans + (rows.get(join(root, file.path)) ?? 0),
    });
  }
  return {
    path: folder,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    spans: [...rows.values()].reduce((sum, n) => sum + n, 0),
    partitions: [...partitions.values()],
  };
}

/** Columns of one file. Throws when it cannot be read. */
async function columnsOf(connection: DuckDBConnection, path: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(`SELECT name FROM parquet_schema(${quote(path)}) OFFSET 1`);
  return reader.getRowObjectsJson().map((row) => row['name'] as string);
}

function sourceOf(root: string, file: PartFile, sha256: string): Source {
  return {
    sourceId: sha256.slice(0, 16),
    path: join(root, file.path),
    name: file.path,
    format: EXTRACT_FORMAT,
    confidence: 1,
    reason: 'canonical Parquet below span/date=…/source=…; read in place',
    state: 'failed',
    bytes: file.bytes,
    sha256,
    lines: 0,
    records: 0,
    rejected: 0,
    blank: 0,
    spans: 0,
    sessions: 0,
    notes: [],
  };
}

/** Reads a file to its end, every column, and counts what is in it. Throws where it cannot be read. */
async function readThrough(
  connection: DuckDBConnection,
  extract: ExtractFiles,
  source: Source,
): Promise<void> {
  const own = new Set([source.sourceId]);
  const hashed = spanColumns.map(([name]) => `"${name}"`).join(', ');
  const [row] = (
    await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE AS spans, count(DISTINCT session_id)::DOUBLE AS sessions, bit_xor(hash(${hashed})) AS seen FROM (${extractRows(extract, own)})`,
    )
  ).getRowObjectsJson();
  const [all] = (
    await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS n FROM read_parquet(${quote(source.path)})`)
  ).getRowObjectsJson();
  source.spans = Number(row?.['spans'] ?? 0);
  source.sessions = Number(row?.['sessions'] ?? 0);
  source.lines = Number(all?.['n'] ?? 0);
  source.records = source.spans;
  source.rejected = source.lines - source.spans;
  source.state = 'imported';
  const isBelowZero = belowZero(extract.columns);
  if (isBelowZero === null) return;
  const [bad] = (
    await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE AS n, list(file_row_number::DOUBLE + 1 ORDER BY file_row_number)[1:5] AS lines
       FROM read_parquet(${quote(source.path)}, file_row_number = true) WHERE ${isBelowZero}`,
    )
  ).getRowObjectsJson();
  const count = Number(bad?.['n'] ?? 0);
  if (count > 0)
    source.notes.push({ what: `${BELOW_ZERO} (${linesText(bad?.['lines'] as number[], count)})`, count });
}

/**
 * Looks through the chosen files and writes manifest.json, extract.json, label.parquet (the extract's findings, as labels of
 * kind failure) and reject.parquet into the staging folder. A file that cannot be read is said of the file; throws when
 * the folder is no extract, none of its partitions is chosen, or no file can be read.
 */
export async function openExtract(
  job: OpenExtractJob,
  send: (progress: ImportProgress) => void,
): Promise<Source[]> {
  const root = await realpath(job.root);
  const all = await partFiles(root, 'span');
  if (all.length === 0)
    throw new Error(
      `${job.root} is no extract: it holds no span/date=…/source=…/*.parquet. See docs/canonical-schema.md.`,
    );
  const chosen = all.filter((file) => isChosen(file, job.choice));
  if (chosen.length === 0)
    throw new Error(
      `None of the extract’s partitions is chosen: it has the days ${all[0]?.date ?? ''} to ${all.at(-1)?.date ?? ''}.`,
    );
  const startedAt = Date.now();
  const total = chosen.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const tell = (index: number, spans: number): void => {
    send({
      phase: 'reading',
      phaseShare: done / Math.max(1, total),
      phaseMs: Date.now() - startedAt,
      fileIndex: index,
      fileCount: chosen.length,
      fileName: basename(chosen[index]?.path ?? ''),
      bytesDone: done,
      bytesTotal: total,
      records: spans,
      rejected: 0,
      recordsPerSecond: Math.round(spans / Math.max(0.001, (Date.now() - startedAt) / 1000)),
      secondsLeft: null,
    });
  };
  return withReader([root, job.stagingDir], async (connection) => {
    const sources: Source[] = [];
    const known = new Set(job.knownHashes);
    const files: ExtractFiles['files'] = [];
    let common: Set<string> | null = null;
    let spans = 0;
    for (const [i, file] of chosen.entries()) {
      tell(i, spans);
      const full = join(root, file.path);
      const { sha256 } = await hashFile({ path: full, content: null });
      const source = sourceOf(root, file, sha256);
      sources.push(source);
      if (known.has(sha256)) {
        // Rows of the file that was read must lead to that one alone.
        source.sourceId = createHash('sha256').update(full).digest('hex').slice(0, 16);
        source.state = 'duplicate';
        source.reason = 'these very bytes are already in the workspace; nothing was added';
        continue;
      }
      known.add(sha256);
      try {
        const columns = await columnsOf(connection, full);
        const missing = REQUIRED.filter((name) => !columns.includes(name));
        if (missing.length > 0) throw new Error(`it has no column ${missing.join(', ')}`);
        const extract = { root, columns, files: [{ path: file.path, sourceId: source.sourceId }] };
        await readThrough(connection, extract, source);
        files.push(...extract.files);
        common = new Set(common === null ? columns : columns.filter((name) => common?.has(name)));
        spans += source.spans;
      } catch (error) {
        source.reason = fileProblem(error);
      }
      done += file.bytes;
    }
    if (files.length === 0 && sources.every(({ state }) => state === 'duplicate')) return sources;
    if (files.length === 0)
      throw new Error(
        `No file of the extract can be read. ${sources[0]?.name ?? ''}: ${sources[0]?.reason ?? ''}.`,
      );
    const extract: ExtractFiles = { root, columns: [...(common ?? [])], files };
    sources.push(...(await writeLabels(connection, job, root)));
    await writeRejects(connection, job, extract);
    await writeFile(join(job.stagingDir, EXTRACT_FILE), JSON.stringify(extract, null, 2));
    await writeFile(
      join(job.stagingDir, 'manifest.json'),
      JSON.stringify({ canonicalVersion: CANONICAL_VERSION, importId: job.importId, sources }, null, 2),
    );
    return sources;
  });
}

/** Findings of the extract become labels: they came with the export, and are never mixed with the workbench's own. */
async function writeLabels(
  connection: DuckDBConnection,
  job: OpenExtractJob,
  root: string,
): Promise<Source[]> {
  const target = quote(join(job.stagingDir, 'label.parquet'));
  const empty = labelColumns.map(([name, type]) => `NULL::${type} AS "${name}"`).join(', ');
  const files = (await partFiles(root, 'finding')).filter((file) => isChosen(file, job.choice));
  const sources: Source[] = [];
  for (const file of files) {
    const { sha256 } = await hashFile({ path: join(root, file.path), content: null });
    sources.push({ ...sourceOf(root, file, sha256), state: 'imported', reason: 'findings of the extract' });
  }
  const list = sources.map(({ path }) => quote(path)).join(', ');
  const known = sources.map(({ path, sourceId }) => `(${quote(path)}, ${quote(sourceId)})`).join(', ');
  const select =
    files.length === 0
      ? `SELECT ${empty} LIMIT 0`
      : `SELECT finding_id AS label_id, f.source_id, file_row_number::BIGINT + 1 AS line, session_id,
           NULL::VARCHAR AS trace_id, span_id, signal AS name, 'failure' AS kind, 'code' AS annotator_kind,
           'extract ' || detector_version AS annotator, severity::DOUBLE AS value, signal AS text, reason AS explanation
         FROM read_parquet([${list}], union_by_name = true, filename = true, file_row_number = true) AS p
         JOIN (VALUES ${known}) AS f(path, source_id) ON f.path = p.filename`;
  await connection.run(`COPY (${select}) TO ${target} (FORMAT parquet, COMPRESSION zstd)`);
  return sources;
}

async function writeRejects(
  connection: DuckDBConnection,
  job: OpenExtractJob,
  { root, files }: ExtractFiles,
): Promise<void> {
  const path = (file: { path: string }): string => quote(join(root, file.path));
  const known = files.map((file) => `(${path(file)}, ${quote(file.sourceId)})`).join(', ');
  const columns = rejectColumns
    .map(([name]) =>
      name === 'source_id'
        ? 'f.source_id'
        : name === 'line'
          ? 'file_row_number::BIGINT + 1 AS line'
          : name === 'byte_offset'
            ? 'NULL::BIGINT AS byte_offset'
            : name === 'reason'
              ? "'the row has no session_id, span_id or kind' AS reason"
              : "concat_ws(' ', session_id, span_id, kind) AS excerpt",
    )
    .join(', ');
  await connection.run(
    `COPY (SELECT ${columns} FROM read_parquet([${files.map(path).join(', ')}], union_by_name = true, filename = true, file_row_number = true) AS p
       JOIN (VALUES ${known}) AS f(path, source_id) ON f.path = p.filename
       WHERE session_id IS NULL OR span_id IS NULL OR kind IS NULL)
     TO ${quote(join(job.stagingDir, 'reject.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
  );
}
