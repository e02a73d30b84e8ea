/**
 * Writes rows as one Parquet file with one row group and one page for each column: how rows get from the readers into the
 * database. Owns the rows held; parquet-frame.ts owns the file's frame, parquet-column.ts the values.
 */
import { parquetColumn, type Cell, type ColumnType, type ParquetColumn } from './parquet-column';
import { ParquetFrame } from './parquet-frame';

/** Rows of one table, held until they are written. */
export class ParquetRows {
  private readonly columns: readonly ParquetColumn[];
  private rows = 0;
  private size = 0;

  /** `columns`: names with DuckDB types, in the order of the values of a row. */
  constructor(columns: readonly (readonly [string, ColumnType])[]) {
    this.columns = columns.map(([name, type]) => parquetColumn(name, type));
  }

  /** Rows held. */
  get count(): number {
    return this.rows;
  }

  /** Bytes of their values. */
  get bytes(): number {
    return this.size;
  }

  /** Takes a row; values that are missing are null. */
  add(values: readonly Cell[]): void {
    const { columns, rows } = this;
    for (let i = 0; i < columns.length; i++) {
      const value = values[i];
      if (value !== null && value !== undefined) this.size += columns[i]?.put(rows, value) ?? 0;
    }
    this.rows += 1;
  }

  /** Writes the rows held into a new file and lets go of them. Throws as the file system does. */
  writeTo(path: string): void {
    const frame = new ParquetFrame(path, this.columns);
    try {
      for (const column of this.columns) {
        const { levels, values } = column.page(this.rows);
        frame.addPage(this.rows, levels, values);
      }
      frame.endGroup(this.rows);
      frame.end();
    } finally {
      frame.close();
    }
    for (const column of this.columns) column.reset();
    this.rows = 0;
    this.size = 0;
  }
}
