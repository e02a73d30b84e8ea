/**
 * Fixtures of every format, made wrong in a seeded way and imported together through the real intake process: it does not die,
 * every line is accounted for and every reject says where and why, files beside the wrong ones come in whole, and what came in
 * can be read, scored and looked at by every detector. `FUZZ_ROUNDS`, `FUZZ_SEED` and `FUZZ_READ` run more of it.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EngineState } from '../../src/engine/engine';
import { forkLauncher } from '../../src/engine/intake/fork-launcher';
import type { IntakeLauncher } from '../../src/engine/intake/launcher';
import { guessMappingOf, previewMapping } from '../../src/engine/intake/inspect';
import { lookAt } from '../../src/engine/intake/look';
import { formats } from '../../src/engine/intake/registry';
import { createRouter } from '../../src/engine/router';
import { inspectTrajectory } from '../../src/engine/signals/inspect-batch';
import { readTrajectories } from '../../src/engine/signals/read-trajectories';
import { contextOf, readContextFigures } from '../../src/engine/signals/workspace-context';
import { mappingProfileSchema, type ImportRecord, type Source } from '../../src/shared/model/source';
import { buildPrograms, type BuiltPrograms } from '../integration/build-programs';
import { Bench, INTERNAL_WORDS, random } from './intake-harness';
import { mutate } from './mutate';

const FIXTURES = join(import.meta.dirname, '../fixtures/formats');
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 1);
/** Sessions opened in each round. */
const READ = Number(process.env['FUZZ_READ'] ?? 8);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261);

/** What is made wrong and imported as one: a file of a fixture, or a folder whose files belong together. */
interface Unit {
  format: string;
  name: string;
  path: string;
  /** Its text files, one of which is made wrong each time. */
  files: string[];
}

const isText = (path: string): boolean =>
  ['.jsonl', '.json', '.csv'].includes(extname(path)) && !path.endsWith('.profile.json');

function textsBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return isText(path) ? [path] : [];
  return readdirSync(path).flatMap((name) => textsBelow(join(path, name)));
}

const units: Unit[] = [...formats.keys()].flatMap((format) =>
  readdirSync(join(FIXTURES, format)).flatMap((entry): Unit[] => {
    const path = join(FIXTURES, format, entry);
    const files = textsBelow(path);
    return files.length === 0 ? [] : [{ format, name: `${format}-${entry}`, path, files }];
  }),
);

const bench = new Bench();
let programs: BuiltPrograms;
let state: EngineState;
let safeRuns = 0;

beforeAll(async () => {
  programs = await buildPrograms({ intake: 'src/engine/intake/process.ts' });
  const fork = forkLauncher(programs.path('intake'));
  const launchIntake: IntakeLauncher = (job) => {
    if (job.task === 'import' && job.isSafe === true) safeRuns++;
    return fork(job);
  };
  const dataDir = bench.path('data');
  state = await EngineState.create({ shell: 'cli', version: 'test', dataDir, sampleDir: null, launchIntake });
});
afterEach(() => state.closeWorkspace());
afterAll(async () => {
  await programs.remove();
  bench.remove();
});

const clientOf = () => createRouterClient(createRouter(state));
type Client = ReturnType<typeof clientOf>;

/** A copy of the unit with one file made wrong; gives its path and what was done. */
function madeWrong(unit: Unit, folder: string, seed: number): { path: string; how: string } {
  const path = join(folder, `${String(seed)}-${unit.name}`);
  const file = random(seed).pick(unit.files);
  const to = join(path, relative(unit.path, file));
  if (file === unit.path) mkdirSync(dirname(path), { recursive: true });
  else cpSync(unit.path, path, { recursive: true });
  const { bytes, how } = mutate(readFileSync(file), seed);
  writeFileSync(to, bytes);
  return { path, how };
}

function profileOf(unit: Unit) {
  if (unit.format !== 'generic') return undefined;
  const text = readFileSync(unit.path.replace(/\.(?:jsonl|json|csv)$/, '.profile.json'), 'utf8');
  return mappingProfileSchema.parse(JSON.parse(text));
}

/** Lines of a file that nothing is done to, of three sessions. */
const witness = Array.from(
  { length: 60 },
  (_, i) =>
    `${JSON.stringify({
      trace_id: `beef${String(i % 3)}`.padEnd(32, '0'),
      span_id: String(i).padStart(16, '0'),
      name: `chat ${String(i)}`,
      start_time: `2026-04-01T10:00:${String(i).padStart(2, '0')}Z`,
      end_time: `2026-04-01T10:00:${String(i).padStart(2, '0')}.5Z`,
      attributes: { 'gen_ai.operation.name': 'chat', 'session.id': `witness-${String(i % 3)}` },
    })}\n`,
).join('');

async function importAll(client: Client, paths: { path: string; unit?: Unit; isForced?: boolean }[]) {
  const files = paths.map(({ path, unit, isForced }) => {
    const profile = unit && profileOf(unit);
    return {
      handle: state.grants.grant(path),
      ...(profile ? { profile } : unit && isForced === true ? { format: unit.format } : {}),
    };
  });
  let record: ImportRecord | null = null;
  for await (const event of await client.imports.start({ files }))
    if (event.type === 'done') record = event.record;
  for await (const { type } of await client.signal.run({})) if (type === 'done') break;
  if (!record) throw new Error('the import ended without a record');
  return record;
}

async function expectAccounted(source: Source): Promise<void> {
  expect
    .soft(source.state, `${source.path}: ${source.reason}`)
    .toMatch(/^(imported|unrecognised|duplicate)$/);
  if (source.state !== 'imported') expect.soft(source.reason, source.path).not.toBe('');
  else if ((await lookAt(source.path, source.name)).container === 'lines')
    expect.soft(source.records + source.rejected + source.blank, source.path).toBe(source.lines);
  for (const count of [source.lines, source.records, source.rejected, source.blank, source.spans])
    expect.soft(count, source.path).toBeGreaterThanOrEqual(0);
}

async function expectRejectsSaid(client: Client, record: ImportRecord): Promise<void> {
  const counted = record.sources.reduce((sum, source) => sum + source.rejected, 0);
  let seen = 0;
  for (let offset = 0; ; offset += 500) {
    const { items } = await client.imports.rejects({ importId: record.importId, offset, limit: 500 });
    for (const { sourceName, line, reason } of items) {
      expect.soft(sourceName).not.toBe('');
      expect.soft(line, `${sourceName}: ${reason}`).toBeGreaterThanOrEqual(1);
      expect.soft(reason, sourceName).toMatch(/\S/);
      expect.soft(reason, sourceName).not.toMatch(INTERNAL_WORDS);
    }
    seen += items.length;
    if (items.length < 500) break;
  }
  expect.soft(seen).toBeGreaterThanOrEqual(counted);
}

/** A mapping is guessed of a file and shown in a preview, whatever is in it; gives what went wrong. */
async function mappingProblem(path: string): Promise<string[]> {
  const file = { path, displayPath: path };
  try {
    const { profile } = await guessMappingOf(file);
    await previewMapping(file, profile);
    return [];
  } catch (error) {
    return [`${path}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`];
  }
}

async function sessionIds(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { items } = await client.session.list({ offset: ids.length, limit: 500 });
    ids.push(...items.map((one) => one.sessionId));
    if (items.length < 500) return ids;
  }
}

/** Opens a session as a person would, and everything that the screens show of it. */
async function readSession(client: Client, sessionId: string): Promise<void> {
  try {
    const { session } = await client.session.outline({ sessionId });
    const { items } = await client.session.spans({ sessionId, offset: 0, limit: 500 });
    expect.soft(items).toHaveLength(Math.min(500, session.spanCount));
    for (const { spanId } of [items[0], items.at(-1)].flatMap((one) => one ?? []))
      await client.session.span({ sessionId, spanId });
    await client.session.drift({ sessionId });
    await client.session.score({ sessionId });
    await client.session.ledger({ sessionId, offset: 0, limit: 100 });
    await client.session.neighbours({ sessionId });
  } catch (error) {
    throw new Error(`session ${sessionId} cannot be read: ${String(error)}`, { cause: error });
  }
}

async function expectDetectorsRun(ids: string[]): Promise<void> {
  const { db } = state.workspace;
  const context = contextOf(await readContextFigures(db));
  const problems: string[] = [];
  for (const trajectory of await readTrajectories(db, ids, context))
    inspectTrajectory(trajectory, (detector, error) =>
      problems.push(
        `${detector} on ${trajectory.sessionId}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`,
      ),
    );
  expect.soft(problems).toEqual([]);
}

async function witnessSpans(client: Client): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const n of [0, 1, 2]) {
    const { items } = await client.session.spans({
      sessionId: `witness-${String(n)}`,
      offset: 0,
      limit: 500,
    });
    found.push(items);
  }
  return found;
}

describe.each(Array.from({ length: ROUNDS }, (_, i) => SEED + i))('round %i', (round) => {
  test(`${String(units.length)} fixtures made wrong`, { timeout: 300_000 }, async () => {
    const client = clientOf();
    await client.workspace.create({ name: 'Alone' });
    const alone = bench.write('witness.jsonl', witness);
    await importAll(client, [{ path: alone }]);
    const wanted = await witnessSpans(client);

    await client.workspace.create({ name: 'Together' });
    const folder = bench.path(`round-${String(round)}`);
    const cases = units.map((unit, i) => {
      const seed = round * 1000 + i;
      return { unit, isForced: seed % 2 === 0, ...madeWrong(unit, folder, seed) };
    });
    const middle = Math.floor(cases.length / 2);
    const record = await importAll(client, [
      ...cases.slice(0, middle),
      { path: alone },
      ...cases.slice(middle),
    ]);
    const told = cases.map(({ path, how }) => `${path}: ${how}`).join('\n');
    expect.soft(safeRuns, told).toBe(0);
    for (const source of record.sources) await expectAccounted(source);
    const whole = cases.filter(({ unit }) => unit.files[0] === unit.path);
    expect.soft((await Promise.all(whole.map(({ path }) => mappingProblem(path)))).flat()).toEqual([]);
    await expectRejectsSaid(client, record);
    expect.soft(await witnessSpans(client)).toEqual(wanted);
    const ids = await sessionIds(client);
    const { pick } = random(round);
    for (let i = 0; i < READ && ids.length > 0; i++) await readSession(client, pick(ids));
    await expectDetectorsRun(ids);
    const stage = await client.signal.stage();
    expect.soft(stage).toMatchObject({ problem: null, looked: ids.length, sessions: ids.length });
    await client.session.facets({});
    await client.overview.summary();
    await client.correction.list({ limit: 500 });
  });
});
