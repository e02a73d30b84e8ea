/**
 * Rows on their way into the staging tables: gathered by table, and written aside as Parquet when there are many. Knows no
 * database, so that a thread that only reads files can have one.
 */
import { join } from 'node:path';
import type { Cell, ColumnType } from './parquet-column';
import { ParquetRows } from './parquet-rows';
import { stagingTables, type StagingTable } from './staging-tables';

/** Takes rows. Throws StagingFailure where they cannot be kept. */
export interface RowSink {
  /** Adds a row; `values` are in the order of the table's columns. */
  add(table: StagingTable, values: readonly Cell[]): void;
}

/** The database or the disk failed, which no record is to blame for: the import as a whole cannot go on. */
export class StagingFailure extends Error {
  override readonly name = 'StagingFailure';

  static of(error: unknown): StagingFailure {
    return new StagingFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A file of rows of one table. */
export interface RowFile {
  table: StagingTable;
  path: string;
}

export class RowFiles implements RowSink {
  private readonly held = new Map(
    Object.entries(stagingTables).map(([table, columns]) => [
      table as StagingTable,
      new ParquetRows(columns satisfies readonly (readonly [string, ColumnType])[]),
    ]),
  );
  private heldBytes = 0;
  private files = 0;

  /** Files are written into `folder`, their names begin with `name`, when `most` bytes of rows are held; `onFile` hears of each. */
  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly most: number,
    private readonly onFile: (file: RowFile) => void,
  ) {}

  /** Adds a row; `values` are in the order of the table's columns. Throws StagingFailure. */
  add(table: StagingTable, values: readonly Cell[]): void {
    const rows = this.held.get(table);
    if (!rows) throw new StagingFailure(`there is no staging table ${table}`);
    const before = rows.bytes;
    rows.add(values);
    this.heldBytes += rows.bytes - before;
    if (this.heldBytes >= this.most) this.write();
  }

  /** Writes the rows held, a file for each table that has any. Throws StagingFailure. */
  write(): void {
    for (const [table, rows] of this.held) {
      if (rows.count === 0) continue;
      const path = join(this.folder, `${this.name}-${String(this.files++)}.parquet`);
      try {
        rows.writeTo(path);
      } catch (error) {
        throw StagingFailure.of(error);
      }
      this.onFile({ table, path });
    }
    this.heldBytes = 0;
  }
}
