/**
 * Entry of the browser shell: the same page and engine as the window, on 127.0.0.1 behind a token.
 * `node out/main/serve.js [--no-open] [--json] [--check] [FILES…]`; docs/cli.md says what they do. Must not print the token
 * anywhere but in the address.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir } from '../engine/data-dir';
import { describePath } from '../engine/describe-path';
import { EngineChild } from './engine-child';
import { openBrowser, whyNoBrowser } from './open-browser';
import { readPage } from './page';
import { startServer } from './server';
import { Uploads } from './uploads';

const OUT = join(import.meta.dirname, '..');

/** What is to be undone at the end, the last first. */
const cleanUps: (() => Promise<void>)[] = [];
let isStopping = false;

async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  for (const cleanUp of cleanUps.reverse()) await cleanUp().catch((error: unknown) => console.error(error));
  process.exit(code);
}

function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(OUT, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function createEngineChild(version: string): EngineChild {
  const sampleDir = join(OUT, 'sample.faultline');
  return new EngineChild({
    entry: join(import.meta.dirname, 'engine.js'),
    start: {
      shell: 'browser',
      version,
      dataDir: defaultDataDir({ env: process.env, platform: process.platform, home: homedir() }),
      sampleDir: existsSync(sampleDir) ? sampleDir : null,
    },
  });
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    options: {
      'no-open': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  const openPaths = await Promise.all(
    positionals.map(async (given) => (await describePath(given, process.cwd())).path),
  );
  const page = await readPage(join(OUT, 'renderer'));
  const uploads = await Uploads.create(tmpdir());
  cleanUps.push(() => uploads.close());
  const version = programVersion();
  const engine = createEngineChild(version);
  cleanUps.push(() => engine.close());
  await engine.start().catch((error: unknown) => {
    // The page says what is wrong, and offers to try again, when the engine cannot start.
    if (flags.check) throw error;
    console.error(error instanceof Error ? error.message : error);
  });
  const server = await startServer({ version, page, engine, uploads, openPaths });
  cleanUps.push(() => server.close());
  if (flags.check) return stop(0);

  const { address } = server;
  if (flags.json) console.log(JSON.stringify({ shell: 'browser', version, address, pid: process.pid }));
  else
    console.log(
      `Faultline ${version} is open at\n\n  ${address}\n\nWhoever has this address has your workspaces.`,
    );
  const unopened = flags['no-open'] ? null : await tryBrowser(address);
  if (flags.json) return;
  if (unopened !== null) console.log(`No browser was opened: ${unopened}`);
  console.log('Ctrl-C stops it.');
}

/** Null, or why no browser was opened. */
async function tryBrowser(address: string): Promise<string | null> {
  const why = whyNoBrowser(process);
  if (why !== null) return why;
  const { problem, cleanUp } = await openBrowser(address, tmpdir());
  cleanUps.push(cleanUp);
  return problem;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  const isUsage =
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  void stop(isUsage ? 2 : 1);
});
