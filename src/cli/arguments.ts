/**
 * Splits the command line into a command, its operands and its options. Knows the grammar of options and nothing of what
 * the commands do. https://nodejs.org/api/util.html#utilparseargsconfig
 */
import { parseArgs } from 'node:util';
import { UsageError } from './failure';

export interface OptionSpec {
  type: 'string' | 'boolean';
  /** May be given several times. */
  multiple?: boolean;
  short?: string;
  /** What stands for the value in the help, e.g. `FILE`. */
  value?: string;
  help: string;
}

/** Values by name: text, a list where `multiple`, true where given. */
export class Options {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  text(name: string): string | null {
    const value = this.#values[name];
    return typeof value === 'string' ? value : null;
  }

  list(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  isSet(name: string): boolean {
    return this.#values[name] === true;
  }

  /** Throws {@link UsageError} on what is no whole number of at least `least`. */
  count(name: string, least: number): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const count = Number(value);
    if (!/^\d+$/u.test(value) || !Number.isSafeInteger(count) || count < least)
      throw new UsageError(
        `--${name} wants a whole number of at least ${least}, not ${JSON.stringify(value)}.`,
      );
    return count;
  }

  /** Throws {@link UsageError} on what is not one of `allowed`. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | null {
    const value = this.text(name);
    if (value === null) return null;
    return mustBeOneOf(value, allowed, `--${name}`);
  }
}

export function mustBeOneOf<T extends string>(value: string, allowed: readonly T[], what: string): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined)
    throw new UsageError(`${what} is one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`);
  return found;
}

/** Throws {@link UsageError} with a sentence on an option that does not exist or lacks its value. */
export function parseOptions(
  args: readonly string[],
  specs: Readonly<Record<string, OptionSpec>>,
): { operands: string[]; options: Options } {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple, short }]) => [
      name,
      { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { operands: positionals, options: new Options(values) };
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      throw new UsageError(firstSentence(error.message));
    throw error;
  }
}

/** Node explains at length how to write a value that begins with a dash. */
function firstSentence(message: string): string {
  return `${message.split(/\.\s|\n/u)[0] ?? message}.`.replace(/\.+$/u, '.');
}
