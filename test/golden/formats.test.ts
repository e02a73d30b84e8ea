/**
 * Walks the registry of formats: each must know its own fixtures when they are called `unknown`, must report malformed
 * lines with their numbers, must lose no good record to a bad neighbour, and must give the golden's spans.
 * `npx vitest run -u --project golden` writes the goldens anew; read the difference before you commit it.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../../src/engine/intake/registry';
import { runIntake } from '../../src/engine/intake/run';
import { mappingProfileSchema, type Source } from '../../src/shared/model/source';

const fixturesDir = join(import.meta.dirname, '../fixtures/formats');
const isData = (name: string): boolean =>
  /\.(jsonl|json|parquet|ndjson|csv|tsv|eval|txt|md)(\.(gz|zst))?$/.test(name) &&
  !name.endsWith('.profile.json');

function filesBelow(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesBelow(path) : isData(name) ? [path] : [];
  });
}

/** Fixture files of a format; a folder inside is one import of files that belong together. */
function groupsOf(format: string): { name: string; files: string[] }[] {
  const dir = join(fixturesDir, format);
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return [{ name, files: filesBelow(path) }];
    return isData(name) ? [{ name, files: [path] }] : [];
  });
}

function profileOf(file: string) {
  const path = file.replace(/\.(jsonl|json|parquet|ndjson|csv|tsv|eval)$/, '.profile.json');
  return mappingProfileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** How the columns of an exported span are mapped back. */
const EXPORTED = mappingProfileSchema.parse({
  name: 'exported spans',
  timeUnit: 'ns',
  fields: {
    session: 'session_id',
    trace: 'trace_id',
    span: 'span_id',
    parent: 'parent_span_id',
    kind: 'kind',
    name: 'name',
    text: 'text',
    input: 'input',
    output: 'output',
    start: 'start_ns',
    end: 'end_ns',
    status: 'status',
    model: 'model',
    toolName: 'tool_name',
    inputTokens: 'input_tokens',
    outputTokens: 'output_tokens',
  },
});

interface Imported {
  /** The folder with the canonical Parquet files. */
  out: string;
  sources: Source[];
  spans: Record<string, unknown>[];
  labels: Record<string, unknown>[];
  rejects: { line: number; reason: string }[];
}

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'faultline-golden-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const imported = new Map<string, Promise<Imported>>();

/** What an import of these files under names that say nothing gives; the same files are imported once. */
function importUnknown(format: string, files: string[]): Promise<Imported> {
  const key = files.join('\0');
  const found = imported.get(key) ?? importAnew(format, files);
  imported.set(key, found);
  return found;
}

async function importAnew(format: string, files: string[]): Promise<Imported> {
  const dir = mkdtempSync(join(scratch, 'import-'));
  const copies = files.map((file, i) => {
    const path = join(dir, `unknown${i === 0 ? '' : String(i)}${extname(file)}`);
    cpSync(file, path);
    return {
      path,
      displayPath: basename(path),
      ...(format === 'generic' ? { profile: profileOf(file) } : {}),
    };
  });
  const out = mkdtempSync(join(dir, 'staging-'));
  const { sources } = await runIntake(
    { task: 'import', importId: 'golden', stagingDir: out, files: copies, knownHashes: [] },
    () => undefined,
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async (name: string, columns: string, order: string): Promise<Record<string, unknown>[]> =>
    (
      await connection.runAndReadAll(
        `SELECT ${columns} FROM read_parquet('${join(out, name)}') ORDER BY ${order}`,
      )
    ).getRowObjectsJson();
  const columns = `session_id, span_id, parent_span_id, trace_id, kind, origin, name, tool_name, tool_call_id, agent_id, spawns_agent_id, model, start_ns, end_ns,
    status, status_message, error_type, left(text, 160) AS text, left(input, 160) AS input, input_tokens, output_tokens, cache_read_tokens, is_rewound, is_derived,
    user_id, feature, cohort, agent_version, line`;
  const spans = await rows('span.parquet', columns, 'session_id, seq');
  const labels = await rows(
    'label.parquet',
    'session_id, trace_id, span_id, name, kind, annotator_kind, value, text, explanation, line',
    'line, name',
  );
  const rejects = (await rows(
    'reject.parquet',
    'line::INTEGER AS line, reason',
    'line',
  )) as unknown as Imported['rejects'];
  connection.closeSync();
  return { out, sources, spans: spans.map(compact), labels: labels.map(compact), rejects };
}

/** What canonical spans add up to, a row a kind. Texts of people: a mapping makes that of an answer from its output. */
const CENSUS = `SELECT kind, count(DISTINCT session_id)::INTEGER AS sessions, count(*)::INTEGER AS spans,
  count(*) FILTER (status = 'error')::INTEGER AS errors, count(start_ns)::INTEGER AS timed, count(parent_span_id)::INTEGER AS children,
  sum(length(coalesce(text, ''))) FILTER (kind IN ('user', 'system'))::INTEGER AS letters, sum(input_tokens)::INTEGER AS input_tokens, sum(output_tokens)::INTEGER AS output_tokens
  FROM read_parquet(getvariable('file')) GROUP BY kind ORDER BY kind`;

/** What an import holds, and what it holds after its spans went out as JSON lines and came back in by a mapping. */
async function roundTrip(format: string, files: string[]): Promise<{ before: unknown; after: unknown }> {
  const { out } = await importUnknown(format, files);
  const back = mkdtempSync(join(scratch, 'back-'));
  const path = join(back, 'unknown.jsonl');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const census = async (folder: string): Promise<unknown> => {
    await connection.run(`SET VARIABLE file = '${join(folder, 'span.parquet')}'`);
    return (await connection.runAndReadAll(CENSUS)).getRowObjectsJson();
  };
  const before = await census(out);
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${join(out, 'span.parquet')}')) TO '${path}' (FORMAT json)`,
  );
  await runIntake(
    {
      task: 'import',
      importId: 'back',
      stagingDir: back,
      files: [{ path, displayPath: 'unknown.jsonl', profile: EXPORTED }],
      knownHashes: [],
    },
    () => undefined,
  );
  const after = await census(back);
  connection.closeSync();
  return { before, after };
}

/** Without nulls and falses, so that a golden is read and not skimmed. */
function compact(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== false));
}

describe.each([...formats.keys()])('%s', (format) => {
  const groups = groupsOf(format);

  test('has fixtures', () => {
    expect(groups.length).toBeGreaterThan(0);
  });

  test.each(groups)('$name is known by its content and gives its golden', async ({ name, files }) => {
    const found = await importUnknown(format, files);
    for (const source of found.sources) {
      expect(source.format, source.reason).toBe(format);
      expect(source.state).toBe('imported');
      if (/\.(jsonl|ndjson)$/.test(source.name)) {
        // A record may be rejected by the reader of lines or, parsed, by the format; both are counted, neither is lost.
        expect(source.records + source.rejected + source.blank).toBeGreaterThanOrEqual(source.lines);
        expect(source.records + source.blank).toBeLessThanOrEqual(source.lines);
      }
    }
    const golden = {
      sources: found.sources.map(({ lines, records, rejected, blank, spans, sessions, notes }) => ({
        lines,
        records,
        rejected,
        blank,
        spans,
        sessions,
        notes,
      })),
      rejects: found.rejects,
      labels: found.labels,
      spans: found.spans,
    };
    await expect(`${JSON.stringify(golden, null, 1)}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, 'formats', format, `${name}.golden.json`),
    );
  });

  test('goes out as JSON lines and comes back the same', async () => {
    const [group] = groups;
    const { before, after } = await roundTrip(format, group?.files ?? []);
    expect(after).toEqual(before);
  });

  test('reports malformed lines with their numbers', async () => {
    const rejects: { line: number; reason: string }[] = [];
    for (const { files } of groups) rejects.push(...(await importUnknown(format, files)).rejects);
    expect(rejects.length, 'no fixture of this format has a malformed line').toBeGreaterThan(0);
    for (const reject of rejects) {
      expect(reject.line).toBeGreaterThan(0);
      expect(reject.reason).not.toBe('');
    }
  });
});
