/**
 * The lines of a file that SQL leaves to the record function, and the traces that line is to be believed of: spans of all others
 * are in the tables already. Owns which traces a line speaks of; must not keep anything else of a record.
 */
import type { Emit } from '../format';
import { savedRecords } from '../glued-records';
import { parseRecord } from '../parse-record';
import type { ReadTask } from '../read-source';

export class LeftLines {
  readonly lines = new Set<number>();
  readonly traces = new Set<string>();

  constructor(private readonly read: ReadTask) {}

  /** Notes a line with all traces it knows in it; false where they cannot be told. */
  add(line: number, bytes: Buffer): boolean {
    this.lines.add(line);
    const { read } = this;
    const parsed = parseRecord(bytes, read.limits);
    const records = parsed.ok ? [parsed.value] : (savedRecords(bytes, read.limits)?.values ?? []);
    return records.every((record) => this.addRecord(record, line));
  }

  private addRecord(record: unknown, line: number): boolean {
    // Log records join spans of other lines, which cannot be told apart from here.
    if (Object.keys(record as object).some((key) => /logs?$|^body$|^raw_otel_json$/i.test(key))) return false;
    const { read, traces } = this;
    const emit: Emit = {
      span: (span) => void traces.add(span.traceId ?? ''),
      label: (label) => void traces.add(label.traceId ?? ''),
      note: () => undefined,
      reject: () => undefined,
    };
    const reader = read.format.read(emit, { ...read.source, lineOf: () => line });
    try {
      reader.record(record, { line });
      reader.end?.();
      return true;
    } catch {
      // It says so itself when it is read for good; what it may have held of other traces is not known.
      return false;
    }
  }
}
