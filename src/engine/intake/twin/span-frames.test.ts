import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SpanScanner } from './span-scanner';

const dir = mkdtempSync(join(tmpdir(), 'faultline-frames-'));
let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
  rmSync(dir, { recursive: true, force: true });
});

/** Repeatable letters that hardly repeat. */
function noise(size: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length: size }, () => {
    state = Math.imul(state, 1_103_515_245) + 12_345;
    return String.fromCharCode(0x30 + ((state >>> 16) & 63));
  }).join('');
}

/** Lengths around those at which Snappy takes a byte more to tell them, with what stands around a text, or cuts a match. */
const SIZES = [
  [4, 20],
  [52, 76],
  [120, 134],
  [248, 264],
  [525, 526],
].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from }, (_, i) => from + i));
/** Texts of such lengths, and of what repeats near by, far away, too far away and within itself. */
const TEXTS = [
  '',
  'a',
  ...SIZES.flatMap((size) => [
    'x'.repeat(size),
    noise(size, size),
    noise(7, size) + 'ab'.repeat(size) + noise(9, size),
  ]),
  ...[2040, 2047, 2048, 2049, 4000].map((far) => noise(far, 3) + noise(40, 3)),
  noise(70_000, 1) + noise(70_000, 1),
  noise(65_535, 2) + 'far' + noise(65_535, 2),
  'é€😀 '.repeat(3000),
];

function spanOf(text: string, i: number) {
  const key = (name: string, stringValue: string) => ({ key: name, value: { stringValue } });
  return {
    traceId: 'a'.repeat(32),
    spanId: (i + 1).toString(16).padStart(16, '0'),
    name: `tool ${String(i % 3)}`,
    startTimeUnixNano: '1780000000000000000',
    endTimeUnixNano: '1780000000000000001',
    attributes: [
      key('gen_ai.operation.name', 'execute_tool'),
      key('gen_ai.tool.name', 'find'),
      key('gen_ai.tool.call.id', `call ${String(i)}`),
      key('gen_ai.tool.call.arguments', JSON.stringify({ text })),
      key('gen_ai.tool.call.result', `  ${text} `),
    ],
  };
}

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  return (
    await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}') ORDER BY seq`)
  ).getRowObjectsJson();
}

test.each([true, false])(
  'texts come back from their file as they were written, where none are foreign: %s',
  async (isPlain) => {
    const scanner = new SpanScanner('otlp', () => ({ resource: {}, scope: null }));
    const spans = TEXTS.map((text, i) => spanOf(text, i));
    // A call whose message is for others to tell: its line is left.
    const odd = { ...spanOf('', 0), spanId: 'f'.repeat(16) };
    odd.attributes = [
      { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
      { key: 'gen_ai.input.messages', value: { stringValue: '[{"role":"user","parts":[{"type":"odd"}]}]' } },
    ];
    const all = isPlain ? spans : [odd, ...spans];
    const text = Buffer.from(
      all
        .map((span) => `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n`)
        .join(''),
    );
    const textPath = join(dir, `texts-${String(isPlain)}.parquet`);
    const { scan } = scanner.scan({
      text,
      lineCount: all.length,
      isAsked: false,
      path: join(dir, 'spans'),
      textPath,
      firstNo: 1001,
    });
    expect(scan).toMatchObject({ rows: all.length, left: isPlain ? [] : [1] });
    const rows = await rowsOf(textPath);
    expect(rows.map((row) => row['seq'])).toEqual(all.map((_, i) => 1001 + i));
    expect(rows.map((row) => row['raw'])).toEqual(all.map((span) => JSON.stringify(span)));
    const tools = rows.slice(isPlain ? 0 : 1);
    expect(tools.map((row) => row['input'])).toEqual(TEXTS.map((one) => JSON.stringify({ text: one })));
    expect(tools.map((row) => row['output'])).toEqual(TEXTS.map((one) => `  ${one} `));
    expect(tools.map((row) => row['text'])).toEqual(TEXTS.map((one) => one.trim()));
  },
);
