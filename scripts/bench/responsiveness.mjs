/**
 * Whether the workbench answers while it imports: `npm run bench -- responsiveness [--spans N] [--held N] [--cancel-spans N] [--overlap] [--file PATH]`.
 * Imports a file of its own making, or the file or folder named, through the built browser shell into a workspace that holds
 * sessions already: others, or with --overlap some of the very same, as the exports of two months may. Meanwhile a second tab
 * asks for what screens show, and it is measured by phase how long the answers take, how far progress messages are apart, and how
 * long a cancelled import takes to be gone. `idle` is the same before anything is imported, `stage` the background stage after the
 * import, `after` the larger workspace at rest.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../build-if-stale.mjs';
import { writeFlatLines } from './lib/ingest-data.mjs';
import { startShell } from './lib/shell-client.mjs';

const OPTIONS = {
  spans: { type: 'string', default: '100000' },
  held: { type: 'string', default: '20000' },
  'cancel-spans': { type: 'string', default: '60000' },
  overlap: { type: 'boolean', default: false },
  file: { type: 'string' },
};
/** Makes sessions that the imported file does not hold. */
const OTHERS = { seed: 11, prefix: 'held' };
/** Makes the same sessions without the first: a file that begins as the held one would be read on where it grew. */
const THE_SAME = { from: 1 };
const PHASES = ['hashing', 'reading', 'deriving', 'writing', 'indexing', 'signals'];
const EVERY_MS = 50;
const IDLE_MS = 6000;
const AIM_MS = 100;

/** What screens ask for while somebody looks at them; `info` asks nothing of the database. */
function callsOf(client, sessionId) {
  return new Map([
    ['info', () => client.app.info()],
    ['list', () => client.session.list({ limit: 50 })],
    ['outline', () => client.session.outline({ sessionId })],
    ['spans', () => client.session.spans({ sessionId, limit: 100 })],
    ['overview', () => client.overview.get()],
    ['search', () => client.session.list({ limit: 50, filter: { text: 'refund parcel' } })],
    ['facets', () => client.session.facets({})],
    ['stage', () => client.signal.stage()],
    ['imports', () => client.imports.list()],
  ]);
}

/** Asks for one thing after another every EVERY_MS, but never for what it still waits for; keeps how long each took. */
class Asker {
  phase = 'idle';
  /** [phase, call, milliseconds, seconds since the beginning] */
  answers = [];
  #isOver = false;
  #waiting = new Set();

  constructor(calls) {
    this.done = this.#run([...calls]);
  }

  async stop() {
    this.#isOver = true;
    await this.done;
  }

  async #run(calls) {
    const begin = performance.now();
    for (let i = 0; !this.#isOver; i++) {
      const [name, ask] = calls[i % calls.length];
      if (!this.#waiting.has(name)) {
        const { phase } = this;
        const start = performance.now();
        this.#waiting.add(name);
        void ask().then(() => {
          this.#waiting.delete(name);
          this.answers.push([phase, name, performance.now() - start, (start - begin) / 1000]);
        });
      }
      await sleep(EVERY_MS);
    }
    while (this.#waiting.size > 0) await sleep(10);
  }
}

/** Seconds and longest silence between messages of each phase. */
class Clock {
  phases = new Map();
  #phase = null;
  #told = performance.now();

  tell(phase) {
    const now = performance.now();
    if (this.#phase !== null) this.#add(this.#phase, now - this.#told);
    this.#phase = phase;
    this.#told = now;
  }

  #add(phase, ms) {
    const { seconds, silence } = this.phases.get(phase) ?? { seconds: 0, silence: 0 };
    this.phases.set(phase, { seconds: seconds + ms / 1000, silence: Math.max(silence, ms) });
  }
}

async function measureImport({ client }, handle, asker) {
  const clock = new Clock();
  const at = (phase) => {
    asker.phase = phase;
    clock.tell(phase);
  };
  at('hashing');
  for await (const event of await client.imports.start({ files: [{ handle }] }))
    if (event.type === 'progress') at(event.progress.phase);
  at('stage');
  for await (const event of await client.signal.run({})) if (event.type === 'progress') at('stage');
  at('after');
  await sleep(IDLE_MS);
  at('after');
  return clock.phases;
}

/** Milliseconds from cancelling an import in a phase until its call has ended; null where the phase was not met. */
async function cancelIn({ client }, handle, wanted) {
  const stop = new AbortController();
  let at = null;
  try {
    for await (const event of await client.imports.start({ files: [{ handle }] }, { signal: stop.signal })) {
      if (event.type !== 'progress' || event.progress.phase !== wanted || at !== null) continue;
      at = performance.now();
      stop.abort();
    }
  } catch {
    // Cancelled, as wanted.
  }
  return at;
}

/** Cancels an import in every phase; a map of phase → milliseconds until nothing was left of it. */
async function cancelEverywhere(tab, handle) {
  const { path } = await tab.client.workspace.current();
  const files = () =>
    ['imports', 'staging'].flatMap((name) =>
      existsSync(join(path, name)) ? readdirSync(join(path, name)) : [],
    );
  const before = files().length;
  const times = new Map();
  for (const phase of PHASES) {
    const at = await cancelIn(tab, handle, phase);
    if (at === null) continue;
    for (let waited = 0; files().length !== before; waited++) {
      if (waited === 1000) throw new Error(`Cancelled while ${phase}: ${files().join(', ')} is left.`);
      await sleep(10);
    }
    times.set(phase, performance.now() - at);
  }
  return times;
}

/** Waits for the end of what tells its progress. */
async function toEnd(events) {
  while ((await events.next()).done !== true);
}

const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const ms = (value) => (value === undefined || value === null ? '–' : value.toFixed(0));
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

function head(cells) {
  row(cells);
  row(cells.map(() => '---'));
}

function printPhases(answers, phases, cancelled) {
  head(
    'phase|seconds|longest silence|answers|half below|99 % below|slowest|above 100|cancelled in'.split('|'),
  );
  for (const phase of ['idle', ...PHASES, 'stage', 'after']) {
    const times = answers.filter(([at]) => at === phase).map(([, , took]) => took);
    const { seconds, silence } = phases.get(phase) ?? {};
    row([
      phase,
      seconds?.toFixed(1) ?? '–',
      phase === 'idle' || phase === 'after' ? '–' : ms(silence),
      times.length,
      ...[0.5, 0.99, 1].map((share) => ms(quantile(times, share))),
      times.filter((took) => took > AIM_MS).length,
      ms(cancelled.get(phase)),
    ]);
  }
}

function printCalls(answers, names) {
  console.log('\nHalf below, and slowest, by call:\n');
  head(['phase', ...names]);
  for (const phase of ['idle', ...PHASES, 'stage', 'after']) {
    const cells = names.map((name) => {
      const times = answers.filter(([at, call]) => at === phase && call === name).map(([, , took]) => took);
      return `${ms(quantile(times, 0.5))}, ${ms(quantile(times, 1))}`;
    });
    row([phase, ...cells]);
  }
}

export async function run(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  buildIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
  const shell = await startShell(join(folder, 'data'));
  try {
    const tab = await shell.connect();
    await tab.client.workspace.create({ name: 'Responsiveness' });
    const made = (name, spans, sessions) =>
      shell.grant(writeFlatLines(join(folder, name), Number(spans), sessions));
    const handle = await made('held.jsonl', values.held, values.overlap ? THE_SAME : OTHERS);
    await toEnd(await tab.client.imports.start({ files: [{ handle }] }));
    await toEnd(await tab.client.signal.run({}));
    const given = values.file === undefined ? null : await shell.grant(values.file);
    const cancelled =
      values['cancel-spans'] === '0'
        ? new Map()
        : await cancelEverywhere(tab, given ?? (await made('cancel.jsonl', values['cancel-spans'])));
    const large = given ?? (await made('large.jsonl', values.spans));
    const [first] = (await tab.client.session.list({ limit: 1 })).items;
    const calls = callsOf((await shell.connect()).client, first.sessionId);
    // Once beforehand: what is read first is not what is measured.
    for (const ask of calls.values()) await ask();
    const asker = new Asker(calls);
    await sleep(IDLE_MS);
    const phases = await measureImport(tab, large, asker);
    await asker.stop();
    console.log(
      `${values.file ? basename(values.file) : `${values.spans} spans`} into ${values.held} held${values.overlap ? ', the same' : ''}; times in ms unless said otherwise\n`,
    );
    printPhases(asker.answers, phases, cancelled);
    printCalls(asker.answers, [...calls.keys()]);
  } finally {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
