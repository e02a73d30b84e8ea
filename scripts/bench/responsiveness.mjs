/**
 * Whether the workbench answers while it imports: `npm run bench -- responsiveness [--spans N] [--cancel-spans N] [--file PATH]`.
 * Imports a file of its own making, or the file or folder named, through the real intake process into a workspace that holds sessions already, and measures by
 * phase how long calls of the screens take meanwhile, how long the engine's event loop is held up, how far progress
 * messages are apart, and how long a cancelled import takes to be gone. The last phase is the background stage after the import.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance, monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { buildIfStale, ROOT } from '../build-if-stale.mjs';
import { writeFlatLines } from './lib/ingest-data.mjs';

const OPTIONS = {
  spans: { type: 'string', default: '200000' },
  'cancel-spans': { type: 'string', default: '60000' },
  file: { type: 'string' },
};
const PHASES = ['hashing', 'reading', 'deriving', 'writing', 'indexing', 'signals', 'stage'];
const EVERY_MS = 50;

/** What screens ask for while somebody looks at them. */
const CALLS = [
  (client) => client.overview.summary(),
  (client) => client.session.list({ limit: 50 }),
  (client) => client.imports.list(),
];

const load = async (path) =>
  (await runnerImport(join(ROOT, path), { root: ROOT, configFile: false, logLevel: 'error' })).module;

async function openEngine(folder) {
  const { startEngine } = await load('test/support/engine.ts');
  const { forkLauncher } = await load('src/engine/intake/fork-launcher.ts');
  const built = (name) => join(ROOT, 'out', 'main', name);
  const intake = forkLauncher(built('intake.js'), { givesWay: true });
  const engine = await startEngine(folder, intake, { path: built('detector-worker.js'), givesWay: true });
  await engine.client.workspace.create({ name: 'Responsiveness' });
  return engine;
}

class Phase {
  seconds = 0;
  gap = 0;
  calls = [];
  loop = 0;
}

/** Imports a file and measures meanwhile; a map of phase → what was seen in it. */
async function measureImport(engine, path) {
  const phases = new Map(PHASES.map((name) => [name, new Phase()]));
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let current = 'hashing';
  let entered = performance.now();
  let told = entered;
  let isOver = false;
  const leave = () => {
    const phase = phases.get(current);
    phase.seconds += (performance.now() - entered) / 1000;
    phase.loop = Math.max(phase.loop, loop.max / 1e6);
    loop.reset();
    entered = performance.now();
  };
  const asking = (async () => {
    for (let i = 0; !isOver; i++) {
      const at = current;
      const start = performance.now();
      await CALLS[i % CALLS.length](engine.client);
      phases.get(at).calls.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  // What fails first is told, not that the calls beside it fail once the workspace is closed.
  asking.catch(() => undefined);
  for await (const event of await engine.client.imports.start({ files: [{ handle: engine.grant(path) }] })) {
    if (event.type !== 'progress') continue;
    const now = performance.now();
    const { phase } = event.progress;
    phases.get(current).gap = Math.max(phases.get(current).gap, now - told);
    told = now;
    if (phase !== current) {
      leave();
      current = phase;
    }
  }
  leave();
  current = 'stage';
  told = entered;
  for await (const event of await engine.client.signal.run({})) {
    const now = performance.now();
    phases.get('stage').gap = Math.max(phases.get('stage').gap, now - told);
    told = now;
    if (event.type === 'done') break;
  }
  leave();
  isOver = true;
  await asking;
  loop.disable();
  return phases;
}

/** Milliseconds from cancelling an import in a phase until its call has ended; null where the phase was not met. */
async function cancelIn(engine, path, wanted) {
  const stop = new AbortController();
  let at = null;
  try {
    const events = await engine.client.imports.start(
      { files: [{ handle: engine.grant(path) }] },
      { signal: stop.signal },
    );
    for await (const event of events) {
      if (event.type !== 'progress' || event.progress.phase !== wanted || at !== null) continue;
      at = performance.now();
      stop.abort();
    }
  } catch {
    // Cancelled, as wanted.
  }
  return at === null ? null : performance.now() - at;
}

/** Cancels an import in every phase; a map of phase → milliseconds. Throws where a cancelled import left files behind. */
async function cancelEverywhere(engine, path) {
  const { path: workspace } = await engine.client.workspace.current();
  const files = () =>
    ['imports', 'staging'].flatMap((name) =>
      existsSync(join(workspace, name)) ? readdirSync(join(workspace, name)) : [],
    );
  const before = files().length;
  const times = new Map();
  for (const phase of PHASES.slice(0, -1)) {
    times.set(phase, await cancelIn(engine, path, phase));
    if (files().length !== before)
      throw new Error(`Cancelled while ${phase}: ${files().join(', ')} is left.`);
  }
  return times;
}

const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const ms = (value) => (value === undefined || value === null ? '–' : value.toFixed(0));

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  buildIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const engine = await openEngine(join(folder, 'engine'));
  try {
    await engine.importFiles(await writeFlatLines(join(folder, 'before.jsonl'), 5000));
    const made = (name, spans) => values.file ?? writeFlatLines(join(folder, name), Number(spans));
    // Before the rest: what is in the workspace is not read again.
    const cancelled = await cancelEverywhere(engine, await made('cancel.jsonl', values['cancel-spans']));
    const phases = await measureImport(engine, await made('large.jsonl', values.spans));
    console.log(
      values.file
        ? `${basename(values.file)}; times in ms unless said otherwise\n`
        : `${values.spans} spans; times in ms unless said otherwise; cancelled imports of ${values['cancel-spans']} spans\n`,
    );
    console.log(
      '| phase | seconds | longest silence | calls | half below | 99 % below | longest call | longest hold of the event loop | cancelled in |',
    );
    console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
    for (const [name, { seconds, gap, calls, loop }] of phases) {
      const times = [
        gap,
        calls.length,
        quantile(calls, 0.5),
        quantile(calls, 0.99),
        quantile(calls, 1),
        loop,
      ];
      console.log(`| ${[name, seconds.toFixed(1), ...times.map(ms), ms(cancelled.get(name))].join(' | ')} |`);
    }
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
