/**
 * The records of a file of JSON lines as Parquet that SQL reads: the record reader parses lines as ever, and the values that a profile maps are
 * put into columns instead of spans, each beside the record's own JSON. Owns those files, which values are single ones, and getting records back.
 */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { MappingProfile } from '../../../shared/model/source';
import { valueAt } from '../../../shared/trace/field-path';
import { isObject } from '../../../shared/trace/json';
import type { Field } from '../../../shared/trace/mapped-record';
import type { FormatReader, Place, SourceContext } from '../format';
import type { Cell } from '../parquet-column';
import { floatDoubt } from '../parquet-lines';
import { ParquetRows } from '../parquet-rows';
import { StagingFailure } from '../row-files';
import { readStream } from '../../workspace/read-stream';
import { quote } from '../staging';
import { areRolesRelative, type MappedColumn, type MappedColumns } from './mapped-columns';
import { unitSql } from './mapped-select';

const TIMES: readonly Field[] = ['start', 'end'];
const AMOUNTS: readonly Field[] = ['durationMs', 'inputTokens', 'outputTokens', 'costUsd'];
/** What is said in these is a text, or for the record function. */
const CONTENT: readonly Field[] = ['text', 'input', 'output', 'name', 'toolName', 'comment', 'rating'];

/** Whether SQL may read lines by a profile: not where records are within others, or roles depend on other records. */
export function mayMapLines(profile: MappingProfile): boolean {
  return (
    (profile.recordsPath ?? '') === '' &&
    profile.messagesPath === undefined &&
    !areRolesRelative(profile.values)
  );
}

interface MappedField {
  field: Field;
  path: string;
  /** Of fields that are counted with: numbers with a fraction have a column of their own. */
  isNumber: boolean;
}

export class LineWriter implements FormatReader {
  readonly files: string[] = [];
  /** Several records stand on one line. */
  isShared = false;
  readonly #fields: readonly MappedField[];
  readonly #rows: ParquetRows;
  #count = 0;
  #line = 0;
  #source: SourceContext | null = null;
  /** Records too long for the database, by their numbers. */
  readonly #long = new Map<number, unknown>();

  /** Files are written into `folder` when `most` bytes of rows are held; a record of more than `longest` characters is held as it is. */
  constructor(
    private readonly profile: MappingProfile,
    private readonly folder: string,
    private readonly most: number,
    private readonly longest: number,
  ) {
    this.#fields = (Object.entries(profile.fields) as [Field, string | undefined][]).flatMap(
      ([field, path]) =>
        path === undefined
          ? []
          : [{ field, path, isNumber: TIMES.includes(field) || AMOUNTS.includes(field) }],
    );
    this.#rows = new ParquetRows([
      ['line', 'BIGINT'],
      ['ordinal', 'BIGINT'],
      ['hash', 'VARCHAR'],
      ['raw', 'VARCHAR'],
      ['is_odd', 'BOOLEAN'],
      ...this.#fields.flatMap((_, i): [string, 'VARCHAR' | 'DOUBLE'][] => [
        [`c${String(i)}`, 'VARCHAR'],
        [`n${String(i)}`, 'DOUBLE'],
      ]),
    ]);
  }

  /** Begins to read a source. */
  of(source: SourceContext): this {
    this.#source = source;
    return this;
  }

  /** Takes a record. Throws StagingFailure. */
  record(record: unknown, { line }: Place): void {
    if (line === this.#line) this.isShared = true;
    this.#line = line;
    this.#count += 1;
    const raw = JSON.stringify(record);
    const isLong = raw.length > this.longest;
    if (isLong) this.#long.set(this.#count, record);
    let isOdd = isLong || !isObject(record);
    const cells = this.#fields.flatMap(({ field, path, isNumber }): Cell[] => {
      const value = isLong ? null : valueAt(record, path);
      if (value === undefined || value === null) return [null, null];
      if (typeof value === 'string') return [value, null];
      if (typeof value === 'number' && !CONTENT.includes(field)) {
        const isFraction = isNumber && !Number.isSafeInteger(value);
        return [String(value), isFraction ? value : null];
      }
      isOdd = true;
      return [null, null];
    });
    this.#rows.add([line, this.#count, this.#source?.shortHash ?? '', isLong ? null : raw, isOdd, ...cells]);
    if (this.#rows.bytes >= this.most) this.end();
  }

  /** Writes what is held. Throws StagingFailure. */
  end(): void {
    if (this.#rows.count === 0) return;
    const path = join(this.folder, `lines-${String(this.files.length)}.parquet`);
    try {
      this.#rows.writeTo(path);
    } catch (error) {
      throw StagingFailure.of(error);
    }
    this.files.push(path);
  }

  /** The records seen through the profile. */
  get columns(): MappedColumns {
    const unit = unitSql(this.profile.timeUnit);
    const fields = this.#fields.map(({ field, isNumber }, i): [Field, MappedColumn] => {
      const [words, number] = [`t.c${String(i)}`, `t.n${String(i)}`];
      const plain = { words, number: null, instant: null, doubt: null };
      if (!isNumber) return [field, plain];
      const doubt = floatDoubt(number);
      return TIMES.includes(field)
        ? [
            field,
            {
              ...plain,
              instant: `CASE WHEN ${number} IS NULL THEN time_ns(${words}, ${unit}) ELSE double_ns(${number}, ${unit}) END`,
              doubt,
            },
          ]
        : [field, { ...plain, number, doubt }];
    });
    return { fields: new Map(fields), raw: 't.raw', rawDoubt: 't.is_odd', hasInnerNumbers: false };
  }

  /** SQL that reads the rows as `t`. */
  get from(): string {
    return `read_parquet([${this.files.map(quote).join(', ')}]) AS t`;
  }

  /**
   * Hands records back in order, with the lines and numbers they have: those of some lines, or all of them. `enter` hears of each record
   * that was read by itself. Throws as DuckDB does.
   */
  async give(
    connection: DuckDBConnection,
    lines: ReadonlySet<number> | null,
    take: (record: unknown, line: number, ordinal: number) => void,
    enter: (line: number) => void,
  ): Promise<void> {
    const chosen = `WHERE line IN (SELECT unnest(from_json($1, '["BIGINT"]')))`;
    const sql = `SELECT line::DOUBLE, ordinal::DOUBLE, hash, raw FROM ${this.from} ${lines ? chosen : ''} ORDER BY ordinal`;
    let before = '';
    await readStream(
      connection,
      () => connection.stream(sql, lines ? [JSON.stringify([...lines])] : []),
      async (result) => {
        for await (const rows of result.yieldRows())
          for (const [line, ordinal, hash, raw] of rows) {
            const own = `${String(line)} ${String(hash)}`;
            if (own !== before) enter(Number(line));
            before = own;
            const no = Number(ordinal);
            take(raw === null ? this.#long.get(no) : JSON.parse(String(raw)), Number(line), no);
          }
      },
    );
  }
}
