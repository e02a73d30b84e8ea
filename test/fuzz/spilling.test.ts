/**
 * A file of more than twice the memory the database may use is imported whole: its texts lie beside the tables, and what does not
 * fit is spilled. Read by the record function.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits } from '../../src/engine/intake/limits';
import { runIntake } from '../../src/engine/intake/run';

const MEMORY_MB = 64;
const ROWS = 11_000;
const TEXT_BYTES = 13_000;

const dir = mkdtempSync(join(tmpdir(), 'faultline-spilling-'));
const path = join(dir, 'large.jsonl');

/** Words that do not compress to nothing. */
const WORDS = ((): string => {
  let state = 1;
  return Array.from({ length: 2 * TEXT_BYTES }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 28).toString(16);
  }).join('');
})();

/** A text that is another for every row. */
function textOf(row: number): string {
  const number = row.toString(16).padStart(8, '0');
  return `row ${number}: ${WORDS.slice(row % TEXT_BYTES, (row % TEXT_BYTES) + TEXT_BYTES)}`;
}

/** A hundred rows are a session. */
function sessionOf(row: number): string {
  return `session-${String(999 - Math.floor(row / 100))}`;
}

function lineOf(row: number): string {
  const id = `a${row.toString(16).padStart(15, '0')}`;
  const attributes = [
    // The first sessions of the file are the last in order.
    { key: 'gen_ai.conversation.id', value: { stringValue: sessionOf(row) } },
    { key: 'gen_ai.operation.name', value: { stringValue: 'execute_tool' } },
    { key: 'gen_ai.tool.name', value: { stringValue: 'read' } },
    { key: 'gen_ai.tool.call.id', value: { stringValue: `call-${String(row)}` } },
    { key: 'gen_ai.tool.call.result', value: { stringValue: textOf(row) } },
  ];
  const start = `${String(1_780_000_000 + row)}000000000`;
  const span = {
    traceId: `${id}${id}`,
    spanId: id,
    name: 'execute_tool read',
    kind: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start,
    attributes,
    status: {},
  };
  return `${JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [span] }] }] })}\n`;
}

beforeAll(() => {
  const file = openSync(path, 'w');
  for (let row = 0; row < ROWS; row += 100)
    writeSync(file, Array.from({ length: 100 }, (_, i) => lineOf(row + i)).join(''));
  closeSync(file);
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('a file of more than twice the memory limit comes in whole', { timeout: 240_000 }, async () => {
  const stagingDir = join(dir, 'staging');
  mkdirSync(stagingDir);
  const limits = {
    ...defaultLimits,
    databaseMemory: `${String(MEMORY_MB)}MB`,
    sortBytes: 3_000_000,
    sortAtOnce: 1,
    heldBytes: 2_000_000,
    twinFromBytes: Infinity,
  };
  const { sources } = await runIntake(
    { task: 'import', importId: 'i', stagingDir, files: [{ path, displayPath: path }], knownHashes: [] },
    () => undefined,
    limits,
  );
  expect(sources[0]).toMatchObject({
    state: 'imported',
    spans: ROWS,
    rejected: 0,
    sessions: ROWS / 100,
    notes: [],
  });
  expect(sources[0]?.bytes).toBeGreaterThan(2 * MEMORY_MB * 1_000_000);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(
    `SELECT count(DISTINCT span_id)::INTEGER AS spans, count(DISTINCT output)::INTEGER AS texts,
         min(strlen(output))::INTEGER AS shortest, bool_and(contains(raw, output) AND text = output) AS is_whole,
         bool_and(session_id = 'session-' || (999 - ((start_ns // 1000000000) - 1780000000) // 100)) AS has_its_session
       FROM read_parquet('${join(stagingDir, 'span.parquet')}')`,
  );
  connection.closeSync();
  const length = textOf(0).length;
  expect(reader.getRowObjectsJson()).toEqual([
    { spans: ROWS, texts: ROWS, shortest: length, is_whole: true, has_its_session: true },
  ]);
});
