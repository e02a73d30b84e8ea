/** Runs the command line for tests: in this process with streams of its own, and as the program it is built to. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runProgram, type ExitCode } from '../../src/cli/program';
import { buildPrograms, type BuiltPrograms } from './build-programs';

/** The programs that the command line starts, and itself. */
export function buildCli(): Promise<BuiltPrograms> {
  return buildPrograms({
    cli: 'src/cli/index.ts',
    intake: 'src/engine/intake/process.ts',
    'detector-worker': 'src/engine/detector-worker.ts',
    engine: 'src/engine/process.ts',
    serve: 'src/serve/index.ts',
    'hold-workspace': 'test/fixtures/programs/hold-workspace.ts',
  });
}

export interface Outcome {
  code: ExitCode;
  stdout: string;
  stderr: string;
  json: () => Record<string, unknown>;
}

/** A stream that keeps what is written to it; a terminal if told so. */
function sink(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString('utf8'));
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream,
    text: () => chunks.join(''),
  };
}

export interface RunOptions {
  isTTY?: boolean;
  env?: Record<string, string>;
  signal?: AbortSignal;
}

/** A command line in `folder`, where its data folder is too. */
export type Faultline = (args: readonly string[], options?: RunOptions) => Promise<Outcome>;

export function faultlineIn(folder: string, programs: BuiltPrograms): Faultline {
  return async (args, { isTTY = false, env = {}, signal = new AbortController().signal } = {}) => {
    const [out, err] = [sink(isTTY), sink(isTTY)];
    const code = await runProgram(args, {
      streams: { stdout: out.stream, stderr: err.stream },
      cwd: folder,
      env: { FAULTLINE_DATA: join(folder, 'data'), ...env },
      version: '1.2.3',
      paths: {
        intakeEntry: programs.path('intake'),
        detectorEntry: programs.path('detector-worker'),
        serveEntry: programs.path('serve'),
        startScript: join(folder, 'start.mjs'),
        root: folder,
      },
      signal,
    });
    const json = () => JSON.parse(out.text()) as Record<string, unknown>;
    return { code, stdout: out.text(), stderr: err.text(), json };
  };
}

/** The same as a process. `onStart` is given the child, to signal it or to close its pipes. */
export function runProcess(
  folder: string,
  program: string,
  args: readonly string[],
  onStart?: (child: ChildProcess) => void,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, FAULTLINE_DATA: join(folder, 'data') },
  });
  onStart?.(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

export const user = (content: string) => ({ role: 'user', content });
export const assistant = (content: string) => ({ role: 'assistant', content });

/** Exports of twelve chats in two files, one with a broken line, and a shape that only a mapping can read. */
export async function writeTraces(folder: string): Promise<void> {
  const lines = (records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const chats = Array.from({ length: 12 }, (_, index) => ({
    messages: [
      user(`Please convert the report ${index} to a table.`),
      assistant('Here is a list of the figures.'),
      user(index % 2 === 0 ? 'No, that is not what I asked for. I wanted a table.' : 'Thanks, that works.'),
      assistant('Here is the table.'),
    ],
  }));
  await mkdir(join(folder, 'exports', 'deep'), { recursive: true });
  await mkdir(join(folder, 'exports', '.hidden'));
  await writeFile(join(folder, 'exports', 'chats.jsonl'), lines(chats.slice(0, 6)));
  await writeFile(join(folder, 'exports', 'deep', 'more.jsonl'), `${lines(chats.slice(6))}{"broken":\n\n`);
  await writeFile(join(folder, 'exports', '.hidden', 'no.jsonl'), lines(chats));
  await writeFile(join(folder, 'exports', 'readme.md'), 'No trace.\n');
  const odd = [
    { conv: 'c1', who: 'person', says: 'Hello there', when: '2026-01-02T03:04:05Z' },
    { conv: 'c1', who: 'machine', says: 'Hello yourself', when: '2026-01-02T03:04:06Z' },
  ];
  await writeFile(join(folder, 'odd.jsonl'), lines(odd));
  const profile = {
    name: 'odd',
    fields: { session: 'conv', role: 'who', text: 'says', start: 'when' },
    values: { userRoles: ['person'], assistantRoles: ['machine'] },
  };
  await writeFile(join(folder, 'odd-profile.json'), JSON.stringify(profile));
  await writeFile(join(folder, 'bad-profile.json'), '{"fields":{}}');
}
