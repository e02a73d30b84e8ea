#!/usr/bin/env node
/**
 * The command line's start: builds what is out of date in a checkout, then runs it in a Node with a thread pool that fits
 * DuckDB, which only the environment a process is born with can say.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale, ROOT } from '../scripts/build-if-stale.mjs';

buildIfStale();
// npm changes to the package's folder; paths are meant from where the person is.
const base = process.env.npm_lifecycle_event === 'faultline' ? process.env.INIT_CWD : undefined;
const child = spawn(process.execPath, [join(ROOT, 'out', 'main', 'cli.js'), ...process.argv.slice(2)], {
  cwd: base ?? process.cwd(),
  stdio: 'inherit',
  env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
});
// The command decides how it ends. The terminal sends Ctrl-C to both, which it takes for one press.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
