/**
 * Entry of the command line. Knows the process it runs in: its arguments, streams and signals; see program.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program';

const ROOT = join(import.meta.dirname, '..', '..');
const cancel = new AbortController();
/** The terminal sends Ctrl-C to this process, and the start of the command line passes it on: one press comes twice. */
const ONE_PRESS_MS = 500;
let pressedAt = -Infinity;

process.on('SIGINT', () => {
  if (performance.now() - pressedAt < ONE_PRESS_MS) return;
  pressedAt = performance.now();
  // Once lets the command clear up after itself; who presses it again does not want to wait.
  if (cancel.signal.aborted) process.exit(1);
  cancel.abort();
});
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => cancel.abort());
// `faultline sessions | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`The answer could not be written: ${error.message}\n`);
  process.exit(1);
});

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

process.exitCode = await runProgram(process.argv.slice(2), {
  streams: process,
  cwd: process.cwd(),
  env: process.env,
  version,
  paths: {
    intakeEntry: join(import.meta.dirname, 'intake.js'),
    detectorEntry: join(import.meta.dirname, 'detector-worker.js'),
    serveEntry: join(import.meta.dirname, 'serve.js'),
    startScript: join(ROOT, 'scripts', 'start.mjs'),
    root: ROOT,
  },
  signal: cancel.signal,
});
