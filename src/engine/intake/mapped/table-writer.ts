/**
 * The rows of a CSV file as Parquet that SQL reads: the record reader cuts the file into rows as ever, and its rows are put into
 * columns of text instead of spans. Owns those files and getting rows back from them.
 */
import { join } from 'node:path';
import { VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import type { FormatReader, Place } from '../format';
import { ParquetRows } from '../parquet-rows';
import { StagingFailure } from '../row-files';
import { readStream } from '../../workspace/read-stream';
import { quote } from '../staging';
import type { Column } from './mapped-columns';

export class TableWriter implements FormatReader {
  readonly files: string[] = [];
  #names: readonly string[] | null = null;
  #rows: ParquetRows | null = null;
  #count = 0;

  /** Files are written into `folder` when `most` bytes of rows are held. */
  constructor(
    private readonly folder: string,
    private readonly most: number,
  ) {}

  /** Takes a row of texts; all rows of a table have the same names. Throws StagingFailure. */
  record(record: unknown, { line }: Place): void {
    const row = record as Readonly<Record<string, string | null>>;
    this.#names ??= Object.keys(row);
    this.#rows ??= new ParquetRows([
      ['line', 'BIGINT'],
      ['ordinal', 'BIGINT'],
      ...this.#names.map((_, i): [string, 'VARCHAR'] => [`c${String(i)}`, 'VARCHAR']),
    ]);
    this.#count += 1;
    this.#rows.add([line, this.#count, ...this.#names.map((name) => row[name] ?? null)]);
    if (this.#rows.bytes >= this.most) this.end();
  }

  /** Writes what is held. Throws StagingFailure. */
  end(): void {
    if (!this.#rows || this.#rows.count === 0) return;
    const path = join(this.folder, `table-${String(this.files.length)}.parquet`);
    try {
      this.#rows.writeTo(path);
    } catch (error) {
      throw StagingFailure.of(error);
    }
    this.files.push(path);
  }

  get columns(): Column[] {
    return (this.#names ?? []).map((name, i) => ({ name, type: VARCHAR, value: `t.c${String(i)}` }));
  }

  /** SQL that reads the rows as `t`. */
  get from(): string {
    return `read_parquet([${this.files.map(quote).join(', ')}]) AS t`;
  }

  /** Hands rows back in order, with the lines and numbers they have: those of some lines, or all of them. Throws as DuckDB does. */
  async give(
    connection: DuckDBConnection,
    lines: ReadonlySet<number> | null,
    take: (row: unknown, line: number, ordinal: number) => void,
  ): Promise<void> {
    const names = this.#names ?? [];
    const chosen = `WHERE line IN (SELECT unnest(from_json($1, '["BIGINT"]')))`;
    const sql = `SELECT line::DOUBLE, ordinal::DOUBLE, * EXCLUDE (line, ordinal) FROM ${this.from} ${lines ? chosen : ''} ORDER BY ordinal`;
    await readStream(
      connection,
      () => connection.stream(sql, lines ? [JSON.stringify([...lines])] : []),
      async (result) => {
        for await (const rows of result.yieldRows())
          for (const [line, ordinal, ...values] of rows)
            take(
              Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])),
              Number(line),
              Number(ordinal),
            );
      },
    );
  }
}
