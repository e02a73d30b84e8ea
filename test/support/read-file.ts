/** Reads a file as an import does, but for the database: which format it is found to be, and what that makes of it. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { LabelInput, SpanInput } from '../../src/engine/intake/format';
import { defaultLimits } from '../../src/engine/intake/limits';
import { lookAt } from '../../src/engine/intake/look';
import { lookInside } from '../../src/engine/intake/look-inside';
import { readSource, type ReadCounts } from '../../src/engine/intake/read-source';
import { detect, formats, LEAST_CONFIDENCE } from '../../src/engine/intake/registry';
import { NoticedLines } from '../../src/shared/trace/noticed-lines';

export interface ReadFile {
  /** Null where no format knows the file. */
  format: string | null;
  spans: (SpanInput & { line: number })[];
  labels: LabelInput[];
  notes: Map<string, number>;
  rejects: { line: number; reason: string }[];
  counts: ReadCounts;
}

/** Reads a text file; one that no format knows comes back without spans. */
export async function readFile(path: string): Promise<ReadFile> {
  const look = lookInside(await lookAt(path, basename(path)), basename(path));
  const best = detect(look.sample)[0];
  const read: ReadFile = {
    format: null,
    spans: [],
    labels: [],
    notes: new Map(),
    rejects: [],
    counts: { lines: 0, records: 0, blank: 0 },
  };
  const format = best && best.confidence >= LEAST_CONFIDENCE ? formats.get(best.format) : undefined;
  if (!format) return read;
  read.format = format.id;
  const note = (what: string, count = 1): void => {
    read.notes.set(what, (read.notes.get(what) ?? 0) + count);
  };
  const noticed = new NoticedLines();
  read.counts = await readSource({
    path,
    content: readFileSync(path),
    look,
    format,
    emit: {
      span: (span, { line }) => read.spans.push({ ...span, line }),
      label: (label) => read.labels.push(label),
      note,
      reject: ({ line }, reason) => read.rejects.push({ line, reason }),
    },
    reject: (line, _offset, reason) => read.rejects.push({ line, reason }),
    noticed,
    source: { name: basename(path), path, shortHash: 'abcdef012345' },
    limits: defaultLimits,
    length: statSync(path).size,
    onBytes: () => undefined,
    onRecord: () => undefined,
  });
  noticed.end(note);
  return read;
}
