/**
 * Writes the spans of a chunk, as the kernel has them, a group at a time into two Parquet files: their narrow columns for SQL, and
 * their texts, which stay in their file until the spans are written (../staging.ts). Owns the columns; what is in them is
 * assembly/span-lines/columns.as.
 */
import { levelsOf, PHYSICAL, type ColumnType } from '../parquet-column';
import { ParquetFrame } from '../parquet-frame';
import { SHAPE_FIELDS } from './shape-table';

/** What the kernel tells of the group at hand. */
export interface ColumnKernel {
  column(what: number): number;
  presentCount(): number;
  pack(levels: number, size: number): number;
}

/** The kernel with what it wrote: values so far behind where it writes them, and which rows have one. */
export interface KernelOutput {
  kernel: ColumnKernel;
  written: (size: number, behind?: number) => Buffer;
  present: (rows: number) => Buffer;
}

/** Where the files are to be, and the number of the first span. */
export interface SpanFiles {
  path: string;
  textPath: string;
  firstNo: number;
}

/** Fields of shapes that are texts of the span. */
const IN_TEXTS: ReadonlySet<string> = new Set(['input', 'method', 'output']);

/** Columns in the kernel's order; those that are null are in the file of texts. */
const NARROW: readonly (readonly [string, ColumnType] | null)[] = [
  ['n', 'INTEGER'],
  ['ord', 'INTEGER'],
  ['scan_no', 'INTEGER'],
  ['raw_size', 'INTEGER'],
  ['failed', 'INTEGER'],
  ['heard', 'INTEGER'],
  ['answers', 'INTEGER'],
  ['last_answer', 'INTEGER'],
  ['start_ns', 'BIGINT'],
  ['end_ns', 'BIGINT'],
  ['trace_id', 'VARCHAR'],
  ['span_id', 'VARCHAR'],
  ['parent_span_id', 'VARCHAR'],
  ['name', 'VARCHAR'],
  ['status_message', 'VARCHAR'],
  ['head', 'VARCHAR'],
  ['call_hash', 'VARCHAR'],
  ...SHAPE_FIELDS.map((field) => (IN_TEXTS.has(field) ? null : ([`${field}_text`, 'VARCHAR'] as const))),
];
/** The kernel's number of the first of the texts; they come in the order of these names, behind the number of their span. */
const FIRST_TEXT = 64;
const TEXTS = ['text', 'input', 'output', 'attributes', 'raw'];

const framed = (name: string, type: ColumnType) => ({ name, type, physicalType: PHYSICAL[type] });
const NARROW_COLUMNS = NARROW.flatMap((column) => (column ? [framed(...column)] : []));
const TEXT_COLUMNS = [framed('seq', 'DOUBLE'), ...TEXTS.map((name) => framed(name, 'VARCHAR'))];

/** Room that the kernel leaves in front of texts for which rows have one. */
const LEVELS_ROOM = 1024;
/** How far behind values their compressed form is. */
const PACKED_BEHIND = 64;

const ALL_PRESENT = new Uint8Array();

/** All functions throw as the file system does. */
export class SpanFrames {
  rows = 0;
  private nextNo: number;
  private readonly narrow: ParquetFrame;
  private readonly texts: ParquetFrame;

  /** `mayKeep`: texts are likely to stay as they are written; where SQL parses the chunk after all, compressing them was in vain. */
  constructor(
    { path, textPath, firstNo }: SpanFiles,
    private readonly output: KernelOutput,
    private readonly mayKeep: boolean,
  ) {
    this.nextNo = firstNo;
    this.narrow = new ParquetFrame(path, NARROW_COLUMNS);
    this.texts = new ParquetFrame(textPath, TEXT_COLUMNS);
  }

  /** Writes the group that the kernel has at hand. */
  write(rows: number): void {
    const { kernel, written, present } = this.output;
    for (const [what, column] of NARROW.entries()) {
      if (!column) continue;
      const values = written(kernel.column(what));
      this.narrow.addPage(rows, levelsOf(rows, kernel.presentCount(), present(rows)), values);
      // The next column is laid over this one.
      this.narrow.flush();
    }
    this.narrow.endGroup(rows);
    this.writeTexts(rows);
    this.rows += rows;
  }

  private writeTexts(rows: number): void {
    const { kernel } = this.output;
    const numbers = new Float64Array(rows).map((_, i) => this.nextNo + i);
    this.nextNo += rows;
    this.texts.addPage(rows, levelsOf(rows, rows, ALL_PRESENT), Buffer.from(numbers.buffer), [
      numbers[0] ?? 0,
      this.nextNo - 1,
    ]);
    for (let what = FIRST_TEXT; what < FIRST_TEXT + TEXTS.length; what++) {
      this.addTexts(rows, kernel.column(what), this.mayKeep);
      this.texts.flush();
    }
    this.texts.endGroup(rows);
  }

  private addTexts(rows: number, size: number, isKept: boolean): void {
    const { kernel, written, present } = this.output;
    const levels = levelsOf(rows, kernel.presentCount(), present(rows));
    if (!isKept) {
      this.texts.addPage(rows, levels, written(size, LEVELS_ROOM));
      return;
    }
    written(levels.length, LEVELS_ROOM - levels.length).set(levels);
    const packed = kernel.pack(levels.length, size);
    this.texts.addPacked(rows, {
      bytes: written(packed, LEVELS_ROOM + size + PACKED_BEHIND),
      plainSize: levels.length + size,
    });
  }

  /** Writes what remains. */
  end(): void {
    this.narrow.end();
    this.texts.end();
  }

  /** Lets go of the files, whether they are whole or not. */
  close(): void {
    this.narrow.close();
    this.texts.close();
  }
}
