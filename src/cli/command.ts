/**
 * What a command of the command line is, and what it is given to work with. One file per command is in commands/.
 */
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../shared/contract';
import type { Options, OptionSpec } from './arguments';
import type { Streams } from './output';

export type Client = ContractRouterClient<typeof contract>;

/** The engine in this process, for the time of one command. */
export interface CliEngine {
  client: Client;
  /** A handle for a path, to be passed in calls. */
  grant: (path: string) => string;
  /** The path behind a handle that an export gave. Throws when there is none. */
  pathOf: (handle: string) => string;
  /** Opens the workspace at a path; with `create` makes it where it is absent. */
  open: (path: string, create: boolean) => Promise<void>;
}

export interface CommandContext {
  operands: readonly string[];
  options: Options;
  streams: Streams;
  cwd: string;
  env: Record<string, string | undefined>;
  version: string;
  /** Where the built programs lie. */
  paths: ProgramPaths;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  isJson: boolean;
  /** Prints text, or with --json the value, as the command's one answer. */
  print: (value: unknown, text: () => string) => void;
  /** A line on stderr. */
  note: (text: string) => void;
  /** Starts the engine, without a workspace; it ends with the command. `dataDir` in place of the person's own. */
  engine: (dataDir?: string) => Promise<CliEngine>;
  /** Done when the command has ended and its engine is closed. */
  atEnd: (cleanUp: () => Promise<void>) => void;
  /** Starts the engine with the workspace that --workspace names. */
  workspace: (create?: 'create') => Promise<CliEngine>;
}

export interface ProgramPaths {
  /** Built entries beside the command line's own. */
  intakeEntry: string;
  detectorEntry: string;
  serveEntry: string;
  /** Chooses the shell; only in a checkout. */
  startScript: string;
  /** Where the package lies: package.json, node_modules. */
  root: string;
}

export interface Command {
  name: string;
  /** Half a line for the list of commands. */
  summary: string;
  /** Operands as in the usage line. */
  operands: string;
  options: Readonly<Record<string, OptionSpec>>;
  /** Lines for the help, each a command line that works. */
  examples: readonly string[];
  /** Resolves with the exit code: 0 done, 1 failed. */
  run: (context: CommandContext) => Promise<0 | 1>;
}

/** `-w`, of every command that works on a workspace. */
export const workspaceOption: Readonly<Record<string, OptionSpec>> = {
  workspace: {
    type: 'string',
    short: 'w',
    value: 'W.faultline',
    help: 'The workspace; $FAULTLINE_WORKSPACE where it is not given.',
  },
};

/** `--limit` and `--offset`, of every command that prints a list. */
export const pageOptions: Readonly<Record<string, OptionSpec>> = {
  limit: { type: 'string', value: 'N', help: 'Print at most N (50).' },
  offset: { type: 'string', value: 'N', help: 'Leave out the first N.' },
};

/** The page those options ask for. */
export function pageOf(options: Options): { offset: number; limit: number } {
  const limit = Math.min(options.count('limit', 1) ?? 50, 10_000);
  return { offset: options.count('offset', 0) ?? 0, limit };
}
