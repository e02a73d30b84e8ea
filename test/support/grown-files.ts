/** Files cut after some of their bytes, imported, and imported again whole: together that must be one import of the whole file. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'vitest';
import type { Bench, Imported, Row } from '../fuzz/intake-harness';

export type ImportOptions = Parameters<Bench['import']>[1];

/** What two imports hold together: the later one's where both have a row of the same key. */
function together(before: readonly Row[], after: readonly Row[], columns: readonly string[]): Row[] {
  const key = (row: Row): string => columns.map((column) => String(row[column])).join('\0');
  const later = new Set(after.map(key));
  return [...before.filter((row) => !later.has(key(row))), ...after];
}

const LABEL_KEY = ['label_id', 'session_id', 'trace_id', 'span_id'];

/** Spans in the order the index puts them, and labels. */
function rowsOf({ spans, labels }: Pick<Imported, 'spans' | 'labels'>, names: readonly string[]): Grown {
  const bySession = compared(spans, names).sort((a, b) =>
    String(a['session_id']).localeCompare(String(b['session_id'])),
  );
  const told = compared(labels, names).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return { spans: bySession, labels: told };
}

interface Grown {
  spans: Row[];
  labels: Row[];
}

/** Rows without the hash of the file they were read from, and without what is made of that hash. */
function compared(rows: readonly Row[], names: readonly string[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        column === 'source_id'
          ? null
          : typeof value === 'string'
            ? names.reduce((text, name) => text.replaceAll(name, 'THIS-FILE'), value)
            : value,
      ]),
    ),
  );
}

/** Imports a file up to a byte, then the whole of it. */
async function grow(
  bench: Bench,
  path: string,
  cut: number,
  options: ImportOptions,
): Promise<Grown & { isResumed: boolean }> {
  const bytes = readFileSync(path);
  const copy = bench.write(basename(path), bytes.subarray(0, cut));
  const before = await bench.import([copy], options);
  bench.write(basename(path), bytes);
  const known = before.sources.filter(({ format }) => format !== null);
  const after = await bench.import([copy], { ...options, known });
  const isResumed = after.sources.some(({ notes }) =>
    notes.some(({ what }) => /read on from line/.test(what)),
  );
  const names = [...before.sources, ...after.sources].map(({ sha256 }) => sha256.slice(0, 12));
  const both = {
    spans: together(before.spans, after.spans, ['session_id', 'span_id']),
    labels: together(before.labels, after.labels, LABEL_KEY),
  };
  return { ...rowsOf(both, names), isResumed };
}

/** Cut points of a file: after some of its lines, and within the line that follows. */
export function cutsOf(path: string, most: number): number[] {
  const bytes = readFileSync(path);
  const ends: number[] = [];
  for (let lf = bytes.indexOf(10); lf !== -1; lf = bytes.indexOf(10, lf + 1)) ends.push(lf + 1);
  const step = Math.max(1, Math.ceil(ends.length / most));
  return ends
    .filter((_, i) => i % step === step - 1)
    .flatMap((end, i) => (i % 2 === 0 ? [end] : [end + 20]))
    .filter((cut) => cut < bytes.length);
}

/** Expects that of a file, cut at these places, or at so many at most; how many times reading went on where it had ended. */
export async function expectEqual(
  bench: Bench,
  path: string,
  places: number | readonly number[],
  options: ImportOptions = {},
): Promise<number> {
  const whole = await bench.import([path], options);
  const name = whole.sources[0]?.sha256.slice(0, 12) ?? '';
  let resumed = 0;
  for (const cut of typeof places === 'number' ? cutsOf(path, places) : places) {
    const grown = await grow(bench, path, cut, options);
    const { isResumed, ...rows } = grown;
    expect(rows, `${basename(path)} cut at byte ${String(cut)}`).toEqual(rowsOf(whole, [name]));
    if (isResumed) resumed += 1;
  }
  return resumed;
}
