/**
 * `npm start` and the command line's start, in a checkout made up for each test: what is built when, which shell is chosen,
 * how often Electron is asked for. The programs that they start only say that they were started.
 */
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let root: string;

/** Says who it is and what it was given, in one line. */
const program = (name: string) =>
  `console.log(JSON.stringify({ started: '${name}', args: process.argv.slice(2), cwd: process.cwd(), pool: process.env.UV_THREADPOOL_SIZE ?? null }));`;

const BUILD = `
import { mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
appendFileSync('builds.log', 'built\\n');
if (process.env.BREAK_BUILD) { console.error('The source is broken.'); process.exit(1); }
for (const folder of ['main', 'preload', 'renderer', 'sample.faultline']) mkdirSync('out/' + folder, { recursive: true });
for (const name of ['index', 'engine', 'intake', 'cluster-worker', 'detector-worker', 'intake-reader']) writeFileSync('out/main/' + name + '.js', '');
writeFileSync('out/main/cli.js', ${JSON.stringify(program('cli'))});
writeFileSync('out/main/serve.js', ${JSON.stringify(program('serve'))});
writeFileSync('out/preload/index.cjs', '');
writeFileSync('out/renderer/index.html', '');
writeFileSync('out/sample.faultline/workspace.json', '{}');
`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'faultline-start-test-'));
  for (const folder of ['scripts', 'bin', 'src/deep', 'elsewhere'])
    await mkdir(join(root, folder), { recursive: true });
  for (const name of ['start', 'build-if-stale', 'electron-binary'])
    await cp(join(ROOT, 'scripts', `${name}.mjs`), join(root, 'scripts', `${name}.mjs`));
  await cp(join(ROOT, 'bin', 'faultline.mjs'), join(root, 'bin', 'faultline.mjs'));
  const scripts = {
    build: 'node build.mjs',
    start: 'node scripts/start.mjs',
    faultline: 'node bin/faultline.mjs',
  };
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'made-up', type: 'module', scripts }));
  await writeFile(join(root, 'build.mjs'), BUILD);
  await writeFile(join(root, 'electron.vite.config.ts'), '');
  await writeFile(join(root, 'src', 'deep', 'source.ts'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  started: { started: string; args: string[]; cwd: string; pool: string | null } | null;
}

async function run(
  command: string[],
  { env = {}, cwd = root }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Outcome> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|INIT_CWD|DISPLAY|WAYLAND_DISPLAY|CI$|ELECTRON_|UV_)/iu.test(name),
    ),
  );
  const [file = '', ...args] = command;
  const child = spawn(file === 'node' ? process.execPath : file, args, {
    cwd,
    env: { ...inherited, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const line = said.stdout.split('\n').find((one) => one.startsWith('{"started"'));
  return { code, ...said, started: line === undefined ? null : (JSON.parse(line) as Outcome['started']) };
}

const start = (...args: string[]) => ['node', join(root, 'scripts', 'start.mjs'), ...args];
const faultline = (...args: string[]) => ['node', join(root, 'bin', 'faultline.mjs'), ...args];
const builds = async () =>
  (await readFile(join(root, 'builds.log'), 'utf8').catch(() => '')).split('\n').length - 1;

/** An electron package whose installer does as `install` says and counts how often it was asked. */
async function writeElectron(install: string, version = '45.4.1'): Promise<void> {
  const folder = join(root, 'node_modules', 'electron');
  await mkdir(join(folder, 'dist'), { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'electron', version }));
  const count = `require('node:fs').appendFileSync(${JSON.stringify(join(root, 'asked.log'))}, 'asked\\n');`;
  await writeFile(join(folder, 'install.js'), `${count}\n${install}`);
}

/** The binary of that package: a program of Node’s that ends with `code`. */
async function writeBinary(code: number): Promise<void> {
  const path = join(root, 'node_modules', 'electron', 'dist', 'electron');
  await writeFile(path, `#!${process.execPath}\n${program('electron')}\nprocess.exit(${code});\n`);
  await chmod(path, 0o755);
  await writeFile(join(root, 'node_modules', 'electron', 'path.txt'), 'electron');
}

const asked = async () =>
  (await readFile(join(root, 'asked.log'), 'utf8').catch(() => '')).split('\n').length - 1;

describe('what is out of date', () => {
  it('is built before anything starts, once', async () => {
    const first = await run(faultline('formats', '--json'));
    expect(first).toMatchObject({
      code: 0,
      started: { started: 'cli', args: ['formats', '--json'], pool: '16' },
    });
    expect(first.stderr).toContain('Building Faultline: out/main/index.js is not there yet');
    const second = await run(faultline('formats'));
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(await builds()).toBe(1);
  });

  it.each(['src/deep/source.ts', 'package.json', 'electron.vite.config.ts'])(
    'is what is older than %s',
    async (path) => {
      await run(faultline());
      const future = new Date(Date.now() + 60_000);
      await utimes(join(root, path), future, future);
      await run(faultline());
      expect(await builds()).toBe(2);
    },
  );

  it('is not what is older than a test', async () => {
    await run(faultline());
    const past = new Date(Date.now() - 60_000);
    await writeFile(join(root, 'src', 'deep', 'source.test.ts'), '');
    for (const path of ['src/deep', 'src/deep/source.ts']) await utimes(join(root, path), past, past);
    await run(faultline());
    expect(await builds()).toBe(1);
  });

  it('stops everything when it cannot be built', async () => {
    const broken = await run(faultline('formats'), { env: { BREAK_BUILD: '1' } });
    expect(broken).toMatchObject({ code: 1, started: null });
    expect(broken.stderr).toContain('The source is broken.');
    expect(broken.stderr).toContain('The build failed');
  });
});

describe('the shell that npm start opens', () => {
  it('is the browser where there is no display, and Electron is not even asked for', async () => {
    await writeElectron('process.exit(1)');
    const outcome = await run(start('traces.jsonl'));
    expect(outcome).toMatchObject({
      code: 0,
      started: { started: 'serve', args: ['--', join(root, 'traces.jsonl')] },
    });
    if (process.platform === 'linux') {
      expect(outcome.stdout).toContain('No window, but a page in the browser: there is no display.');
      expect(await asked()).toBe(0);
    }
  });

  it.each([
    [['--no-open'], ['--no-open', '--']],
    [['--browser'], ['--']],
    [
      ['--browser', '--no-open', '--json'],
      ['--no-open', '--json', '--'],
    ],
  ])('is the browser with %j', async (flags, passed) => {
    await writeElectron('process.exit(1)');
    const outcome = await run(start(...flags), { env: { DISPLAY: ':9' } });
    expect(outcome.started).toMatchObject({ started: 'serve', args: passed });
    expect(await asked()).toBe(0);
    if (flags.includes('--json')) expect(outcome.stdout.split('\n')[0]).toMatch(/^\{/u);
  });

  it('is not chosen by options that do not exist', async () => {
    expect(await run(start('--frobnicate'))).toMatchObject({ code: 2, started: null });
  });

  it('takes paths from where the person is, also by way of npm', async () => {
    const here = join(root, 'elsewhere');
    const byNpm = await run(['npm', 'run', '--silent', 'start', '--', '--no-open', 'a.jsonl'], { cwd: here });
    expect(byNpm.started?.args).toEqual(['--no-open', '--', join(here, 'a.jsonl')]);
    const cli = await run(['npm', 'run', '--silent', 'faultline', '--', 'import', 'a.jsonl'], { cwd: here });
    expect(cli.started).toMatchObject({ args: ['import', 'a.jsonl'], cwd: here });
  });
});

// The binary that is made up here is a script, which Windows does not run.
describe.skipIf(process.platform === 'win32')('a window', () => {
  // Chromium does not sandbox windows of the root user, so none is tried for it; these tests may run as root.
  const display = {
    env: { DISPLAY: ':9', NODE_OPTIONS: '--import=data:text/javascript,process.getuid=()=>1000' },
  };

  it('is opened where the binary is there', async () => {
    await writeElectron('process.exit(1)');
    await writeBinary(0);
    const outcome = await run(start('a.jsonl'), display);
    expect(outcome.started).toMatchObject({ started: 'electron', args: [`${root}/`, join(root, 'a.jsonl')] });
    expect(await asked()).toBe(0);
  });

  it('is opened after the binary was had', async () => {
    await writeElectron(`require('node:fs').renameSync(__dirname + '/dist/later', __dirname + '/dist/electron');
      require('node:fs').writeFileSync(__dirname + '/path.txt', 'electron');`);
    await writeBinary(0);
    const folder = join(root, 'node_modules', 'electron');
    await cp(join(folder, 'dist', 'electron'), join(folder, 'dist', 'later'));
    await rm(join(folder, 'dist', 'electron'));
    await rm(join(folder, 'path.txt'));
    expect((await run(start(), display)).started).toMatchObject({ started: 'electron' });
    expect(await asked()).toBe(1);
  });

  it('gives way to the browser when the binary cannot be had, which is asked once for each version', async () => {
    await writeElectron("console.error('TypeError: fetch failed'); process.exit(1)");
    const first = await run(start(), display);
    expect(first.started).toMatchObject({ started: 'serve' });
    expect(first.stdout).toContain(
      'No window, but a page in the browser: Electron could not be had (TypeError: fetch failed).',
    );
    const second = await run(start(), display);
    expect(second.stdout).toContain('TypeError: fetch failed');
    expect(second.stderr).not.toContain('Asking for Electron');
    expect(await asked()).toBe(1);
    await writeElectron('process.exit(1)', '46.0.0');
    await run(start(), display);
    expect(await asked()).toBe(2);
  });

  it('gives way to the browser when Electron does not run here, and is not tried again', async () => {
    await writeElectron('process.exit(1)');
    await writeBinary(127);
    const first = await run(start(), display);
    expect(first.stdout).toContain(
      'Electron does not run here (exit code 127); the browser takes its place.',
    );
    expect(first.stdout).toContain('"started":"serve"');
    const second = await run(start(), display);
    expect(second.stdout).not.toContain('"started":"electron"');
    expect(second.stdout).toContain('Electron does not run here (exit code 127); --window tries again');
    await writeBinary(0);
    expect((await run(start('--window'), display)).started).toMatchObject({ started: 'electron' });
  });
});
