/** Made-up tables of conversations as clients keep them, with mapping profiles, in Parquet of many types and in CSV; and what may be odd with a row. */
import { rmSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import type { MappingProfileInput } from '../../src/shared/model/source';
import { random } from './intake-harness';

type Random = ReturnType<typeof random>;
type Row = Record<string, unknown>;
export interface MadeTable {
  columns: Record<string, string>;
  rows: Row[];
  profile: MappingProfileInput;
}

const TIME_TYPES = [
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'TIMESTAMP_NS',
  'TIMESTAMP_MS',
  'DATE',
  'ISO',
  'ISO zone',
  'BIGINT ms',
  'BIGINT ns',
  'VARCHAR s',
  'VARCHAR decimal',
  'DOUBLE s',
  'DECIMAL(18,3)',
  'INTEGER s',
] as const;
type TimeType = (typeof TIME_TYPES)[number];

const TEXTS = [
  'Where is my order 12?',
  'It is late, ä ö ü 👍 and "quoted".',
  'No, that is wrong.',
  'line one\nline two\r\nline three',
  ' ends and begins with space ',
];
/** What SQL must not take for plain text, or may only just. */
const ODD_TEXTS = [
  '{"a": 1,"b":[1,2]}',
  '[{"type":"text","text":"said in parts"}]',
  ' {"text": "inside"} ',
  '"quoted as JSON"',
  '"quoted" and more',
  '<p>Hello <b>you</b></p>',
  ' <br>x',
  '<no html',
  '',
  ' ',
  '\u00a0{"x":1}',
  'a\u0007b',
  'a\u001fb',
  'null',
  '\\u0041 as text',
  '\u2028',
  `${'['.repeat(300)}1${']'.repeat(300)}`,
  'sent',
  'client.accept',
];
const ODD_NUMBERS = [
  '-3',
  '',
  ' 5',
  '1e3',
  '0x10',
  '1,5',
  '1.234,5',
  '1,000',
  '1.000',
  '$2.50',
  '3.5s',
  'many',
  '9007199254740993',
  '00012',
  '.5',
  '5.',
  '1.00000000000000000000001',
];
const ODD_TIMES = [
  '',
  'yesterday',
  '2026-02-31 10:00:00',
  '2026-03-01T24:00:00Z',
  '2026-03-01 10:00:60',
  '0',
  '-5',
  '1790000000123456789',
  '2026-03-01T10:00:00,5Z',
  '1969-12-31 23:59:59',
  '2300-01-01 00:00:00',
  '03/04/2026',
  '21.09.2026 14:13',
  '2026-03-01 10:00:00.1234567891',
  '2026-03-01T10:00:00 UTC',
  '99999999999999999',
];

const START = Date.UTC(2026, 2, 1, 8);

function timeOf(type: TimeType, ms: number): unknown {
  const iso = new Date(ms).toISOString();
  switch (type) {
    case 'BIGINT ms':
      return ms;
    case 'BIGINT ns':
      return `${String(ms)}000123`;
    case 'VARCHAR s':
    case 'INTEGER s':
      return Math.floor(ms / 1000);
    case 'VARCHAR decimal':
    case 'DECIMAL(18,3)':
      return (ms / 1000).toFixed(3);
    case 'DOUBLE s':
      return ms / 1000;
    case 'ISO zone':
      return iso.replace('Z', ms % 2 === 0 ? '+02:00' : '-0530');
    case 'ISO':
      return ms % 3 === 0 ? iso : iso.replace('T', ' ').slice(0, 19);
    case 'DATE':
      return iso.slice(0, 10);
    case 'TIMESTAMP':
    case 'TIMESTAMPTZ':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
      return iso.replace('Z', '').replace('T', ' ');
  }
}

const SQL_TYPE = (type: TimeType): string =>
  type === 'ISO' || type === 'ISO zone' ? 'VARCHAR' : type.replace(/ (s|ms|ns|decimal|zone)$/, '');

function cellsOf(i: number, r: Random, time: TimeType): Row {
  const speaker = r.pick(['user', 'assistant', 'agent', 'tool', 'Kunde', 'system']);
  const start = START + i * 1_234 + r.below(1000);
  return {
    conv: `c-${String(Math.floor(i / 6))}`,
    id: `m-${String(i)}`,
    trace: `t-${String(Math.floor(i / 3))}`,
    above: i % 3 === 0 ? null : `m-${String(i - (i % 3))}`,
    sort: r.pick(['generation', 'tool', 'user_message', 'span', 'chat']),
    who: speaker,
    title: r.pick(['step', 'answer it', 'look up', null]),
    words: r.pick(TEXTS),
    asked: r.pick([...TEXTS, null]),
    answered: r.pick([...TEXTS, null]),
    began: timeOf(time, start),
    ended: timeOf(time, start + r.below(5000)),
    ms: r.below(9000),
    state: r.pick(['ok', 'error', 'success', '200', '500', null]),
    problem: r.below(8) === 0 ? r.pick(['Timeout', 'false', 'none', '{"message":"broke"}', 'true']) : null,
    model: r.pick(['m-1', 'm-2', null]),
    tool: speaker === 'tool' ? r.pick(['lookup', 'refund']) : null,
    tin: r.below(500),
    tout: r.below(500),
    cost: r.below(1000) / 977,
    stars: null,
    remark: null,
    customer: `u-${String(Math.floor(i / 12))}`,
    area: r.pick(['returns', 'orders']),
    region: 'eu',
    release: 'v2',
    extra: r.below(100_000) / 7,
    flag: r.below(2) === 0,
    big: '9007199254740993',
  };
}

function oddity(row: Row, r: Random, isText: (column: string) => boolean): void {
  const column = r.pick(Object.keys(row));
  if (['stars', 'remark'].includes(column))
    row[column] = isText(column) ? r.pick(['5', '👎', 'so so', '']) : 5;
  else if (!isText(column)) row[column] = null;
  else if (['began', 'ended'].includes(column)) row[column] = r.pick(ODD_TIMES);
  else if (['ms', 'tin', 'tout', 'cost'].includes(column)) row[column] = r.pick(ODD_NUMBERS);
  else row[column] = r.pick([...ODD_TEXTS, null, null]);
}

const FIELDS = {
  session: 'conv',
  span: 'id',
  trace: 'trace',
  parent: 'above',
  kind: 'sort',
  role: 'who',
  name: 'title',
  text: 'words',
  input: 'asked',
  output: 'answered',
  start: 'began',
  end: 'ended',
  durationMs: 'ms',
  status: 'state',
  error: 'problem',
  model: 'model',
  toolName: 'tool',
  inputTokens: 'tin',
  outputTokens: 'tout',
  costUsd: 'cost',
  rating: 'stars',
  comment: 'remark',
  user: 'customer',
  feature: 'area',
  cohort: 'region',
  agentVersion: 'release',
} as const;

/** Some of the fields; of pairs of a question and an answer, none that makes them anything else. */
function profileOf(r: Random, isPaired: boolean): MappingProfileInput {
  const never: readonly string[] = isPaired ? ['kind', 'role', 'name', 'parent', 'text', 'toolName'] : [];
  const always: readonly string[] = isPaired ? ['input', 'output'] : ['role', 'text'];
  const fields = Object.entries(FIELDS).filter(
    ([field]) => !never.includes(field) && (always.includes(field) || r.below(4) > 0),
  );
  return { name: 'made up', fields: Object.fromEntries(fields), timeUnit: 'auto' };
}

/** A table of `count` rows, one in `odd` of them odd. `isCsv`: every column is one of texts. */
export function madeTable(seed: number, count: number, odd: number, isCsv: boolean): MadeTable {
  const r = random(seed);
  const time = r.pick(TIME_TYPES);
  const numbers = r.pick(['INTEGER', 'BIGINT', 'DOUBLE', 'VARCHAR', 'UBIGINT']);
  const texts = Object.keys(cellsOf(0, random(1), time)).map((name) => [name, 'VARCHAR']);
  const columns: Record<string, string> = {
    ...(Object.fromEntries(texts) as Record<string, string>),
    began: SQL_TYPE(time),
    ended: SQL_TYPE(time),
    ms: numbers,
    tin: numbers,
    tout: r.pick(['INTEGER', 'DOUBLE']),
    cost: r.pick(['DOUBLE', 'DECIMAL(12,6)', 'VARCHAR', 'FLOAT']),
    stars: r.pick(['VARCHAR', 'VARCHAR', 'INTEGER']),
    extra: r.pick(['DOUBLE', 'FLOAT', 'DECIMAL(10,3)']),
    flag: 'BOOLEAN',
    big: r.pick(['BIGINT', 'UBIGINT', 'VARCHAR', 'DECIMAL(38,0)']),
  };
  const rows = Array.from({ length: count }, (_, i) => {
    const row = cellsOf(i, r, time);
    if (r.below(odd) === 0) oddity(row, r, (column) => isCsv || columns[column] === 'VARCHAR');
    return row;
  });
  return { columns, rows, profile: profileOf(r, r.below(4) === 0) };
}

/** Writes a table as Parquet in several row groups. `extra`: SQL for columns more. */
export async function writeTable(path: string, { columns, rows }: MadeTable, extra = ''): Promise<string> {
  const lines = `${path}.rows`;
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  const list = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT *${extra} FROM read_json('${lines}', format = 'newline_delimited', columns = {${list.join(', ')}})) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connection.closeSync();
  rmSync(lines);
  return path;
}

/** The table as CSV, its fields quoted where they have to be and sometimes where they need not. */
export function csvOf({ rows }: MadeTable, seed: number, oddRows: number): string {
  const r = random(seed);
  const field = (value: unknown): string => {
    if (value === null) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return /[",\r\n]/.test(text) || text === '' || r.below(9) === 0
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  };
  const names = Object.keys(rows[0] ?? {});
  const end = r.pick(['\n', '\r\n']);
  const lines = rows.map((row) => {
    const line = names.map((name) => field(row[name])).join(',');
    if (r.below(oddRows) > 0) return line;
    return r.pick([
      `${line},more`,
      `${line},`,
      line.slice(0, 20),
      '',
      '   ',
      `"${line}`,
      `\ufeff${line}`,
      `x"y,${line}`,
      line.replace(',', ',\0'),
    ]);
  });
  return `${r.pick(['', '\ufeff'])}${names.join(',')}${end}${lines.join(end)}${r.pick(['', end])}`;
}

/** The table as JSON lines; one in `oddLines` is no row, or holds values that are none of a table. */
export function linesOf({ rows, profile }: MadeTable, seed: number, oddLines: number): string {
  const r = random(seed);
  const mapped = Object.values(profile.fields).filter((path) => typeof path === 'string');
  const values = [
    { a: [1] },
    [],
    [{ type: 'text', text: 'said in parts' }],
    true,
    false,
    5,
    -0.5,
    1e21,
    1e-7,
    null,
  ];
  const written = rows.map((row) => {
    const line = JSON.stringify(row);
    if (r.below(oddLines) > 0) return line;
    return r.pick([
      ...[1, 2, 3, 4].map(() => JSON.stringify({ ...row, [r.pick(mapped)]: r.pick(values) })),
      line.replace('{', `{"${r.pick(mapped)}":"twice",`),
      line.slice(0, 20),
      '',
      '   ',
      '5',
      `[${line}]`,
      `\ufeff${line}`,
      line.replace('{', '{"10":1.0,"2":12345678901234567890,"x":"\\u00e4\\ud83d",'),
      line.replaceAll('":', '": '),
    ]);
  });
  return written.join('\n');
}
