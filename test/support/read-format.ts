/**
 * Drives a trace format's reader by hand, without the intake pipeline: records in, everything it says out. For unit
 * tests of formats; what the whole pipeline makes of the same fixtures is tested in test/golden.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Container, LabelInput, Sample, SpanInput, TraceFormat } from '../../src/engine/intake/format';
import { indexLines } from '../../src/engine/intake/line-index';
import type { MappingProfile } from '../../src/shared/model/source';

export type ReadSpan = SpanInput & { line: number };

export interface FormatOutput {
  spans: ReadSpan[];
  labels: (LabelInput & { line: number })[];
  notes: Record<string, number>;
  rejects: { line: number; reason: string }[];
  sample: Sample;
  /** The span of an id; throws when there is none. */
  span(spanId: string): ReadSpan;
}

export interface PlacedRecord {
  value: unknown;
  line: number;
  lineOf(pointer: string): number;
}

export const SHORT_HASH = 'abcdef012345';

/** Path of a fixture below test/fixtures/formats. */
export function fixturePath(path: string): string {
  return fileURLToPath(new URL(`../fixtures/formats/${path}`, import.meta.url));
}

/** Records of a text: its lines, or the values of its one JSON document. Lines that are no JSON are left out. */
export function recordsOf(text: string, container: Container): PlacedRecord[] {
  if (container === 'lines') {
    return text.split('\n').flatMap((line, i) => {
      try {
        return [{ value: JSON.parse(line) as unknown, line: i + 1, lineOf: () => i + 1 }];
      } catch {
        return [];
      }
    });
  }
  const lines = indexLines(text);
  const lineAt = (pointer: string, otherwise = ''): number =>
    1 + (lines.get(pointer) ?? lines.get(otherwise) ?? 0);
  const document = JSON.parse(text) as unknown;
  if (!Array.isArray(document)) return [{ value: document, line: 1, lineOf: (pointer) => lineAt(pointer) }];
  return document.map((value: unknown, i) => ({
    value,
    line: lineAt(`/${i}`),
    lineOf: (pointer) => lineAt(`/${i}${pointer}`, `/${i}`),
  }));
}

/** Reads records with a format and keeps all that it emits. */
export function readRecords(
  format: TraceFormat,
  records: readonly PlacedRecord[],
  options: { name?: string; container?: Container; isArray?: boolean; profile?: MappingProfile } = {},
): FormatOutput {
  const output: FormatOutput = {
    spans: [],
    labels: [],
    notes: {},
    rejects: [],
    sample: {
      name: 'unknown',
      container: options.container ?? 'lines',
      records: records.slice(0, 50).map(({ value }) => value),
      isArray: options.isArray ?? false,
      columns: [],
    },
    span: (spanId) => {
      const found = output.spans.find((span) => span.spanId === spanId);
      if (!found) throw new Error(`no span ${spanId}`);
      return found;
    },
  };
  let lineOf: (pointer: string) => number = () => 1;
  const name = options.name ?? 'unknown';
  const reader = format.read(
    {
      span: (span, place) => output.spans.push({ ...span, line: place.line }),
      label: (label, place) => output.labels.push({ ...label, line: place.line }),
      note: (what, count = 1) => {
        output.notes[what] = (output.notes[what] ?? 0) + count;
      },
      reject: (place, reason) => output.rejects.push({ line: place.line, reason }),
    },
    {
      name,
      path: name,
      shortHash: SHORT_HASH,
      lineOf: (pointer) => lineOf(pointer),
      ...(options.profile ? { profile: options.profile } : {}),
    },
  );
  for (const record of records) {
    lineOf = record.lineOf;
    if (typeof record.value === 'object' && record.value !== null)
      reader.record(record.value, { line: record.line });
  }
  reader.end?.();
  return output;
}

/** Values as records of a file of lines, one a line. */
export function asLines(values: readonly unknown[]): PlacedRecord[] {
  return values.map((value, i) => ({ value, line: i + 1, lineOf: () => i + 1 }));
}

/** Reads a fixture with a format, under its own name. */
export function readFixture(format: TraceFormat, path: string, profile?: MappingProfile): FormatOutput {
  const text = readFileSync(fixturePath(path), 'utf8');
  const container = path.endsWith('.jsonl') ? 'lines' : 'document';
  return readRecords(format, recordsOf(text, container), {
    name: basename(path),
    container,
    isArray: text.trimStart().startsWith('['),
    ...(profile ? { profile } : {}),
  });
}
