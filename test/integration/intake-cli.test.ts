/** Every command as somebody new would type it: right, wrong, with odd paths, into pipes that close, over many files. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BuiltPrograms } from './build-programs';
import { buildCli, faultlineIn, type Faultline } from './cli-run';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FIXTURES = join(ROOT, 'test/fixtures/formats');

let programs: BuiltPrograms;
let cli = '';
/** The same program in this process, for what a process of its own adds nothing to: it takes longer to start than to answer. */
let faultline: Faultline;
const dir = mkdtempSync(join(tmpdir(), 'faultline-cli-'));
const env = { ...process.env, FAULTLINE_DATA: join(dir, 'data'), FAULTLINE_WORKSPACE: '' };

beforeAll(async () => {
  programs = await buildCli();
  cli = programs.path('cli');
  faultline = faultlineIn(dir, programs);
  const made = run('import', FIXTURES, '-w', 'audit.faultline', '--json');
  expect(made.stderr).toBe('');
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await programs.remove();
});

function run(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: dir,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { code: status, stdout, stderr };
}

function json(...args: string[]): { code: number | null; value: Record<string, unknown> } {
  const { code, stdout, stderr } = run(...args);
  expect(stdout.trim(), stderr).not.toBe('');
  return { code, value: JSON.parse(stdout) as Record<string, unknown> };
}

const W = ['-w', 'audit.faultline'];

describe('wrong usage ends with 2 and says what is right', () => {
  test.each([
    [[], /Usage: faultline COMMAND/],
    [['imprt'], /There is no command "imprt"/],
    [['import'], /at least one file/],
    [['import', 'x.jsonl', '--bogus'], /Unknown option '--bogus'/],
    [['import', FIXTURES, ...W, '--format', 'nope'], /--format is one of .*otlp/],
    [['summary'], /Say which workspace/],
    [['summary', 'extra', ...W], /summary takes no "extra"/],
    [['formats', 'extra'], /formats takes no "extra"/],
    [['sessions', ...W, '--limit', 'ten'], /whole number/],
    [['session', ...W], /id of one session/],
    [['session', 'a', 'b', ...W], /id of one session/],
    [['corrections', ...W, '--state', 'odd'], /--state is one of/],
    [['corrections', ...W, '--order', 'odd'], /--order is one of/],
    [['cluster', ...W, '--count', '0'], /at least 1/],
    [['cluster', 'now', ...W], /cluster takes no "now"/],
    [['export', ...W], /Say what to export/],
    [['export', 'everything', ...W], /is one of/],
    [['export', 'workspace', ...W, '--format', 'csv'], /leave out --format/],
    [['export', 'findings', ...W, '-o', '-', '--json'], /leave out --json/],
  ])('%j', async (args, words) => {
    const { code, stdout, stderr } = await faultline(args);
    expect(stdout + stderr).toMatch(words);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/ at .*\.js:\d+/);
  });
});

describe('what cannot be done ends with 1, in words and without a stack', () => {
  test.each([
    [['summary', '-w', 'nowhere.faultline'], /There is no workspace at/],
    [['summary', '-w', '.'], /is not a workspace/],
    [['import', 'nothing.jsonl', ...W], /There is nothing at/],
    [['import', '*.nothing', ...W], /Nothing matches/],
    [['session', 'no-such-session', ...W], /no-such-session|no session/i],
    [['import', FIXTURES, '-w', 'audit.faultline/journal.jsonl'], /A workspace is a folder/],
    [
      ['import', join(FIXTURES, 'otlp/make.mjs'), ...W],
      /Nothing at the start of the file can be read|unrecognised/,
    ],
  ])('%j', async (args, words) => {
    const { code, stdout, stderr } = await faultline(args);
    expect(stdout + stderr).toMatch(words);
    expect(code).toBe(1);
    expect(stderr).not.toMatch(/ at .*\.js:\d+/);
  });

  test('with a data folder that is no folder, said once', () => {
    const { status, stderr } = spawnSync(process.execPath, [cli, 'summary', ...W], {
      cwd: dir,
      env: { ...env, FAULTLINE_DATA: join(ROOT, 'package.json') },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that cannot be written to', () => {
    const locked = join(dir, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    const { code, stderr } = run('import', FIXTURES, '-w', join(locked, 'w.faultline'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/Nothing can be written in .*: you have no permission/);
    expect(existsSync(join(locked, 'w.faultline'))).toBe(false);
  });
});

describe('--json', () => {
  test.each([
    [['formats']],
    [['summary', ...W]],
    [['sessions', ...W]],
    [['sessions', ...W, '--limit', '1', '--offset', '2']],
    [['corrections', ...W]],
    [['cluster', ...W]],
    [['export', 'corrections', ...W, '--force']],
    [['export', 'workspace', ...W, '--force']],
  ])('%j prints one value', async (args) => {
    const outcome = await faultline([...args, '--json']);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.json()).toBeTypeOf('object');
  });

  test('of a session, with its spans', () => {
    const { value } = json('sessions', ...W, '--json');
    const [first] = value['items'] as { sessionId: string }[];
    const session = json('session', first?.sessionId ?? '', ...W, '--spans', '--json');
    expect(session.code).toBe(0);
    expect((session.value['spans'] as unknown[]).length).toBeGreaterThan(0);
  });

  test('of an import has the figures that were promised, and lines add up', () => {
    const { value } = json('summary', ...W, '--json');
    for (const name of [
      'sessions',
      'turns',
      'userTurns',
      'spans',
      'toolCalls',
      'toolErrors',
      'interruptions',
      'annotations',
    ])
      expect(value[name], name).toBeTypeOf('number');
    const sources = value['sources'] as {
      path: string;
      lines: number;
      records: number;
      rejected: number;
      blank: number;
    }[];
    for (const source of sources.filter(({ path }) => path.endsWith('.jsonl')))
      expect(source.records + source.rejected + source.blank, source.path).toBe(source.lines);
  });
});

describe('paths', () => {
  const line = (i: number): string =>
    JSON.stringify({
      parentUuid: null,
      isSidechain: false,
      type: 'user',
      sessionId: `s${String(i)}`,
      uuid: `u${String(i)}`,
      timestamp: '2026-01-01T00:00:00Z',
      message: { role: 'user', content: `hello ${String(i)}` },
    });

  test('with spaces, foreign letters and characters of patterns', () => {
    const folder = join(dir, `odd "names" it's/ünï çödé 漢字`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a b.jsonl'), line(1));
    writeFileSync(join(folder, '[x]*.jsonl'), line(2));
    const workspace = join(dir, `w [1]* it's 漢.faultline`);
    expect(json('import', folder, '-w', workspace, '--json').value).toMatchObject({ sessions: 2 });
    const pattern = join(dir, 'odd*', '**', 'a*.jsonl');
    const again = json('import', pattern, '-w', workspace, '--json').value;
    expect(again['sources']).toMatchObject([{ state: 'duplicate' }]);
    expect(
      json('export', 'sessions', '-w', workspace, '--format', 'parquet', '-o', `o'ut [1].parquet`, '--json')
        .code,
    ).toBe(0);
  });

  test('of five thousand small files, each in the answer', () => {
    const folder = join(dir, 'many');
    mkdirSync(folder);
    for (let i = 0; i < 5000; i++) writeFileSync(join(folder, `f${String(i)}.jsonl`), line(i));
    const { code, value } = json('import', folder, '-w', 'many.faultline', '--json');
    expect(code).toBe(0);
    expect(value).toMatchObject({ sessions: 5000, spans: 5000 });
    expect(value['sources']).toHaveLength(5000);
  }, 300_000);

  test('a reader that closes early is no failure', async () => {
    const child = spawn(process.execPath, [cli, 'export', 'sessions', '-w', 'many.faultline', '-o', '-'], {
      cwd: dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
