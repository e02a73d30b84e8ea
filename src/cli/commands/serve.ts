/** `faultline serve` and `faultline open`: hand over to the program that shows a screen, and end as it ends. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { OptionSpec } from '../arguments';
import type { Command, CommandContext } from '../command';
import { CommandError } from '../failure';

const noOpen: Readonly<Record<string, OptionSpec>> = {
  'no-open': { type: 'boolean', help: 'Print the address and open no browser.' },
};

export const serve: Command = {
  name: 'serve',
  summary: 'show the workbench in a browser on this machine',
  operands: '[FILES…]',
  options: noOpen,
  examples: ['faultline serve', 'faultline serve audit.faultline --no-open --json'],
  run: (context) => handOver(context, context.paths.serveEntry),
};

export const open: Command = {
  name: 'open',
  summary: 'open the workbench, in a window where there can be one',
  operands: '[W.faultline | FILES…]',
  options: noOpen,
  examples: ['faultline open', 'faultline open audit.faultline', 'faultline open exports/*.jsonl'],
  run: (context) => handOver(context, context.paths.startScript),
};

/** `--json` makes the program print one line `{"shell":…,"address":…}` before it goes on. */
function handOver(
  { paths, operands, options, isJson, cwd, signal }: CommandContext,
  script: string,
): Promise<0 | 1> {
  if (!existsSync(script))
    throw new CommandError(`${script} is missing from this installation of ${paths.root}.`);
  const args = [
    ...(options.isSet('no-open') ? ['--no-open'] : []),
    ...(isJson ? ['--json'] : []),
    '--',
    ...operands,
  ];
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: 'inherit' });
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 || signal.aborted ? 0 : 1));
  });
}
