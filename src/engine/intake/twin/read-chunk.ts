/**
 * One chunk of lines, read in SQL straight into the staging tables on a connection of its own, so that several are read at the
 * same time. Owns the order of the steps within a chunk; meanings are the record function's own (shape-table.ts, messages).
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { unwrapEntity } from '../../../shared/trace/genai-content';
import { toolResultFailed, toolResultText } from '../../../shared/trace/genai-parts';
import { DECIDING_KEYS } from '../../../shared/trace/span-shape';
import { callHash } from '../collect';
import type { SqlTwin } from '../format';
import { runScript } from '../run-script';
import { quote, type Staging } from '../staging';
import type { LineChunk } from './chunk-lines';
import type { RowChunk } from './table-chunks';
import type { ChunkScanner } from './chunk-scanner';
import contentSql from './content.sql?raw';
import fillSql from './fill.sql?raw';
import fillSpansSql from './fill-spans.sql?raw';
import { MessageFolder } from './fold-messages';
import macrosSql from './macros.sql?raw';
import { readAround } from './read-around';
import { MessageReader } from './read-messages';
import rowsSql from './rows.sql?raw';
import { addShapes, createShapes, MAX_SHAPES, shapeRow, type Around } from './shape-table';
import shapedSql from './shaped.sql?raw';
import type { Scan } from './span-scanner';
import spansSql from './spans.sql?raw';
import toldSql from './told.sql?raw';

/** A file in which more than this share of the lines of its first chunk are for the record function is left to it as a whole. */
const MOST_LEFT = 0.5;

const SPANS_SQL = spansSql.replace('SELECT_DECIDING_KEYS', DECIDING_KEYS.map(quote).join(', '));

const RESULTS_SQL = `SELECT d.no::VARCHAR AS no, s.kind, text_of(i.lits[s.output_at]) AS output FROM item AS i POSITIONAL JOIN shaped AS d JOIN shape AS s ON s.rowid = d.shape_no
  WHERE s.text_from = 'result' AND s.output_tag IN ('j', 'u')`;

const knownText = (name: string): string => `coalesce(text_of(i.lits[s.${name}_at]), s.${name}_is)`;

/** What stands for table told where a chunk was scanned. */
const SCANNED_TOLD: Readonly<Record<string, string>> = {
  no: '(i.n + k.first_no - 1)',
  line: '(i.ord + k.first_line - 1)',
  source_id: 'k.source_id',
  session_id: knownText('session'),
  agent_name: knownText('agent_name'),
  tool_name: knownText('tool_name'),
  tool_call_id: knownText('tool_call_id'),
  failed: '(i.failed = 1)',
  head: 'i.head',
  call_hash: 'i.call_hash',
  // Bits of what was heard stand three further on there, and a call that says nothing is silent.
  flags: '(s.flags + ((i.heard & 14) << 3) + CASE WHEN i.heard = 16 THEN 8 ELSE 0 END)',
};

/** A script that fills table span, where a chunk was scanned, but for the lines that are left. */
function withScannedTold(script: string, isGood: string): string {
  return script
    .replaceAll(
      'POSITIONAL JOIN told AS t\nJOIN shape AS s ON s.rowid = t.shape_no',
      'CROSS JOIN chunk AS k\nJOIN shape AS s ON s.scan_no = i.scan_no',
    )
    .replaceAll('t.is_good', isGood)
    .replace(/\bt\.(\w+)/g, (_, name: string) => SCANNED_TOLD[name] ?? 'NULL');
}

/** What the kernel wrote: the ends of names of views, and of files. */
const SCANNED_FILES = [
  ['', ''],
  ['_first', '.firsts'],
  ['_text', '.texts'],
] as const;

export interface ChunkContext {
  twin: SqlTwin;
  sourceId: string;
  staging: Staging;
  /** Scans chunks, where the format has lines to scan. */
  scanner: ChunkScanner | null;
}

export interface ChunkTask {
  chunk: LineChunk | RowChunk;
  /** Number of its first span, once that is known. */
  firstNo: Promise<number>;
  isFirst: boolean;
  /** Hears how many spans the chunk has. */
  onCount: (spans: number) => void;
}

/** A line that is left to the record function, or the JSON of a row that is. */
export interface LeftLine {
  line: number;
  bytes: Buffer;
}

export class ChunkReader {
  /** By key; null where it is for the record function to read, and to say what is odd about it. */
  private readonly around = new Map<string, Around | null>();
  private shapes = 0;
  /** Shapes of the scanner that are in table shape. */
  private scannedShapes = 0;
  /** There are views of what is scanned. */
  private hasViews = false;
  private readonly path: string;
  private readonly folder = new MessageFolder({
    run: (script) => this.run(script),
    rows: (sql) => this.rows(sql),
    insert: (sql, rows) => this.insert(sql, rows),
  });

  private readonly messages = new MessageReader({
    run: (script) => this.run(script),
    rows: (sql) => this.rows(sql),
    insert: (sql, rows) => this.insert(sql, rows),
  });

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly context: ChunkContext,
    number: number,
  ) {
    this.path = join(context.staging.spill, `lines-${String(number)}.jsonl`);
  }

  private run(script: string): Promise<void> {
    return runScript(this.connection, script);
  }

  private async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  private async insert(sql: string, rows: readonly unknown[]): Promise<void> {
    if (rows.length > 0) await this.connection.run(sql, [JSON.stringify(rows)]);
  }

  async open(): Promise<void> {
    await this.run(createShapes);
    await this.run(macrosSql);
  }

  /** Reads a chunk; gives its lines that are left, or null where the file had better be left as a whole. */
  async read({ chunk, firstNo, isFirst, onCount }: ChunkTask): Promise<LeftLine[] | null> {
    const lines = 'rows' in chunk ? null : chunk;
    const texts = this.context.staging.newWideFile();
    const scan = lines && (await this.scan(lines, texts.path, firstNo));
    if (scan) onCount(scan.rows);
    else onCount(await this.parseLines(chunk));
    await this.run(`
      CREATE OR REPLACE TEMP TABLE chunk AS SELECT ${String(chunk.firstLine)}::BIGINT AS first_line, ${String(await firstNo)}::BIGINT AS first_no, ${quote(this.context.sourceId)} AS source_id;
    `);
    if (scan) {
      await this.takeScan();
      if (isFirst && scan.left.length + chunk.odd.length > chunk.lineCount * MOST_LEFT) return null;
      return await this.fillScanned(scan, lines, texts.number);
    }
    if (!(await this.tellShapes())) return null;
    await this.run(contentSql);
    await this.messages.read();
    await this.readResults();
    await this.run(rowsSql);
    await this.hashCalls();
    const bad = await this.badLines(chunk);
    if (lines) this.context.scanner?.compare(lines, bad.length);
    if (isFirst && bad.length + chunk.odd.length > chunk.lineCount * MOST_LEFT) return null;
    await this.run(this.withFile(await this.usedOnly(`${fillSql}\n${fillSpansSql}`)));
    return bad;
  }

  /** Has a chunk scanned, its texts into a file at `textPath`, where lines are scanned and while it is of use. */
  private async scan(lines: LineChunk, textPath: string, firstNo: Promise<number>): Promise<Scan | null> {
    const { scanner } = this.context;
    if (!scanner || scanner.isOff) return null;
    const scan = await scanner.scan(lines, { path: this.path, textPath, firstNo: await firstNo });
    if (!scan) await rm(textPath, { force: true });
    return scan;
  }

  /** Fills the tables with what was scanned, with its texts in the file of this number; gives the lines that were left. */
  private async fillScanned({ left }: Scan, lines: LineChunk, file: number): Promise<LeftLine[]> {
    const isGood = (place: string): string =>
      left.length === 0 ? 'true' : `${place} NOT IN (${left.join(', ')})`;
    await this.run(toldSql.replace(/IS_GOOD\((\S+)\)/g, (_, place: string) => isGood(place)));
    const spans = withScannedTold(fillSpansSql, isGood('i.ord')).replace('WIDE_FILE', String(file));
    await this.run(this.scannedColumns(spans));
    this.context.staging.isInOrder(file);
    return left.map((ord) => ord + lines.firstLine - 1).map((line) => ({ line, bytes: lines.lineAt(line) }));
  }

  private async badLines(chunk: LineChunk | RowChunk): Promise<LeftLine[]> {
    if (!('rows' in chunk)) {
      const found = await this.rows('SELECT line::INTEGER AS line FROM bad_line');
      return found.map((row) => Number(row['line'])).map((line) => ({ line, bytes: chunk.lineAt(line) }));
    }
    const found = await this.rows(
      `SELECT b.line::INTEGER AS line, r.raw FROM bad_line AS b JOIN table_row AS r ON r.ord = b.line - ${String(chunk.firstLine - 1)}`,
    );
    return found.map((row) => ({ line: Number(row['line']), bytes: Buffer.from(String(row['raw'])) }));
  }

  /** Has SQL take the lines or rows apart; gives how many spans are in them. */
  private async parseLines(chunk: LineChunk | RowChunk): Promise<number> {
    if ('rows' in chunk) await this.run(`CREATE OR REPLACE TEMP VIEW table_row AS ${chunk.rows};`);
    else await this.layLines(chunk);
    await this.run(this.context.twin.script);
    const [count] = await this.rows('SELECT count(*)::INTEGER AS n FROM item');
    return Number(count?.['n'] ?? 0);
  }

  private async layLines(chunk: LineChunk): Promise<void> {
    await writeFile(this.path, chunk.text);
    await this.run(`
      CREATE OR REPLACE TEMP VIEW line AS
      SELECT * FROM (
        SELECT unnest(parts) AS json, generate_subscripts(parts, 1) AS ord
        FROM (SELECT string_split(content, chr(10)) AS parts FROM read_text(${quote(this.path)}))
      ) WHERE starts_with(json, '{');
    `);
  }

  private async tellShapes(): Promise<boolean> {
    await this.folder.fold();
    await this.run(SPANS_SQL);
    if (!(await this.learnShapes())) return false;
    await this.run(shapedSql);
    return true;
  }

  /** Takes up what was scanned, with the shapes that are new since this reader did so last. */
  private async takeScan(): Promise<void> {
    const shapes = this.context.scanner?.shapes ?? [];
    await this.insert(addShapes, shapes.slice(this.scannedShapes));
    this.scannedShapes = shapes.length;
    if (this.hasViews) return;
    for (const [name, end] of SCANNED_FILES)
      await this.run(`CREATE TEMP VIEW scanned${name} AS FROM read_parquet(${quote(this.path + end)});`);
    this.hasViews = true;
  }

  /** A script that reads what was scanned, where each value stands in a column of its own. */
  private scannedColumns = (script: string): string => {
    const column = (name: string): string =>
      this.context.scanner?.has(name) === true ? `i.${name}_text` : 'NULL::VARCHAR';
    return script
      .replaceAll('FROM item AS i', 'FROM scanned AS i')
      .replaceAll('strlen(i.raw)', 'i.raw_size')
      .replace(/text_of\(i\.lits\[s\.(\w+)_at\]\)/g, (_, name: string) => column(name));
  };

  private aroundOf = (key: string): Around | null => {
    const found = this.around.get(key);
    return found === undefined ? { resource: {}, scope: null } : found;
  };

  private async learnShapes(): Promise<boolean> {
    for (const row of await this.rows('SELECT around, around_text FROM around')) {
      const key = String(row['around']);
      const text = row['around_text'] as string | null;
      if (!this.around.has(key))
        this.around.set(key, text === null ? null : readAround(this.context.twin, text));
    }
    const found = await this.rows(
      'SELECT DISTINCT t.shape FROM tagged AS t ANTI JOIN shape AS s ON s.shape = t.shape WHERE t.shape IS NOT NULL',
    );
    this.shapes += found.length;
    if (this.shapes > MAX_SHAPES) return false;
    await this.insert(
      addShapes,
      found.map((row) => shapeRow(String(row['shape']), this.aroundOf, this.context.twin.sourceOf)),
    );
    return true;
  }

  /** What tools returned as JSON, or what may be read as such; one that names its call, or wraps a result, is more than a result, and is left. */
  private async readResults(): Promise<void> {
    await this.run(
      'CREATE OR REPLACE TEMP TABLE result (no BIGINT, text VARCHAR, failed BOOLEAN, head VARCHAR)',
    );
    const found = await this.rows(RESULTS_SQL);
    const rows = found.flatMap((row) => {
      const output = String(row['output']);
      if (output.includes('tool_call_id') || unwrapEntity(output, 'output') !== output) return [];
      const text = toolResultText(output);
      const failed = row['kind'] === 'tool' && toolResultFailed(output);
      return [{ no: row['no'], text, failed, head: text.slice(0, 500) }];
    });
    await this.insert(
      `INSERT INTO result BY NAME SELECT unnest(from_json($1, '[{"no":"BIGINT","text":"VARCHAR","failed":"BOOLEAN","head":"VARCHAR"}]'), max_depth := 2)`,
      rows,
    );
  }

  /** The filling script without looking where no shape has anything, which takes most of its time. */
  private async usedOnly(script: string): Promise<string> {
    const [used = {}] = await this.rows(`SELECT max(COLUMNS(c -> ends_with(c, '_at'))) FROM shape`);
    const unused = new Set(Object.keys(used).filter((name) => used[name] === null));
    return script.replace(/text_of\(i\.lits\[s\.(\w+_at)\]\)/g, (found, name: string) =>
      unused.has(name) ? 'NULL' : found,
    );
  }

  private withFile(script: string): string {
    const file = this.context.staging.newWideFile();
    return script.replace('WIDE_FILE', String(file.number)).replace("'WIDE_PATH'", () => quote(file.path));
  }

  private async hashCalls(): Promise<void> {
    const found = await this.rows('SELECT name, args FROM argued WHERE call_hash IS NULL');
    await this.run('DELETE FROM argued WHERE call_hash IS NULL');
    await this.insert(
      `INSERT INTO argued BY NAME SELECT unnest(from_json($1, '[{"name":"VARCHAR","args":"VARCHAR","call_hash":"VARCHAR"}]'), max_depth := 2)`,
      found.map((row) => ({ ...row, call_hash: callHash(String(row['name']), String(row['args'])) })),
    );
  }

  /** Removes what it put aside and ends the connection. */
  async close(): Promise<void> {
    this.connection.closeSync();
    for (const [, end] of SCANNED_FILES) await rm(this.path + end, { force: true });
  }
}
