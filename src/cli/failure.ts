/**
 * How a command ends other than well: wrong usage (exit code 2), a failure a person can act on (1), or being stopped (1).
 */
import { ORPCError } from '@orpc/client';

/** The command line was not understood. `help` is the usage of the command it was about. */
export class UsageError extends Error {}

/** Something could not be done; the message says what and what to do. */
export class CommandError extends Error {}

/** The person pressed Ctrl-C. */
export class CancelledError extends Error {}

/** A sentence, or a few, for the terminal; never a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ORPCError) {
    const data = error.data as { detail?: unknown; holder?: unknown } | undefined;
    if (typeof data?.detail === 'string') return join(error.message, data.detail);
    if (typeof data?.holder === 'string') return join(error.message, `It is held by ${data.holder}.`);
    return error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

function join(message: string, detail: string): string {
  return message === detail ? message : `${message} ${detail}`;
}
