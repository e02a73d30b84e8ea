/**
 * Hive partitions: the `key=value` folders a file lies in are columns of its rows, as data lakes and bulk exports write
 * them (`year=2026/month=11/part-0.parquet`). Says which there are and puts them beside a row's own fields, which win.
 * Values stay texts. https://duckdb.org/docs/stable/data/partitioning/hive_partitioning
 */
import type { Sample } from './format';

export type Partitions = Readonly<Record<string, string | null>>;

const MAX_PARTITIONS = 32;
const FOLDER = /^([A-Za-z_][\w.-]{0,99})=(.{0,500})$/;
/** What Hive writes for a row without a value. */
const NO_VALUE = '__HIVE_DEFAULT_PARTITION__';

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The partition columns a path names, outermost first; null where it names none. The file's own name is no folder. */
export function partitionsOf(path: string): Partitions | null {
  const found = path
    .split(/[/\\]/)
    .slice(0, -1)
    .flatMap((folder): [string, string | null][] => {
      const [, key, value = ''] = FOLDER.exec(folder) ?? [];
      return key === undefined ? [] : [[key, value === NO_VALUE || value === '' ? null : decoded(value)]];
    })
    .slice(-MAX_PARTITIONS);
  return found.length > 0 ? Object.fromEntries(found) : null;
}

/** A row with its partition columns before its own fields; anything but an object comes back as it is. */
export function withPartitions(record: unknown, partitions: Partitions | null): unknown {
  return partitions === null || typeof record !== 'object' || record === null || Array.isArray(record)
    ? record
    : { ...partitions, ...record };
}

/** A sample whose rows and columns have the partition columns of the file's path. */
export function partitionedSample(sample: Sample, path: string): Sample {
  const partitions = partitionsOf(path);
  if (partitions === null) return sample;
  const own = new Set(sample.columns.map(({ name }) => name));
  const more = Object.keys(partitions).filter((name) => !own.has(name));
  return {
    ...sample,
    records: sample.records.map((record) => withPartitions(record, partitions)),
    columns:
      sample.columns.length === 0
        ? []
        : [...sample.columns, ...more.map((name) => ({ name, type: 'VARCHAR' }))],
  };
}
