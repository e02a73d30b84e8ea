/** The help of the program and of each command, made from the commands themselves. */
import type { OptionSpec } from './arguments';
import type { Command } from './command';

/** Options of every command. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: 'Print one JSON value and nothing else on standard output.' },
  help: { type: 'boolean', short: 'h', help: 'Print this.' },
};

export function programHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'faultline finds out, offline, why an AI agent failed its users, from trace exports.',
    '',
    'Usage: faultline COMMAND [OPTIONS]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'faultline COMMAND --help says more; docs/cli.md says all.',
    'Exit code: 0 done, 1 failed, 2 wrong usage.',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const rows = Object.entries({ ...command.options, ...commonOptions }).map(([name, spec]) => {
    const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
    const value = spec.value === undefined ? '' : ` ${spec.value}`;
    return [`${short}--${name}${value}`, spec.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    usageLine(command),
    '',
    `${command.summary.slice(0, 1).toUpperCase()}${command.summary.slice(1)}.`,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n');
}

export function usageLine({ name, operands }: Command): string {
  return `Usage: faultline ${name} ${operands === '' ? '' : `${operands} `}[OPTIONS]`;
}
