/**
 * The engine's utility process and, on its request, its intake processes: only the main process can make these. Starts,
 * connects pages, notices death, starts again. Must not look into the contract's messages, nor keep a workspace's state.
 * https://www.electronjs.org/docs/latest/api/utility-process
 */
import { EventEmitter } from 'node:events';
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import { intakeEnvironment, type IntakeJob } from '../engine/intake/launcher';
import { lowerPriority } from '../engine/intake/lower-priority';
import { EngineControl, engineDownReason } from '../engine/process-control';
import type { StartOptions, ToEngine } from '../engine/process-messages';

export interface EngineProcessOptions {
  /** Built entries. */
  engineEntry: string;
  intakeEntry: string;
  start: StartOptions;
}

/** Given to a shutdown before the engine is ended by force; the journal holds all that was acknowledged. */
const SHUTDOWN_MS = 5000;
const KEPT_CHARACTERS = 600;

export class EngineProcess extends EventEmitter<{ down: [reason: string]; ready: [] }> {
  readonly #options: EngineProcessOptions;
  readonly #intakes = new Map<number, UtilityProcess>();
  #child: UtilityProcess | null = null;
  #control: EngineControl | null = null;
  #starting: Promise<void> | null = null;
  #down: string | null = 'The engine has not started.';
  #isClosing = false;

  constructor(options: EngineProcessOptions) {
    super();
    this.#options = options;
  }

  /** Starts the engine unless it runs. Rejects with a sentence when it cannot start; may be called again then. */
  start(): Promise<void> {
    if (this.#down === null) return Promise.resolve();
    this.#starting ??= this.#fork().finally(() => (this.#starting = null));
    return this.#starting;
  }

  /** A new port to the engine, over which the contract is spoken. Waits for a start under way; rejects when it is down. */
  async connect(): Promise<MessagePortMain> {
    await this.#starting;
    if (this.#child === null || this.#down !== null)
      throw new Error(this.#down ?? 'The engine is not running.');
    const { port1, port2 } = new MessageChannelMain();
    this.#child.postMessage({ type: 'connect' } satisfies ToEngine, [port1]);
    return port2;
  }

  async grant(path: string): Promise<string> {
    return (await this.#running()).grant(path);
  }

  async resolve(handle: string): Promise<string | null> {
    return (await this.#running()).resolve(handle);
  }

  /** Ends the engine in order, or by force when it does not answer. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const [child, control] = [this.#child, this.#control];
    if (child === null || control === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const timer = setTimeout(() => child.kill(), SHUTDOWN_MS);
    await control.shutdown();
    await gone;
    clearTimeout(timer);
  }

  async #running(): Promise<EngineControl> {
    await this.#starting;
    if (this.#control === null || this.#down !== null)
      throw new Error(this.#down ?? 'The engine is not running.');
    return this.#control;
  }

  async #fork(): Promise<void> {
    const child = utilityProcess.fork(this.#options.engineEntry, [], {
      serviceName: 'Faultline engine',
      stdio: ['ignore', 'inherit', 'pipe'],
      // DuckDB's queries and file reads share Node's pool: with the default of four, a query starves the files.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    const control = new EngineControl((message) => child.postMessage(message));
    this.#child = child;
    this.#control = control;
    // Read, so that the engine is never held up by a full pipe, and passed on for whoever watches the terminal.
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    child.on('message', (message: unknown) => this.#receive(child, control, message));
    child.once('exit', (code) => this.#ended(child, control, code));
    await control.start(this.#options.start);
    this.#down = null;
    this.emit('ready');
  }

  #receive(child: UtilityProcess, control: EngineControl, raw: unknown): void {
    const message = control.receive(raw);
    if (message?.type === 'intake-start') this.#startIntake(child, message.intake, message.job);
    else if (message?.type === 'intake-kill') this.#intakes.get(message.intake)?.kill();
  }

  #startIntake(engine: UtilityProcess, intake: number, job: IntakeJob): void {
    const toEngine = (message: ToEngine) => {
      if (this.#child === engine) engine.postMessage(message);
    };
    const child = utilityProcess.fork(this.#options.intakeEntry, [], {
      serviceName: 'Faultline intake',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...intakeEnvironment },
    });
    this.#intakes.set(intake, child);
    child.once('spawn', () => {
      if (child.pid !== undefined) lowerPriority(child.pid);
    });
    let said = '';
    child.stderr?.on(
      'data',
      (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-KEPT_CHARACTERS)),
    );
    child.on('message', (message: unknown) => toEngine({ type: 'intake-message', intake, message }));
    child.once('exit', (code) => {
      this.#intakes.delete(intake);
      toEngine({ type: 'intake-exit', intake, reason: intakeExitReason(code, said.trim()) });
    });
    child.postMessage(job);
  }

  #ended(child: UtilityProcess, control: EngineControl, code: number): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#control = null;
    this.#down = engineDownReason(code, null, control.failure);
    control.down(this.#down);
    // Nobody is left to take what they read.
    for (const intake of this.#intakes.values()) intake.kill();
    if (!this.#isClosing) this.emit('down', this.#down);
  }
}

/** A sentence for the person whose import it was. */
function intakeExitReason(code: number, said: string): string {
  if (code === 0) return 'The intake process ended.';
  const last = said === '' ? '' : ` It said last: ${said}`;
  return `The intake process crashed or was stopped (exit code ${code}).${last}`;
}
