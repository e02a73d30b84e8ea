/**
 * Entry of the browser shell: the same page and engine as the window, on 127.0.0.1 behind a token.
 * `node out/main/serve.js [--no-open] [FILES…]`. Must not print the token anywhere but in the address.
 */
import { readFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
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

function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(OUT, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { 'no-open': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const openPaths = await Promise.all(
    positionals.map(async (given) => (await describePath(given, process.cwd())).path),
  );
  const version = programVersion();
  const sampleDir = join(OUT, 'sample.faultline');
  const engine = new EngineChild({
    entry: join(import.meta.dirname, 'engine.js'),
    start: {
      shell: 'browser',
      version,
      dataDir: defaultDataDir({ env: process.env, platform: process.platform, home: homedir() }),
      sampleDir: existsSync(sampleDir) ? sampleDir : null,
    },
  });
  const [page, uploads] = await Promise.all([readPage(join(OUT, 'renderer')), Uploads.create(tmpdir())]);
  // The page says what is wrong, and offers to try again, when the engine cannot start.
  await engine
    .start()
    .catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
  const server = await startServer({ version, page, engine, uploads, openPaths });

  const cleanUps = [() => server.close(), () => engine.close(), () => uploads.close()];
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    for (const cleanUp of cleanUps) await cleanUp();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

  console.log(`Faultline ${version} is open at\n\n  ${server.address}\n`);
  const unseen = values['no-open'] ? '--no-open was given.' : whyNoBrowser(process);
  if (unseen === null) {
    const { problem, cleanUp } = await openBrowser(server.address, tmpdir());
    cleanUps.push(cleanUp);
    if (problem !== null) console.log(`No browser was opened: ${problem}`);
  } else if (!values['no-open']) {
    console.log(`No browser was opened: ${unseen}`);
  }
  console.log('Whoever has this address has your workspaces. Ctrl-C stops it.');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS') ? 2 : 1,
  );
});
