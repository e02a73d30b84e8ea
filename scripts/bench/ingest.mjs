/**
 * How fast exports come in: `npm run bench -- ingest [--spans N] [--only otlp,flat,…] [--python PATH] [--quick]`. Makes its data in a temporary
 * folder, imports each file into a new workspace with the command line as a person would, and reads the same file with
 * raw DuckDB, with JSON.parse line by line and, where Python has it, with pandas, one after the other. Two times are given: until
 * sessions can be opened with their first signals, and until all signals are found.
 */
import { readdirSync, rmSync, mkdtempSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, ROOT } from '../build-if-stale.mjs';
import { writeFlatLines, writeOtlpLines, writeParquet, writeTranscripts } from './lib/ingest-data.mjs';
import { measured } from './lib/measure.mjs';

const OPTIONS = {
  spans: { type: 'string', default: '1000000' },
  only: { type: 'string' },
  python: { type: 'string', default: 'python3' },
  quick: { type: 'boolean', default: false },
};

/** What is measured: [name, how it is made]. `spans` is how many it holds, about. */
const KINDS = {
  otlp: (folder, spans) => writeOtlpLines(join(folder, 'otlp.jsonl'), spans),
  flat: (folder, spans) => writeFlatLines(join(folder, 'flat.jsonl'), spans),
  parquet: (folder, spans) => writeParquet(join(folder, 'openinference.parquet'), spans),
  transcripts: (folder, spans) => writeTranscripts(join(folder, 'transcripts'), 40, spans / 5),
  'small-files': (folder, spans) => writeTranscripts(join(folder, 'small'), spans / 100, spans / 10),
};

function bytesOf(path) {
  const info = statSync(path);
  return info.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
    : info.size;
}

function child(script, ...args) {
  return [process.execPath, join(ROOT, 'scripts', 'bench', 'lib', script), ...args];
}

async function measureKind(name, path, { folder, python }) {
  const workspace = join(folder, `${name}.faultline`);
  const cli = [
    process.execPath,
    join(ROOT, 'out', 'main', 'cli.js'),
    'import',
    path,
    '-w',
    workspace,
    '--json',
  ];
  const whole = await measured(cli, { UV_THREADPOOL_SIZE: '16' });
  const { import: record, sources } = JSON.parse(whole.stdout);
  const { spans, sessions, durationMs, signalsMs } = record;
  const row = {
    name,
    bytes: bytesOf(path),
    files: sources.length,
    spans,
    sessions,
    seconds: whole.seconds,
    // What the command does at its start and its end counts for both times.
    openSeconds: whole.seconds - signalsMs / 1000,
    intakeSeconds: durationMs / 1000,
    rss: whole.peakRss,
    workspace: bytesOf(workspace),
  };
  rmSync(workspace, { recursive: true });
  if (statSync(path).isDirectory()) return row;
  const database = join(folder, 'raw.duckdb');
  row.duckdb = (await measured(child('read-raw.mjs', 'duckdb', path, database))).seconds;
  rmSync(database, { force: true });
  if (name === 'parquet') return row;
  row.parse = (await measured(child('read-raw.mjs', 'parse', path))).seconds;
  const pandas = await measured(
    [python, '-c', 'import sys, pandas\npandas.read_json(sys.argv[1], lines=True)', path],
    {},
    { mayFail: true },
  );
  row.pandas = pandas.status === 0 ? pandas.seconds : null;
  return row;
}

const number = (value, digits = 0) =>
  value === null || value === undefined ? '–' : value.toLocaleString('en', { maximumFractionDigits: digits });
const ratio = (row, time, other) => (row[other] ? number(row[time] / row[other], 2) : '–');

function table(rows) {
  const heads = [
    'data',
    'MB',
    'files',
    'spans',
    'sessions',
    'sessions open s',
    'of it intake s',
    'all signals s',
    'MB/s',
    'spans/s',
    'peak MB',
    'workspace MB',
    'open / DuckDB',
    'all / DuckDB',
    'open / pandas',
    'open / JSON.parse',
  ];
  const cells = rows.map((row) => [
    row.name,
    number(row.bytes / 1e6),
    number(row.files),
    number(row.spans),
    number(row.sessions),
    number(row.openSeconds, 1),
    number(row.intakeSeconds, 1),
    number(row.seconds, 1),
    number(row.bytes / 1e6 / row.seconds, 1),
    number(row.spans / row.seconds),
    number(row.rss / 1e6),
    number(row.workspace / 1e6, 1),
    ratio(row, 'openSeconds', 'duckdb'),
    ratio(row, 'seconds', 'duckdb'),
    ratio(row, 'openSeconds', 'pandas'),
    ratio(row, 'openSeconds', 'parse'),
  ]);
  return [heads, heads.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const spans = values.quick ? 20_000 : Number(values.spans);
  const names = values.only === undefined ? Object.keys(KINDS) : values.only.split(',');
  const unknown = names.find((name) => !Object.hasOwn(KINDS, name));
  if (unknown !== undefined || !(spans >= 100)) {
    console.error(
      `Usage: npm run bench -- ingest [--quick] [--spans N] [--only ${Object.keys(KINDS).join(',')}]`,
    );
    process.exit(2);
  }
  buildIfStale();
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${number(totalmem() / 1e9)} GB, ${process.platform}, Node ${process.versions.node}, about ${number(spans)} spans\n`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const rows = [];
  try {
    for (const name of names) {
      const path = await KINDS[name](folder, spans);
      rows.push(await measureKind(name, path, { folder, python: values.python }));
      rmSync(path, { recursive: true });
      const { seconds, openSeconds, duckdb, parse, pandas, intakeSeconds } = rows.at(-1);
      console.error(
        `${name}: sessions open after ${number(openSeconds, 1)} s (intake ${number(intakeSeconds, 1)} s), all signals after ${number(seconds, 1)} s, DuckDB ${number(duckdb, 1)} s, JSON.parse ${number(parse, 1)} s, pandas ${number(pandas, 1)} s`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(table(rows));
}
