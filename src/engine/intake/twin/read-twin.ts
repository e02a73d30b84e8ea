/**
 * Reads a file of lines in SQL, a chunk at a time, straight into the staging tables, and says which lines and traces are left
 * for the record function. Nothing is lost and nothing differs: what a chunk, line, span or trace holds beyond what the twin
 * knows for sure is left. Owns the order of the steps; meanings are the record function's own (shape-table.ts, messages).
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { get } from '../../../shared/trace/json';
import { readConversation } from '../../../shared/trace/genai-conversation';
import type { GenAiMessage } from '../../../shared/trace/genai-message';
import { toolResultFailed, toolResultText } from '../../../shared/trace/genai-parts';
import { DECIDING_KEYS } from '../../../shared/trace/span-shape';
import { callHash } from '../collect';
import type { Emit, SqlTwin } from '../format';
import { gluedRecords, parseRecord } from '../parse-record';
import type { ReadTask } from '../read-source';
import { openSource } from '../source-stream';
import { quote, type Staging } from '../staging';
import { chunkLines, type LineChunk } from './chunk-lines';
import contentSql from './content.sql?raw';
import fillSql from './fill.sql?raw';
import orderSql from './order.sql?raw';
import rowsSql from './rows.sql?raw';
import { addShapes, createShapes, shapeRow, type Around } from './shape-table';
import spansSql from './spans.sql?raw';
import tracesSql from './traces.sql?raw';

/** A file in which more than this share of the lines of its first chunk are for the record function is left to it as a whole. */
const MOST_LEFT = 0.5;
/** Shapes beyond which a file has no shapes to speak of. */
const MAX_SHAPES = 20_000;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Far below what any JSON function of DuckDB was seen to survive, and below the record function's own limit. */
const MAX_DEPTH = 200;

const SPANS_SQL = spansSql.replace('SELECT_DECIDING_KEYS', DECIDING_KEYS.map(quote).join(', '));

export interface TwinResult {
  lines: number;
  blank: number;
  /** Spans laid into the staging tables. */
  spans: number;
  /** The last number given to them. */
  lastSeq: number;
  /** Lines that the record function has to read, and the traces it is to be believed of; spans of others are there already. */
  left: { lines: ReadonlySet<number>; traces: ReadonlySet<string> };
}

export interface TwinTask {
  read: ReadTask;
  twin: SqlTwin;
  staging: Staging;
  sourceId: string;
  /** Number of the first span. */
  firstNo: number;
}

/** Statements end with a semicolon at the end of a line. */
function statementsOf(script: string): string[] {
  return script.split(/;\s*$/m).filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
}

async function runScript({ connection }: Staging, script: string): Promise<void> {
  for (const statement of statementsOf(script)) await connection.run(statement);
}

class TwinReader {
  private readonly around = new Map<string, Around>();
  private readonly lines = new Set<number>();
  private readonly traces = new Set<string>();
  private shapes = 0;
  private nextNo: number;

  constructor(private readonly task: TwinTask) {
    this.nextNo = task.firstNo;
  }

  private run(script: string): Promise<void> {
    return runScript(this.task.staging, script);
  }

  private async rows(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.task.staging.connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  private async insert(sql: string, rows: readonly unknown[]): Promise<void> {
    if (rows.length > 0) await this.task.staging.connection.run(sql, [JSON.stringify(rows)]);
  }

  async open(): Promise<void> {
    await this.run(createShapes);
    await this.run(`
      CREATE OR REPLACE TABLE twin_text (text_hash VARCHAR, text VARCHAR, reasoning VARCHAR, no DOUBLE);
      CREATE OR REPLACE TABLE twin_called (trace_id VARCHAR, name VARCHAR);
      CREATE OR REPLACE TABLE twin_span (no BIGINT, line BIGINT, trace_id VARCHAR, span_id VARCHAR, parent_span_id VARCHAR, kind VARCHAR, name VARCHAR, start_ns BIGINT,
        agent_name VARCHAR, tool_call_id VARCHAR, session_id VARCHAR, session_rank INTEGER, may_ask BOOLEAN, has_sums BOOLEAN, has_user BOOLEAN, starts_twice BOOLEAN, calls_tools BOOLEAN);
      CREATE OR REPLACE TABLE routed (trace_id VARCHAR);
      CREATE OR REPLACE TABLE twin_start AS SELECT ${String(this.task.firstNo)}::BIGINT AS first_no;
    `);
  }

  /** Reads a chunk; false where the file had better be left to the record function. */
  async chunk(chunk: LineChunk, isFirst: boolean): Promise<boolean> {
    const { staging, twin, sourceId } = this.task;
    const path = join(staging.spill, 'lines.jsonl');
    const original = this.oddLines(chunk);
    await writeFile(path, chunk.text);
    await this.run(`
      CREATE OR REPLACE TEMP TABLE chunk AS SELECT ${String(chunk.firstLine)}::BIGINT AS first_line, ${String(this.nextNo)}::BIGINT AS first_no, ${quote(sourceId)} AS source_id;
      CREATE OR REPLACE TEMP VIEW line AS
      SELECT * FROM (
        SELECT unnest(parts) AS json, generate_subscripts(parts, 1) AS ord
        FROM (SELECT string_split(content, chr(10)) AS parts FROM read_text(${quote(path)}))
      ) WHERE starts_with(json, '{');
    `);
    await this.run(twin.script);
    await this.run(SPANS_SQL);
    if (!(await this.learnShapes())) return false;
    await this.run(contentSql);
    await this.readMessages();
    await this.readResults();
    await this.run(rowsSql);
    await this.hashCalls();
    const bad = await this.rows('SELECT line::INTEGER AS line FROM bad_line');
    const left = bad.length + chunk.odd.length;
    if (isFirst && left > chunk.lineCount * MOST_LEFT) return false;
    await this.run(await this.fillScript());
    const [count] = await this.rows('SELECT count(*)::INTEGER AS n FROM tagged');
    this.nextNo += Number(count?.['n'] ?? 0);
    if (left === 0) return true;
    for (const row of bad) original.set(Number(row['line']), chunk.lineAt(Number(row['line'])));
    for (const [line, bytes] of original) if (!this.leave(line, bytes)) return false;
    return true;
  }

  /** The bytes of odd lines, by number. */
  private oddLines(chunk: LineChunk): Map<number, Buffer> {
    return new Map(chunk.odd.map((one) => [one.line, one.bytes]));
  }

  /** Notes a line for the record function with all traces it knows in it; false where they cannot be told. */
  private leave(line: number, bytes: Buffer): boolean {
    this.lines.add(line);
    const { read } = this.task;
    const parsed = parseRecord(bytes, read.limits);
    const records = parsed.ok ? [parsed.value] : gluedRecords(bytes, read.limits);
    for (const record of records) {
      // Log records join spans of other lines, which cannot be told apart from here.
      if (Object.keys(record as object).some((key) => /logs?$|^body$|^raw_otel_json$/i.test(key)))
        return false;
      const emit: Emit = {
        span: (span) => void this.traces.add(span.traceId ?? ''),
        label: (label) => void this.traces.add(label.traceId ?? ''),
        note: () => undefined,
        reject: () => undefined,
      };
      const reader = read.format.read(emit, { ...read.source, lineOf: () => line });
      try {
        reader.record(record, { line });
        reader.end?.();
      } catch {
        // It says so itself when it is read for good; what it may have held of other traces is not known.
        return false;
      }
    }
    return true;
  }

  private aroundOf = (key: string): Around => this.around.get(key) ?? { resource: {}, scope: null };

  private async learnShapes(): Promise<boolean> {
    for (const row of await this.rows('SELECT around, around_text FROM around')) {
      const key = String(row['around']);
      if (!this.around.has(key))
        this.around.set(key, this.task.twin.around(JSON.parse(String(row['around_text']))));
    }
    const found = await this.rows(
      'SELECT DISTINCT t.shape FROM tagged AS t ANTI JOIN shape AS s ON s.shape = t.shape WHERE t.shape IS NOT NULL',
    );
    this.shapes += found.length;
    if (this.shapes > MAX_SHAPES) return false;
    await this.insert(
      addShapes,
      found.map((row) => shapeRow(String(row['shape']), this.aroundOf)),
    );
    return true;
  }

  /** Messages whose form SQL does not know, read by the message functions. */
  private async readMessages(): Promise<void> {
    const found = await this.rows(
      'SELECT DISTINCT s.elem FROM said AS s ANTI JOIN wording AS w ON w.elem = s.elem WHERE s.elem IS NOT NULL',
    );
    const rows = found.flatMap((row) => {
      const elem = String(row['elem']);
      const message = messageOfText(elem);
      return message
        ? [
            {
              elem,
              role: message.role,
              text: message.text,
              origin: message.origin,
              reasoning: message.reasoning,
              calls: message.toolCalls ?? [],
              tool_call_id: message.toolCallId,
              tool_name: message.toolName,
              is_error: message.isError ?? false,
            },
          ]
        : [];
    });
    await this.insert(
      `INSERT INTO wording BY NAME SELECT unnest(from_json($1, '[{"elem":"VARCHAR","role":"VARCHAR","text":"VARCHAR","origin":"VARCHAR","reasoning":"VARCHAR",
        "calls":[{"id":"VARCHAR","name":"VARCHAR","arguments":"VARCHAR"}],"tool_call_id":"VARCHAR","tool_name":"VARCHAR","is_error":"BOOLEAN"}]'), max_depth := 2)`,
      rows,
    );
  }

  /** What tools returned as JSON; one that names its call may be more than a result, and is left. */
  private async readResults(): Promise<void> {
    await this.run(
      'CREATE OR REPLACE TEMP TABLE result (no BIGINT, text VARCHAR, failed BOOLEAN, head VARCHAR)',
    );
    const found = await this.rows(
      `SELECT c.no::VARCHAR AS no, text_of(i.lits[c.output_at]) AS output FROM item AS i JOIN clear AS c ON c.n = i.n WHERE c.kind = 'tool' AND c.output_tag = 'j'`,
    );
    const rows = found.flatMap((row) => {
      const output = String(row['output']);
      if (output.includes('tool_call_id')) return [];
      const text = toolResultText(output);
      return [{ no: row['no'], text, failed: toolResultFailed(output), head: text.slice(0, 500) }];
    });
    await this.insert(
      `INSERT INTO result BY NAME SELECT unnest(from_json($1, '[{"no":"BIGINT","text":"VARCHAR","failed":"BOOLEAN","head":"VARCHAR"}]'), max_depth := 2)`,
      rows,
    );
  }

  /** The filling script without looking where no shape has anything, which takes most of its time. */
  private async fillScript(): Promise<string> {
    const [used = {}] = await this.rows(`SELECT max(COLUMNS(c -> ends_with(c, '_at'))) FROM shape`);
    const unused = new Set(Object.keys(used).filter((name) => used[name] === null));
    return fillSql.replace(/text_of\(i\.lits\[t\.(\w+_at)\]\)/g, (found, name: string) =>
      unused.has(name) ? 'NULL' : found,
    );
  }

  private async hashCalls(): Promise<void> {
    const found = await this.rows('SELECT name, args FROM argued WHERE call_hash IS NULL');
    await this.run('DELETE FROM argued WHERE call_hash IS NULL');
    await this.insert(
      `INSERT INTO argued BY NAME SELECT unnest(from_json($1, '[{"name":"VARCHAR","args":"VARCHAR","call_hash":"VARCHAR"}]'), max_depth := 2)`,
      found.map((row) => ({ ...row, call_hash: callHash(String(row['name']), String(row['args'])) })),
    );
  }

  async end(lines: number, blank: number): Promise<TwinResult> {
    await this.insert('INSERT INTO routed SELECT unnest(from_json($1, \'["VARCHAR"]\'))', [...this.traces]);
    await this.run(tracesSql);
    const left = await this.rows(
      'SELECT DISTINCT line::INTEGER AS line FROM twin_span WHERE trace_id IN (SELECT trace_id FROM routed)',
    );
    for (const row of left) this.lines.add(Number(row['line']));
    for (const row of await this.rows('SELECT DISTINCT trace_id FROM routed'))
      this.traces.add(String(row['trace_id']));
    const [count] = await this.rows('SELECT count(*)::INTEGER AS n FROM settled');
    return {
      lines,
      blank,
      spans: Number(count?.['n'] ?? 0),
      lastSeq: this.nextNo - 1,
      left: { lines: this.lines, traces: this.traces },
    };
  }

  /** Takes out all that was laid into the tables. */
  async undo(): Promise<void> {
    const from = String(this.task.firstNo);
    await this.run(`
      DELETE FROM span WHERE seq >= ${from};
      DELETE FROM message WHERE owner_seq >= ${from};
      DELETE FROM history WHERE owner_seq >= ${from};
      DELETE FROM "call" WHERE owner_seq >= ${from};
    `);
  }

  async close(): Promise<void> {
    await rm(join(this.task.staging.spill, 'lines.jsonl'), { force: true });
  }
}

function briefly(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 160);
}

/** The one message a list's element stands for, whoever is said to speak; null where it is none, several, or lacks ids. */
function messageOfText(elem: string): GenAiMessage | null {
  const [message, ...more] = readConversation(`[${elem}]`, 'user') ?? [];
  const other = readConversation(`[${elem}]`, 'assistant') ?? [];
  if (!message || more.length > 0 || JSON.stringify([message]) !== JSON.stringify(other)) return null;
  const calls = message.toolCalls ?? [];
  const areTold = calls.every(
    (call) =>
      call.id !== null &&
      call.id !== call.name &&
      !['system', 'user', 'assistant', 'tool'].includes(call.name),
  );
  const role = get(parseMaybeObject(elem), 'role');
  return areTold && typeof role === 'string' && (message.role !== 'tool' || message.toolCallId != null)
    ? message
    : null;
}

function parseMaybeObject(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * Reads the source with its format's twin; null where it is to be read by the record function as if nothing had been. Appenders
 * of the staging tables must hold nothing of this source. Throws as the source's stream and the database do.
 */
export async function readWithTwin(task: TwinTask): Promise<TwinResult | null> {
  const { read } = task;
  const first = read.from ?? { line: 1, byteOffset: 0 };
  const source = await openSource(read, read.limits, read.onBytes, {
    start: first.byteOffset,
    end: read.length,
  });
  const reader = new TwinReader(task);
  await reader.open();
  let lines = 0;
  let blank = 0;
  let isFirst = true;
  let isDone = false;
  try {
    const options = {
      chunkBytes: read.limits.twinChunkBytes,
      // No text of a shorter line is longer than what is kept of one.
      maxLineBytes: Math.min(MAX_LINE_BYTES, read.limits.maxRecordBytes, read.limits.maxCellCharacters),
      maxDepth: Math.min(MAX_DEPTH, read.limits.maxDepth),
    };
    for await (const chunk of chunkLines(source.bytes, options, first.line)) {
      lines += chunk.lineCount;
      blank += chunk.blank;
      if (!(await reader.chunk(chunk, isFirst))) return null;
      isFirst = false;
      for (let i = chunk.blank; i < chunk.lineCount; i++) read.onRecord();
    }
    const result = await reader.end(lines, blank);
    isDone = true;
    return result;
  } catch (error) {
    // What SQL stumbles over is for the record function to judge: a line too long, values no cast was meant for, too little memory.
    read.emit.note(`left to be read record by record: ${briefly(error)}`);
    return null;
  } finally {
    if (!isDone) await reader.undo();
    await reader.close();
  }
}

/**
 * Puts the spans of the source read last in order, those of the record function among the others. Appenders of the staging tables
 * must hold nothing.
 */
export function orderTwinSpans(staging: Staging): Promise<void> {
  return runScript(staging, orderSql);
}
