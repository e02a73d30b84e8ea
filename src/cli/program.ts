/**
 * The command line as a function: finds the command, runs it with an engine in this process, and turns what happened into
 * output and an exit code. Must not end the process itself.
 */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { defaultDataDir } from '../engine/data-dir';
import type { Engine } from '../engine/index';
import { parseOptions, type Options } from './arguments';
import type { CliEngine, Command, CommandContext, ProgramPaths } from './command';
import { cluster } from './commands/cluster';
import { corrections } from './commands/corrections';
import { crosswalk } from './commands/crosswalk';
import { doctor } from './commands/doctor';
import { exporting } from './commands/export';
import { extract } from './commands/extract';
import { formats } from './commands/formats';
import { gate } from './commands/gate';
import { importing } from './commands/import';
import { rejects } from './commands/rejects';
import { report } from './commands/report';
import { open, serve } from './commands/serve';
import { session } from './commands/session';
import { sessions } from './commands/sessions';
import { signals } from './commands/signals';
import { sql } from './commands/sql';
import { summary } from './commands/summary';
import { CancelledError, CommandError, sentenceOf, UsageError } from './failure';
import { commandHelp, commonOptions, programHelp, usageLine } from './help';
import { json, Progress, safeLines, type Streams } from './output';

const COMMANDS: readonly Command[] = [
  importing,
  summary,
  rejects,
  sessions,
  session,
  signals,
  corrections,
  cluster,
  crosswalk,
  sql,
  exporting,
  report,
  gate,
  extract,
  open,
  serve,
  formats,
  doctor,
];

export type ExitCode = 0 | 1 | 2;

export interface Surroundings {
  streams: Streams;
  cwd: string;
  env: Record<string, string | undefined>;
  version: string;
  paths: ProgramPaths;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Runs one command line (without `node` and the script). Never rejects. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { streams, version } = surroundings;
  const [name, ...rest] = args;
  const say = (text: string) => streams.stdout.write(`${text}\n`);
  if (name === '--version' || name === '-v') {
    say(version);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = COMMANDS.find((one) => one.name === rest[0]);
    say(about === undefined ? programHelp(COMMANDS) : commandHelp(about));
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    streams.stderr.write(`There is no command ${JSON.stringify(name)}.\n\n${programHelp(COMMANDS)}\n`);
    return 2;
  }
  return runCommand(command, rest, surroundings);
}

async function runCommand(
  command: Command,
  args: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const { streams, signal } = around;
  const lifetime = new EngineLifetime(around);
  try {
    const { operands, options } = parseOptions(args, { ...command.options, ...commonOptions });
    if (options.isSet('help')) {
      streams.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    if (command.operands === '' && operands.length > 0)
      throw new UsageError(`${command.name} takes no ${JSON.stringify(operands[0])}.`);
    return await command.run(contextOf(operands, options, around, lifetime));
  } catch (error) {
    new Progress(streams.stderr).clear();
    if (error instanceof UsageError) {
      streams.stderr.write(
        `${safeLines(error.message)}\n${usageLine(command)}\nfaultline ${command.name} --help says more.\n`,
      );
      return 2;
    }
    if (signal.aborted || error instanceof CancelledError) streams.stderr.write('Stopped.\n');
    else streams.stderr.write(`${safeLines(sentenceOf(error))}\n`);
    return 1;
  } finally {
    await lifetime.end();
  }
}

function contextOf(
  operands: readonly string[],
  options: Options,
  around: Surroundings,
  lifetime: EngineLifetime,
): CommandContext {
  const { streams, cwd, env } = around;
  const isJson = options.isSet('json');
  return {
    ...around,
    operands,
    options,
    isJson,
    print: (value, text) => streams.stdout.write(`${isJson ? json(value, streams.stdout) : text()}\n`),
    note: (text) => streams.stderr.write(`${text}\n`),
    engine: (dataDir) => lifetime.engine(dataDir),
    atEnd: (cleanUp) => lifetime.atEnd(cleanUp),
    workspace: async (create) => {
      const given = options.text('workspace') ?? env['FAULTLINE_WORKSPACE'] ?? '';
      if (given === '') throw new UsageError('Say which workspace: --workspace W.faultline');
      return lifetime.workspace(resolve(cwd, given), create === 'create');
    },
  };
}

/** Resolves when all sessions have been looked at for signals. */
async function lookedAt(client: CliEngine['client'], signal: AbortSignal): Promise<void> {
  for await (const event of await client.signal.run({}, { signal })) if (event.type === 'done') return;
}

type StartedEngine = Engine & Pick<CliEngine, 'client'>;

/** The engine of one command: made when it is first needed, closed at the end. */
class EngineLifetime {
  readonly #around: Surroundings;
  readonly #cleanUps: (() => Promise<void>)[] = [];
  #engine: Promise<StartedEngine> | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async engine(dataDir = this.#dataDir()): Promise<CliEngine> {
    this.#engine ??= this.#start(dataDir);
    const engine = await this.#engine;
    return {
      client: engine.client,
      grant: (path) => engine.grants.grant(path),
      pathOf: (handle) => {
        const path = engine.grants.resolve(handle);
        if (path === null) throw new CommandError('The engine wrote no file.');
        return path;
      },
      open: async (path, create) => {
        // An index that is made anew takes minutes, and closing the engine is what ends it.
        const stop = (): void => void engine.close().catch(() => undefined);
        this.#around.signal.addEventListener('abort', stop, { once: true });
        await engine.openPath(path, { create });
        this.#around.signal.removeEventListener('abort', stop);
        this.#around.signal.throwIfAborted();
      },
    };
  }

  async #start(dataDir: string): Promise<StartedEngine> {
    // Loading the engine takes longer than all that does without it.
    const { createEngine, createRouterClient, forkLauncher } = await import('./engine-parts');
    const { version, paths } = this.#around;
    const engine = await createEngine({
      shell: 'cli',
      version,
      dataDir,
      sampleDir: null,
      launchIntake: forkLauncher(paths.intakeEntry),
      detectorProgram: { path: paths.detectorEntry },
    });
    return Object.assign(engine, { client: createRouterClient(engine.router) });
  }

  async workspace(path: string, create: boolean): Promise<CliEngine> {
    const engine = await this.engine();
    await engine.open(path, create);
    // Whoever asks sees all there is to find; an import that makes the workspace waits for it in the end.
    if (!create) await lookedAt(engine.client, this.#around.signal);
    return engine;
  }

  #dataDir(): string {
    return defaultDataDir({ env: this.#around.env, platform: process.platform, home: homedir() });
  }

  atEnd(cleanUp: () => Promise<void>): void {
    this.#cleanUps.push(cleanUp);
  }

  async end(): Promise<void> {
    // One that could not be started has been reported, and has nothing to close.
    const engine = await this.#engine?.catch(() => null);
    try {
      await engine?.close();
      for (const cleanUp of this.#cleanUps) await cleanUp();
    } catch (error) {
      this.#around.streams.stderr.write(`The workspace could not be closed: ${sentenceOf(error)}\n`);
    }
  }
}
