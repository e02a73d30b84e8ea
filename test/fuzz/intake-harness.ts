/** Runs files through the whole of intake and reads back what it wrote; and a seeded source of damage for fuzzing. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { SEVERAL_RECORDS } from '../../src/engine/intake/glued-records';
import { defaultLimits, type IntakeLimits } from '../../src/engine/intake/limits';
import { runIntake } from '../../src/engine/intake/run';
import { TOLD_APART } from '../../src/engine/intake/tell-apart';
import {
  mappingProfileSchema,
  type ImportProgress,
  type MappingProfileInput,
  type Source,
} from '../../src/shared/model/source';

export type Row = Record<string, unknown>;

export interface Imported {
  sources: Source[];
  spans: Row[];
  /** Places of the spans as they lie in the file. */
  order: Row[];
  labels: Row[];
  rejects: { line: number; reason: string; excerpt: string }[];
  /** How the raw records of spans are packed, and of how many. */
  packed: Partial<Record<string, number>>;
  /** Names left in the staging folder. */
  files: string[];
}

/** A folder for a test file's own files, with intake to run in it. */
export class Bench {
  readonly dir = mkdtempSync(join(tmpdir(), 'faultline-fuzz-'));
  #next = 0;
  #connection: DuckDBConnection | null = null;

  path(name: string): string {
    return join(this.dir, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  async import(
    paths: readonly string[],
    options: {
      limits?: Partial<IntakeLimits>;
      format?: string;
      profile?: MappingProfileInput;
      known?: readonly Source[];
      onProgress?: (progress: ImportProgress) => void;
      onTwin?: Parameters<typeof runIntake>[3];
    } = {},
  ): Promise<Imported> {
    const stagingDir = join(this.dir, `staging-${String(this.#next++)}`);
    mkdirSync(stagingDir);
    const files = paths.map((path) => ({
      path,
      displayPath: basename(path),
      ...(options.format === undefined ? {} : { format: options.format }),
      ...(options.profile === undefined ? {} : { profile: mappingProfileSchema.parse(options.profile) }),
    }));
    const job = {
      task: 'import' as const,
      importId: 'fuzz',
      stagingDir,
      files,
      ...knownOf(options.known ?? []),
    };
    const limits = { ...defaultLimits, ...options.limits };
    const { sources } = await runIntake(job, options.onProgress ?? (() => undefined), limits, options.onTwin);
    const spans = await this.#rows(
      `SELECT * EXCLUDE (seq) FROM read_parquet('${join(stagingDir, 'span.parquet')}') ORDER BY session_id, seq, span_id`,
    );
    // The order in the file.
    const order = await this.#rows(
      `SELECT session_id, seq, span_id FROM read_parquet('${join(stagingDir, 'span.parquet')}', file_row_number = true) ORDER BY file_row_number`,
    );
    const labels = await this.#rows(
      `SELECT * FROM read_parquet('${join(stagingDir, 'label.parquet')}') ORDER BY ALL`,
    );
    const rejects = await this.#rows(
      `SELECT line::INTEGER AS line, reason, excerpt FROM read_parquet('${join(stagingDir, 'reject.parquet')}') ORDER BY line, reason`,
    );
    const packed = await this.#rows(
      `SELECT compression, sum(num_values)::INTEGER AS spans FROM parquet_metadata('${join(stagingDir, 'span.parquet')}') WHERE path_in_schema = 'raw' GROUP BY compression`,
    );
    const left = readdirSync(stagingDir);
    rmSync(stagingDir, { recursive: true });
    return {
      sources,
      spans,
      order,
      labels,
      rejects: rejects as unknown as Imported['rejects'],
      packed: Object.fromEntries(packed.map((row) => [String(row['compression']), Number(row['spans'])])),
      files: left,
    };
  }

  async #rows(sql: string): Promise<Row[]> {
    this.#connection ??= await (await DuckDBInstance.create(':memory:')).connect();
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  remove(): void {
    this.#connection?.closeSync();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** What a job is told of sources imported before. */
function knownOf(sources: readonly Source[]) {
  return {
    knownHashes: sources.map(({ sha256 }) => sha256),
    knownSources: sources.map(({ sha256, bytes, format, name, reason, rejected, notes }) => ({
      sha256,
      bytes,
      format: format ?? '',
      name,
      reason,
      isCounted: rejected === 0 && !notes.some(({ what }) => what === SEVERAL_RECORDS),
      suffix: notes.find(({ what }) => what.startsWith(TOLD_APART))?.what.slice(TOLD_APART.length) ?? null,
    })),
  };
}

/** Words of the database or the language, which help nobody: a reason that holds them is a fault of ours. */
export const INTERNAL_WORDS =
  /INTERNAL Error|assertion|stack trace|undefined|is not a function|is not iterable|Cannot (?:read|convert|set|mix)|Invalid (?:array|string|time|count)|Maximum call|out of range|circular|\[object/i;

/** Repeatable randomness (mulberry32). */
export function random(seed: number): { below(limit: number): number; pick<T>(from: readonly T[]): T } {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (from) => from[below(from.length)] as (typeof from)[number] };
}

/** Flips, drops, doubles and inserts bytes at a few places. */
export function damage(bytes: Buffer, seed: number): Buffer {
  const { below } = random(seed);
  let damaged = Buffer.from(bytes);
  const times = 1 + below(6);
  for (let i = 0; i < times; i++) {
    const at = below(damaged.length);
    const until = Math.min(damaged.length, at + 1 + below(40));
    const how = below(6);
    if (how === 0) damaged[at] = below(256);
    else if (how === 1) damaged[at] = (damaged[at] ?? 0) ^ (1 << below(8));
    else if (how === 2) damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(until)]);
    else if (how === 3) damaged = Buffer.concat([damaged.subarray(0, until), damaged.subarray(at)]);
    else if (how === 4)
      damaged = Buffer.concat([damaged.subarray(0, at), Buffer.from('"}]{[,\n\0\\'), damaged.subarray(at)]);
    else damaged = damaged.subarray(0, Math.max(1, at));
  }
  return damaged;
}
